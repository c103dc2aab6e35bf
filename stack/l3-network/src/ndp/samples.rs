//! Packets of the Linux kernel and of radvd, for tests.
//!
//! Recorded with `tcpdump -i va -w nd.pcap icmp6` in a network namespace, a host with the link
//! address 02:00:00:00:0a:01; a veth pair joins it to a router with 02:00:00:00:0a:02 and
//! 2001:db8:a::1, where radvd 2.19 runs with
//!
//! ```text
//! AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; AdvLinkMTU 1400;
//! AdvCurHopLimit 42; AdvDefaultPreference high; AdvReachableTime 20000;
//! AdvRetransTimer 500; AdvManagedFlag on;
//! prefix 2001:db8:a::/64 { AdvValidLifetime 3600; AdvPreferredLifetime 1800; };
//! route 2001:db8:b::/48 { AdvRoutePreference low; AdvRouteLifetime 900; };
//! RDNSS 2001:db8:a::53 2001:db8:a::54 { AdvRDNSSLifetime 600; };
//! DNSSL example.org lab.example { AdvDNSSLLifetime 600; };
//! ```

use hex_literal::hex;

/// `radvd`, multicast: see the configuration above.
pub(super) const ROUTER_ADVERTISEMENT: [u8; 208] = hex!(
    "6009 8606 00a8 3aff fe80 0000 0000 0000 0000 00ff fe00 0a02 ff02 0000"
    "0000 0000 0000 0000 0000 0001 8600 0d56 2a88 000c 0000 4e20 0000 01f4"
    "0304 40c0 0000 0e10 0000 0708 0000 0000 2001 0db8 000a 0000 0000 0000"
    "0000 0000 1803 3018 0000 0384 2001 0db8 000b 0000 0000 0000 0000 0000"
    "1905 0000 0000 0258 2001 0db8 000a 0000 0000 0000 0000 0053 2001 0db8"
    "000a 0000 0000 0000 0000 0054 1f05 0000 0000 0258 0765 7861 6d70 6c65"
    "036f 7267 0003 6c61 6207 6578 616d 706c 6500 0000 0000 0000 0501 0000"
    "0000 0578 0101 0200 0000 0a02"
);

/// The host asks whether anybody has the address that it has made, with a nonce.
pub(super) const DUPLICATE_SOLICITATION: [u8; 72] = hex!(
    "6000 0000 0020 3aff 0000 0000 0000 0000 0000 0000 0000 0000 ff02 0000"
    "0000 0000 0000 0001 ff00 0a01 8700 670b 0000 0000 fe80 0000 0000 0000"
    "0000 00ff fe00 0a01 0e01 5b3b c274 d660"
);

/// The host asks for routers.
pub(super) const ROUTER_SOLICITATION: [u8; 56] = hex!(
    "6000 0000 0010 3aff fe80 0000 0000 0000 0000 00ff fe00 0a01 ff02 0000"
    "0000 0000 0000 0000 0000 0002 8500 672c 0000 0000 0101 0200 0000 0a01"
);

/// The host asks for `2001:db8:a::1`.
pub(super) const NEIGHBOR_SOLICITATION: [u8; 72] = hex!(
    "6000 0000 0020 3aff 2001 0db8 000a 0000 0000 00ff fe00 0a01 ff02 0000"
    "0000 0000 0000 0001 ff00 0001 8700 0915 0000 0000 2001 0db8 000a 0000"
    "0000 0000 0000 0001 0101 0200 0000 0a01"
);

/// The router answers [`NEIGHBOR_SOLICITATION`].
pub(super) const NEIGHBOR_ADVERTISEMENT: [u8; 72] = hex!(
    "6000 0000 0020 3aff 2001 0db8 000a 0000 0000 0000 0000 0001 2001 0db8"
    "000a 0000 0000 00ff fe00 0a01 8800 f754 e000 0000 2001 0db8 000a 0000"
    "0000 0000 0000 0001 0201 0200 0000 0a02"
);

/// The router says of an echo request to `2001:db8:a::77` that this is on the link.
pub(super) const REDIRECT: [u8; 192] = hex!(
    "6000 0000 0098 3aff fe80 0000 0000 0000 0000 00ff fe00 0a02 2001 0db8"
    "000a 0000 0000 00ff fe00 0a01 8900 aa1e 0000 0000 2001 0db8 000a 0000"
    "0000 0000 0000 0077 2001 0db8 000a 0000 0000 0000 0000 0077 040e 0000"
    "0000 0000 600c 9348 0040 3a2a 2001 0db8 000a 0000 0000 00ff fe00 0a01"
    "2001 0db8 000a 0000 0000 0000 0000 0077 8000 25cc 4641 0001 bade 0d6b"
    "0000 0000 1d5c 0a00 0000 0000 1011 1213 1415 1617 1819 1a1b 1c1d 1e1f"
    "2021 2223 2425 2627 2829 2a2b 2c2d 2e2f 3031 3233 3435 3637"
);

/// The host answers a unicast question, without an option.
pub(super) const NEIGHBOR_ADVERTISEMENT_BARE: [u8; 64] = hex!(
    "6000 0000 0018 3aff fe80 0000 0000 0000 0000 00ff fe00 0a01 fe80 0000"
    "0000 0000 0000 00ff fe00 0a02 8800 2126 4000 0000 fe80 0000 0000 0000"
    "0000 00ff fe00 0a01"
);
