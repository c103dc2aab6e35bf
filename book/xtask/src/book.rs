//! Builds the book in this process, and fails where mdBook would not.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use mdbook_driver::MDBook;

/// Checks the chapters, builds `book/book`, checks the pages.
pub(crate) fn build(root: &Path) -> anyhow::Result<()> {
    let folder = root.join("book");
    let mut faults = chapters(&folder.join("src"))?;
    refuse(&faults)?;
    let book = MDBook::load(&folder).context("book.toml or SUMMARY.md cannot be read")?;
    book.build().context("the book cannot be built")?;
    let pages = files(&folder.join("book"), "html")?;
    for page in &pages {
        faults.extend(page_faults(page)?);
    }
    refuse(&faults)?;
    println!("book/book/index.html: {} pages", pages.len());
    Ok(())
}

fn chapters(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    for chapter in files(folder, "md")? {
        let text = fs::read_to_string(&chapter)?;
        let place = chapter.parent().unwrap_or(folder);
        let missing = crate::includes::missing(&text, place);
        faults.extend(
            missing
                .iter()
                .map(|fault| format!("{}: {fault}", chapter.display())),
        );
    }
    Ok(faults)
}

/// A page must hold no directive that was left over and no empty code block.
fn page_faults(page: &Path) -> anyhow::Result<Vec<String>> {
    let html = fs::read_to_string(page)?;
    let left_over = html.contains("{{#").then_some("a directive was left over");
    let blocks = html.split("<code class=\"language-").skip(1);
    let bodies =
        blocks.filter_map(|rest| rest.split_once('>')?.1.split("</code>").next());
    let empty = bodies
        .map(str::trim)
        .any(str::is_empty)
        .then_some("an empty code block");
    let faults = left_over.into_iter().chain(empty);
    Ok(faults
        .map(|fault| format!("{}: {fault}", page.display()))
        .collect())
}

fn refuse(faults: &[String]) -> anyhow::Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    bail!("the book has faults:\n{}", faults.join("\n"));
}

/// The files below `folder` with this extension, in order.
fn files(folder: &Path, extension: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
