//! Synchronisation: where in a run of bits the octets begin.
//!
//! ```text
//! on the line   10101010 10101010 ... 10101010 10101011 | first octet of the frame
//!               preamble, 7 octets 55h         SFD d5h
//! ```
//! Spec: IEEE 802.3-2018 §3.2.1 (preamble), §3.2.2 (start frame delimiter); least significant bit
//! first, §3.3.
//! Units: bits, counted from the first that was received.
//! Checks: the delimiter whole, at most an eighth of the last 24 bits before it wrong.
//! Not here: the words of 4B/5B, 8b/10b and 64b/66b, which these codes find by themselves, and the
//! clock, which the analogue receiver finds.

use layercake_base::{Context, Layer, Pdu, Reason, Service, Spec};

use crate::bits::{halves, padded, word_at};

/// Preamble and start frame delimiter as octets.
pub const PREAMBLE: [u8; 8] = [0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5];

/// The first place in a run of bits, first bit most significant, where the `width` least
/// significant bits of `pattern` stand.
pub(crate) fn find(bits: &[u8], pattern: u64, width: usize) -> Option<usize> {
    let last = (bits.len() * 8).checked_sub(width)?;
    let pattern = pattern << (64 - width);
    let mask = u64::MAX << (64 - width);
    (0..=last).find(|at| word_at(bits, *at) & mask == pattern)
}

/// The bit behind the start frame delimiter, in octets whose bits came least significant first.
///
/// The beginning of the preamble may be lost, while the clock was being found, and bits of it may
/// be wrong: of those heard among the last 24 an eighth. One octet of it must be there. A wrong
/// bit may look like the end of the delimiter; if it is the only one, and nothing is lost, the true
/// end is known all the same. Else the first is taken, as a station does that compares the bits
/// as they come.
pub fn frame_start(octets: &[u8]) -> Option<usize> {
    let at_most = |end: usize, count: usize, one_in: usize| {
        last_bits(octets, end) >> 56 == 0xd5
            && wrong_bits(octets, end, count) * one_in <= count.min(end - 8)
    };
    if octets.len() >= PREAMBLE.len() && at_most(64, 56, 56) {
        return Some(64);
    }
    (16..=octets.len() * 8).find(|end| at_most(*end, 24, 8))
}

/// How many of the `count` bits before a delimiter that ends at bit `end`, as far as they were
/// heard, differ from the preamble.
fn wrong_bits(octets: &[u8], end: usize, count: usize) -> usize {
    let unheard = 64 - u32::try_from(count.min(end - 8)).unwrap_or(0);
    let differ = (last_bits(octets, end) ^ u64::from_le_bytes(PREAMBLE)) << 8;
    let differ = differ.checked_shr(unheard).unwrap_or(0);
    usize::try_from(differ.count_ones()).unwrap_or(0)
}

/// The 64 bits before bit `end`, the last one most significant; zero where there are none.
fn last_bits(octets: &[u8], end: usize) -> u64 {
    let from = end.saturating_sub(64);
    let around = octets.get(from / 8..).unwrap_or_default();
    let around = around.get(..9).unwrap_or(around);
    let wide = u128::from_le_bytes(padded(around));
    let (_, bits) = halves(wide >> (from % 8));
    bits << (64 - (end - from))
}

/// Adds preamble and start frame delimiter going down; finds and strips them coming up, at
/// whatever bit the octets begin.
#[derive(Clone, Debug, Default)]
pub struct Preamble;

impl Preamble {
    /// The layer for one attachment.
    pub const fn new() -> Self {
        Preamble
    }
}

impl Layer for Preamble {
    fn spec(&self) -> Spec {
        Spec::new("preamble", 1)
            .between(Service::Bits, Service::Bits)
            .adds(PREAMBLE.len(), 0)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        sdu.prepend(PREAMBLE.len())?.copy_from_slice(&PREAMBLE);
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let (field, searched) = ("start frame delimiter", pdu.len());
        let start =
            frame_start(pdu.octets()).ok_or(Reason::Absent { field, searched })?;
        pdu.strip_front(start / 8)?;
        if start % 8 > 0 {
            shift(pdu.octets_mut(), start % 8);
            pdu.strip_back(1)?;
        }
        cx.send_up(pdu);
        Ok(())
    }
}

/// Removes the first `count` bits, 1 to 7, of octets whose bits came least significant first.
fn shift(octets: &mut [u8], count: usize) {
    let mut next = 0;
    for octet in octets.iter_mut().rev() {
        next = core::mem::replace(octet, *octet >> count | next << (8 - count));
    }
}

#[cfg(test)]
mod tests;
