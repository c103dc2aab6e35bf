//! One address of this station: asked for, held, lost.
//!
//! ```text
//!           0 to 1 s            one question, then 1 s
//!   Begin ------------> Tentative -------------------> Held
//!     |                     |
//!     +---- a conflict -----+----> Lost
//! ```
//! Spec: RFC 4862 §5.4 (duplicate address detection), RFC 7527 §4 (the nonce).
//! Units: seconds.
//! Not here: optimistic use of a tentative address (RFC 4429); defence of an address that is
//! held, which RFC 4862 leaves to its owner: it is told of it and stays.

use core::time::Duration;

use layercake_base::{Instant, Rng};

use super::timers::random;

/// Questions before an address is used. RFC 4862 §5.1, DupAddrDetectTransmits.
const TRANSMITS: u32 = 1;
/// Longest random wait before the first question. RFC 4861 §10, MAX_RTR_SOLICITATION_DELAY.
const DELAY: Duration = Duration::from_secs(1);
/// Octets of a nonce. RFC 7527 §4.1.
pub(super) const NONCE: usize = 6;

/// How the station stands with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Nothing was said of it yet.
    Begin,
    /// So many questions were sent, with this nonce; the next step is due then.
    Tentative(u32, [u8; NONCE], Instant),
    /// It is ours.
    Held,
    /// It is somebody else's.
    Lost,
}

impl Claim {
    /// True while the address may be ours: whoever else says the same is in conflict with us.
    pub(super) fn is_tentative(self) -> bool {
        matches!(self, Claim::Begin | Claim::Tentative(..))
    }

    /// True for a question that we have sent ourselves and that came back. RFC 7527 §4.2.
    pub(super) fn is_echo(self, nonce: Option<&[u8]>) -> bool {
        matches!(self, Claim::Tentative(1.., ours, _) if nonce == Some(&ours[..]))
    }

    pub(super) fn deadline(self) -> Option<Instant> {
        match self {
            Claim::Begin => Some(Instant::ZERO),
            Claim::Tentative(_, _, next) => Some(next),
            Claim::Held | Claim::Lost => None,
        }
    }

    /// The next arrow of the figure, if its time has come; gives the nonce of a question that is
    /// to be sent. Called until there is none; questions are `retrans_timer` apart.
    pub(super) fn due(
        &mut self,
        now: Instant,
        retrans_timer: Duration,
        rng: &mut Rng,
    ) -> Option<[u8; NONCE]> {
        if *self == Claim::Begin {
            *self = Claim::Tentative(0, [0; NONCE], now + random(DELAY, rng));
        }
        let Claim::Tentative(sent, ..) = self.filter(now)? else {
            return None;
        };
        if sent >= TRANSMITS {
            *self = Claim::Held;
            return None;
        }
        let mut nonce = [0; NONCE];
        rng.fill(&mut nonce);
        *self = Claim::Tentative(sent + 1, nonce, now + retrans_timer);
        Some(nonce)
    }

    /// The claim when its deadline has passed.
    fn filter(self, now: Instant) -> Option<Self> {
        self.deadline().filter(|&next| next <= now).map(|_| self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn an_address_is_asked_for_within_a_second_and_held_a_second_later() {
        let mut rng = Rng::seeded(3);
        let mut waits = Vec::new();
        for _ in 0..200 {
            let (mut claim, mut now) = (Claim::Begin, Instant::from_nanos(5));
            assert_eq!(claim.due(now, SECOND, &mut rng), None);
            waits.push(claim.deadline().unwrap() - now);
            now = claim.deadline().unwrap();
            let nonce = claim.due(now, SECOND, &mut rng).unwrap();
            assert!(claim.is_tentative() && claim.is_echo(Some(&nonce)));
            assert!(!claim.is_echo(Some(&[0; 6])) && !claim.is_echo(None));
            assert_eq!(claim.deadline(), Some(now + SECOND));
            assert_eq!(claim.due(now + SECOND, SECOND, &mut rng), None);
            assert_eq!((claim, claim.deadline()), (Claim::Held, None));
        }
        assert!(waits.iter().all(|&wait| wait <= DELAY));
        let mean = waits.iter().sum::<Duration>() / 200;
        assert!((400..600).contains(&mean.as_millis()), "{mean:?}");
    }

    #[test]
    fn before_the_first_question_nothing_is_our_own_echo() {
        assert!(!Claim::Begin.is_echo(Some(&[0; NONCE])));
        let waiting = Claim::Tentative(0, [0; NONCE], Instant::ZERO);
        assert!(!waiting.is_echo(Some(&[0; NONCE])));
    }
}
