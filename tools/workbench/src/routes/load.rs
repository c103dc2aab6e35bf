//! Traffic: bursts of datagrams at random times, and what becomes of them.
//!
//! The times between bursts are exponential, so bursts come by a Poisson process. Each datagram
//! carries the time at which it was sent, so that its delay is known where it arrives.
//! Bounds: [`Load::MOST`] datagrams in one run.

use std::time::Duration;

use layercake_base::{Ici, Instant, Rng, exact};
use layercake_tower::{Network, NodeId, Tower, topology};
use layercake_transport::Udp;

use crate::Failure;

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// Bits per second.
    pub(super) rate: u64,
    /// Datagrams at a time.
    pub(super) burst: u32,
    /// Octets of data in each.
    pub(super) size: u16,
}

/// The service that throws everything away: RFC 863.
const PORT: u16 = 9;

/// From then on there is traffic: routers have found their ways.
pub(super) const BEGIN: u32 = 30;

/// Headers of IPv4 and UDP.
const HEADERS: u32 = 28;

impl Load {
    const MOST: u64 = 5_000_000;

    /// Mean seconds from one burst to the next.
    #[expect(clippy::cast_precision_loss, reason = "rates are below 2^53")]
    fn pause(self) -> f64 {
        let bits =
            f64::from(self.burst) * f64::from(8 * (HEADERS + u32::from(self.size)));
        bits / self.rate.max(1) as f64
    }

    /// # Errors
    /// Too many datagrams, or none.
    pub(super) fn check(self, seconds: u32) -> Result<(), Failure> {
        let bits = 8 * u64::from(HEADERS + u32::from(self.size));
        let count = self.rate.saturating_mul(seconds.into()) / bits;
        if (1..=Load::MOST).contains(&count) {
            return Ok(());
        }
        let most = Load::MOST;
        Err(Failure::Asked(format!(
            "{count} datagrams: expected 1 to {most}"
        )))
    }
}

/// Sends it.
pub(super) struct Source {
    load: Load,
    from: NodeId,
    ici: Ici,
    rng: Rng,
    /// When the next burst goes.
    pub(super) next: Instant,
    pub(super) sent: u64,
}

impl Source {
    pub(super) fn new(
        load: Load,
        (from, to): (NodeId, NodeId),
        net: &Network,
        seed: u64,
    ) -> Self {
        let ici = Ici {
            destination: Some(net.address(to)),
            source_port: PORT,
            destination_port: PORT,
            next: layercake_transport::udp::PROTOCOL,
            ..Ici::NONE
        };
        let mut source = Source {
            load,
            from,
            ici,
            rng: Rng::seeded(seed).split("load"),
            next: Instant::ZERO + Duration::from_secs(BEGIN.into()),
            sent: 0,
        };
        source.wait();
        source
    }

    /// A burst goes out now.
    pub(super) fn send(&mut self, net: &mut Network) {
        let mut data = vec![0; self.load.size.into()];
        if let Some(stamp) = data.first_chunk_mut() {
            *stamp = net.now().as_nanos().to_be_bytes();
        }
        for _ in 0..self.load.burst {
            self.sent += 1;
            // What the tower refuses is lost, as is what it drops later.
            let _lost = net.send(self.from, &data, self.ici);
        }
        self.wait();
    }

    fn wait(&mut self) {
        let pause = -exact::ln(1.0 - self.rng.unit()) * self.load.pause();
        self.next = self.next + Duration::from_secs_f64(pause.clamp(0.0, 3600.0));
    }
}

/// Lets somebody listen at a host.
///
/// # Errors
/// It is no host of a topology.
pub(super) fn listen(net: &mut Network, host: NodeId) -> Result<(), String> {
    let mut udp = Udp::new();
    udp.bind(PORT);
    let config = net.config(host).ok_or("no host of a topology")?.clone();
    let columns = (0..).zip(net.attachments(host)).map(|(port, own)| {
        let recipe = net.recipe(host, port).unwrap_or_default();
        Ok(Box::new(recipe.column(own)?) as Box<dyn layercake_base::Layer>)
    });
    let tower =
        columns
            .collect::<Result<_, _>>()
            .and_then(|columns| -> Result<Tower, _> {
                topology::host_with(udp, config, columns)
            });
    let tower = tower.map_err(|misfit| misfit.to_string())?;
    net.install(host, tower)
        .map_err(|misfit| misfit.to_string())
}

/// The delays in milliseconds of what has arrived at a host since the last look.
pub(super) fn arrived(net: &mut Network, host: NodeId) -> Vec<f64> {
    let arrivals = std::iter::from_fn(|| net.receive(host));
    let delay = |arrival: layercake_tower::Arrival| {
        let stamp = *arrival.octets.first_chunk()?;
        let sent = Instant::from_nanos(u64::from_be_bytes(stamp));
        let ours = arrival.ici.destination_port == PORT;
        ours.then(|| arrival.at.since(sent).as_secs_f64() * 1000.0)
    };
    arrivals.filter_map(delay).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of many pauses is what the rate asks for.
    #[test]
    fn bursts_come_at_the_rate_that_was_asked_for() {
        let load = Load {
            rate: 1_000_000,
            burst: 10,
            size: 972,
        };
        let mut net = Network::builtin(1).unwrap();
        let here = net.local();
        let mut source = Source::new(load, (here, here), &net, 1);
        let start = source.next;
        (0..4000).for_each(|_| source.wait());
        // 4000 bursts of 10 datagrams of 8000 bits; three sigma are 4.7 %.
        let seconds = source.next.since(start).as_secs_f64();
        assert!((seconds / 320.0 - 1.0).abs() < 0.047, "{seconds}");
        assert!(listen(&mut net, here).is_ok());
        assert!(load.check(300).is_ok() && load.check(300_000).is_err());
    }
}
