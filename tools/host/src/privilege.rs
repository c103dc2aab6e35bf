//! Giving rights away once the sockets are open.
//!
//! A program that reads what strangers send should hold nothing that a stranger could want. [`drop_all`] gives up a
//! setuid owner, every capability in every set of this process, and the chance to gain any again.
//!
//! Call it after the sockets, files and links are open and before the first helper thread starts: capabilities
//! belong to threads, and a thread inherits those of its maker.
//!
//! Spec: capabilities(7), credentials(7), prctl(2) `PR_SET_NO_NEW_PRIVS`.

use caps::{CapSet, Capability};
use nix::errno::Errno;
use nix::sys::prctl;
use nix::unistd::{getegid, geteuid, getresgid, getresuid, setresgid, setresuid};

use crate::failure::HostError;

/// What this process may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Effective user.
    pub user: u32,
    /// Effective group.
    pub group: u32,
    /// Effective capabilities by name (`CAP_NET_RAW`), sorted.
    pub capabilities: Vec<String>,
    /// Whether `execve` can no longer add rights.
    pub no_new_privileges: bool,
}

/// What the calling thread holds now.
///
/// # Errors
/// When the kernel does not tell.
pub fn held() -> Result<Held, HostError> {
    let sets = caps::read(None, CapSet::Effective)
        .map_err(|error| refused("read the capabilities", &error))?;
    let mut capabilities: Vec<String> = sets.iter().map(Capability::to_string).collect();
    capabilities.sort();
    let no_new_privileges = prctl::get_no_new_privs()
        .map_err(|errno| HostError::new("read no_new_privs", &errno.into()))?;
    Ok(Held {
        user: geteuid().as_raw(),
        group: getegid().as_raw(),
        capabilities,
        no_new_privileges,
    })
}

/// Drops everything: the owner of a setuid program, all capabilities, and the way back. Returns what is left.
///
/// A process that root itself started stays root by name, but has no capability: it may still write root's files.
///
/// # Errors
/// What could not be given up. The caller should stop then: a program that believes itself harmless must be so.
pub fn drop_all() -> Result<Held, HostError> {
    give_up("set no_new_privs", prctl::set_no_new_privs())?;
    // First, while CAP_SETPCAP is there; without it, no_new_privs alone keeps these capabilities out of reach.
    if caps::has_cap(None, CapSet::Effective, Capability::CAP_SETPCAP).unwrap_or(false) {
        clear(CapSet::Bounding)?;
    }
    give_up("drop the setgid group", drop_group())?;
    give_up("drop the setuid owner", drop_user())?;
    for set in [CapSet::Ambient, CapSet::Inheritable, CapSet::Effective] {
        clear(set)?;
    }
    clear(CapSet::Permitted)?;
    held()
}

/// The saved group counts too: whoever has one can take it up again.
fn drop_group() -> nix::Result<()> {
    let own = getresgid()?;
    let group = own.real;
    if own.effective != group || own.saved != group {
        setresgid(group, group, group)?;
    }
    Ok(())
}

/// The saved user counts too: whoever has one can take it up again.
fn drop_user() -> nix::Result<()> {
    let own = getresuid()?;
    let user = own.real;
    if own.effective != user || own.saved != user {
        setresuid(user, user, user)?;
    }
    Ok(())
}

fn clear(set: CapSet) -> Result<(), HostError> {
    caps::clear(None, set)
        .map_err(|error| refused(&format!("clear the {set:?} capabilities"), &error))
}

fn give_up(action: &str, result: nix::Result<()>) -> Result<(), HostError> {
    result.map_err(|errno: Errno| HostError::new(action, &errno.into()))
}

fn refused(action: &str, error: &caps::errors::CapsError) -> HostError {
    HostError {
        action: format!("{action} ({error})"),
        errno: libc::EPERM,
    }
}
