//! A chain of network namespaces, each a host or router of the real kernel, for tests against real traffic.
//!
//! ```text
//!   node 0 ──link 1── node 1 ──link 2── node 2 ── … ── node N
//!   source            router            router          target
//! ```
//! Link `i` joins `right` of node `i-1` (10.99.i.1/30, fd99:0:0:i::1/64) to `left` of node `i` (10.99.i.2/30,
//! fd99:0:0:i::2/64), with the MAC addresses 02:00:00:00:i:01 and 02:00:00:00:i:02; IPv6 neighbours are entered, IPv4
//! ones are asked for by ARP. Every node forwards, answers every probe (the ICMP rate limits are off) and lets every group
//! open datagram ICMP sockets; a test may change any of that with [`Chain::sysctl`].
//!
//! Needs root, iproute2 and the right to make namespaces; [`available`] says what a machine lacks. Everything
//! disappears with the value.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use nix::sched::{CloneFlags, setns};

use crate::lack::{in_ci, lacking};

mod rerun;

pub use rerun::{NOBODY, as_nobody, is_inner};

/// Namespaces made so far by this process, so that parallel tests do not meet.
static MADE: AtomicU32 = AtomicU32::new(0);

/// Nodes in a row; see the module's figure.
#[derive(Debug)]
pub struct Chain {
    names: Vec<String>,
}

/// Builds a chain of `links` links, or says why this machine cannot.
///
/// Says why and returns `None` where it cannot be built, for whatever reason; on a machine that calls itself a continuous
/// integration machine (`CI=true`) that is an error instead, so that no test passes by not running.
///
/// # Errors
/// Why it cannot be built, with `CI=true`.
pub fn available(prefix: &str, links: u8) -> io::Result<Option<Chain>> {
    match Chain::new(prefix, links) {
        Ok(chain) => Ok(Some(chain)),
        Err(error) if in_ci() => Err(error),
        Err(error) => {
            lacking(&format!(
                "network namespaces are needed, so root and iproute2: {error}"
            ));
            Ok(None)
        }
    }
}

impl Chain {
    /// Builds node 0 to node `links`, joins and addresses them, and routes between the ends.
    ///
    /// # Errors
    /// What `ip` says, for example that root is needed.
    pub fn new(prefix: &str, links: u8) -> io::Result<Self> {
        let serial = MADE.fetch_add(1, Ordering::Relaxed);
        let stem = format!("{prefix}{}x{serial}n", std::process::id());
        let mut chain = Self { names: Vec::new() };
        for node in 0..=links {
            let name = format!("{stem}{node}");
            ip(&["netns", "add", &name])?;
            chain.names.push(name);
        }
        for node in 0..=usize::from(links) {
            chain.open_up(node)?;
        }
        for link in 1..=links {
            chain.join(link)?;
        }
        chain.route(links)?;
        Ok(chain)
    }

    /// How many links there are; node `links` is the target.
    #[must_use]
    pub fn links(&self) -> usize {
        self.names.len().saturating_sub(1)
    }

    /// The name of a namespace, as `ip netns` lists it.
    ///
    /// # Errors
    /// When the chain has no such node.
    pub fn name(&self, node: usize) -> io::Result<&str> {
        let missing = || io::Error::other(format!("the chain has no node {node}"));
        self.names.get(node).map(String::as_str).ok_or_else(missing)
    }

    /// The IPv4 address that node `node` (from 1) answers a trace with: that of its `left`.
    #[must_use]
    pub fn v4(node: u8) -> Ipv4Addr {
        Ipv4Addr::new(10, 99, node, 2)
    }

    /// The IPv6 address that node `node` (from 1) answers a trace with: that of its `left`.
    #[must_use]
    pub fn v6(node: u8) -> Ipv6Addr {
        Ipv6Addr::new(0xfd99, 0, 0, u16::from(node), 0, 0, 0, 2)
    }

