//! Frame check sequence: a value behind a frame that tells whether it arrived whole; 32 bits
//! unless another [`Check`] is chosen.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                     Frame Check Sequence                      |
//! +---------------------------------------------------------------+
//! ```
//! With another check the field is as wide as its value needs: 8 to 64 bits ([`layout`]).
//!
//! Spec: IEEE 802.3-2018 §3.2.9; the same polynomial, and octet order, for PPP: RFC 1662 §C.3.
//! Units: octets; the least significant octet goes first, unlike any header. Sums and CRCs that
//! are not reflected send the most significant first ([`check::Order`](crate::check::Order)).
//! Checks: length, the check value over everything in front of it.
//! Not here: other checks ([`check`](crate::check)), correction. A frame that fails is discarded, and who misses it must ask again.
//!
//! In the catalogue of CRCs this is CRC-32/ISO-HDLC: polynomial 04c11db7, bits reflected,
//! preset to ones and complemented. It finds every burst of at most 32 wrong bits, and misses
//! one in 2^31 of those of 33 bits and one in 2^32 of the longer ones.

use layercake_base::layout::Kind;
use layercake_base::{Context, Layer, Layout, Pdu, Reason, Service, Spec};

use crate::Check;

/// Octets of the trailer.
pub const OCTETS: usize = 4;

/// The trailer, bit by bit, as its octets follow each other on the wire.
pub static LAYOUT: Layout = Layout {
    protocol: "FCS",
    spec: "IEEE 802.3-2018 §3.2.9",
    fields: &[Layout::field(
        0,
        32,
        "Frame Check Sequence",
        Kind::Octets,
        "CRC-32 over all octets in front of it, least significant octet first",
        "IEEE 802.3-2018 §3.2.9",
    )],
};

/// The trailer of any other check, with so many bits.
macro_rules! trailer {
    ($bits:literal) => {
        Layout {
            protocol: "FCS",
            spec: "as its check",
            fields: &[Layout::field(
                0,
                $bits,
                "Frame Check Sequence",
                Kind::Octets,
                "the check's value over all octets in front of it",
                "as its check",
            )
            .labelled("FCS")],
        }
    };
}

/// The trailers of 1 to 8 octets.
static LAYOUTS: [Layout; 8] = [
    trailer!(8),
    trailer!(16),
    trailer!(24),
    trailer!(32),
    trailer!(40),
    trailer!(48),
    trailer!(56),
    trailer!(64),
];

/// The trailer that a check puts behind each frame, bit by bit.
pub fn layout(check: Check) -> &'static Layout {
    let other = LAYOUTS.get(check.octets() - 1);
    match other {
        Some(other) if check != Check::default() => other,
        _ => &LAYOUT,
    }
}

/// The check value of IEEE 802.3 over `octets`.
pub fn checksum(octets: &[u8]) -> u32 {
    crc32fast::hash(octets)
}

// ANCHOR: layer
/// Appends a check value going down; verifies and strips it coming up.
#[derive(Clone, Debug, Default)]
pub struct FrameCheck {
    check: Check,
}

impl FrameCheck {
    /// The layer with this check; by default it is that of IEEE 802.3.
    pub const fn new(check: Check) -> Self {
        FrameCheck { check }
    }
}

