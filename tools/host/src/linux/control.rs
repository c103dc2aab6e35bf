//! Control messages: what travels beside the octets through `sendmsg` and `recvmsg`, as octets in safe Rust.
//!
//! ```text
//! |  length (usize)  | level (i32) | type (i32) | data ... | padding to usize |
//! ```
//! Spec: cmsg(3), ip(7), ipv6(7), `linux/errqueue.h`, Documentation/networking/timestamping.rst.
//! Units: octets in the byte order of this machine.
//! Checks: a message whose length is below its header or beyond the buffer ends the list.
//! Not here: the system calls (`channel`), what an error means to a probe (`tools/probe`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::clock::{Realtime, join};

/// Octets of one control message header: the length and two integers.
const HEADER: usize = size_of::<usize>() + 8;

/// `SO_TIMESTAMPING`, also the type of the control message; missing from `libc` for some targets.
pub(crate) const SO_TIMESTAMPING: i32 = 37;

fn padded(length: usize) -> usize {
    length.next_multiple_of(size_of::<usize>())
}

/// Appends one control message to `buffer`.
pub(crate) fn push(buffer: &mut Vec<u8>, level: i32, kind: i32, data: &[u8]) {
    let length = HEADER.saturating_add(data.len());
    buffer.extend_from_slice(&length.to_ne_bytes());
    buffer.extend_from_slice(&level.to_ne_bytes());
    buffer.extend_from_slice(&kind.to_ne_bytes());
    buffer.extend_from_slice(data);
    buffer.resize(padded(buffer.len()), 0);
}

/// Walks the control messages of a buffer: level, type, data.
pub(crate) struct Messages<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Messages<'a> {
    type Item = (i32, i32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.0.split_first_chunk()?;
        let (level, rest) = rest.split_first_chunk()?;
        let (kind, rest) = rest.split_first_chunk()?;
        let length = usize::from_ne_bytes(*length);
        let data = rest.get(..length.checked_sub(HEADER)?)?;
        self.0 = self.0.get(padded(length)..).unwrap_or_default();
        Some((i32::from_ne_bytes(*level), i32::from_ne_bytes(*kind), data))
    }
}

/// `struct sock_extended_err` with the address that follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExtendedError {
    pub(crate) errno: i32,
    pub(crate) origin: u8,
    pub(crate) kind: u8,
    pub(crate) code: u8,
    /// `ee_info`: the MTU for "too long", the kind of stamp for a transmit stamp.
    pub(crate) info: u32,
    /// `ee_data`: the key of a transmit stamp.
    pub(crate) data: u32,
    /// `ee_rfc4884.len` and `.flags`, which share the place of `ee_data`.
    pub(crate) extension: u16,
    pub(crate) extension_flags: u8,
    pub(crate) offender: Option<IpAddr>,
}

/// Everything that this crate reads from control messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) time_to_live: Option<u8>,
    pub(crate) traffic_class: Option<u8>,
    pub(crate) stamp: Option<Realtime>,
    pub(crate) error: Option<ExtendedError>,
    pub(crate) dropped: Option<u32>,
}

/// Reads the control messages that `recvmsg` filled in; unknown ones are passed over.
pub(crate) fn read(buffer: &[u8]) -> Told {
    let mut told = Told::default();
    for (level, kind, data) in Messages(buffer) {
        match (level, kind) {
            (libc::SOL_IP, libc::IP_TTL) | (libc::SOL_IPV6, libc::IPV6_HOPLIMIT) => {
                told.time_to_live = small(data);
            }
            (libc::SOL_IP, libc::IP_TOS) => told.traffic_class = data.first().copied(),
            (libc::SOL_IPV6, libc::IPV6_TCLASS) => told.traffic_class = small(data),
            (libc::SOL_SOCKET, SO_TIMESTAMPING) => told.stamp = first_stamp(data),
            (libc::SOL_SOCKET, libc::SO_RXQ_OVFL) => told.dropped = number(data),
            (libc::SOL_IP, libc::IP_RECVERR) | (libc::SOL_IPV6, libc::IPV6_RECVERR) => {
                told.error = extended_error(data)
            }
            _ => {}
        }
    }
    told
}

fn number(data: &[u8]) -> Option<u32> {
    data.first_chunk().map(|octets| u32::from_ne_bytes(*octets))
}

/// A C `int` that holds one octet.
fn small(data: &[u8]) -> Option<u8> {
    number(data).and_then(|value| u8::try_from(value).ok())
}

/// The first of the three `timespec`s of `scm_timestamping`: the software stamp; zero means none.
fn first_stamp(data: &[u8]) -> Option<Realtime> {
    let (seconds, nanos) = if data.len() >= 48 {
        let (seconds, rest) = data.split_first_chunk()?;
        (
            i64::from_ne_bytes(*seconds),
            i64::from_ne_bytes(*rest.first_chunk()?),
        )
    } else {
        let (seconds, rest) = data.split_first_chunk()?;
        (
            i64::from(i32::from_ne_bytes(*seconds)),
            i64::from(i32::from_ne_bytes(*rest.first_chunk()?)),
        )
    };
    join(seconds, nanos)
        .filter(|stamp| *stamp != 0)
        .map(Realtime)
}

