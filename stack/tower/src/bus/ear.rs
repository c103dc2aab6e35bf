//! What is heard at one tap.

use layercake_base::Instant;

/// A signal that has reached a tap and not yet ended there.
#[derive(Debug)]
struct Heard {
    number: u64,
    end: Instant,
    damaged: bool,
}

/// The signals at one tap.
#[derive(Debug, Default)]
pub(super) struct Ear(Vec<Heard>);

impl Ear {
    pub(super) fn is_silent(&self) -> bool {
        self.0.is_empty()
    }

    /// A signal lasts beyond `now`, not only up to it.
    pub(super) fn hears(&self, now: Instant) -> bool {
        self.0.iter().any(|heard| heard.end > now)
    }

    /// Everything that lasts beyond `now` is damaged.
    pub(super) fn damage(&mut self, now: Instant) {
        let lasting = self.0.iter_mut().filter(|heard| heard.end > now);
        lasting.for_each(|heard| heard.damaged = true);
    }

    /// A signal arrives; what else is there, and it, damage each other.
    pub(super) fn begin(&mut self, number: u64, now: Instant, end: Instant, own: bool) {
        let damaged = own || self.hears(now);
        if damaged && end > now {
            self.damage(now);
        }
        self.0.push(Heard {
            number,
            end,
            damaged,
        });
    }

    /// A signal has been cut short, or drawn out by jam.
    pub(super) fn ends_at(&mut self, number: u64, end: Instant) {
        let mut all = self.0.iter_mut();
        if let Some(heard) = all.find(|heard| heard.number == number) {
            heard.end = end;
        }
    }

    /// A signal has ended; true when it was damaged, `None` when it was not here.
    pub(super) fn end(&mut self, number: u64) -> Option<bool> {
        let at = self.0.iter().position(|heard| heard.number == number)?;
        Some(self.0.swap_remove(at).damaged)
    }
}
