//! Three of our bridges and one of Open vSwitch in a ring speak RSTP: they agree on the tree within seconds, and find another
//! one when a wire is cut. (The kernel's bridge speaks STP only; its test is `bridges.rs`.)
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::alone;
use layercake_host::link::LinkChannel;
use layercake_live::Live;
use layercake_tests::lack::lacking;
use layercake_tower::Network;

/// Our bridges between the two ports `left` and `right` of the other one.
const RING: &str = r#"
[[node]]
name = "host.lab"
kind = "host"
[[node]]
name = "one.lab"
kind = "bridge"
spanning_tree = "rstp"
priority = 12288
[[node]]
name = "two.lab"
kind = "bridge"
spanning_tree = "rstp"
priority = 8192
[[node]]
name = "three.lab"
kind = "bridge"
spanning_tree = "rstp"
priority = 16384
[[node]]
name = "left"
kind = "outside"
[[node]]
name = "right"
kind = "outside"
[[wire]]
between = ["left", "one.lab"]
link = "lan"
rate = "10 Gbit/s"
[[wire]]
between = ["one.lab", "two.lab"]
link = "lan"
rate = "10 Gbit/s"
[[wire]]
between = ["two.lab", "three.lab"]
link = "lan"
rate = "10 Gbit/s"
[[wire]]
between = ["three.lab", "right"]
link = "lan"
rate = "10 Gbit/s"
[[wire]]
between = ["host.lab 10.99.1.2/24", "two.lab"]
link = "lan"
rate = "10 Gbit/s"
"#;

/// Open vSwitch with a bridge of its own in this namespace; it ends with the value.
struct OpenVswitch {
    folder: PathBuf,
    daemons: Vec<Child>,
}

impl Drop for OpenVswitch {
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl OpenVswitch {
    /// Without its kernel module: frames go through packet sockets.
    fn start(name: &str, priority: u16) -> Self {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut own = OpenVswitch {
            folder,
            daemons: Vec::new(),
        };
        let at = |name: &str| own.folder.join(name).display().to_string();
        let (database, socket) = (at("conf.db"), at("db.sock"));
        let schema = "/usr/share/openvswitch/vswitch.ovsschema";
        own.run("ovsdb-tool", &["create", &database, schema]);
        own.daemon(
            "ovsdb-server",
            &[&format!("--remote=punix:{socket}"), &database],
        );
        own.wait_for("db.sock");
        own.set(&["--no-wait", "init"]);
        own.daemon("ovs-vswitchd", &[&format!("unix:{socket}"), "--pidfile"]);
        own.wait_for("ovs-vswitchd.pid");
        let priority = format!("other_config:rstp-priority={priority}");
        own.set(&[
            "add-br",
            "br0",
            "--",
            "set",
            "bridge",
            "br0",
            "datapath_type=netdev",
            "rstp_enable=true",
            &priority,
        ]);
        own.set(&["add-port", "br0", "k0"]);
        own.set(&["add-port", "br0", "k1"]);
        own
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).stderr(Stdio::null());
        for place in ["OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR"] {
            command.env(place, &self.folder);
        }
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program, arguments).output().unwrap();
        assert!(output.status.success(), "{program} {arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn set(&self, arguments: &[&str]) {
        let database = format!("--db=unix:{}", self.folder.join("db.sock").display());
        let whole = [&[database.as_str(), "--timeout=30"], arguments].concat();
        self.run("ovs-vsctl", &whole);
    }

    fn daemon(&mut self, program: &str, arguments: &[&str]) {
        let daemon = self.command(program, arguments).spawn().unwrap();
        self.daemons.push(daemon);
    }

    fn wait_for(&self, file: &str) {
        let there = (0..600).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            self.folder.join(file).exists()
        });
        assert!(there, "{file}");
    }

    /// What `rstp/show` says, and role and state of `k0` and `k1` in it.
    fn told(&self) -> (String, [(String, String); 2]) {
        let text = self.run("ovs-appctl", &["rstp/show", "br0"]);
        let port = |name: &str| {
            let words = text
                .lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>());
            let row = words.into_iter().find(|words| words.first() == Some(&name));
            row.map(|words| (words[1].to_lowercase(), words[2].to_lowercase()))
        };
        let ports = ["k0", "k1"].map(|name| port(name).unwrap_or_default());
        (text, ports)
    }
}

