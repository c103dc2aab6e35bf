//! Hostile frames from the kernel's side of a TAP device into `layercake host`.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _};
use std::thread::sleep;
use std::time::Duration;

use layercake_base::Mac;
use layercake_host::link::BatchSender;
use layercake_tests::hostile::{Generator, Target};
use layercake_tests::netns::Chain;

use crate::kernel::said;

/// Frames made and sent together.
const BATCH: usize = 64;
/// Frames in the device's queue at a time.
const WINDOW: u64 = 512;
/// What a packet socket takes: from a header on, up to a whole frame. packet(7).
const SHORTEST: usize = 14;
const LONGEST: usize = 1514;

/// The host, its link address, and neighbours.
fn target() -> Target {
    let v4 = |text: &str| text.parse().unwrap();
    let v6 = |text: &str| text.parse().unwrap();
    Target {
        mac: Mac([2, 0, 10, 0, 0, 2]),
        v4: vec![v4("10.0.0.2")],
        v6: vec![v6("fd00::2"), v6("fe80::aff:fe00:2")],
        hosts: ["10.0.0.3", "10.0.0.4", "192.0.2.1", "203.0.113.7"]
            .map(v4)
            .to_vec(),
        hosts_v6: ["fd00::3", "fd00::4", "fe80::3", "2001:db8::7"]
            .map(v6)
            .to_vec(),
    }
}

/// Frames of one seed on the kernel's side of a device.
pub(crate) struct Flood {
    generator: Generator,
    sender: BatchSender,
    counters: File,
    frames: Vec<Vec<u8>>,
    pub(crate) sent: u64,
}

impl Flood {
    pub(crate) fn new(chain: &Chain, seed: u64) -> Self {
        // The file shows the namespace that it was opened in.
        let open = || {
            (
                BatchSender::open("lc0"),
                File::open("/proc/thread-self/net/dev"),
            )
        };
        let (sender, counters) = chain.enter(0, open).unwrap();
        Flood {
            generator: Generator::new(seed, target()),
            sender: sender.unwrap(),
            counters: counters.unwrap(),
            frames: vec![Vec::new(); BATCH],
            sent: 0,
        }
    }

    /// So many frames more, at least, and not faster than the host takes them: a TAP device
    /// drops what its queue of 1000 has no place for.
    pub(crate) fn send(&mut self, count: usize) {
        for _ in 0..count.div_ceil(BATCH) {
            for frame in &mut self.frames {
                self.generator.next(frame);
                frame.resize(frame.len().clamp(SHORTEST, LONGEST), 0);
            }
            let batch: Vec<_> = self.frames.iter().map(Vec::as_slice).collect();
            self.sender.send_all(&batch).unwrap();
            self.sent += u64::try_from(BATCH).unwrap();
            while self.device().0 + WINDOW < self.sent {
                sleep(Duration::from_micros(20));
            }
        }
    }

    /// Frames that somebody has read from the device, and that it has dropped.
    pub(crate) fn device(&mut self) -> (u64, u64) {
        let mut text = String::new();
        self.counters.rewind().unwrap();
        self.counters.read_to_string(&mut text).unwrap();
        let (_, line) = text.split_once("lc0:").unwrap();
        let column = |number| {
            line.split_whitespace()
                .nth(number)
                .unwrap()
                .parse()
                .unwrap()
        };
        (column(9), column(11))
    }
}

/// The kernel asks for the host anew, which so learns the kernel's true link address: who believes
/// ARP can be told a wrong one by any frame.
pub(crate) fn forget_neighbours(chain: &Chain) {
    chain.ip(0, &["neigh", "flush", "dev", "lc0"]).unwrap();
}

/// The host answers so many pings. The kernel's counters would count answers to frames that
/// claimed to come from it, too.
pub(crate) fn assert_answers(chain: &Chain, count: u32) {
    let ping = format!("ping -n -q -c {count} -i 0.002 -W 5 10.0.0.2");
    let text = said(chain, &ping);
    assert!(text.contains(" 0% packet loss"), "{text}");
}

/// Memory that a process holds, and the most so far, in kB. proc(5).
pub(crate) fn resident(process: u32) -> (u64, u64) {
    let told = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let field = |name: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.and_then(|number| number.parse().ok()).unwrap()
    };
    (field("VmRSS:"), field("VmHWM:"))
}

/// The number in front of some words: "10,000 frames from the kernel".
pub(crate) fn told(text: &str, words: &str) -> u64 {
    let (front, _) = text.split_once(words).unwrap();
    let number = front.trim_end().rsplit([' ', ':']).next().unwrap();
    number.replace(',', "").parse().unwrap()
}
