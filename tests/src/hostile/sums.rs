//! Checksums, computed anew: over headers as they are, by whoever wrote them.

/// Octets of an Ethernet header.
pub(super) const ETHERNET: usize = 14;

/// Puts right the checksums of an IPv4 or IPv6 frame as far as its lengths make sense.
pub(super) fn repair(frame: &mut [u8]) {
    let Some((link, packet)) = frame.split_at_mut_checked(ETHERNET) else {
        return;
    };
    match link[12..] {
        [0x08, 0] => ipv4(packet),
        [0x86, 0xdd] => ipv6(packet),
        _ => {}
    }
}

/// The checksum of an IPv4 header, and that of what it carries.
pub(super) fn ipv4(packet: &mut [u8]) {
    let Some(&first) = packet.first() else { return };
    let header = usize::from(first & 0xf) * 4;
    let total = packet.get(2..4).map_or(0, |total| {
        usize::from(u16::from_be_bytes([total[0], total[1]]))
    });
    let Some((header, body)) = packet.split_at_mut_checked(header) else {
        return;
    };
    if header.len() < 20 {
        return;
    }
    let body_len = total.saturating_sub(header.len()).min(body.len());
    let addresses = &header[12..20];
    let protocol = header[9];
    let fragment = header[6] & 0x3f != 0 || header[7] != 0;
    if !fragment {
        upper(addresses, protocol, &mut body[..body_len]);
    }
    fix(header, 10, 0);
}

/// The checksum of what stands directly behind an IPv6 header.
pub(super) fn ipv6(packet: &mut [u8]) {
    let Some((header, body)) = packet.split_at_mut_checked(40) else {
        return;
    };
    let length = usize::from(u16::from_be_bytes([header[4], header[5]])).min(body.len());
    upper(&header[8..40], header[6], &mut body[..length]);
}

/// The checksum of a message whose header is `protocol`'s.
pub(super) fn upper(addresses: &[u8], protocol: u8, message: &mut [u8]) {
    let length = u32::try_from(message.len()).unwrap_or_default();
    let pseudo = sum(addresses) + sum(&length.to_be_bytes()) + u64::from(protocol);
    match protocol {
        1 => fix(message, 2, 0),
        6 => fix(message, 16, pseudo),
        17 => fix(message, 6, pseudo),
        58 => fix(message, 2, pseudo),
        _ => {}
    }
}

/// Writes the checksum over `octets` at `at`, with what else is summed up.
fn fix(octets: &mut [u8], at: usize, more: u64) {
    let Some(place) = octets.get_mut(at..at + 2) else {
        return;
    };
    place.fill(0);
    let mut all = sum(octets) + more;
    while all > 0xffff {
        all = (all & 0xffff) + (all >> 16);
    }
    let value = !u16::try_from(all).unwrap_or_default();
    octets[at..at + 2].copy_from_slice(&value.to_be_bytes());
}

/// Sixteen-bit words, an odd octet at the end as if a zero followed.
fn sum(octets: &[u8]) -> u64 {
    let (words, odd) = octets.as_chunks::<2>();
    let whole: u64 = words
        .iter()
        .map(|word| u64::from(u16::from_be_bytes(*word)))
        .sum();
    whole + odd.first().map_or(0, |odd| u64::from(*odd) << 8)
}
