//! Check values: what a header holds, and what its octets say that it should hold.

use core::ops::Range;

use layercake_base::Reason;

use crate::pseudo::Pseudo;

/// A check value, recomputed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The field that holds it.
    pub field: &'static str,
    /// The octets of the frame that it covers.
    pub covered: Range<usize>,
    /// True when it also covers addresses, protocol and length from the network header.
    pub pseudo_header: bool,
    /// What the field holds.
    pub found: u16,
    /// What came out.
    pub verdict: Verdict,
}

/// What came out of recomputing a check value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is right.
    Good,
    /// It should be this.
    Wrong(u16),
    /// The sender used none, where the protocol allows that.
    Absent,
    /// It holds the sum over the pseudo-header only: captured on its sender, before the network
    /// card added the rest. It should be this when it leaves.
    Offloaded(u16),
    /// Not all octets that it covers are here.
    Unknown,
}

impl Check {
    /// The fault of a wrong value.
    pub(crate) fn fault(&self) -> Result<(), Reason> {
        match self.verdict {
            Verdict::Wrong(computed) => Reason::check(self.field, self.found, computed),
            _ => Ok(()),
        }
    }
}

/// Verdict over `covered`, whose check value is in the two octets at `at`, an even place.
/// `pseudo` is the pseudo-header, where there is one.
pub(crate) fn verdict(
    covered: &[u8],
    at: usize,
    pseudo: Option<Pseudo>,
) -> (u16, Verdict) {
    let (front, rest) = covered.split_at(at.min(covered.len()));
    let Some((field, behind)) = rest.split_first_chunk::<2>() else {
        return (0, Verdict::Unknown);
    };
    let start = pseudo.map(|pseudo| pseudo.sum).unwrap_or_default();
    let found = u16::from_be_bytes(*field);
    if found == 0 && pseudo.is_some_and(|pseudo| pseudo.zero_is_absent) {
        return (0, Verdict::Absent);
    }
    let computed = start.octets(front).octets(behind).finish();
    // 0000 and ffff are the same number in one's complement; senders differ in which they use.
    let right = start.octets(covered).finish() == 0;
    let partial = pseudo.is_some_and(|pseudo| !pseudo.sum.finish() == found);
    let verdict = match (right, partial) {
        (true, _) => Verdict::Good,
        (false, true) => Verdict::Offloaded(computed),
        (false, false) => Verdict::Wrong(computed),
    };
    (found, verdict)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;
    use layercake_base::checksum::Sum;

    /// RFC 1071 §3 works the octets without the check value by hand: 220d.
    #[test]
    fn finds_the_right_value_and_tells_a_wrong_one() {
        let mut octets = hex!("00 01 f2 03 f4 f5 f6 f7 22 0d");
        assert_eq!(verdict(&octets, 8, None), (0x220d, Verdict::Good));
        octets[9] = 0x0e;
        assert_eq!(verdict(&octets, 8, None), (0x220e, Verdict::Wrong(0x220d)));
        assert_eq!(verdict(&octets[..9], 8, None), (0, Verdict::Unknown));
    }

    #[test]
    fn tells_what_was_left_to_the_network_card() {
        let sum = Sum::default().octets(&hex!("0a 00 00 01 0a 00 00 02 00 11 00 0a"));
        let pseudo = Pseudo {
            sum,
            zero_is_absent: true,
        };
        let body = hex!("00 07 00 07 00 0a 14 1e 68 69");
        let right = sum.octets(&body[..6]).octets(&body[8..]).finish();
        assert_eq!(
            verdict(&body, 6, Some(pseudo)),
            (0x141e, Verdict::Offloaded(right))
        );
    }
}
