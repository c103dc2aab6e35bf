//! What a ping carries: a pattern, and in front of it, where there is room, a seal.
//!
//! ```text
//! +----------------------+----------------------+---------------------------------+
//! | number of the probe  | keyed check of it    | pattern: 10 11 12 … or as asked |
//! | 8 octets             | 8 octets             | the rest                        |
//! +----------------------+----------------------+---------------------------------+
//! ```
//! iputils puts the time of sending into the first 16 octets and believes what comes back. We
//! put a number there that only we can have made, so a reply shows which probe it answers even
//! after the sequence numbers have wrapped, and a forged one shows that it is forged.
//!
//! Spec: SipHash-2-4, Aumasson and Bernstein 2012. Units: octets. No time is in here.

/// Octets of the seal; iputils needs as many for its time, and tells no time below.
pub(crate) const SEAL: usize = 16;

/// A secret of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key(pub u64, pub u64);

/// The payload of probe `number`, `size` octets long. An empty pattern counts up from 0.
pub(crate) fn payload(key: Key, number: u64, size: usize, pattern: &[u8]) -> Vec<u8> {
    let mut payload: Vec<u8> = if pattern.is_empty() {
        (0..=u8::MAX).cycle().take(size).collect()
    } else {
        pattern.iter().copied().cycle().take(size).collect()
    };
    if let Some(seal) = payload.first_chunk_mut::<SEAL>() {
        *seal = sealed(key, number);
    }
    payload
}

/// The number of the probe, if the seal is ours and whole.
pub(crate) fn number(key: Key, payload: &[u8]) -> Option<u64> {
    let seal = payload.first_chunk::<SEAL>()?;
    let number = u64::from_be_bytes(*seal.first_chunk()?);
    (sealed(key, number) == *seal).then_some(number)
}

fn sealed(key: Key, number: u64) -> [u8; SEAL] {
    let seal = u128::from(number) << 64 | u128::from(siphash(key, number));
    seal.to_be_bytes()
}

/// SipHash-2-4 of eight octets: the number, least significant first.
fn siphash(key: Key, number: u64) -> u64 {
    let mut v = [
        key.0 ^ 0x736f_6d65_7073_6575,
        key.1 ^ 0x646f_7261_6e64_6f6d,
        key.0 ^ 0x6c79_6765_6e65_7261,
        key.1 ^ 0x7465_6462_7974_6573,
    ];
    // The message block, then the block that holds only the length in its top octet.
    for block in [number, 8 << 56] {
        v[3] ^= block;
        v = round(round(v));
        v[0] ^= block;
    }
    v[2] ^= 0xff;
    v = round(round(round(round(v))));
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn round([mut a, mut b, mut c, mut d]: [u64; 4]) -> [u64; 4] {
    a = a.wrapping_add(b);
    b = b.rotate_left(13) ^ a;
    a = a.rotate_left(32);
    c = c.wrapping_add(d);
    d = d.rotate_left(16) ^ c;
    a = a.wrapping_add(d);
    d = d.rotate_left(21) ^ a;
    c = c.wrapping_add(b);
    b = b.rotate_left(17) ^ c;
    c = c.rotate_left(32);
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The reference vectors of the authors (`vectors.h`): key 00 to 0f, message 00 to 07.
    #[test]
    fn agrees_with_the_reference_vector_for_eight_octets() {
        let key = Key(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
        let expected =
            u64::from_le_bytes([0x62, 0x24, 0x93, 0x9a, 0x79, 0xf5, 0xf5, 0x93]);
        assert_eq!(siphash(key, 0x0706_0504_0302_0100), expected);
    }

    #[test]
    fn a_short_payload_is_all_pattern() {
        assert_eq!(payload(Key(1, 2), 9, 4, &[]), [0, 1, 2, 3]);
        assert_eq!(
            payload(Key(1, 2), 9, 5, &[0xff, 0x0a]),
            [0xff, 0x0a, 0xff, 0x0a, 0xff]
        );
        assert_eq!(number(Key(1, 2), &[0; 15]), None);
    }

    proptest! {
        #[test]
        fn a_seal_is_read_back_and_a_changed_one_is_not(
            a: u64, b: u64, probe: u64, size in SEAL..200, octet in 0..SEAL, bit in 0..8_u32
        ) {
            let mut sealed = payload(Key(a, b), probe, size, &[]);
            prop_assert_eq!(number(Key(a, b), &sealed), Some(probe));
            prop_assert_eq!(sealed.len(), size);
            sealed[octet] ^= 1 << bit;
            prop_assert_eq!(number(Key(a, b), &sealed), None);
        }
    }
}
