//! SIGINT prints the summary, SIGQUIT the short line: as ping does.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::common::{rping, stdout};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A paced run that has printed its first answer.
fn running() -> (Child, BufReader<std::process::ChildStdout>, String) {
    let mut command = rping(&["web.lab", "-i", "0.05", "--real-time"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut seen = String::new();
    while !seen.contains("icmp_seq=1 ") {
        assert!(
            reader.read_line(&mut seen).unwrap() > 0,
            "it ended early: {seen}"
        );
    }
    (child, reader, seen)
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
}

#[test]
fn an_interrupt_prints_the_summary_and_is_a_success() {
    let (child, mut reader, mut seen) = running();
    signal(&child, Signal::SIGINT);
    while reader.read_line(&mut seen).unwrap() > 0 {}
    let output = child.wait_with_output().unwrap();
    assert!(seen.contains("--- web.lab ping statistics ---\n"), "{seen}");
    assert!(seen.contains("rtt min/avg/max/mdev = "), "{seen}");
    assert_eq!(
        (output.status.code(), stdout(&output)),
        (Some(0), String::new())
    );
}

/// Nothing has come back yet: the summary is there all the same, and the exit status is 1.
#[test]
fn an_interrupt_before_the_first_answer_prints_a_summary_without_times() {
    let mut command = rping(&["gone.lab", "-q", "-i", "0.05", "--real-time"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut seen = String::new();
    assert!(reader.read_line(&mut seen).unwrap() > 0);
    signal(&child, Signal::SIGINT);
    // Once more is no more than once.
    signal(&child, Signal::SIGINT);
    while reader.read_line(&mut seen).unwrap() > 0 {}
    let output = child.wait_with_output().unwrap();
    assert!(
        seen.contains("--- gone.lab ping statistics ---\n"),
        "{seen}"
    );
    assert!(
        seen.contains(" 0 received, ") && !seen.contains("rtt"),
        "{seen}"
    );
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}

#[test]
fn a_quit_signal_prints_the_short_line_to_stderr_and_goes_on() {
    let (child, mut reader, mut seen) = running();
    signal(&child, Signal::SIGQUIT);
    while !seen.contains("icmp_seq=4 ") {
        assert!(
            reader.read_line(&mut seen).unwrap() > 0,
            "it ended early: {seen}"
        );
    }
    signal(&child, Signal::SIGINT);
    while reader.read_line(&mut seen).unwrap() > 0 {}
    let errors = child.wait_with_output().unwrap().stderr;
    let line = String::from_utf8(errors).unwrap();
    assert!(
        line.starts_with('\r') && line.ends_with(" ms\n"),
        "{line:?}"
    );
    assert!(
        line.contains(" packets, 0% loss, min/avg/ewma/max = "),
        "{line:?}"
    );
    assert!(!seen.contains("min/avg/ewma"), "not on stdout");
}
