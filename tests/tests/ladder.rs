//! The ladder of invariants, held against `cargo metadata` and the sources (ARCHITECTURE.md):
//! 1 layer crates know only `base`; 2 `stack/` does no I/O, reads no clock, draws no entropy;
//! 4 `unsafe` exists only in `tools/host`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};

/// What no source under `stack/` may name: I/O, clocks, entropy, threads, the environment.
const OUTSIDE: [&str; 16] = [
    "std::fs",
    "std::io",
    "std::env",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::Instant",
    "time::SystemTime",
    "std::net::Tcp",
    "std::net::Udp",
    "std::os",
    "getrandom",
    "thread_rng",
    "println!",
    "eprintln!",
    "extern \"C\"",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn metadata() -> Metadata {
    let manifest = root().join("Cargo.toml");
    MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .unwrap()
}

/// Layer crates: the folders `stack/l1-…` to `stack/l7-…`.
fn is_layer(folder: &str) -> bool {
    folder
        .strip_prefix("stack/l")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// A package as the ladder sees it: its folder, and the workspace packages it depends on in
/// any way (normal, build or test).
#[derive(Debug)]
struct Rung {
    name: String,
    folder: String,
    inside: Vec<String>,
    features: usize,
}

fn rungs() -> Vec<Rung> {
    let data = metadata();
    let names: Vec<_> = data.packages.iter().map(|p| p.name.to_string()).collect();
    let rung = |package: &cargo_metadata::Package| {
        let folder = package.manifest_path.parent().unwrap().as_std_path();
        let folder = folder
            .strip_prefix(root())
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let inside = package.dependencies.iter().map(|d| d.name.clone());
        let inside = inside.filter(|name| names.contains(name)).collect();
        let name = package.name.to_string();
        Rung {
            name,
            folder,
            inside,
            features: package.features.len(),
        }
    };
    data.packages.iter().map(rung).collect()
}

/// Every way in which a package stands where it must not.
fn faults(rungs: &[Rung]) -> Vec<String> {
    let mut faults = Vec::new();
    for Rung {
        name,
        folder,
        inside,
        features,
    } in rungs
    {
        let wrong = |allowed: &dyn Fn(&str) -> bool| {
            inside
                .iter()
                .filter(|dep| !allowed(dep))
                .cloned()
                .collect::<Vec<_>>()
        };
        let bad = match folder.as_str() {
            "stack/base" => wrong(&|_| false),
            folder if is_layer(folder) => wrong(&|dep| dep == "layercake-base"),
            folder if folder.starts_with("stack/") => {
                let stack: Vec<_> = rungs
                    .iter()
                    .filter(|r| r.folder.starts_with("stack/"))
                    .map(|r| &r.name)
                    .collect();
                wrong(&|dep| stack.iter().any(|name| *name == dep))
            }
            _ => Vec::new(),
        };
        faults.extend(
            bad.iter()
                .map(|dep| format!("{name} ({folder}) depends on {dep}")),
        );
        if folder.starts_with("stack/") && *features > 0 {
            faults.push(format!("{name} ({folder}) has feature flags"));
        }
    }
    faults
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The code of a source file without comments and without what follows `#[cfg(test)]`.
fn code(text: &str) -> String {
    let lines = text
        .lines()
        .take_while(|line| !line.contains("#[cfg(test)]"));
    let code = lines.map(|line| line.split("//").next().unwrap_or(""));
    code.collect::<Vec<_>>().join("\n")
}

/// True when `text` has `word` standing alone.
fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|w| w == word)
}

#[test]
fn layer_crates_know_only_base() {
    let rungs = rungs();
    let layers = rungs.iter().filter(|r| is_layer(&r.folder)).count();
    assert!(
        layers >= 4,
        "found only {layers} layer crates: is the ladder looking at all?"
    );
    let faults = faults(&rungs);
    assert!(
        faults.is_empty(),
        "invariant 1 is broken:\n{}",
        faults.join("\n")
    );
}

#[test]
fn a_layer_that_leans_on_another_is_found() {
    let rung = |name: &str, folder: &str, inside: &[&str]| Rung {
        name: name.into(),
        folder: folder.into(),
        inside: inside.iter().map(|&s| s.into()).collect(),
        features: 0,
    };
    let bad = [
        rung(
            "layercake-network",
            "stack/l3-network",
            &["layercake-base", "layercake-datalink"],
        ),
        rung(
            "layercake-tower",
            "stack/tower",
            &["layercake-network", "layercake-host"],
        ),
    ];
    let expected = [
        "layercake-network (stack/l3-network) depends on layercake-datalink",
        "layercake-tower (stack/tower) depends on layercake-host",
    ];
    assert_eq!(faults(&bad), expected);
}

#[test]
fn the_stack_touches_nothing_outside_itself() {
    for folder in fs::read_dir(root().join("stack")).unwrap() {
        for path in sources(&folder.unwrap().path().join("src")) {
            let code = code(&fs::read_to_string(&path).unwrap());
            for word in OUTSIDE {
                assert!(
                    !code.contains(word),
                    "invariant 2: {} names {word}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn unsafe_code_lives_only_in_host() {
    for folder in ["stack", "tools"] {
        for path in sources(&root().join(folder)) {
            let inside = path.strip_prefix(root()).unwrap();
            if inside.starts_with("tools/host") {
                continue;
            }
            let code = code(&fs::read_to_string(&path).unwrap());
            assert!(
                !has_word(&code, "unsafe"),
                "invariant 4: {} is unsafe",
                inside.display()
            );
        }
    }
}

#[test]
fn every_stack_crate_forbids_unsafe_code() {
    for folder in fs::read_dir(root().join("stack")).unwrap() {
        let lib = folder.unwrap().path().join("src/lib.rs");
        let text = fs::read_to_string(&lib).unwrap();
        assert!(
            text.contains("#![forbid(unsafe_code)]"),
            "{} does not",
            lib.display()
        );
    }
}

#[test]
fn comments_and_tests_are_not_code() {
    let text = "fn a() {} // unsafe std::fs\n#[cfg(test)]\nmod tests { use std::fs; }\n";
    assert_eq!(code(text), "fn a() {} ");
    assert!(!has_word("forbid(unsafe_code)", "unsafe"));
    assert!(has_word("unsafe {", "unsafe"));
}
