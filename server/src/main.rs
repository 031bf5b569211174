//! `keydesk`: one binary that serves, migrates, seeds, and checks itself.

fn main() -> std::process::ExitCode {
    server::cli::run()
}
