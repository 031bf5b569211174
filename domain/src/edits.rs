//! Somebody else saved meanwhile: two edits of the same thing brought together. Nothing that was typed is
//! lost, and nothing of theirs is overwritten unseen.

/// A form for something that is there already.
pub trait Edit: Clone {
    /// Each value with its name, for comparing.
    fn values(&self) -> Vec<(String, String)>;

    /// Takes the value of this name from another.
    fn take(&mut self, name: &str, from: &Self);

    /// The same values, as an edit of what the other was opened with.
    #[must_use]
    fn opened_with(self, other: &Self) -> Self;
}

/// A value that both changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The name of the value.
    pub field: String,
    pub theirs: String,
    pub mine: String,
}

/// What came of bringing two edits together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged<E> {
    /// What stands in the form now; an edit of what is there now.
    pub form: E,
    /// The names of what only they changed, which was taken from them.
    pub taken: Vec<String>,
    pub conflicts: Vec<Conflict>,
}

/// Brings an edit together with what is there now. What only they changed is taken from them, what only I
/// changed stays mine, and what both changed differently is left for a person to choose: until then mine
/// stands in the form.
pub fn merge<E: Edit>(opened: &E, mine: &E, theirs: &E) -> Merged<E> {
    let mut merged = Merged { form: mine.clone().opened_with(theirs), taken: vec![], conflicts: vec![] };
    let (before, own) = (opened.values(), mine.values());
    let find = |values: &[(String, String)], name: &str| {
        values.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    for (field, theirs_now) in theirs.values() {
        let (was, mine_now) = (find(&before, &field), find(&own, &field));
        if theirs_now == was || theirs_now == mine_now {
            continue;
        }
        if mine_now == was {
            merged.form.take(&field, theirs);
            merged.taken.push(field);
        } else {
            merged.conflicts.push(Conflict { field, theirs: theirs_now, mine: mine_now });
        }
    }
    merged
}
