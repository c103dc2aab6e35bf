//! Rights that are given away stay away.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::thread;

use caps::CapSet;
use common::{Answers, echo, open, to};
use layercake_host::icmp::{IcmpSocket, Preference};
use layercake_host::privilege::{drop_all, held};
use layercake_host::{Family, Kind, OpenOptions, SendOptions};
use layercake_tests::lack::lacking;
use layercake_tests::netns::{NOBODY, available};
use nix::errno::Errno;
use nix::sys::statvfs::FsFlags;
use nix::unistd::{Uid, seteuid};

const SETUID: &str = "LAYERCAKE_SETUID_TEST";

#[test]
fn after_the_drop_an_open_socket_works_and_a_new_one_is_denied() {
    let Some(chain) = available("host", 1).unwrap() else {
        return;
    };
    let target = to(layercake_tests::netns::Chain::v4(1));
    // Capabilities belong to threads: only the one inside the namespace loses them.
    chain
        .enter(0, || {
            assert!(
                held()
                    .unwrap()
                    .capabilities
                    .contains(&"CAP_NET_RAW".to_owned())
            );
            let mut socket = open(Family::V4, Preference::Raw);
            let left = drop_all().unwrap();
            assert!(left.capabilities.is_empty() && left.no_new_privileges);
            let message = echo(Family::V4, socket.identifier(), 1, b"still open");
            socket
                .send(&message, target, &SendOptions::default())
                .unwrap();
            assert!(matches!(
                socket.answer().unwrap().kind,
                Kind::Message { .. }
            ));
            let denied =
                IcmpSocket::open(Family::V4, Preference::Raw, &OpenOptions::default());
            assert_eq!(
                denied.unwrap_err().to_string(),
                "raw ICMP: CAP_NET_RAW is missing; UDP tracing still works: rtrace -U"
            );
        })
        .unwrap();
}

#[test]
fn a_thread_without_rights_may_drop_them_again() {
    let twice = thread::spawn(|| {
        drop_all().unwrap();
        drop_all().unwrap()
    });
    assert!(twice.join().unwrap().capabilities.is_empty());
}

/// Why no setuid program can be made here, if so.
fn obstacle(folder: &Path) -> Option<String> {
    let now = held().unwrap();
    if now.user != 0 {
        return Some("root is needed to make a setuid program".to_owned());
    }
    if now.no_new_privileges {
        return Some("no_new_privs is set, a setuid program gains nothing".to_owned());
    }
    let mounted = nix::sys::statvfs::statvfs(folder).unwrap();
    let ignored = mounted.flags().contains(FsFlags::ST_NOSUID);
    ignored.then(|| format!("{} is mounted nosuid", folder.display()))
}

/// Runs one test of this program again as nobody, from a copy that belongs to root and is setuid. True in that run.
fn inside_a_setuid_program(test: &str) -> bool {
    if std::env::var_os(SETUID).is_some() {
        return true;
    }
    let folder = std::env::temp_dir();
    if let Some(obstacle) = obstacle(&folder) {
        lacking(&obstacle);
        return false;
    }
    let program = folder.join(format!("layercake-{}-{test}", std::process::id()));
    // By another process, so that no child forked meanwhile holds it open for writing ("text file busy").
    let own = std::env::current_exe().unwrap();
    let mut install = Command::new("install");
    let installed = install.args(["-m", "4755"]).arg(own).arg(&program).status();
    assert!(installed.unwrap().success());
    let mut command = Command::new(&program);
    command
        .args(["--exact", test])
        .env(SETUID, "1")
        .uid(NOBODY)
        .gid(NOBODY)
        .current_dir("/");
    let output = command.output();
    std::fs::remove_file(&program).unwrap();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
    false
}

#[test]
fn the_owner_of_a_setuid_program_is_dropped() {
    if !inside_a_setuid_program("the_owner_of_a_setuid_program_is_dropped") {
        return;
    }
    assert_eq!(held().unwrap().user, 0);
    let left = drop_all().unwrap();
    assert_eq!(left.user, NOBODY);
    assert!(left.capabilities.is_empty());
    assert!(caps::read(None, CapSet::Bounding).unwrap().is_empty());
}

#[test]
fn a_saved_owner_cannot_be_taken_up_again() {
    if !inside_a_setuid_program("a_saved_owner_cannot_be_taken_up_again") {
        return;
    }
    // The program has stepped down by itself, with the way back open.
    seteuid(Uid::from_raw(NOBODY)).unwrap();
    assert_eq!(held().unwrap().user, NOBODY);
    drop_all().unwrap();
    assert_eq!(seteuid(Uid::from_raw(0)), Err(Errno::EPERM));
    assert_eq!(held().unwrap().user, NOBODY);
}
