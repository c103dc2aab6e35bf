//! Datagrams and segments of the Linux kernel, for tests.
//!
//! Recorded with `tcpdump --immediate-mode -xi x` between hosts 10.9.1.2, fd09:1::2 and 10.9.2.2,
//! fd09:2::2, network namespaces with a kernel router between them and checksum offload off.
//! The IP headers are left out.

use hex_literal::hex;

/// `echo -n hello >/dev/udp/10.9.2.2/33434`.
pub(crate) const UDP: [u8; 13] = hex!("eb3c 829a 000d 3715 6865 6c6c 6f");

/// `echo -n hello >/dev/udp/fd09:2::2/33434`.
pub(crate) const UDP_V6: [u8; 13] = hex!("b75b 829a 000d 87f1 6865 6c6c 6f");

/// `echo >/dev/tcp/10.9.2.2/81`: the first segment.
pub(crate) const SYN: [u8; 40] = hex!(
    "a858 0051 204a 1615 0000 0000 a002 ff00 77d4 0000"
    "0204 0550 0402 080a 1e03 bd6a 0000 0000 0103 030a"
);

/// The answer to [`SYN`], where nobody listens.
pub(crate) const RESET: [u8; 20] =
    hex!("0051 a858 0000 0000 204a 1616 5014 0000 b9b1 0000");
