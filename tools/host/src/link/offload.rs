//! What a kernel leaves out of a frame that never touches a cable, and how it is put back.
//!
//! ```text
//! virtio_net_hdr, in front of a received frame
//!  flags  gso_type  hdr_len  gso_size  csum_start  csum_offset
//!    1       1         2         2          2           2        octets, in the byte order of this machine
//! ```
//! Between two ends on one host (a veth pair) the kernel may leave a TCP or UDP checksum to a card that is not there
//! (`CHECKSUM_PARTIAL`): the field holds the sum over the pseudo-header alone. The header in front says where to sum and
//! where to store. It also takes a VLAN tag out of the frame and tells it in a control message, `tpacket_auxdata`.
//!
//! Spec: packet(7) `PACKET_AUXDATA`, `PACKET_VNET_HDR`; `linux/virtio_net.h`, `linux/if_packet.h`; RFC 1071.
//! Checks: offsets inside the frame; others leave it as it is.
//! Not here: segments that the kernel did not cut (GSO). They arrive as one long frame, unless `ethtool -K IF tso off
//! gso off` on the sending end makes the kernel cut them.

use crate::linux::control::Messages;

/// Octets of `virtio_net_hdr`.
pub(super) const HEADER: usize = 10;

/// `VIRTIO_NET_HDR_F_NEEDS_CSUM`.
const NEEDS_CHECKSUM: u8 = 1;

/// `TP_STATUS_VLAN_VALID` and `TP_STATUS_VLAN_TPID_VALID`.
const TAG_VALID: u32 = 1 << 4;
const TAG_PROTOCOL_VALID: u32 = 1 << 6;

/// The EtherType of a VLAN tag, where the kernel does not tell another. IEEE 802.1Q-2018 table 9-1.
const CUSTOMER_TAG: u16 = 0x8100;

/// Puts the checksum into `frame` that the header in front of it says is missing.
pub(super) fn complete_checksum(header: [u8; HEADER], frame: &mut [u8]) {
    let [flags, _gso, _, _, _, _, start0, start1, offset0, offset1] = header;
    if flags & NEEDS_CHECKSUM == 0 {
        return;
    }
    let start = usize::from(u16::from_ne_bytes([start0, start1]));
    let offset = usize::from(u16::from_ne_bytes([offset0, offset1]));
    let Some(covered) = frame.get_mut(start..) else {
        return;
    };
    let sum = !fold(covered);
    // The sender of UDP over IPv4 writes zero for "no checksum", and all ones for zero: RFC 768.
    let sum = if sum == 0 { u16::MAX } else { sum };
    if let Some(field) = covered.get_mut(offset..offset + 2) {
        field.copy_from_slice(&sum.to_be_bytes());
    }
}

/// The ones' complement sum of RFC 1071.
fn fold(octets: &[u8]) -> u16 {
    let (pairs, rest) = octets.as_chunks::<2>();
    let whole = pairs
        .iter()
        .map(|pair| u64::from(u16::from_be_bytes(*pair)));
    let last = rest.first().map_or(0, |octet| u64::from(*octet) << 8);
    let mut sum = whole.sum::<u64>() + last;
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    u16::try_from(sum).unwrap_or(u16::MAX)
}

/// The tag that the kernel took out of a frame: EtherType and control information.
pub(super) fn tag(control: &[u8]) -> Option<[u8; 4]> {
    let mut all = Messages(control);
    let (_, _, data) = all.find(|(level, kind, _)| {
        (*level, *kind) == (libc::SOL_PACKET, libc::PACKET_AUXDATA)
    })?;
    // tpacket_auxdata: status, len and snaplen of 4 octets, mac, net, vlan_tci and vlan_tpid of 2.
    let (status, rest) = data.split_first_chunk()?;
    let status = u32::from_ne_bytes(*status);
    let (information, rest) = rest.get(12..)?.split_first_chunk()?;
    let information = u16::from_ne_bytes(*information);
    let protocol = match status & TAG_PROTOCOL_VALID {
        0 => CUSTOMER_TAG,
        _ => u16::from_ne_bytes(*rest.first_chunk()?),
    };
    let ([a, b], [c, d]) = (protocol.to_be_bytes(), information.to_be_bytes());
    (status & TAG_VALID != 0).then_some([a, b, c, d])
}

