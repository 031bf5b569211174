//! Filters in words: each one's name, its value, and the list without it.

use domain::{fields::FieldKind, time::Date, users::UserFilters};

use super::names::Names;

/// One filter that is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub name: String,
    pub value: String,
    pub without: UserFilters,
}

/// Every filter that is on, in the order of the form.
pub fn told(filters: &UserFilters, names: &Names) -> Vec<Told> {
    let mut all = vec![];
    let mut tell = |name: &str, value: String, drop: &dyn Fn(&mut UserFilters)| {
        let mut without = filters.clone();
        drop(&mut without);
        all.push(Told { name: name.to_owned(), value, without });
    };
    if let Some(status) = filters.status {
        tell("Status is", status.label().to_lowercase(), &|without| without.status = None);
    }
    if let Some(group) = filters.group {
        let name = names.group(group).unwrap_or("one that you may not see").to_owned();
        tell("Group is", name, &|without| without.group = None);
    }
    if let Some(factors) = filters.factors {
        tell("Sign-in methods:", factors.label().to_lowercase(), &|without| without.factors = None);
    }
    if filters.never_signed_in {
        tell("Last sign-in is", "never".into(), &|without| without.never_signed_in = false);
    }
    if let Some(day) = filters.signed_in_from {
        tell("Last sign-in since", day.short(), &|without| without.signed_in_from = None);
    }
    if let Some(day) = filters.signed_in_to {
        tell("Last sign-in until", day.short(), &|without| without.signed_in_to = None);
    }
    if let Some(day) = filters.created_from {
        tell("Created since", day.short(), &|without| without.created_from = None);
    }
    if let Some(day) = filters.created_to {
        tell("Created until", day.short(), &|without| without.created_to = None);
    }
    for (id, value) in &filters.fields {
        let field = names.field(*id);
        let name = field.map_or("A field that is gone", |field| field.name.as_str());
        let date = field.filter(|field| field.kind == FieldKind::Date).and_then(|_| Date::parse(value));
        tell(&format!("{name} is"), date.map_or_else(|| value.clone(), Date::short), &|without| {
            without.fields.retain(|(own, _)| own != id);
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use domain::users::{Status, UserListing};

    use super::*;

    fn filters(pairs: &[(&str, &str)]) -> UserFilters {
        UserListing::from_pairs(pairs.iter().copied()).unwrap().filters
    }

    #[test]
    fn each_filter_is_told_and_can_be_taken_off_alone() {
        let filters = filters(&[("status", "disabled"), ("created-from", "2024-01-01"), ("created-to", "2024-03-31")]);
        let told = told(&filters, &Names::default());
        let words: Vec<_> = told.iter().map(|told| format!("{} {}", told.name, told.value)).collect();
        assert_eq!(words, ["Status is disabled", "Created since 1 Jan 2024", "Created until 31 Mar 2024"]);
        assert_eq!(told[0].without, UserFilters { status: None, ..filters.clone() });
        assert_eq!(told[1].without.status, Some(Status::Disabled));
        assert_eq!(told[1].without.created_to, filters.created_to);
    }

    #[test]
    fn what_proves_people_is_told_in_words() {
        for (code, words) in [("none", "no second factor"), ("passkey_only", "passkey only"), ("locked", "locked out")]
        {
            let told = told(
                &filters(&[("factors", code), ("group", "018f2f6e-0000-7000-8000-000000000001")]),
                &Names::default(),
            );
            assert_eq!((told[1].name.as_str(), told[1].value.as_str()), ("Sign-in methods:", words));
            assert!(told[1].without.factors.is_none() && told[1].without.group.is_some());
        }
    }

    #[test]
    fn nothing_is_told_of_a_list_of_everybody() {
        assert_eq!(told(&UserFilters::default(), &Names::default()), []);
    }
}
