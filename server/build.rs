//! The built site is part of the binary: a new site means a new binary.

fn main() {
    println!("cargo::rerun-if-changed=../target/site/manifest.json");
}
