//! Addresses to names on helper threads: a report never waits for a name server longer than it wants to.
//!
//! Spec: getnameinfo(3) with `NI_NAMEREQD`.
//! Checks: a name keeps its letters, digits, hyphens, dots and underscores; any other octet, which a hostile server
//! may send to a terminal, becomes a question mark.

use std::collections::{HashMap, HashSet};
use std::ffi::CStr;
use std::net::IpAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use socket2::SockAddr;

use crate::clock::{Monotonic, monotonic};
use crate::failure::HostError;

/// Look-ups at the same time: a slow name server delays a quarter of them.
const THREADS: usize = 4;
/// Addresses that may wait; beyond, an address is shown without a name.
const MOST_WAITING: usize = 4096;
/// Addresses that are asked for at all: senders can be forged without end, and each name is kept.
const MOST_ASKED: usize = 65_536;
/// `NI_MAXHOST` of netdb.h.
const LONGEST: usize = 1025;

type Answer = (IpAddr, Option<String>);

/// A small pool of threads that look names up, and what they found so far.
#[derive(Debug)]
pub struct Reverse {
    questions: Sender<IpAddr>,
    answers: Receiver<Answer>,
    known: HashMap<IpAddr, Option<String>>,
    asked: HashSet<IpAddr>,
}

impl Reverse {
    /// Starts the threads. They end with the process, or when this value is dropped and their look-up is done.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start() -> Result<Self, HostError> {
        let (questions, waiting) = channel::<IpAddr>();
        let (found, answers) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..THREADS {
            let (waiting, found) = (Arc::clone(&waiting), found.clone());
            thread::Builder::new()
                .name("names".to_owned())
                .spawn(move || look_up_all(&waiting, &found))
                .map_err(|error| HostError::new("start a thread for names", &error))?;
        }
        Ok(Self {
            questions,
            answers,
            known: HashMap::new(),
            asked: HashSet::new(),
        })
    }

    /// Asks for the name of an address, once; returns at once. Does nothing while 4096 others wait, and after the
    /// 65 536th address.
    pub fn ask(&mut self, address: IpAddr) {
        let waiting = self.asked.len().saturating_sub(self.known.len());
        let full = waiting >= MOST_WAITING || self.asked.len() >= MOST_ASKED;
        if !full && self.asked.insert(address) {
            // The threads live as long as this value, so somebody listens.
            let _sent = self.questions.send(address);
        }
    }

    /// What is known of an address now: `None` while the look-up runs, `Some(None)` when it has no name.
    pub fn known(&mut self, address: IpAddr) -> Option<Option<&str>> {
        while let Ok((about, name)) = self.answers.try_recv() {
            self.known.insert(about, name);
        }
        self.known.get(&address).map(Option::as_deref)
    }

    /// The name of an address, asked for if need be, waited for until `deadline` at the longest.
    pub fn name(&mut self, address: IpAddr, deadline: Monotonic) -> Option<&str> {
        self.ask(address);
        while !self.known.contains_key(&address) {
            match self.answers.recv_timeout(deadline.since(monotonic())) {
                Ok((about, name)) => {
                    self.known.insert(about, name);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        self.known.get(&address)?.as_deref()
    }
}

fn look_up_all(waiting: &Mutex<Receiver<IpAddr>>, found: &Sender<Answer>) {
    loop {
        // The lock is held while waiting for a question, never during a look-up.
        let Ok(next) = waiting.lock().map(|waiting| waiting.recv()) else {
            return;
        };
        let Ok(address) = next else { return };
        if found.send((address, look_up(address))).is_err() {
            return;
        }
    }
}

#[allow(unsafe_code, reason = "getnameinfo has no safe form")]
fn look_up(address: IpAddr) -> Option<String> {
    let socket = SockAddr::from(std::net::SocketAddr::new(address, 0));
    let mut name = [0_u8; LONGEST];
    let room = libc::socklen_t::try_from(LONGEST).ok()?;
    // SAFETY: `socket` and `name` live through the call, their true lengths are given, no service is asked for, and
    // the call writes at most `room` octets, a NUL included.
    let answer = unsafe {
        libc::getnameinfo(
            socket.as_ptr().cast(),
            socket.len(),
            name.as_mut_ptr().cast(),
            room,
            std::ptr::null_mut(),
            0,
            libc::NI_NAMEREQD,
        )
    };
    let text = CStr::from_bytes_until_nul(&name).ok()?;
    (answer == 0 && !text.is_empty()).then(|| harmless(text.to_bytes()))
}

fn harmless(name: &[u8]) -> String {
    let keep = |octet: &u8| octet.is_ascii_alphanumeric() || b"-._".contains(octet);
    name.iter()
        .map(|octet| if keep(octet) { char::from(*octet) } else { '?' })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::*;

    /// Far beyond what a look-up in a file takes, however busy the machine is.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// The name of 127.0.0.1 as getent(1) has it; both ask the same C library.
    #[test]
    fn the_loopback_address_has_the_name_that_getent_prints() {
        let loopback = Ipv4Addr::LOCALHOST;
        let mut getent = std::process::Command::new("getent");
        let Ok(getent) = getent.args(["hosts", &loopback.to_string()]).output() else {
            layercake_tests::lack::lacking("getent is not installed");
            return;
        };
        let line = String::from_utf8(getent.stdout).unwrap();
        let mut reverse = Reverse::start().unwrap();
        let name = reverse.name(loopback.into(), monotonic().plus(PATIENCE));
        assert_eq!(name, line.split_whitespace().nth(1));
        assert!(reverse.known(loopback.into()).is_some());
    }

    /// Nobody looks anything up: the test has the other ends.
    fn by_hand() -> (Reverse, Receiver<IpAddr>, Sender<Answer>) {
        let (questions, waiting) = channel();
        let (found, answers) = channel();
        let reverse = Reverse {
            questions,
            answers,
            known: HashMap::new(),
            asked: HashSet::new(),
        };
        (reverse, waiting, found)
    }

    /// The answer never comes: a call that waited for it would not return.
    #[test]
    fn a_deadline_in_the_past_does_not_wait() {
        let (mut reverse, waiting, _found) = by_hand();
        let address = IpAddr::from(Ipv4Addr::new(192, 0, 2, 200));
        assert_eq!(reverse.name(address, monotonic()), None);
        assert_eq!(reverse.known(address), None);
        assert_eq!(waiting.try_recv(), Ok(address));
    }

    #[test]
    fn each_address_is_asked_for_once_and_not_without_end() {
        let (mut reverse, waiting, found) = by_hand();
        for _ in 0..2 {
            (0..5000_u32).for_each(|n| reverse.ask(Ipv4Addr::from_bits(n).into()));
        }
        assert_eq!(waiting.try_iter().count(), MOST_WAITING);
        for number in 0..70_000_u32 {
            let address = IpAddr::from(Ipv4Addr::from_bits(number));
            reverse.ask(address);
            found.send((address, None)).unwrap();
            let _known = reverse.known(address);
        }
        assert_eq!(reverse.asked.len(), MOST_ASKED);
    }

    #[test]
    fn escapes_for_a_terminal_do_not_pass() {
        assert_eq!(harmless(b"a\x1b[2Jb.example\xc3\xa9"), "a??2Jb.example??");
    }
}