fn ip(arguments: &str) {
    let status = Command::new("ip").args(arguments.split(' ')).status();
    assert!(status.unwrap().success(), "ip {arguments}");
}

fn our_bridges() -> Live {
    let mut live = Live::new(Network::from_toml(RING, 1).unwrap()).unwrap();
    for (outside, name) in [("left", "o0"), ("right", "o1")] {
        let channel = LinkChannel::open(name).unwrap();
        channel.listen_to_all().unwrap();
        live.attach(outside, channel).unwrap();
    }
    live
}

/// Less than two Forward Delays of 15 s: only agreements between neighbours settle that soon.
const PATIENCE: Duration = Duration::from_secs(25);

/// What all bridges say, and role and state of each port in the ring, those of Open vSwitch first.
fn all_told(live: &mut Live, other: &OpenVswitch) -> (String, Vec<(String, String)>) {
    let (mut text, ports) = other.told();
    let mut told = ports.to_vec();
    for name in ["one.lab", "two.lab", "three.lab"] {
        let node = live.network().node(name).unwrap();
        let status = live.network().spanning_tree(node).unwrap();
        text.push_str(&format!("{name} {status}"));
        let ports = status.ports[..2].iter();
        told.extend(ports.map(|port| (port.role.to_string(), port.state.to_string())));
    }
    (text, told)
}

/// Lets time pass until the ports in the ring have these roles, and those that shall forward do.
fn settle(live: &mut Live, other: &OpenVswitch, roles: [&str; 8]) {
    let open = |role: &str| role == "root" || role == "designated";
    let fits = |((role, state), expected): (&(String, String), &str)| {
        role == expected && open(role) == (state == "forwarding")
    };
    let end = live.now() + PATIENCE;
    loop {
        let (text, told) = all_told(live, other);
        if told.iter().zip(roles).all(fits) {
            println!("{text}");
            return;
        }
        assert!(live.now() < end, "not {roles:?}: {text}");
        let soon = live.now() + Duration::from_millis(200);
        live.run_until(Some(soon), None, |_| false).unwrap();
    }
}

/// Settles to the roles `before`, cuts the wire between `one.lab` and `two.lab`, settles to those `after`.
fn cut_a_ring(priority: u16, before: [&str; 8], after: [&str; 8]) {
    if Command::new("ovs-vswitchd")
        .arg("--version")
        .output()
        .is_err()
    {
        lacking("Open vSwitch is needed, of the package openvswitch-switch");
        return;
    }
    let Some(chain) = alone() else { return };
    let tested = chain.enter(0, || {
        for number in [0, 1] {
            ip(&format!("link add k{number} type veth peer name o{number}"));
            ip(&format!("link set k{number} addrgenmode none up"));
            ip(&format!("link set o{number} addrgenmode none up"));
        }
        let other = OpenVswitch::start(chain.name(0).unwrap(), priority);
        let mut live = our_bridges();
        settle(&mut live, &other, before);
        let one = live.network().node("one.lab").unwrap();
        live.network().set_link(one, 1, false).unwrap();
        settle(&mut live, &other, after);
    });
    tested.unwrap();
}

const D: &str = "designated";

#[test]
fn open_vswitch_is_the_root() {
    cut_a_ring(
        4096,
        [D, D, "root", D, "root", "alternate", D, "root"],
        [D, D, "root", "disabled", "disabled", "root", D, "root"],
    );
}

#[test]
fn one_of_ours_is_the_root_for_open_vswitch() {
    cut_a_ring(
        32768,
        ["root", "alternate", D, "root", D, D, "root", D],
        [D, "root", "root", "disabled", "disabled", D, "root", D],
    );
}