fn extended_error(data: &[u8]) -> Option<ExtendedError> {
    let (errno, rest) = data.split_first_chunk::<4>()?;
    let (&[origin, kind, code, _padding], rest) = rest.split_first_chunk::<4>()?;
    let (info, rest) = rest.split_first_chunk::<4>()?;
    let (&last, rest) = rest.split_first_chunk::<4>()?;
    let [low, high, extension_flags, _reserved] = last;
    Some(ExtendedError {
        errno: i32::from_ne_bytes(*errno),
        origin,
        kind,
        code,
        info: u32::from_ne_bytes(*info),
        data: u32::from_ne_bytes(last),
        extension: u16::from_ne_bytes([low, high]),
        extension_flags,
        offender: address(rest),
    })
}

/// The IP address of a `sockaddr_in` or `sockaddr_in6`; `None` for any other family.
fn address(data: &[u8]) -> Option<IpAddr> {
    let (family, rest) = data.split_first_chunk::<2>()?;
    let (_port, rest) = rest.split_first_chunk::<2>()?;
    match i32::from(u16::from_ne_bytes(*family)) {
        libc::AF_INET => rest
            .first_chunk::<4>()
            .map(|octets| Ipv4Addr::from(*octets).into()),
        libc::AF_INET6 => {
            let (_flow, rest) = rest.split_first_chunk::<4>()?;
            rest.first_chunk::<16>()
                .map(|octets| Ipv6Addr::from(*octets).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `struct sock_extended_err` and `sockaddr_in` look like in memory, field by field of `linux/errqueue.h`.
    fn unreachable() -> Vec<u8> {
        let mut data = Vec::new();
        data.extend_from_slice(&111_u32.to_ne_bytes());
        data.extend_from_slice(&[2, 3, 3, 0]);
        data.extend_from_slice(&0_u32.to_ne_bytes());
        data.extend_from_slice(&36_u16.to_ne_bytes());
        data.extend_from_slice(&[1, 0]);
        data.extend_from_slice(&2_u16.to_ne_bytes());
        data.extend_from_slice(&[0, 0, 192, 0, 2, 9, 0, 0, 0, 0, 0, 0, 0, 0]);
        data
    }

    #[test]
    fn an_extended_error_is_read_with_its_offender() {
        let mut buffer = Vec::new();
        push(
            &mut buffer,
            libc::SOL_IP,
            libc::IP_TTL,
            &63_i32.to_ne_bytes(),
        );
        push(&mut buffer, libc::SOL_IP, libc::IP_RECVERR, &unreachable());
        let told = read(&buffer);
        let error = told.error.unwrap();
        assert_eq!(told.time_to_live, Some(63));
        assert_eq!(
            (error.errno, error.origin, error.kind, error.code),
            (111, 2, 3, 3)
        );
        assert_eq!((error.extension, error.extension_flags), (36, 1));
        assert_eq!(error.offender, Some(Ipv4Addr::new(192, 0, 2, 9).into()));
    }

    #[test]
    fn a_software_stamp_is_the_first_of_three() {
        let mut data = Vec::new();
        for value in [1_700_000_000_i64, 42, 0, 0, 7, 7] {
            data.extend_from_slice(&value.to_ne_bytes());
        }
        let mut buffer = Vec::new();
        push(&mut buffer, libc::SOL_SOCKET, SO_TIMESTAMPING, &data);
        assert_eq!(
            read(&buffer).stamp,
            Some(Realtime(1_700_000_000_000_000_042))
        );
    }

    #[test]
    fn a_message_that_claims_more_than_the_buffer_ends_the_list() {
        let mut buffer = Vec::new();
        push(
            &mut buffer,
            libc::SOL_IP,
            libc::IP_TTL,
            &64_i32.to_ne_bytes(),
        );
        for cut in 0..buffer.len() {
            let told = read(&buffer[..cut]);
            let whole = cut >= HEADER + 4;
            assert_eq!(told.time_to_live.is_some(), whole, "cut at {cut}");
        }
        buffer[..size_of::<usize>()].copy_from_slice(&usize::MAX.to_ne_bytes());
        assert_eq!(read(&buffer), Told::default());
        buffer[..size_of::<usize>()].copy_from_slice(&0_usize.to_ne_bytes());
        assert_eq!(read(&buffer), Told::default());
    }

    proptest::proptest! {
        #[test]
        fn no_octets_make_the_reader_panic(
            octets in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
        ) {
            let _told = read(&octets);
        }

        #[test]
        fn what_was_pushed_is_walked_again(
            data in proptest::collection::vec(proptest::num::u8::ANY, 0..100),
            level: i32,
            kind: i32,
        ) {
            let mut buffer = Vec::new();
            push(&mut buffer, level, kind, &data);
            push(&mut buffer, kind, level, &[]);
            let walked: Vec<_> = Messages(&buffer).collect();
            proptest::prop_assert_eq!(
                walked,
                vec![(level, kind, data.as_slice()), (kind, level, &[][..])]
            );
        }
    }

    /// libc's own macros compute the same sizes.
    #[test]
    fn sizes_agree_with_cmsg_space_of_libc() {
        for length in 0..64_usize {
            let mut buffer = Vec::new();
            push(&mut buffer, 0, 0, &vec![0; length]);
            #[allow(unsafe_code, reason = "CMSG_SPACE is arithmetic")]
            // SAFETY: CMSG_SPACE computes a size from its argument and touches no memory.
            let space = unsafe { libc::CMSG_SPACE(u32::try_from(length).unwrap()) };
            assert_eq!(buffer.len(), usize::try_from(space).unwrap());
        }
    }
}