impl Layer for FrameCheck {
    fn spec(&self) -> Spec {
        Spec::new("frame-check", 2)
            .between(Service::Frames, Service::Frames)
            .adds(0, self.check.octets())
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let value = self.check.compute(sdu.octets());
        self.check.write(value, sdu.append(self.check.octets())?);
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let found = self.check.read(pdu.strip_back(self.check.octets())?);
        let computed = self.check.compute(pdu.octets());
        Reason::check("Frame Check Sequence", found, computed)?;
        cx.send_up(pdu);
        Ok(())
    }
}
// ANCHOR_END: layer

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use hex_literal::hex;
    use layercake_base::Ici;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        assert_eq!(LAYOUT.octets(), OCTETS);
        LAYOUT.is_drawn_in(include_str!("frame_check.rs")).unwrap();
    }

    #[test]
    fn each_check_has_a_trailer_as_wide_as_its_value() {
        for check in Check::all() {
            let layout = layout(check);
            assert_eq!(layout.octets(), check.octets(), "{check}");
            assert_eq!(layout.flaw(), None);
        }
        assert_eq!(layout(Check::default()), &LAYOUT);
    }

    /// The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
    #[test]
    fn agrees_with_the_catalogue_of_crcs() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }

    /// A frame that a switch sent, with the check sequence that its hardware computed: the LLDP
    /// capture of the Zeek project's tests, `testing/btest/Traces/lldp.pcap`.
    #[test]
    fn agrees_with_the_hardware_of_a_switch() {
        let frame = hex!(
            "0180c200000e00222d81db1088cc02070400222d81db10040207310602007808
             07506f72742023310a0d534d43475338502d536d6172740c23534d4347533850
             2d536d617274202d20534d43475338502d536d6172742076332e32300e040004
             0004100c0501c0a8020a0200000001000000bb14272c"
        );
        let mut rig = Rig::new(FrameCheck::default());
        rig.receive(&frame, Ici::NONE).unwrap();
        assert_eq!(rig.received().octets(), &frame[..114]);
        rig.send(&frame[..114], Ici::NONE).unwrap();
        assert_eq!(rig.sent().octets(), frame);
    }

    /// RFC 1662 §C.3 states it bit-reversed and before the last complement: debb20e3. The
    /// complement, 2144df1c, is what comes out over any frame with its own check sequence.
    #[test]
    fn over_a_frame_with_its_own_check_sequence_the_residue_comes_out() {
        let mut rig = Rig::new(FrameCheck::default());
        rig.send(b"any frame", Ici::NONE).unwrap();
        assert_eq!(!checksum(rig.sent().octets()), 0xdebb_20e3);
    }

    #[test]
    fn too_few_octets_for_the_trailer_are_refused() {
        let reason = Rig::new(FrameCheck::default())
            .receive(&[1, 2, 3], Ici::NONE)
            .unwrap_err();
        assert_eq!(
            reason.to_string(),
            "header or trailer needs 4 octets, have 3"
        );
    }

    /// The polynomial, bit by bit, as RFC 1662 §C.3 divides by it.
    fn naive(octets: &[u8]) -> u32 {
        let bits = octets
            .iter()
            .flat_map(|octet| (0..8).map(move |bit| octet >> bit & 1));
        !bits.fold(u32::MAX, |sum, bit| {
            let carry = (sum ^ u32::from(bit)) & 1;
            sum >> 1 ^ (0xedb8_8320 * carry)
        })
    }

    proptest! {
        #[test]
        fn agrees_with_the_division_bit_by_bit(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(checksum(&octets), naive(&octets));
        }

        #[test]
        fn a_frame_comes_back_whole(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut rig = Rig::new(FrameCheck::default());
            rig.send(&body, Ici::NONE).unwrap();
            let frame = rig.sent();
            rig.receive(frame.octets(), Ici::NONE).unwrap();
            let received = rig.received();
            prop_assert_eq!(received.octets(), body);
        }

        #[test]
        fn a_burst_of_up_to_32_wrong_bits_is_always_seen(
            body in proptest::collection::vec(any::<u8>(), 0..200), burst in 1..=u32::MAX, at: usize
        ) {
            let mut rig = Rig::new(FrameCheck::default());
            rig.send(&body, Ici::NONE).unwrap();
            let mut frame = rig.sent().octets().to_vec();
            let at = at % (frame.len() - 3);
            for (octet, wrong) in frame[at..].iter_mut().zip(burst.to_le_bytes()) {
                *octet ^= wrong;
            }
            let reason = rig.receive(&frame, Ici::NONE).unwrap_err();
            prop_assert_eq!(reason.kind(), "mismatch");
        }
    }
}
