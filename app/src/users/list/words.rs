//! How many there are and in which order, in words.

use domain::{
    listing::{Count, Direction},
    users::{UserListing, UserSort},
};

use crate::ui::grouped;

/// "about 12,400".
pub fn counted(count: Count) -> String {
    match count {
        Count::Exactly(count) => grouped(count.into()),
        Count::About(count) => format!("about {}", grouped(count)),
        Count::MoreThan(count) => format!("more than {}", grouped(count.into())),
        Count::AtLeast(count) => format!("at least {}", grouped(count.into())),
    }
}

/// "about 12,400 people".
pub fn people(count: Count) -> String {
    let one = count == Count::Exactly(1);
    format!("{} {}", counted(count), if one { "person" } else { "people" })
}

/// The order in words.
pub fn order(listing: &UserListing) -> &'static str {
    match (listing.sort, listing.direction) {
        (UserSort::Name, Direction::Ascending) => "By name",
        (UserSort::Name, Direction::Descending) => "By name, backwards",
        (UserSort::Email, Direction::Ascending) => "By e-mail",
        (UserSort::Email, Direction::Descending) => "By e-mail, backwards",
        (UserSort::LastSignIn, Direction::Ascending) => "Longest without a sign-in first",
        (UserSort::LastSignIn, Direction::Descending) => "Last signed in first",
        (UserSort::Sessions, Direction::Ascending) => "Fewest sessions first",
        (UserSort::Sessions, Direction::Descending) => "Most sessions first",
        (UserSort::Expires, Direction::Ascending) => "First to end first",
        (UserSort::Expires, Direction::Descending) => "Last to end first",
        (UserSort::Created, Direction::Ascending) => "Oldest first",
        (UserSort::Created, Direction::Descending) => "Newest first",
    }
}

/// What the ways to the pages beside this one are called.
pub fn ways(listing: &UserListing) -> (&'static str, &'static str) {
    match (listing.sort, listing.direction) {
        (UserSort::Created, Direction::Descending) => ("Newer", "Older"),
        (UserSort::Created, Direction::Ascending) => ("Older", "Newer"),
        _ => ("Back", "On"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_says_how_sure_it_is() {
        assert_eq!(people(Count::Exactly(1)), "1 person");
        assert_eq!(people(Count::Exactly(0)), "0 people");
        assert_eq!(people(Count::About(12_400)), "about 12,400 people");
        assert_eq!(people(Count::MoreThan(1_000)), "more than 1,000 people");
        assert_eq!(people(Count::AtLeast(1_042)), "at least 1,042 people");
    }
}
