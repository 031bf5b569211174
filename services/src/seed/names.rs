//! Names as people all over the world have them.

use super::rng::Rng;
use crate::users::fold;

/// A part of a name: as the person writes it, and in the letters that a username can have.
struct Part {
    written: String,
    plain: String,
}

/// Names that go together, and cities where one meets them.
struct Culture {
    family_first: bool,
    between: &'static str,
    cities: Vec<String>,
    given: Vec<Part>,
    family: Vec<Part>,
}

/// All names there are.
pub(super) struct Names(Vec<Culture>);

/// What somebody is called and where.
pub(super) struct Named {
    pub display_name: String,
    /// Without the number that makes it nobody else's.
    pub username: String,
    pub city: String,
}

impl Names {
    pub fn read() -> Self {
        let text: Vec<_> = include_str!("names.txt").lines().filter(|line| !line.starts_with('#')).collect();
        let blocks = text.split(|line| line.is_empty()).filter(|block| !block.is_empty());
        Self(blocks.filter_map(culture).collect())
    }

    pub fn one(&self, rng: &mut Rng) -> Named {
        let nobody = || Named { display_name: "Nobody".into(), username: "nobody".into(), city: String::new() };
        let Some(culture) = rng.one_of(&self.0) else { return nobody() };
        let (given, family) = (rng.one_of(&culture.given), rng.one_of(&culture.family));
        let (Some(given), Some(family), Some(city)) = (given, family, rng.one_of(&culture.cities)) else {
            return nobody();
        };
        let (first, last) = if culture.family_first { (family, given) } else { (given, family) };
        Named {
            display_name: format!("{}{}{}", first.written, culture.between, last.written),
            username: format!("{}.{}", given.plain, family.plain),
            city: city.clone(),
        }
    }
}

fn culture(block: &[&str]) -> Option<Culture> {
    let [order, cities, given, family] = block else { return None };
    Some(Culture {
        family_first: order.starts_with("family-first"),
        between: if order.ends_with("joined") { "" } else { " " },
        cities: words(cities),
        given: parts(given),
        family: parts(family),
    })
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(|word| word.replace('_', " ")).collect()
}

fn parts(line: &str) -> Vec<Part> {
    words(line)
        .into_iter()
        .map(|word| match word.split_once('=') {
            Some((written, plain)) => Part { written: written.into(), plain: plain.into() },
            None => Part { plain: plain(&word), written: word },
        })
        .collect()
}

/// Latin letters without what ASCII lacks; those that do not come apart are spelt out.
fn plain(word: &str) -> String {
    let spelt = |c: char| match c {
        'ß' => "ss".to_owned(),
        'æ' => "ae".to_owned(),
        'ø' => "o".to_owned(),
        'đ' | 'ð' => "d".to_owned(),
        'þ' => "th".to_owned(),
        'ł' => "l".to_owned(),
        'ı' => "i".to_owned(),
        c => c.to_string(),
    };
    fold(word).chars().map(spelt).filter(|letter| letter.chars().all(|c| c.is_ascii_alphanumeric())).collect()
}

#[cfg(test)]
mod tests {
    use domain::users::{DisplayName, Username};

    use super::*;

    #[test]
    fn every_name_can_be_a_username_and_a_display_name() {
        let names = Names::read();
        assert!(names.0.len() >= 15);
        for culture in &names.0 {
            assert!(culture.cities.len() >= 2);
            for part in culture.given.iter().chain(&culture.family) {
                assert!(DisplayName::parse(&part.written).is_ok(), "{}", part.written);
                assert!(Username::parse(&format!("{}.x1", part.plain)).is_ok(), "{} {}", part.written, part.plain);
            }
        }
    }

    #[test]
    fn letters_that_ascii_lacks_are_spelt_out() {
        assert_eq!(plain("Þóra"), "thora");
        assert_eq!(plain("Groß"), "gross");
        assert_eq!(plain("O'Neill"), "oneill");
        assert_eq!(plain("Işıl"), "isil");
    }
}
