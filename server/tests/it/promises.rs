//! `docs/security.md` names the tests that hold each promise: those that it names are there, and every promise that has
//! tests names some of them.

use std::{collections::BTreeMap, path::Path};

/// Promises in the document, from T1 on.
const PROMISES: u32 = 30;

/// Where tests are, from the root of the repository.
const FOLDERS: [&str; 11] = [
    "app/src",
    "domain/src",
    "domain/tests",
    "end2end/tests",
    "frontend/src",
    "migrations/src",
    "server/src",
    "server/tests",
    "services/src",
    "services/tests",
    "testing/src",
];

/// Every source file below a folder, by its path from the root.
fn sources(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(root, &path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "ts") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            found.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The tests in a source: functions that the line before marks as such, and titles of journeys.
fn tests_in(source: &str) -> Vec<&str> {
    let (mut found, mut before) = (vec![], "");
    for line in source.lines().map(str::trim) {
        let marked = ["#[test]", "#[tokio::test", "on_both! {"].iter().any(|mark| before.starts_with(mark));
        let function = line.split_once("fn ").filter(|_| marked).and_then(|(_, rest)| rest.split('(').next());
        let journey = line.strip_prefix("test('").and_then(|rest| rest.split('\'').next());
        found.extend(function.or(journey));
        before = line;
    }
    found
}

/// Which promises a test says that it holds: `t8_t13_...`, and `T10: ...` in the browser.
fn promises(test: &str) -> Vec<u32> {
    match test.strip_prefix('T').and_then(|rest| rest.split_once(": ")) {
        Some((number, _)) => number.parse::<u32>().into_iter().collect(),
        None => test.split('_').map_while(|part| part.strip_prefix('t')?.parse::<u32>().ok()).collect(),
    }
}

/// The tests that stand under each promise, each with its file; under 0 those that stand elsewhere.
type Named<'a> = BTreeMap<u32, Vec<(&'a str, &'a str)>>;

/// Reads the document: of an item that begins with code, that is a file, and all further code are tests in it.
fn read(document: &str) -> Named<'_> {
    let (mut named, mut promise, mut file) = (Named::new(), 0, None);
    for line in document.lines() {
        if line.starts_with('#') {
            promise = number(line).unwrap_or(0);
            assert!(promise == 0 || !named.contains_key(&promise), "T{promise} has two headings");
            named.entry(promise).or_default();
        }
        let mut codes = line.split('`').skip(1).step_by(2);
        file = if line.starts_with("- `") { codes.next() } else { file.filter(|_| line.starts_with("  ")) };
        if let Some(file) = file {
            named.entry(promise).or_default().extend(codes.map(|test| (file, test)));
        }
    }
    named
}

/// The number in `### T7: ...`.
fn number(heading: &str) -> Option<u32> {
    heading.strip_prefix("### T")?.split(':').next()?.parse().ok()
}

#[test]
fn the_document_names_every_promise_and_only_tests_that_there_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let document = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let (named, mut all, mut wrong) = (read(&document), BTreeMap::new(), vec![]);
    for folder in FOLDERS {
        sources(&root, &root.join(folder), &mut all);
    }
    for promise in (1..=PROMISES).filter(|promise| !named.contains_key(promise)) {
        wrong.push(format!("T{promise} has no heading"));
    }
    for (file, test) in named.values().flatten() {
        let there = all.get(*file).is_some_and(|source| tests_in(source).contains(test));
        if !there {
            wrong.push(format!("{file} has no test {test}"));
        }
    }
    let mut held = BTreeMap::<u32, Vec<&str>>::new();
    for test in all.values().flat_map(|source| tests_in(source)) {
        for promise in promises(test) {
            held.entry(promise).or_default().push(test);
        }
    }
    assert!(held.len() > 20, "this looks at the wrong folders");
    for (promise, tests) in &held {
        let known = named.get(promise).is_some_and(|named| named.iter().any(|(_, test)| tests.contains(test)));
        if !known {
            wrong.push(format!("T{promise} names none of its tests: {}", tests.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "docs/security.md says what is not so:\n{}", wrong.join("\n"));
}

#[test]
fn a_test_says_in_its_name_which_promises_it_holds() {
    assert_eq!(promises("t7_five_slips_cost_nothing"), [7]);
    assert_eq!(promises("t8_t13_every_sign_in_draws_a_new_device_cookie"), [8, 13]);
    assert_eq!(promises("T10: a recovery code lets in once"), [10]);
    for none in ["D9: passkeys are added", "The end: nothing", "two_nodes_of_t28", "the_t8_gate"] {
        assert!(promises(none).is_empty(), "{none}");
    }
}

#[test]
fn what_the_document_names_is_read_with_its_file_and_found_where_it_is_marked() {
    let document = "### T7: guessing\nSee `gate.rs`.\n\n- `a.rs`: `one`,\n  `two`\n- `b.rs`: `three`\n\n  `no test`\n";
    let expected = Named::from([(7, vec![("a.rs", "one"), ("a.rs", "two"), ("b.rs", "three")])]);
    assert_eq!(read(document), expected);
    let source = "on_both! {\n    async fn t1_a(desk: Desk) {\n}\n#[test]\nfn b() {}\nfn helper() {}\n\
                  test('T2: c', async () => {\n";
    assert_eq!(tests_in(source), ["t1_a", "b", "T2: c"]);
}
