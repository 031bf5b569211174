//! Sentences, and the parts that those of several events have in common.

use serde::{Deserialize, Serialize};

use super::{FieldChange, Person};

/// A sentence whose names stand out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence(pub Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    Text(String),
    Strong(String),
}

impl Sentence {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    #[must_use]
    pub fn strong(mut self, text: &str) -> Self {
        self.0.push(Piece::Strong(text.into()));
        self
    }

    pub fn plain(&self) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Strong(text) => text.as_str(),
            })
            .collect()
    }
}

pub(super) fn name(actor: Option<&Person>) -> &str {
    actor.map_or("Keydesk", |actor| actor.name.as_str())
}

/// "Ana signed out".
pub(super) fn they(user: &Person, what: &str) -> Sentence {
    Sentence::new().strong(&user.name).text(what)
}

/// "Grace disabled ", or "Keydesk disabled " where nobody did.
pub(super) fn by(actor: Option<&Person>, verb: &str) -> Sentence {
    Sentence::new().strong(name(actor)).text(verb)
}

/// "Ana removed the passkey ", or "Grace removed from Ana the passkey " where another person did.
pub(super) fn of(actor: Option<&Person>, verb: &str, user: &Person, what: &str) -> Sentence {
    match actor {
        Some(actor) if actor.id != user.id => {
            Sentence::new().strong(&actor.name).text(verb).text("from ").strong(&user.name).text(" ").text(what)
        }
        _ => Sentence::new().strong(&user.name).text(verb).text(what),
    }
}

pub(super) fn and_ended(sentence: Sentence, sessions: u32) -> Sentence {
    match sessions {
        0 => sentence,
        n => sentence.text(&format!("; {} ended", plural(n, "session"))),
    }
}

/// What was changed, in lower case: "a", "a and b", "a, b and c".
pub(super) fn in_words(changes: &[FieldChange]) -> String {
    let words: Vec<_> = changes.iter().map(|change| change.field.to_lowercase()).collect();
    match words.split_last() {
        None => "nothing".into(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// ` (3 times)`, or nothing for once.
pub(super) fn repeated(times: u32) -> String {
    if times > 1 { format!(" ({times} times)") } else { String::new() }
}

/// `1 session`, `2 sessions`.
pub fn plural(count: u32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
