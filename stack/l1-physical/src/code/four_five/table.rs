//! The groups of 4B/5B and the tables made of them.

/// The groups of the sixteen values of four bits.
#[rustfmt::skip]
pub(super) const DATA: [u16; 16] = [
    0b11110, 0b01001, 0b10100, 0b10101, 0b01010, 0b01011, 0b01110, 0b01111,
    0b10010, 0b10011, 0b10110, 0b10111, 0b11010, 0b11011, 0b11100, 0b11101,
];
/// Nothing to send.
pub(in super::super) const IDLE: u8 = 0b11111;
/// First half of the start delimiter.
pub(in super::super) const J: u8 = 0b11000;
/// Second half of the start delimiter.
pub(in super::super) const K: u8 = 0b10001;
/// The end delimiter, in 100BASE-X its first half.
pub(in super::super) const T: u8 = 0b01101;
/// Reset; in 100BASE-X the second half of the end delimiter.
pub(in super::super) const R: u8 = 0b00111;

/// The ten bits of each octet, its more significant half first.
static TEN_BITS: [u16; 256] = encoding();
/// The octet of any ten bits; [`NO_DATA`] where a group is none of the sixteen.
static OCTETS: [u16; 1024] = decoding();
/// Above any octet.
const NO_DATA: u16 = 0x100;

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn encoding() -> [u16; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] = DATA[octet >> 4] << 5 | DATA[octet & 0xf];
        octet += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn decoding() -> [u16; 1024] {
    let (mut table, encoding) = ([NO_DATA; 1024], encoding());
    let mut octet: u16 = 0;
    while octet < 256 {
        table[encoding[octet as usize] as usize] = octet;
        octet += 1;
    }
    table
}

#[inline]
pub(super) fn ten_bits(octet: u8) -> u16 {
    TEN_BITS.get(usize::from(octet)).copied().unwrap_or(0)
}

#[inline]
pub(super) fn octet_of(ten: u64) -> Option<u8> {
    let octet = OCTETS.get(usize::try_from(ten).ok()?)?;
    u8::try_from(*octet).ok()
}

/// True for the groups of data.
pub(super) fn is_data(group: u64) -> bool {
    DATA.iter().any(|data| u64::from(*data) == group)
}
