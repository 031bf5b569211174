//! Where passkeys work, and those that do not work there.

use serde::{Deserialize, Serialize};

use crate::listing::Count;

/// Where passkeys work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyPlace {
    /// The domain that they are bound to; nothing where they do not work at this address.
    pub domain: Option<String>,
    /// The addresses that may use them.
    pub addresses: Vec<String>,
    pub stranded: Option<StrandedPasskeys>,
}

/// Passkeys that were registered for another domain and open nothing here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrandedPasskeys {
    /// What most of them are for comes first; a few at most.
    pub domains: Vec<String>,
    /// Whose they are.
    pub people: Count,
    /// Whether others were registered for the domain of now.
    pub others_work: bool,
}

impl StrandedPasskeys {
    pub fn sentence(&self) -> String {
        let Self { domains, people, others_work } = self;
        let whose = match people {
            Count::Exactly(1) => "1 person".to_owned(),
            Count::Exactly(n) => format!("{n} people"),
            Count::AtLeast(n) => format!("at least {n} people"),
            Count::MoreThan(n) => format!("more than {n} people"),
            Count::About(n) => format!("about {n} people"),
        };
        let told = format!("Passkeys of {whose} were registered for {}, and do not work here.", domains.join(" and "));
        match domains.first() {
            Some(domain) if !others_work => format!(
                "{told} KEYDESK_PASSKEYS_RP_ID={domain} keeps them working as long as the address of Keydesk belongs to {domain}."
            ),
            // Going back would strand these in turn.
            _ => format!("{told} Others work here already: whoever has an old one needs a new one in its place."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_for_another_domain_are_told_in_numbers() {
        let found = |people| StrandedPasskeys { domains: vec!["a.example".into()], people, others_work: false };
        let stranded = |people| found(people).sentence();
        assert!(stranded(Count::Exactly(1)).starts_with("Passkeys of 1 person were registered for a.example"));
        assert!(
            stranded(Count::Exactly(3)).contains("3 people") && stranded(Count::MoreThan(1_000)).contains("more than")
        );
        assert!(stranded(Count::Exactly(3)).contains("KEYDESK_PASSKEYS_RP_ID=a.example"));
        let domains = vec!["a.example".into(), "b.example".into()];
        let later = StrandedPasskeys { domains, others_work: true, ..found(Count::Exactly(3)) }.sentence();
        assert!(later.contains("for a.example and b.example") && !later.contains("KEYDESK_PASSKEYS_RP_ID"), "{later}");
    }
}
