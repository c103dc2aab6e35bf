//! Man pages and completions, from the same definitions as `--help`.

use std::fs;
use std::path::Path;

use anyhow::Context;
use clap_complete::{Shell, generate_to};

/// Writes `NAME.1` (one for each subcommand too) and completions for bash, fish and zsh.
pub(crate) fn write(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let commands = [
        layercake_rping::command(),
        layercake_rtrace::command(),
        layercake_rcap::command(),
        layercake_workbench::command(),
    ];
    for mut command in commands {
        clap_mangen::generate_to(command.clone(), folder)?;
        let name = command.get_name().to_owned();
        for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
            generate_to(shell, &mut command, &name, folder)?;
        }
        println!("{}: {name}.1 and completions", folder.display());
    }
    Ok(())
}
