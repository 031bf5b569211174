//! Stopping has an end, whatever hangs.
#![cfg(unix)]

use std::{
    process::{Command, Output},
    time::Duration,
};

use server::stop::Stop;

/// Says to the child process what it is to do.
const CASE: &str = "KEYDESK_TEST_STOP";

fn signal() {
    let done = Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status().unwrap();
    assert!(done.success());
}

fn child(case: &str) {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let patience = if case == "hangs" { Duration::from_millis(10) } else { Duration::from_secs(86_400) };
    let stop = Stop::listen(patience, || vec!["GET /never".into(), "the job “tidy up”".into()]).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    match case {
        "hangs" => {
            for _ in 0..2 {
                // What ends only with the process: no worker is left.
                runtime.spawn(async {
                    loop {
                        std::thread::park();
                    }
                });
            }
            signal();
        }
        _ => {
            signal();
            runtime.block_on(stop.told());
            signal();
        }
    }
    loop {
        std::thread::park();
    }
}

fn outcome(test: &str, case: &str) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("stopping::{test}"), "--nocapture"]).env(CASE, case).output().unwrap()
}

#[test]
fn a_process_whose_workers_all_hang_ends_after_the_grace_and_says_what_was_under_way() {
    if let Ok(case) = std::env::var(CASE) {
        child(&case);
    }
    let test = "a_process_whose_workers_all_hang_ends_after_the_grace_and_says_what_was_under_way";
    let output = outcome(test, "hangs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("exit code 1; still under way: GET /never, the job “tidy up”"), "{said}");
}

#[test]
fn told_to_stop_twice_a_process_stops_at_once() {
    if let Ok(case) = std::env::var(CASE) {
        child(&case);
    }
    let output = outcome("told_to_stop_twice_a_process_stops_at_once", "twice");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(143), "{said}");
    assert!(said.contains("stopped at once"), "{said}");
}
