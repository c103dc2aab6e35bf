//! `layercake host` and `layercake net` beside the kernel of a namespace.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use layercake_tests::netns::{Chain, available};

/// One namespace without links.
pub(crate) fn alone() -> Option<Chain> {
    let chain = available("lake", 0).unwrap()?;
    chain.ip(0, &["link", "set", "lo", "up"]).unwrap();
    Some(chain)
}

/// Two namespaces with a veth pair between them; what the kernel of the second knows about it is
/// taken away.
pub(crate) fn pair() -> Option<Chain> {
    let chain = available("lake", 1).unwrap()?;
    chain.ip(1, &["addr", "flush", "dev", "left"]).unwrap();
    Some(chain)
}

/// The command at work in a node of a chain.
pub(crate) struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    /// What it said when it began.
    pub(crate) begun: String,
}

/// Starts `layercake` with these arguments in a node, and waits until it has said what to try.
pub(crate) fn start(chain: &Chain, node: usize, arguments: &str) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_layercake"));
    command.args(arguments.split_whitespace());
    start_command(chain, node, &mut command)
}

/// The same with a command that starts it.
pub(crate) fn start_command(
    chain: &Chain,
    node: usize,
    command: &mut Command,
) -> Running {
    command.stdout(Stdio::piped());
    let mut child = chain.enter(node, || command.spawn().unwrap()).unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut begun = String::new();
    while !begun.contains("Ctrl-C here ends") {
        let read = out.read_line(&mut begun).unwrap();
        assert_ne!(read, 0, "it ended: {begun}");
    }
    Running { child, out, begun }
}

impl Running {
    /// The number of the process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ctrl-C: what it printed from then on. It must end well.
    pub(crate) fn stop(mut self) -> String {
        let process = self.child.id().to_string();
        let kill = Command::new("kill").args(["-INT", &process]).status();
        assert!(kill.unwrap().success());
        let mut said = String::new();
        self.out.read_to_string(&mut said).unwrap();
        assert!(self.child.wait().unwrap().success(), "{said}");
        said
    }
}

/// Where a test fails before it has stopped the command, nobody else would.
impl Drop for Running {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
    }
}

/// What a command of the kernel's side says; its failure too is in the text.
pub(crate) fn said(chain: &Chain, command: &str) -> String {
    let mut words = command.split_whitespace();
    let mut command = Command::new(words.next().unwrap());
    let output = chain.run(0, command.args(words)).unwrap();
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// All echo requests were answered, each once. ping waits for the last answer no longer than its
/// interval, and a busy machine may be later; so the kernel's own counters decide.
#[track_caller]
pub(crate) fn assert_all_back(chain: &Chain, said: &str, count: u32) {
    let sent = format!("{count} packets transmitted");
    assert!(
        said.contains(&sent) && !said.contains("duplicates"),
        "{said}"
    );
    let deadline = Instant::now() + Duration::from_secs(5);
    let open = |[sent, heard]: [&str; 2]| counter(chain, sent) != counter(chain, heard);
    while ECHOES.into_iter().any(open) {
        assert!(Instant::now() < deadline, "{said}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

const ECHOES: [[&str; 2]; 2] = [
    ["IcmpOutEchos", "IcmpInEchoReps"],
    ["Icmp6OutEchos", "Icmp6InEchoReplies"],
];

/// Waits until the kernel has made sure that its IPv6 addresses are its own: RFC 4862 §5.4.
#[track_caller]
pub(crate) fn settle(chain: &Chain) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while said(chain, "ip -6 addr show tentative").contains("inet6") {
        assert!(Instant::now() < deadline, "an address stays tentative");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The kernel of the namespace has found no fault in any packet. (Its Icmp6InErrors is about errors
/// whose socket is closed by now.)
#[track_caller]
pub(crate) fn assert_no_bad_packet(chain: &Chain) {
    for name in [
        "IpInHdrErrors",
        "IcmpInCsumErrors",
        "UdpInCsumErrors",
        "Ip6InHdrErrors",
        "Icmp6InCsumErrors",
        "Udp6InCsumErrors",
    ] {
        assert_eq!(counter(chain, name), 0, "{name}");
    }
}

/// A counter of the kernel.
#[track_caller]
pub(crate) fn counter(chain: &Chain, name: &str) -> u64 {
    let told = said(chain, &format!("nstat -az {name}"));
    let line = told.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The least round-trip time in milliseconds, from `rtt min/avg/max/mdev = 12.0/12.1/…`.
pub(crate) fn least(said: &str) -> f64 {
    let (_, figures) = said.split_once(" = ").unwrap();
    figures.split('/').next().unwrap().parse().unwrap()
}
