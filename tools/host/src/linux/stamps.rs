//! Which message a transmit stamp belongs to.
//!
//! With `SOF_TIMESTAMPING_OPT_ID` the kernel numbers the messages of a socket from zero and returns the number with
//! the stamp. A send that fails may or may not consume a number (it did before Linux 6.6), so after a failure the
//! numbering is started afresh, and a stamp counts only for a message that was sent before it.
//!
//! Spec: Documentation/networking/timestamping.rst, sections 1.3.4 and 2.1.
//! Not here: turning the stamps on (`channel`).

use crate::clock::Realtime;
use crate::received::Ticket;

/// How many messages back a stamp may still find its message; a stamp follows within microseconds.
const REMEMBERED: u32 = 1024;

/// The numbering of one socket.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbering {
    /// The ticket that kernel number zero stands for.
    base: u64,
    /// Messages sent since the numbering was started.
    count: u32,
    /// When each of the last messages was sent, by kernel number modulo [`REMEMBERED`].
    sent: Vec<Realtime>,
}

impl Numbering {
    /// The ticket of the next message.
    pub(crate) fn next(&self) -> Ticket {
        Ticket(self.base.saturating_add(u64::from(self.count)))
    }

    /// One message left at about `when`.
    pub(crate) fn sent(&mut self, when: Realtime) {
        let place = usize::try_from(self.count % REMEMBERED).unwrap_or(0);
        match self.sent.get_mut(place) {
            Some(slot) => *slot = when,
            None => self.sent.push(when),
        }
        self.count = self.count.wrapping_add(1);
        if self.count == 0 {
            self.base = self.base.saturating_add(1 << 32);
        }
    }

    /// The kernel counts from zero again.
    pub(crate) fn restart(&mut self) {
        self.base = self.next().0;
        self.count = 0;
        self.sent.clear();
    }

    /// The message that the stamp of kernel number `key` belongs to; `None` for a stamp from before a restart.
    pub(crate) fn find(&self, key: u32, stamp: Option<Realtime>) -> Option<Ticket> {
        let age = self.count.wrapping_sub(key);
        if age == 0 || age > REMEMBERED {
            return None;
        }
        let place = usize::try_from(key % REMEMBERED).ok()?;
        let sent = *self.sent.get(place)?;
        let next = self.next().0;
        let ticket = next.checked_sub(u64::from(age))?;
        (stamp? >= sent).then_some(Ticket(ticket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbering(messages: u64) -> Numbering {
        let mut numbering = Numbering::default();
        for at in 0..messages {
            numbering.sent(Realtime(at * 10));
        }
        numbering
    }

    #[test]
    fn a_stamp_finds_its_message() {
        let numbering = numbering(3);
        assert_eq!(numbering.find(1, Some(Realtime(15))), Some(Ticket(1)));
        assert_eq!(numbering.next(), Ticket(3));
    }

    #[test]
    fn a_number_that_was_never_given_finds_nothing() {
        assert_eq!(numbering(3).find(3, Some(Realtime(99))), None);
        assert_eq!(numbering(0).find(0, Some(Realtime(99))), None);
    }

    #[test]
    fn a_stamp_from_before_a_restart_is_not_given_to_a_new_message() {
        let mut numbering = numbering(2);
        numbering.restart();
        numbering.sent(Realtime(50));
        assert_eq!(numbering.find(0, Some(Realtime(5))), None);
        assert_eq!(numbering.find(0, Some(Realtime(55))), Some(Ticket(2)));
    }

    #[test]
    fn a_message_long_past_is_forgotten() {
        let numbering = numbering(3000);
        assert_eq!(numbering.find(10, Some(Realtime(u64::MAX))), None);
        assert_eq!(
            numbering.find(2999, Some(Realtime(u64::MAX))),
            Some(Ticket(2999))
        );
    }
}
