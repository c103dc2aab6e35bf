//! Packets of the Linux kernel, for tests.
//!
//! Recorded with `tcpdump --immediate-mode -xi x` in a host 10.9.1.2, fd09:1::2, behind a kernel
//! router 10.9.1.1 whose far side (MTU 1400) leads to a host 10.9.2.2, fd09:2::2; all three are
//! network namespaces joined by veth pairs.

use hex_literal::hex;

/// `ping -c1 -s 8 10.9.2.2`: the question.
pub(crate) const ECHO: [u8; 36] = hex!(
    "4500 0024 cfe3 4000 4001 53e0 0a09 0102 0a09 0202 0800 74ab 7743 0001"
    "0001 0203 0405 0607"
);

/// The answer to [`ECHO`].
pub(crate) const ECHO_REPLY: [u8; 36] = hex!(
    "4500 0024 77ba 0000 3f01 ed09 0a09 0202 0a09 0102 0000 7cab 7743 0001"
    "0001 0203 0405 0607"
);

/// `ping -c1 -s 8 -t 1 10.9.2.2`: the question.
pub(crate) const ECHO_TTL_1: [u8; 36] = hex!(
    "4500 0024 cfe4 4000 0101 92df 0a09 0102 0a09 0202 0800 74aa 7744 0001"
    "0001 0203 0405 0607"
);

/// What the router says to [`ECHO_TTL_1`].
pub(crate) const TIME_EXCEEDED: [u8; 64] = hex!(
    "45c0 0040 c901 0000 4001 9ae7 0a09 0101 0a09 0102 0b00 f4ff 0000 0000"
    "4500 0024 cfe4 4000 0101 92df 0a09 0102 0a09 0202 0800 74aa 7744 0001"
    "0001 0203 0405 0607"
);

/// `ping -c1 -s 8 10.9.77.2`: what the router says, which has no route there.
pub(crate) const NET_UNREACHABLE: [u8; 64] = hex!(
    "45c0 0040 c903 0000 4001 9ae5 0a09 0101 0a09 0102 0300 fcff 0000 0000"
    "4500 0024 b7f4 4000 4001 20cf 0a09 0102 0a09 4d02 0800 74a9 7745 0001"
    "0001 0203 0405 0607"
);

/// `echo -n hello >/dev/udp/10.9.2.2/33434`: what the host says, where nobody listens.
pub(crate) const PORT_UNREACHABLE: [u8; 61] = hex!(
    "45c0 003d 77bc 0000 3f01 ec2e 0a09 0202 0a09 0102 0303 1431 0000 0000"
    "4500 0021 400b 4000 3f11 e4ab 0a09 0102 0a09 0202 eb3c 829a 000d 3715"
    "6865 6c6c 6f"
);

/// `ping -c1 -s 1380 -M do 10.9.2.2`: the first 64 octets of what the router says.
pub(crate) const FRAGMENTATION_NEEDED: [u8; 64] = hex!(
    "45c0 0240 c905 0000 4001 98e3 0a09 0101 0a09 0102 0304 c800 0000 0578"
    "4500 0580 0000 4000 4001 1e68 0a09 0102 0a09 0202 0800 d750 7747 0001"
    "2a6a 006b 0000 0000"
);

/// `ping -c1 -s 8 fd09:2::2`: the question.
pub(crate) const ECHO_V6: [u8; 56] = hex!(
    "600c 9072 0010 3a40 fd09 0001 0000 0000 0000 0000 0000 0002"
    "fd09 0002 0000 0000 0000 0000 0000 0002 8000 0236 7753 0001"
    "0001 0203 0405 0607"
);

/// The answer to [`ECHO_V6`].
pub(crate) const ECHO_REPLY_V6: [u8; 56] = hex!(
    "6004 eed2 0010 3a3f fd09 0002 0000 0000 0000 0000 0000 0002"
    "fd09 0001 0000 0000 0000 0000 0000 0002 8100 0136 7753 0001"
    "0001 0203 0405 0607"
);