/// Puts a tag back behind the two addresses of the frame that fills the first `length` octets of `buffer`; gives
/// the new length.
pub(super) fn restore_tag(tag: [u8; 4], buffer: &mut [u8], length: usize) -> usize {
    const ADDRESSES: usize = 12;
    let tagged = (length + tag.len()).min(buffer.len());
    if length < ADDRESSES || tagged < ADDRESSES + tag.len() {
        return length;
    }
    buffer.copy_within(ADDRESSES..tagged - tag.len(), ADDRESSES + tag.len());
    if let Some(place) = buffer.get_mut(ADDRESSES..ADDRESSES + tag.len()) {
        place.copy_from_slice(&tag);
    }
    tagged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::control::push;

    fn header(flags: u8, start: u16, offset: u16) -> [u8; HEADER] {
        let ([a, b], [c, d]) = (start.to_ne_bytes(), offset.to_ne_bytes());
        [flags, 0, 0, 0, 0, 0, a, b, c, d]
    }

    /// RFC 1071 §3 works the octets behind the field by hand: their sum is ddf2.
    #[test]
    fn a_missing_checksum_is_the_complement_of_the_sum() {
        let frame = [0xff, 0, 0, 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        let mut whole = frame;
        complete_checksum(header(NEEDS_CHECKSUM, 1, 0), &mut whole);
        assert_eq!(whole[1..3], [0x22, 0x0d]);
        let mut untouched = frame;
        complete_checksum(header(0, 1, 0), &mut untouched);
        assert_eq!(untouched, frame);
    }

    /// `tpacket_auxdata` with a tag of VLAN 5, priority 3, and a service tag's EtherType.
    fn auxdata(status: u32) -> Vec<u8> {
        let mut data = status.to_ne_bytes().to_vec();
        data.extend_from_slice(&[0; 12]);
        data.extend_from_slice(&0x6005_u16.to_ne_bytes());
        data.extend_from_slice(&0x88a8_u16.to_ne_bytes());
        let mut control = Vec::new();
        push(&mut control, libc::SOL_PACKET, libc::PACKET_AUXDATA, &data);
        control
    }

    #[test]
    fn a_tag_goes_back_where_it_was() {
        let service = tag(&auxdata(TAG_VALID | TAG_PROTOCOL_VALID)).unwrap();
        assert_eq!(service, [0x88, 0xa8, 0x60, 0x05]);
        assert_eq!(tag(&auxdata(TAG_VALID)), Some([0x81, 0, 0x60, 0x05]));
        assert_eq!(tag(&auxdata(0)), None);
        let mut buffer = *b"DDDDDDSSSSSSTTbody....";
        let length = restore_tag(service, &mut buffer, 18);
        assert_eq!(&buffer[..length], b"DDDDDDSSSSSS\x88\xa8\x60\x05TTbody");
        assert_eq!(restore_tag(service, &mut buffer, 11), 11);
    }

    proptest::proptest! {
        #[test]
        fn no_header_and_no_octets_make_it_panic_or_grow(
            header: [u8; HEADER],
            mut octets in proptest::collection::vec(proptest::num::u8::ANY, 0..100),
            length in 0..100_usize,
        ) {
            complete_checksum(header, &mut octets);
            let _tag = tag(&octets);
            let length = length.min(octets.len());
            let tagged = restore_tag([1, 2, 3, 4], &mut octets, length);
            proptest::prop_assert!(tagged <= octets.len() && tagged >= length);
        }
    }
}
