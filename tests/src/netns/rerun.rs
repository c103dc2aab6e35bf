//! A test that starts itself again inside a namespace, as a user without rights.
//!
//! A thread cannot give up its user alone (the C library changes it for the whole process), so the test program runs
//! once more, for that one test.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use super::{Chain, complaint};

/// The user and group without any right: nobody.
pub const NOBODY: u32 = 65_534;

/// A command that runs a program as nobody, who may open `/dev/net/tun` as on most machines: in a mount namespace,
/// because on some nobody may.
#[must_use]
pub fn as_nobody(program: &str, arguments: &str) -> Command {
    let script = format!(
        "mount -t tmpfs none /mnt && mknod /mnt/tun c 10 200 && chmod 666 /mnt/tun && \
         mount --bind /mnt/tun /dev/net/tun && install -m 755 {program} /mnt/program && cd / && \
         exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups /mnt/program {arguments}"
    );
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", &script]);
    command
}

/// Names the process that a test started again as another user, see [`Chain::rerun_as_nobody`].
const INNER: &str = "LAYERCAKE_INNER_TEST";

/// Whether this process is the one that [`Chain::rerun_as_nobody`] started.
#[must_use]
pub fn is_inner() -> bool {
    std::env::var_os(INNER).is_some()
}

/// A copy of the running program where every user may execute it.
struct Copied {
    path: PathBuf,
}

impl Copied {
    fn new(name: &str) -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("layercake-{name}"));
        // By another process: were the copy written here, a child forked meanwhile by another test would hold it open
        // for writing, and it could not be executed ("text file busy").
        let copied = Command::new("install")
            .args(["-m", "755"])
            .arg(std::env::current_exe()?)
            .arg(&path)
            .output()?;
        if copied.status.success() {
            Ok(Self { path })
        } else {
            Err(complaint("install", &copied))
        }
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            eprintln!("{} stays behind: {error}", self.path.display());
        }
    }
}

impl Chain {
    /// Starts the running test program again, for the one test `test` (its full path), inside a node as user and
    /// group nobody. There [`is_inner`] is true.
    ///
    /// # Errors
    /// When it cannot be started, or the test fails there; the error then holds its output.
    pub fn rerun_as_nobody(&self, node: usize, test: &str) -> io::Result<()> {
        let program = Copied::new(self.name(node)?)?;
        let mut command = Command::new(&program.path);
        command
            .args(["--exact", test, "--nocapture"])
            .env(INNER, "1");
        command.uid(NOBODY).gid(NOBODY).current_dir("/");
        let output = self.run(node, &mut command)?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        // A filter that matches nothing also "passes".
        if output.status.success() && said.contains("1 passed") {
            return Ok(());
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!(
            "{test} as nobody:\n{said}{complaint}"
        )))
    }
}
