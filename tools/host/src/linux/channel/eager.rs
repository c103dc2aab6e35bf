//! Whether to look for a reply right after a send, before waiting for one.
//!
//! On a fast path the whole exchange runs inside the send call and the reply is there when it returns: looking at once
//! saves a poll(2) for each probe. On a slow path the look is wasted. So it is repeated only while it pays.

/// Sends after a wasted look for which none is tried.
const PAUSE: u8 = 16;

/// The memory of the last looks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Eagerness {
    /// A message was sent since the last look.
    sent: bool,
    /// Sends to go until the next look.
    pause: u8,
}

impl Eagerness {
    pub(super) fn sent(&mut self) {
        self.sent = true;
    }

    /// Whether to look now; at most once for each send.
    pub(super) fn look(&mut self) -> bool {
        let fresh = std::mem::take(&mut self.sent);
        let now = fresh && self.pause == 0;
        if fresh {
            self.pause = self.pause.saturating_sub(1);
        }
        now
    }

    /// The look found nothing.
    pub(super) fn wasted(&mut self) {
        self.pause = PAUSE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_look_for_each_send_while_it_pays() {
        let mut eager = Eagerness::default();
        assert!(!eager.look());
        for _ in 0..3 {
            eager.sent();
            assert!(eager.look() && !eager.look());
        }
    }

    #[test]
    fn a_wasted_look_pauses_for_sixteen_sends() {
        let mut eager = Eagerness::default();
        eager.sent();
        assert!(eager.look());
        eager.wasted();
        let looks = (0..17).map(|_| {
            eager.sent();
            eager.look()
        });
        let looks: Vec<bool> = looks.collect();
        assert_eq!(looks.iter().filter(|look| **look).count(), 1);
        assert_eq!(looks.last(), Some(&true));
    }
}
