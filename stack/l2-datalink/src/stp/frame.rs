//! The frame that carries a BPDU: a length, LLC, and a group address that no bridge passes on.
//!
//! ```text
//!  01:80:c2:00:00:00   port's address   length   42   42   03   BPDU …   padding
//!  Destination         Source           2        DSAP SSAP UI   4 to 36  to 60 octets
//! ```
//! Spec: IEEE 802.1D-2004 §7.12.3 and §7.12.4 (addresses, LLC 42 for the Bridge Group); the
//! header of [`llc`] is that of unnumbered information.
//! Units: octets.
//! Checks: Length/Type is a length, and so much is there; the three octets of LLC.
//! Not here: what the BPDU says ([`bpdu`](super::bpdu)).

use layercake_base::{Mac, Reason};

use super::Bpdu;
use super::bpdu::RAPID_OCTETS;
use crate::ether_type::EtherType;
use crate::ethernet::{self, Body, Header, SMALLEST_FRAME};
use crate::llc::{self, Sap};

/// All bridges on a link. IEEE 802.1D-2004 §7.12.3.
pub const BRIDGE_GROUP: Mac = Mac([0x01, 0x80, 0xc2, 0, 0, 0]);

/// `42 42 03`: unnumbered information from bridge to bridge.
const LLC: llc::Header = llc::Header::information(Sap::BRIDGE);
const LLC_OCTETS: usize = llc::UNNUMBERED_OCTETS;

/// The BPDU in a whole frame without check sequence.
///
/// # Errors
/// [`Reason`] by the checks above and by those of [`Bpdu::decode`].
pub fn decode(frame: &[u8]) -> Result<Bpdu, Reason> {
    let header = Header::decode(frame)?;
    let need = match header.body()? {
        Body::Counted(octets) => octets,
        Body::Typed(other) => {
            let (field, value) = ("Length/Type", other.0.into());
            return Err(Reason::Unhandled { field, value });
        }
    };
    let body = frame.get(ethernet::OCTETS..).unwrap_or_default();
    let (field, have) = ("LLC frame", body.len());
    let short = Reason::TooShort { field, need, have };
    let body = body.get(..need).ok_or(short)?;
    let found = llc::Header::decode(body)?;
    if found != LLC {
        let (field, value) = match (found.destination, found.source) {
            (Sap::BRIDGE, Sap::BRIDGE) => ("Control", body.get(2)),
            (Sap::BRIDGE, _) => ("SSAP", body.get(1)),
            _ => ("DSAP", body.first()),
        };
        let value = value.copied().unwrap_or_default().into();
        return Err(Reason::Unhandled { field, value });
    }
    Bpdu::decode(body.get(LLC_OCTETS..).unwrap_or_default())
}

/// The frame from `source`, padded, without check sequence.
pub fn encode(bpdu: &Bpdu, source: Mac) -> [u8; SMALLEST_FRAME] {
    const { assert!(ethernet::OCTETS + LLC_OCTETS + RAPID_OCTETS <= SMALLEST_FRAME) };
    let (octets, len) = bpdu.encode();
    let mut llc = [0; LLC_OCTETS];
    // Three octets are the room for it, and the length is at most 39.
    let _ = LLC.encode(&mut llc);
    let length = u16::try_from(LLC_OCTETS + len).unwrap_or(u16::MAX);
    let header = Header {
        destination: BRIDGE_GROUP,
        source,
        ether_type: EtherType(length),
    };
    let mut frame = [0; SMALLEST_FRAME];
    let used = octets.iter().take(len);
    let all = header.encode().into_iter().chain(llc).chain(used.copied());
    for (octet, value) in frame.iter_mut().zip(all) {
        *octet = value;
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;
    use proptest::prelude::*;

    /// The first frame of `802.1D_spanning_tree.pcap` of tcpdump's tests.
    const CATALYST: [u8; 60] = hex!(
        "01 80 c2 00 00 00 00 19 06 ea b8 85 00 26 42 42 03 00 00 00 00 00 80 01 00 19 06 ea"
        "b8 80 00 00 00 00 80 01 00 19 06 ea b8 80 80 05 00 00 14 00 02 00 0f 00 00 00 00 00"
        "00 00 00 00"
    );

    #[test]
    fn the_frame_of_a_catalyst_is_read_and_written() {
        let bpdu = decode(&CATALYST).unwrap();
        let source = Mac([0x00, 0x19, 0x06, 0xea, 0xb8, 0x85]);
        assert_eq!(encode(&bpdu, source), CATALYST);
    }

    #[test]
    fn a_frame_that_holds_no_bpdu_is_refused_with_the_field() {
        let says = |at: usize, value: u8| {
            let mut frame = CATALYST;
            frame[at] = value;
            decode(&frame).unwrap_err().to_string()
        };
        assert_eq!(
            says(12, 8),
            "Length/Type = 2086 (0x826) is not handled here"
        );
        assert_eq!(says(13, 47), "LLC frame needs 47 octets, have 46");
        assert_eq!(says(13, 2), "LLC header needs 3 octets, have 2");
        assert_eq!(says(13, 37), "Configuration BPDU needs 35 octets, have 34");
        assert_eq!(says(14, 0xaa), "DSAP = 170 is not handled here");
        assert_eq!(says(15, 0xaa), "SSAP = 170 is not handled here");
        assert_eq!(says(16, 0xf3), "Control = 243 is not handled here");
        let short = decode(&CATALYST[..13]).unwrap_err();
        assert_eq!(
            short.to_string(),
            "Ethernet header needs 14 octets, have 13"
        );
    }

    proptest! {
        #[test]
        fn a_damaged_frame_never_panics(
            at in 0..60_usize, value: u8, len in 0..=60_usize
        ) {
            let mut frame = CATALYST;
            frame[at] = value;
            let _ = decode(&frame[..len]);
        }
    }
}
