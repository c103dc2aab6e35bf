//! `layercake copy`: two processes, and a line between them that loses frames.

use std::fs;
use std::path::PathBuf;

use crate::bench::{Ran, layercake_with};

/// A folder for one test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("layercake-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    /// Copies `octets` with these options; what B is then.
    fn copy(&self, octets: &[u8], options: &str) -> (Ran, Option<Vec<u8>>) {
        let [a, b] = ["a", "b"].map(|name| self.0.join(name));
        fs::write(&a, octets).unwrap();
        let mut arguments = vec!["copy", a.to_str().unwrap(), b.to_str().unwrap()];
        arguments.extend(options.split_whitespace());
        let ran = layercake_with(&arguments, b"");
        let found = fs::read(&b).ok();
        let left = fs::read_dir(&self.0).unwrap().count();
        assert_eq!(
            left,
            1 + usize::from(found.is_some()),
            "something was left behind"
        );
        (ran, found)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

fn sample(octets: u32) -> Vec<u8> {
    (0..octets)
        .map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3])
        .collect()
}

#[test]
fn a_file_survives_a_line_that_loses_three_frames_of_ten() {
    let folder = Folder::new("loss");
    let data = sample(40_000);
    for options in [
        "--arq selective-repeat --window 32",
        "--arq go-back-n --window 8 --corrupt 0.1",
        "--arq stop-and-wait --size 4000",
    ] {
        let more = format!("{options} --loss 0.3 --delay 200us --seed 3");
        let (ran, found) = folder.copy(&data, &more);
        assert_eq!(ran.code, 0, "{options}: {}", ran.told);
        assert_eq!(found, Some(data.clone()), "{options}");
        let text = ran.text();
        assert!(text.contains("40,000 octets in"), "{text}");
        assert!(
            text.contains("formula") && !text.contains(" 0 repeated"),
            "{text}"
        );
        fs::remove_file(folder.0.join("b")).unwrap();
    }
}

#[test]
fn an_empty_file_and_a_quick_line_are_no_special_case() {
    let folder = Folder::new("empty");
    let (ran, found) = folder.copy(b"", "--rate 0 --delay 0us");
    assert_eq!((ran.code, found), (0, Some(Vec::new())), "{}", ran.told);
    let data = sample(200_000);
    let (ran, found) = folder.copy(&data, "--rate 0 --delay 0us --size 16384");
    assert_eq!((ran.code, found), (0, Some(data)), "{}", ran.told);
}

/// A row for each frame: what arrives has an arrow head, what is lost a cross on the way.
#[test]
fn what_crossed_the_line_is_drawn() {
    let folder = Folder::new("watch");
    let svg =
        std::env::temp_dir().join(format!("layercake-watch-{}.svg", std::process::id()));
    let options = format!("--watch --loss 0.2 --delay 1ms --svg {}", svg.display());
    let (ran, _) = folder.copy(&sample(30_000), &options);
    let picture = fs::read_to_string(&svg).unwrap();
    fs::remove_file(&svg).unwrap();
    let text = ran.text();
    let rows: Vec<&str> = text.lines().filter(|line| line.contains('|')).collect();
    assert!((20..=60).contains(&rows.len()), "{text}");
    assert!(rows.iter().all(|row| row.chars().count() <= 80), "{text}");
    assert!(rows.iter().any(|row| row.contains("--- I 0 ")), "{text}");
    assert!(
        rows.iter()
            .any(|row| row.contains("|<---") && row.contains(" RR ")),
        "{text}"
    );
    for row in rows {
        let arrives = row.contains("->|") || row.contains("|<-");
        assert_eq!(!arrives, row.ends_with("lost"), "{row}");
    }
    assert!(picture.starts_with("<svg") && picture.contains("I 0"));
}

#[test]
fn what_cannot_be_is_told_by_whichever_process_notices() {
    let folder = Folder::new("cannot");
    let path = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    fs::write(path("a"), b"a").unwrap();
    let copy = |a: &str, b: &str, more: &[&str]| {
        let mut arguments = vec!["copy", a, b];
        arguments.extend(more);
        layercake_with(&arguments, b"")
    };
    let ran = copy(&path("a"), &path("no/such"), &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.told.contains("no/such: No such file"), "{}", ran.told);
    let ran = copy(&path("none"), &path("b"), &[]);
    assert_eq!(ran.code, 2);
    let ran = copy(&path("a"), &path("b"), &["--window", "200"]);
    assert_eq!(ran.code, 2);
    assert!(ran.told.contains("allows at most 128"), "{}", ran.told);
    let by_hand = layercake_with(&["copy-receive", &path("b")], b"no numbers");
    assert_eq!(by_hand.code, 2);
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}
