//! A text file beside a test, to be read as a whole: what the code produces is compared with it line by line.

use std::{fmt::Display, path::Path};

use serde::Serialize;

/// Has the files written anew where its value is `write`.
const VARIABLE: &str = "KEYDESK_PINS";

/// Every variant of an enum once, with values where it has some. Does not compile while one is left out.
#[macro_export]
macro_rules! every {
    ($of:ident: $($variant:ident $({ $($fields:tt)* })? $(( $($values:tt)* ))?),+ $(,)?) => {{
        let _ = |value: &$of| match value {
            $($of::$variant { .. } => (),)+
        };
        [$($of::$variant $({ $($fields)* })? $(( $($values)* ))?),+]
    }};
}

/// The lines of a file in `tests/it` of the crate whose test it is, by the name of the file and of the module that makes
/// it: [`Reviewed`], with no line yet.
#[macro_export]
macro_rules! reviewed {
    ($name:literal) => {
        $crate::Reviewed::new(env!("CARGO_MANIFEST_DIR"), env!("CARGO_PKG_NAME"), $name)
    };
}

/// Lines under headings, on their way to the comparison.
pub struct Reviewed {
    folder: &'static str,
    package: &'static str,
    /// Of the file and of the module whose tests make it.
    name: &'static str,
    lines: Vec<String>,
}

impl Reviewed {
    /// Of a package in its folder; [`reviewed!`] knows both.
    pub fn new(folder: &'static str, package: &'static str, name: &'static str) -> Self {
        Self { folder, package, name, lines: vec![] }
    }

    pub fn heading(&mut self, heading: &str) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.push(format!("# {heading}"));
    }

    pub fn line(&mut self, name: impl Display, value: impl Display) {
        self.lines.push(format!("{name}: {value}").trim_end().to_owned());
    }

    pub fn json(&mut self, name: impl Display, value: &impl Serialize) {
        self.line(name, serde_json::to_string(value).unwrap());
    }

    /// Compares the lines with the file.
    #[track_caller]
    pub fn check(self) {
        let Self { folder, package, name, lines } = self;
        let path = Path::new(folder).join("tests/it").join(name).with_extension("txt");
        let text = lines.join("\n") + "\n";
        if std::env::var(VARIABLE).is_ok_and(|value| value == "write") {
            std::fs::write(path, text).unwrap();
            return;
        }
        // One that is missing has no line in common.
        let reviewed = std::fs::read_to_string(path).unwrap_or_default();
        let (reviewed, found): (Vec<_>, Vec<_>) = (reviewed.lines().collect(), text.lines().collect());
        let differences = differences(&reviewed, &found);
        assert!(
            differences.is_empty(),
            "{name}.txt (-) and the code (+) say different things:\n{differences}\n\
             These strings are in databases, backups and files, or other programs and people's addresses have them. \
             One that changed or went needs a migration, or its old name kept beside the new one (for serde an alias), \
             with what older versions wrote in the test. Then, and for one that is only new, \
             {VARIABLE}=write cargo test -p {package} --test it {name}:: writes the file, for review."
        );
    }
}

/// The lines that differ, under their headings: `-` as they were reviewed, `+` as the code has them.
fn differences(reviewed: &[&str], found: &[&str]) -> String {
    // How many lines the rests from each pair of places on have in common.
    let mut common = vec![vec![0_usize; found.len() + 1]; reviewed.len() + 1];
    for (i, old) in reviewed.iter().enumerate().rev() {
        for (j, new) in found.iter().enumerate().rev() {
            let without = Ord::max(common[i + 1][j], common[i][j + 1]);
            common[i][j] = if old == new { common[i + 1][j + 1] + 1 } else { without };
        }
    }
    let (mut i, mut j, mut told) = (0, 0, String::new());
    let (mut heading, mut under) = ("", "");
    while i < reviewed.len() || j < found.len() {
        let both = i < reviewed.len() && j < found.len();
        if both && reviewed[i] == found[j] {
            heading = if found[j].starts_with("# ") { found[j] } else { heading };
            (i, j) = (i + 1, j + 1);
            continue;
        }
        if under != heading {
            told.push_str(&format!("{heading}\n"));
            under = heading;
        }
        if j == found.len() || both && common[i + 1][j] >= common[i][j + 1] {
            told.push_str(&format!("- {}\n", reviewed[i]));
            i += 1;
        } else {
            told.push_str(&format!("+ {}\n", found[j]));
            j += 1;
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_changed_is_told_with_both_its_texts_and_one_that_is_new_alone() {
        let reviewed = ["# a", "x: 1", "y: 2", "", "# b", "z: 3"];
        assert_eq!(differences(&reviewed, &reviewed), "");
        let found = ["# a", "x: 1", "y: 9", "", "# b", "new: 0", "z: 3"];
        assert_eq!(differences(&reviewed, &found), "# a\n- y: 2\n+ y: 9\n# b\n+ new: 0\n");
        assert_eq!(differences(&reviewed, &found[..2]), "# a\n- y: 2\n- \n- # b\n- z: 3\n");
        assert_eq!(differences(&[], &["# a"]), "+ # a\n");
    }
}
