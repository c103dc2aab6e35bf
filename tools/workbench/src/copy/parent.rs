//! The process at the near end: starts the other one, reads the file and sends it.

use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use layercake_base::{Instant, Rng};
use layercake_datalink::check::Running;

use super::journal::{Entry, Journal, MOST};
use super::link::{Link, now};
use super::message::{Message, Whole, whole_check};
use super::{Copy, Wiring};
use crate::Failure;

/// The other process is given this long to say its port.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a copy came to.
pub(super) struct Copied {
    pub(super) whole: Whole,
    /// From the first frame until the other end has said that the file is stored.
    pub(super) took: Duration,
    pub(super) near: Journal,
    pub(super) far: Journal,
}

/// The other process; it ends when its standard input is closed, also when this one dies.
struct Other {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Other {
    fn start(wiring: &Wiring, to: &Path, nonce: u64, port: u16) -> Result<Self, Failure> {
        let failed = |source| Failure::File {
            name: "the other process".into(),
            source,
        };
        let program = std::env::current_exe().map_err(failed)?;
        let mut child = Command::new(program)
            .arg("copy-receive")
            .args(wiring.arguments())
            .arg("--")
            .arg(to)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let mut input = child.stdin.take();
        if let Some(input) = &mut input {
            writeln!(input, "{nonce} {port}").map_err(failed)?;
        }
        let (say, lines) = channel();
        let output = child.stdout.take();
        thread::spawn(move || {
            let output = output.map(|output| BufReader::new(output).lines());
            for line in output.into_iter().flatten().map_while(Result::ok) {
                if say.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Other {
            child,
            input,
            lines,
        })
    }

    /// The port of the other end.
    fn port(&self) -> Result<u16, Failure> {
        let line = self.lines.recv_timeout(PATIENCE).unwrap_or_default();
        let port = line
            .strip_prefix("port ")
            .and_then(|port| port.parse().ok());
        port.ok_or_else(|| said(&line))
    }

    /// An error if the other process has told one or is gone.
    fn look(&mut self) -> Result<(), Failure> {
        if let Ok(line) = self.lines.try_recv() {
            return Err(said(&line));
        }
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            _ => Err(said(&self.lines.recv_timeout(PATIENCE).unwrap_or_default())),
        }
    }

    /// Tells it that all is done, and reads what it has sent.
    fn end(mut self) -> Journal {
        drop(self.input.take());
        let mut journal = Journal::default();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if journal.entries.len() < MOST {
                journal.entries.extend(Entry::decode(&line));
            }
            let counts = line.strip_prefix("count ").unwrap_or_default().split(' ');
            let counts: Vec<u64> =
                counts.filter_map(|count| count.parse().ok()).collect();
            if let [frames, lost, damaged] = *counts {
                (journal.frames, journal.lost, journal.damaged) = (frames, lost, damaged);
            }
        }
        journal
    }
}

/// It ends by itself when its input is closed, and takes what is not whole away; only if it
/// does not, it is killed.
impl Drop for Other {
    fn drop(&mut self) {
        drop(self.input.take());
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn said(line: &str) -> Failure {
    Failure::Asked(match line.strip_prefix("error ") {
        Some(error) => error.to_owned(),
        None => "the other process has ended without a word".into(),
    })
}

/// Sends the file; `None` when the link was declared down.
pub(super) fn copy(arguments: &Copy) -> Result<Option<Copied>, Failure> {
    let from = &arguments.from;
    let mut file = File::open(from).map_err(|error| Failure::at(from, error))?;
    let length = file.metadata().map_or(0, |file| file.len());
    let nonce = RandomState::new().hash_one(std::process::id());
    let wiring = &arguments.wiring;
    let rng = Rng::seeded(wiring.seed).split("a");
    let mut link = Link::open(wiring.station()?, wiring.nature(), rng, nonce)?;
    let mut other = Other::start(wiring, &arguments.to, nonce, link.port()?)?;
    link.join(other.port()?)?;
    let bar = progress(length);
    let start = now();
    let mut sending = Sending::new(wiring.size, arguments);
    loop {
        while link.station.takes() && sending.next(&mut file, &mut link)? {}
        bar.set_position(sending.length);
        link.turn()?;
        if link.station.is_down() {
            bar.abandon();
            return Ok(None);
        }
        other.look()?;
        let stored = sending.stored(&mut link)?;
        if let Some(whole) = stored {
            let took = now().since(start);
            settle(&mut link)?;
            bar.finish_and_clear();
            let (near, far) = (link.journal, other.end());
            return Ok(Some(Copied {
                whole,
                took,
                near,
                far,
            }));
        }
    }
}

/// The last acknowledgement leaves before the end.
fn settle(link: &mut Link) -> Result<(), Failure> {
    let end: Instant = now() + Duration::from_millis(5);
    while now() < end || !link.station.is_idle() && !link.station.is_down() {
        link.turn()?;
    }
    Ok(())
}

/// What was read and sent so far.
struct Sending<'a> {
    arguments: &'a Copy,
    size: u64,
    piece: Vec<u8>,
    length: u64,
    running: Running,
    ended: bool,
}

impl<'a> Sending<'a> {
    fn new(size: u16, arguments: &'a Copy) -> Self {
        Sending {
            arguments,
            size: size.into(),
            piece: Vec::new(),
            length: 0,
            running: whole_check().start(),
            ended: false,
        }
    }

    fn whole(&self) -> Whole {
        let check = self.running.clone().finish();
        Whole {
            length: self.length,
            check,
        }
    }

    /// Sends the next piece, or that there are no more; false when that was said before.
    fn next(&mut self, file: &mut File, link: &mut Link) -> Result<bool, Failure> {
        if self.ended {
            return Ok(false);
        }
        self.piece.clear();
        let read = file.take(self.size).read_to_end(&mut self.piece);
        let read = read.map_err(|error| Failure::at(&self.arguments.from, error))?;
        if read == 0 {
            self.ended = true;
            link.send(&Message::Whole(self.whole()).encode());
        } else {
            self.length += u64::try_from(read).unwrap_or(u64::MAX);
            self.running.add(&self.piece);
            link.send(&Message::Data(&self.piece).encode());
        }
        Ok(true)
    }

    /// What the other end has stored, once it says so.
    fn stored(&self, link: &mut Link) -> Result<Option<Whole>, Failure> {
        let Some(sdu) = link.station.delivery() else {
            return Ok(None);
        };
        match Message::decode(&sdu) {
            Ok(Message::Whole(whole)) if whole == self.whole() => Ok(Some(whole)),
            other => Err(Failure::Asked(format!("the other end says {other:?}"))),
        }
    }
}

/// A bar on standard error, if that is a terminal.
fn progress(length: u64) -> ProgressBar {
    let target = match io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr(),
        false => ProgressDrawTarget::hidden(),
    };
    let bar = ProgressBar::with_draw_target(Some(length), target);
    let style = "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
    match ProgressStyle::with_template(style) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
