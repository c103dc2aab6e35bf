//! Which message a transmit stamp belongs to.
//!
//! With `SOF_TIMESTAMPING_OPT_ID` the kernel numbers the messages of a socket from zero and returns the number with
//! the stamp. A send that fails consumes no number since Linux 6.9, but did before: a number beyond the newest message
//! shows how many were lost that way. In any case a stamp counts only for a message that was sent before it.
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
    /// Messages sent.
    count: u64,
    /// Sends that failed and may have consumed a number.
    failures: u32,
    /// Numbers that failed sends did consume.
    drift: u32,
    /// When each of the last messages was sent, by its count modulo [`REMEMBERED`].
    sent: Vec<Realtime>,
}

impl Numbering {
    /// The ticket of the next message.
    pub(crate) fn next(&self) -> Ticket {
        Ticket(self.count)
    }

    /// One message left at about `when`.
    pub(crate) fn sent(&mut self, when: Realtime) {
        let place = place(self.count);
        match self.sent.get_mut(place) {
            Some(slot) => *slot = when,
            None => self.sent.push(when),
        }
        self.count = self.count.wrapping_add(1);
    }

    /// One send failed.
    pub(crate) fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    /// The message that the stamp of kernel number `key` belongs to; `None` when there is no such message.
    pub(crate) fn find(&mut self, key: u32, stamp: Option<Realtime>) -> Option<Ticket> {
        let ahead = key.wrapping_sub(self.next_key());
        if ahead < self.failures {
            self.drift = self.drift.wrapping_add(ahead).wrapping_add(1);
            self.failures -= ahead + 1;
        }
        let age = self.next_key().wrapping_sub(key);
        if age == 0 || age > REMEMBERED {
            return None;
        }
        let ticket = self.count.checked_sub(u64::from(age))?;
        let sent = *self.sent.get(place(ticket))?;
        (stamp? >= sent).then_some(Ticket(ticket))
    }

    /// The number that the kernel will give to the next message.
    fn next_key(&self) -> u32 {
        let [.., a, b, c, d] = self.count.to_be_bytes();
        u32::from_be_bytes([a, b, c, d]).wrapping_add(self.drift)
    }
}

fn place(count: u64) -> usize {
    usize::try_from(count % u64::from(REMEMBERED)).unwrap_or(0)
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
        let mut numbering = numbering(3);
        assert_eq!(numbering.find(1, Some(Realtime(15))), Some(Ticket(1)));
        assert_eq!(numbering.next(), Ticket(3));
    }

    #[test]
    fn a_number_that_was_never_given_finds_nothing() {
        assert_eq!(numbering(3).find(3, Some(Realtime(99))), None);
        assert_eq!(numbering(0).find(0, Some(Realtime(99))), None);
    }

    /// Linux before 6.9: the failed send between the second and third message consumed number 2.
    #[test]
    fn numbers_that_failed_sends_consumed_are_noticed() {
        let mut numbering = numbering(2);
        numbering.failed();
        numbering.sent(Realtime(20));
        assert_eq!(numbering.find(3, Some(Realtime(21))), Some(Ticket(2)));
        numbering.sent(Realtime(30));
        assert_eq!(numbering.find(4, Some(Realtime(31))), Some(Ticket(3)));
    }

    #[test]
    fn a_failed_send_that_consumed_nothing_changes_nothing() {
        let mut numbering = numbering(2);
        numbering.failed();
        numbering.sent(Realtime(20));
        assert_eq!(numbering.find(2, Some(Realtime(21))), Some(Ticket(2)));
    }

    #[test]
    fn a_stamp_is_not_given_to_a_message_sent_after_it() {
        assert_eq!(numbering(3).find(2, Some(Realtime(19))), None);
    }

    #[test]
    fn a_message_long_past_is_forgotten() {
        let mut numbering = numbering(3000);
        assert_eq!(numbering.find(10, Some(Realtime(u64::MAX))), None);
        assert_eq!(
            numbering.find(2999, Some(Realtime(u64::MAX))),
            Some(Ticket(2999))
        );
    }
}
