//! A test that could not run must be seen by whoever runs it, and must not pass in continuous integration.

#![allow(clippy::unwrap_used, reason = "a step that fails ends the test")]

use std::process::{Command, Output};

use layercake_tests::lack::lacking;

const INNER: &str = "LAYERCAKE_LACKING_TEST";

/// Runs one test of this program again, where it lacks something, with `CI` as given. There is no answer in that run.
fn run_again(test: &str, ci: Option<&str>) -> Option<Output> {
    if std::env::var_os(INNER).is_some() {
        lacking("a teapot");
        return None;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test])
        .env(INNER, "1")
        .env_remove("CI");
    if let Some(value) = ci {
        command.env("CI", value);
    }
    Some(command.output().unwrap())
}

/// Without `--nocapture`, as a newcomer runs them.
#[test]
fn the_reason_is_shown_although_the_test_passes() {
    let test = "the_reason_is_shown_although_the_test_passes";
    let Some(output) = run_again(test, None) else {
        return;
    };
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, format!("not tested: {test}: a teapot\n"));
}

#[test]
fn in_continuous_integration_the_test_fails() {
    let test = "in_continuous_integration_the_test_fails";
    let Some(output) = run_again(test, Some("true")) else {
        return;
    };
    assert!(!output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("needed here, because CI=true: a teapot"),
        "{said}"
    );
}
