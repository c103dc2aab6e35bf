//! mdBook lets a missing include or anchor pass; this does not.

use std::fs;
use std::path::Path;

/// One `{{#include path:anchor}}` of a chapter.
#[derive(Debug, PartialEq, Eq)]
struct Include<'a> {
    path: &'a str,
    anchor: Option<&'a str>,
}

/// Every include in `text` that names a missing file or anchor, one line each. Paths are
/// relative to `folder`, as mdBook reads them.
pub(crate) fn missing(text: &str, folder: &Path) -> Vec<String> {
    directives(text)
        .iter()
        .filter_map(|directive| fault(directive, folder))
        .collect()
}

/// What stands between `{{#` and `}}`.
fn directives(text: &str) -> Vec<&str> {
    let starts = text.split("{{#").skip(1);
    starts
        .map(|rest| rest.split("}}").next().unwrap_or(rest))
        .collect()
}

fn fault(directive: &str, folder: &Path) -> Option<String> {
    let Some(include) = parse(directive) else {
        return Some(format!(
            "{{{{#{directive}}}}}: only #include PATH[:ANCHOR] is used here"
        ));
    };
    let path = folder.join(include.path);
    let Ok(source) = fs::read_to_string(&path) else {
        return Some(format!("{}: no such file", path.display()));
    };
    let anchor = include.anchor?;
    let marked = |kind: &str| {
        source
            .lines()
            .any(|line| line.trim_end().ends_with(&format!("{kind}: {anchor}")))
    };
    let whole = marked("ANCHOR") && marked("ANCHOR_END");
    (!whole).then(|| format!("{}: no anchor {anchor}", path.display()))
}

fn parse(directive: &str) -> Option<Include<'_>> {
    let target = directive.strip_prefix("include ")?.trim();
    Some(match target.split_once(':') {
        Some((path, anchor)) => Include {
            path,
            anchor: Some(anchor),
        },
        None => Include {
            path: target,
            anchor: None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_and_a_missing_anchor_are_found() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let text =
            "{{#include nowhere.rs}} {{#include main.rs:nothing}} {{#include main.rs}}";
        let faults = missing(text, &folder);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(
            faults[0].ends_with("no such file")
                && faults[1].ends_with("no anchor nothing")
        );
    }

    #[test]
    fn anything_but_an_include_is_a_fault() {
        assert_eq!(missing("{{#playground x.rs}}", Path::new(".")).len(), 1);
        assert_eq!(
            parse("include a/b.rs:send"),
            Some(Include {
                path: "a/b.rs",
                anchor: Some("send")
            })
        );
    }
}
