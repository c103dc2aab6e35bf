//! The chores that need more than cargo: `cargo xtask book|man|seeds DIR`.

mod book;
mod includes;
mod man;
mod seeds;

use std::path::{Path, PathBuf};

use clap::Parser;

/// The chores.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Chore {
    /// Build the book into book/book and check every include and code block.
    Book,
    /// Write man pages and shell completions of the commands into target/assets.
    Man,
    /// Write the packets of captures/ as seeds for the fuzz targets.
    Seeds {
        /// The folder to write to.
        folder: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    match Chore::parse() {
        Chore::Book => book::build(&root()),
        Chore::Man => man::write(&root().join("target/assets")),
        Chore::Seeds { folder } => seeds::write(&root(), &folder),
    }
}

/// The workspace: two folders above this package.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_path_buf()
}
