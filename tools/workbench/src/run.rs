//! A network beside the kernel in real time, until Ctrl-C or for some seconds.

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use clap::Args;
use layercake_base::Instant;
use layercake_host::signal::Signals;
use layercake_kit::cable::{Done, Kernel, Plug};
use layercake_live::Live;
use layercake_tower::Network;

use crate::Failure;
use crate::account::Account;
use crate::output::thousands;
use crate::record::Record;

/// How long to run, and what to keep.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "The run")]
pub(crate) struct Run {
    /// Stop by itself after so many seconds; else Ctrl-C does
    #[arg(long, value_name = "N", value_parser = seconds)]
    seconds: Option<Duration>,

    /// Print the counters every so many seconds; Ctrl-\ prints them at once
    #[arg(long, value_name = "N", value_parser = seconds)]
    stats: Option<Duration>,

    /// Record every frame between kernel and network into a pcapng file
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// A network with its devices, and what is counted.
pub(crate) struct Running {
    live: Live,
    cables: Vec<Cable>,
    signals: Signals,
    account: Rc<RefCell<Account>>,
    record: Option<Record>,
    started: Instant,
}

/// A device at an outside node.
pub(crate) struct Cable {
    /// The outside node.
    outside: String,
    /// The device, as it was opened.
    pub(crate) plug: Plug,
    /// What the kernel has at its end, or what was set there.
    pub(crate) kernel: String,
}

impl Running {
    /// Attaches the devices to the outside nodes of these names, and sets the kernel's ends.
    pub(crate) fn begin(
        network: Network,
        wanted: &[(String, Plug)],
        kernel: &Kernel,
        run: &Run,
    ) -> Result<Self, Failure> {
        let mut live = Live::new(network).map_err(Failure::asked)?;
        let mut opened = Vec::new();
        for (outside, plug) in wanted {
            opened.push((
                outside,
                plug.attach(&mut live, outside).map_err(Failure::asked)?,
            ));
        }
        let account = Rc::new(RefCell::new(Account::default()));
        live.network().observe(Box::new(Rc::clone(&account)));
        let names = opened
            .iter()
            .map(|(outside, plug)| (outside.as_str(), plug.name()));
        let names: Vec<_> = names.collect();
        let record = run.write.as_deref();
        let record = record.map(|path| Record::create(path, &mut live, &names));
        let record = record.transpose()?;
        // After the record was begun: the kernel speaks as soon as its end is up.
        let plugs: Vec<_> = opened.iter().map(|(_, plug)| plug.clone()).collect();
        let done = kernel.apply(&plugs).map_err(Failure::asked)?;
        let cable = |(outside, plug): (&String, Plug)| Cable {
            outside: outside.clone(),
            kernel: told(&plug, &done),
            plug,
        };
        Ok(Running {
            cables: opened.into_iter().map(cable).collect(),
            signals: Signals::watch().map_err(Failure::asked)?,
            started: live.now(),
            live,
            account,
            record,
        })
    }

    /// The devices.
    pub(crate) fn cables(&self) -> &[Cable] {
        &self.cables
    }

    /// Counts discards of those who run nodes of the network.
    pub(crate) fn account(&self) -> Rc<RefCell<Account>> {
        Rc::clone(&self.account)
    }

    /// Runs until it shall stop, and prints the counters in between as `run` wants it and at the
    /// end. `turn` is called whenever something has happened; `more` is what else to print.
    pub(crate) fn go(
        mut self,
        run: &Run,
        mut turn: impl FnMut(&mut Network),
        more: impl Fn(&Account) -> String,
    ) -> Result<(), Failure> {
        let end = run.seconds.map(|seconds| self.started + seconds);
        let mut next = run.stats.map(|stats| self.started + stats);
        loop {
            let mut failure = None;
            let (record, signals) = (&mut self.record, &self.signals);
            let until = end.into_iter().chain(next).min();
            let ended = self.live.run_until(until, Some(signals), |network| {
                turn(network);
                failure = record.as_mut().and_then(|record| record.take().err());
                failure.is_some()
            });
            ended.map_err(Failure::asked)?;
            if let Some(failure) = failure {
                return Err(failure);
            }
            let now = self.live.now();
            if signals.interrupted() || end.is_some_and(|end| end <= now) {
                break;
            }
            let due = next.is_some_and(|next| next <= now);
            if signals.take_quit() || due {
                self.print(&more)?;
            }
            if let (true, Some(stats)) = (due, run.stats) {
                next = Some(now + stats);
            }
        }
        self.print(&more)?;
        self.record.map_or(Ok(()), Record::finish)
    }

    /// The counters so far.
    fn print(&self, more: &impl Fn(&Account) -> String) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let seconds = self.live.now().since(self.started).as_secs_f64();
        writeln!(out, "\nafter {seconds:.1} s")?;
        for Cable { outside, plug, .. } in &self.cables {
            let traffic = self.live.traffic(outside).unwrap_or_default();
            writeln!(
                out,
                "{}: {} frames from the kernel, {} refused; {} to it, {} lost",
                plug.name(),
                thousands(traffic.received),
                thousands(traffic.refused),
                thousands(traffic.sent),
                thousands(traffic.lost)
            )?;
        }
        let account = self.account.borrow();
        write!(out, "{}{}", more(&account), account.discards())?;
        Ok(out.flush()?)
    }
}

/// What was set at the kernel's end of a device, or else what is there.
fn told(plug: &Plug, done: &[Done]) -> String {
    let own = done.iter().filter(|one| one.device == plug.name());
    match own.map(|one| one.what.as_str()).collect::<Vec<_>>() {
        none if none.is_empty() => plug.kernel(),
        all => format!("the kernel's end is now {}", all.join(", ")),
    }
}

/// A number of seconds: 5, 0.5.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|error| format!("{error}"))?;
    match Duration::try_from_secs_f64(number) {
        Ok(time) if !time.is_zero() => Ok(time),
        Ok(_) => Err("more than no time expected".into()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_may_have_a_fraction() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for bad in ["0", "-1", "NaN", "inf", "5s", ""] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