/// `ping -c1 -s 8 -t 1 fd09:2::2`: what the router says.
pub(crate) const TIME_EXCEEDED_V6: [u8; 104] = hex!(
    "6004 f2da 0040 3a40 fd09 0001 0000 0000 0000 0000 0000 0001"
    "fd09 0001 0000 0000 0000 0000 0000 0002 0300 d826 0000 0000"
    "600c 9072 0010 3a01 fd09 0001 0000 0000 0000 0000 0000 0002"
    "fd09 0002 0000 0000 0000 0000 0000 0002 8000 0235 7754 0001"
    "0001 0203 0405 0607"
);

/// `ping -c1 -s 1300 fd09:1::1` over a link with an MTU of 1280: the question in two fragments.
pub(crate) fn fragments_v6() -> [Vec<u8>; 2] {
    fragments_of(
        &hex!(
            "600c 43d6 04d8 2c40 fd09 0001 0000 0000 0000 0000 0000 0002"
            "fd09 0001 0000 0000 0000 0000 0000 0001 3a00 0001 2b1d 8d33"
            "8000 6b0f 6848 0001 f2ef 0d6b 0000 0000 c979 0000 0000 0000"
        ),
        &hex!(
            "600c 43d6 0054 2c40 fd09 0001 0000 0000 0000 0000 0000 0002"
            "fd09 0001 0000 0000 0000 0000 0000 0001 3a00 04d0 2b1d 8d33"
        ),
    )
}

/// The answer to [`fragments_v6`], in two fragments.
pub(crate) fn fragments_back_v6() -> [Vec<u8>; 2] {
    fragments_of(
        &hex!(
            "600c 4522 04d8 2c40 fd09 0001 0000 0000 0000 0000 0000 0001"
            "fd09 0001 0000 0000 0000 0000 0000 0002 3a00 0001 a0bf 0b82"
            "8100 6a0f 6848 0001 f2ef 0d6b 0000 0000 c979 0000 0000 0000"
        ),
        &hex!(
            "600c 4522 0054 2c40 fd09 0001 0000 0000 0000 0000 0000 0001"
            "fd09 0001 0000 0000 0000 0000 0000 0002 3a00 04d0 a0bf 0b82"
        ),
    )
}

/// What ping sends behind the time, 16 octets, is the number of each octet: 1300 in all, of which
/// 1224 went into the first fragment.
fn fragments_of(first: &[u8], second: &[u8]) -> [Vec<u8>; 2] {
    let data = |from: u16, to: u16| (from..to).map(|n| n.to_be_bytes()[1]).collect();
    let (one, other): (Vec<u8>, Vec<u8>) = (data(16, 1224), data(1224, 1300));
    [[first, &one].concat(), [second, &other].concat()]
}

/// A link comes up: what a host says to all multicast routers, with a router alert.
pub(crate) const LISTENER_REPORT: [u8; 76] = hex!(
    "6000 0000 0024 0001 0000 0000 0000 0000 0000 0000 0000 0000"
    "ff02 0000 0000 0000 0000 0000 0000 0016 3a00 0502 0000 0100"
    "8f00 074b 0000 0001 0400 0000 ff02 0000 0000 0000 0000 0001 ff41 67fe"
);

/// `echo -n hello >/dev/udp/fd09:2::2/33434`: what the host says.
pub(crate) const PORT_UNREACHABLE_V6: [u8; 101] = hex!(
    "6009 c98f 003d 3a3f fd09 0002 0000 0000 0000 0000 0000 0002"
    "fd09 0001 0000 0000 0000 0000 0000 0002 0104 40a9 0000 0000"
    "600d 5285 000d 113f fd09 0001 0000 0000 0000 0000 0000 0002"
    "fd09 0002 0000 0000 0000 0000 0000 0002 b75b 829a 000d 87f1"
    "6865 6c6c 6f"
);
