//! The process at the far end: hears its instructions on standard input, stores what comes over
//! the link, and tells on standard output what it did.

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use layercake_base::Rng;
use layercake_host::signal::Signals;

use super::link::Link;
use super::message::Message;
use super::store::Store;
use super::{Receive, Wiring};
use crate::Failure;

/// Stores the file that comes over the link; the parent reads what this prints.
pub(crate) fn run(arguments: &Receive) -> Result<bool, Failure> {
    let done = receive(&arguments.wiring, &arguments.to);
    if let Err(failure) = &done {
        writeln!(
            io::stdout(),
            "error {}",
            failure.to_string().replace('\n', " ")
        )?;
    }
    done.map(|()| true)
}

fn receive(wiring: &Wiring, to: &Path) -> Result<(), Failure> {
    let mut line = String::new();
    // Two numbers of at most 20 digits.
    let input = io::stdin();
    let read = input.lock().take(64).read_line(&mut line);
    let words: Option<(u64, u16)> = read.ok().and_then(|_| {
        let (nonce, port) = line.trim().split_once(' ')?;
        Some((nonce.parse().ok()?, port.parse().ok()?))
    });
    let (nonce, port) = words.ok_or_else(|| {
        Failure::Asked("this is started by `layercake copy`, not by hand".into())
    })?;
    let rng = Rng::seeded(wiring.seed).split("b");
    // An interrupt is for the parent; when that ends, our input ends, and we clean up.
    let _signals = Signals::watch().map_err(|error| Failure::Asked(error.to_string()))?;
    let mut link = Link::open(wiring.station()?, wiring.nature(), rng, nonce)?;
    link.join(port)?;
    let mut store = Some(Store::create(to).map_err(|error| Failure::at(to, error))?);
    let mut out = io::stdout();
    writeln!(out, "port {}", link.port()?)?;
    out.flush()?;
    let alone = Arc::new(AtomicBool::new(false));
    let left = Arc::clone(&alone);
    // The parent closes our standard input when it is done, however it ends.
    thread::spawn(move || {
        let _closed = io::copy(&mut io::stdin().lock(), &mut io::sink());
        left.store(true, Ordering::Relaxed);
    });
    while !alone.load(Ordering::Relaxed) {
        link.turn()?;
        while let Some(sdu) = link.station.delivery() {
            take(&sdu, &mut store, &mut link, to)?;
        }
    }
    for entry in &link.journal.entries {
        writeln!(out, "{}", entry.encode())?;
    }
    let journal = &link.journal;
    writeln!(
        out,
        "count {} {} {}",
        journal.frames, journal.lost, journal.damaged
    )?;
    Ok(())
}

/// What an SDU says; the last is answered once the file is in its place.
fn take(
    sdu: &[u8],
    store: &mut Option<Store>,
    link: &mut Link,
    to: &Path,
) -> Result<(), Failure> {
    match Message::decode(sdu).map_err(|reason| Failure::Asked(reason.to_string()))? {
        Message::Data(octets) => {
            let stored = store.as_mut().map_or(Ok(()), |store| store.append(octets));
            stored.map_err(|error| Failure::at(to, error))
        }
        Message::Whole(whole) => {
            let kept = store.take().map_or(Ok(()), |store| store.keep(whole));
            kept.map_err(|error| Failure::at(to, error))?;
            link.send(&Message::Whole(whole).encode());
            Ok(())
        }
    }
}