    /// Runs `body` on a thread of its own inside a node.
    ///
    /// # Errors
    /// When the namespace cannot be entered. A panic of `body` goes on in the caller.
    pub fn enter<T: Send>(
        &self,
        node: usize,
        body: impl FnOnce() -> T + Send,
    ) -> io::Result<T> {
        let namespace = File::open(format!("/run/netns/{}", self.name(node)?))?;
        thread::scope(|scope| {
            let inside = scope.spawn(move || {
                setns(&namespace, CloneFlags::CLONE_NEWNET).map_err(io::Error::from)?;
                Ok(body())
            });
            inside
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Runs a command inside a node and returns what it printed.
    ///
    /// # Errors
    /// When it cannot be started; its own failure is in the output's status.
    pub fn run(&self, node: usize, command: &mut Command) -> io::Result<Output> {
        self.enter(node, || command.output())?
    }

    /// Sets a kernel parameter of a node, for example `net/ipv4/icmp_ratelimit`.
    ///
    /// # Errors
    /// When this kernel has no such parameter.
    pub fn sysctl(&self, node: usize, name: &str, value: &str) -> io::Result<()> {
        self.enter(node, || std::fs::write(format!("/proc/sys/{name}"), value))?
    }

    /// Runs `ip` inside a node, for example `&["link", "set", "right", "mtu", "1280"]`.
    ///
    /// # Errors
    /// What `ip` says.
    pub fn ip(&self, node: usize, arguments: &[&str]) -> io::Result<()> {
        let mut whole = vec!["-n", self.name(node)?];
        whole.extend_from_slice(arguments);
        ip(&whole)
    }

    fn open_up(&self, node: usize) -> io::Result<()> {
        for (name, value) in [
            ("net/ipv4/ip_forward", "1"),
            ("net/ipv6/conf/all/forwarding", "1"),
            ("net/ipv6/conf/all/accept_dad", "0"),
            ("net/ipv6/conf/default/accept_dad", "0"),
            ("net/ipv4/icmp_ratelimit", "0"),
            ("net/ipv4/icmp_ratemask", "0"),
            ("net/ipv6/icmp/ratelimit", "0"),
            // Only the types named here share the host-wide limit; type 0 does not exist.
            ("net/ipv6/icmp/ratemask", "0"),
            ("net/ipv4/ping_group_range", "0 2147483647"),
        ] {
            self.sysctl(node, name, value)?;
        }
        self.ip(node, &["link", "set", "lo", "up"])
    }

    fn join(&self, link: u8) -> io::Result<()> {
        let (near, far) = (usize::from(link) - 1, usize::from(link));
        let left = self.name(far)?;
        let right = self.name(near)?;
        let mac = |last: u8| format!("02:00:00:00:{link:02x}:{last:02x}");
        let (left_mac, right_mac) = (mac(2), mac(1));
        ip(&[
            "link", "add", "left", "netns", left, "address", &left_mac, "type", "veth",
            "peer", "name", "right", "netns", right, "address", &right_mac,
        ])?;
        for (node, name, last) in [(near, "right", 1), (far, "left", 2)] {
            let v4 = format!("10.99.{link}.{last}/30");
            let v6 = format!("fd99:0:0:{link:x}::{last}/64");
            self.ip(node, &["addr", "add", &v4, "dev", name])?;
            self.ip(node, &["addr", "add", &v6, "dev", name, "nodad"])?;
            self.ip(node, &["link", "set", name, "up"])?;
            // A fresh link loses the first neighbour solicitation, which costs a second.
            let (peer, mac) = (format!("fd99:0:0:{link:x}::{}", 3 - last), mac(3 - last));
            let neighbour = [peer.as_str(), "lladdr", &mac, "dev", name];
            let mut add = vec!["-6", "neigh", "replace"];
            add.extend_from_slice(&neighbour);
            self.ip(node, &add)?;
        }
        Ok(())
    }

    fn route(&self, links: u8) -> io::Result<()> {
        for node in 0..=links {
            let here = usize::from(node);
            if node < links {
                let next = node + 1;
                let v4 = format!("10.99.{next}.2");
                let v6 = format!("fd99:0:0:{next:x}::2");
                self.ip(here, &["route", "add", "default", "via", &v4])?;
                self.ip(here, &["-6", "route", "add", "default", "via", &v6])?;
            }
            for earlier in 1..node {
                let v4 = (format!("10.99.{earlier}.0/30"), format!("10.99.{node}.1"));
                let v6 = (
                    format!("fd99:0:0:{earlier:x}::/64"),
                    format!("fd99:0:0:{node:x}::1"),
                );
                self.ip(here, &["route", "add", &v4.0, "via", &v4.1])?;
                self.ip(here, &["-6", "route", "add", &v6.0, "via", &v6.1])?;
            }
        }
        Ok(())
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        for name in &self.names {
            if let Err(error) = ip(&["netns", "del", name]) {
                eprintln!("namespace {name} stays behind: {error}");
            }
        }
    }
}

fn ip(arguments: &[&str]) -> io::Result<()> {
    let unstarted = |error| io::Error::other(format!("ip cannot be started: {error}"));
    let output = Command::new("ip").args(arguments).output();
    let output = output.map_err(unstarted)?;
    if output.status.success() {
        return Ok(());
    }
    Err(complaint(&format!("ip {}", arguments.join(" ")), &output))
}

fn complaint(command: &str, output: &Output) -> io::Error {
    let said = String::from_utf8_lossy(&output.stderr);
    io::Error::other(format!("{command}: {}", said.trim()))
}
