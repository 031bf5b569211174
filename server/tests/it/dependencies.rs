//! What the browser downloads is ours and the interface's, and nothing of the server's.

use std::process::Command;

/// Crates that belong to the server's side: storage, network, hashing, randomness, rules
/// about passwords.
const NEVER: [&str; 23] = [
    "argon2",
    "axum",
    "axum-core",
    "getrandom",
    "hyper",
    "migrations",
    "password-hash",
    "rand",
    "rand_core",
    "ring",
    "rusqlite",
    "rustls",
    "sea-orm",
    "sea-query",
    "server",
    "services",
    "sqlx",
    "sqlx-core",
    "testing",
    "tokio",
    "tower",
    "tower-http",
    "zxcvbn",
];

fn crates(package: &str) -> Vec<String> {
    // Procedural macros run in the compiler and are not shipped.
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "-p", package, "--target", "wasm32-unknown-unknown"])
        .args(["-e", "normal,no-proc-macro", "--prefix", "none", "-f", "{p}", "--offline", "--locked"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8(tree.stdout).unwrap();
    let mut names: Vec<_> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn the_browsers_half_holds_nothing_of_the_servers() {
    let crates = crates("frontend");
    for ours in ["app", "domain", "frontend", "leptos"] {
        assert!(crates.iter().any(|name| name == ours), "{ours} is missing: this looks at the wrong tree");
    }
    for name in NEVER {
        assert!(!crates.iter().any(|own| own == name), "{name} is in the browser's half");
    }
}

#[test]
fn the_rules_depend_on_serde_and_uuid_alone() {
    let named = |name: &&String| name.as_str() != "domain";
    let crates = crates("domain");
    let others: Vec<_> = crates.iter().filter(named).collect();
    for name in others {
        assert!(
            [
                "serde",
                "serde_core",
                "uuid",
                "js-sys",
                "wasm-bindgen",
                "cfg-if",
                "once_cell",
                "rustversion",
                "wasm-bindgen-shared",
                "unicode-ident"
            ]
            .contains(&name.as_str()),
            "{name}"
        );
    }
}
