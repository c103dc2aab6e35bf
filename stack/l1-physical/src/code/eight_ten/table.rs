//! The groups of 8b/10b: composed of six and four bits, as their inventors did.
//!
//! ```text
//! octet   H G F   E D C B A         D or K, then EDCBA as a number, a dot, HGF as a number
//!           |         |
//! group   f g h j   a b c d e i     sent abcdei fghj; the six decide the disparity for the four
//! ```

/// Whether ones or zeros prevail in what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disparity {
    /// The last uneven group had more zeros, or there was none.
    Minus,
    /// The last uneven group had more ones.
    Plus,
}

impl Disparity {
    #[inline]
    const fn turned(self, turn: bool) -> Self {
        match (self, turn) {
            (Disparity::Minus, true) | (Disparity::Plus, false) => Disparity::Plus,
            _ => Disparity::Minus,
        }
    }
}

/// Six bits for each value of EDCBA, at negative disparity. Table 36-1 and Widmer and Franaszek.
#[rustfmt::skip]
const SIX: [u16; 32] = [
    0b100111, 0b011101, 0b101101, 0b110001, 0b110101, 0b101001, 0b011001, 0b111000,
    0b111001, 0b100101, 0b010101, 0b110100, 0b001101, 0b101100, 0b011100, 0b010111,
    0b011011, 0b100011, 0b010011, 0b110010, 0b001011, 0b101010, 0b011010, 0b111010,
    0b110011, 0b100110, 0b010110, 0b110110, 0b001110, 0b101110, 0b011110, 0b101011,
];
/// Six bits of K28, at negative disparity.
const SIX_OF_K28: u16 = 0b001111;
/// Four bits for each value of HGF, at negative disparity behind the six.
#[rustfmt::skip]
const FOUR: [u16; 8] = [0b1011, 0b1001, 0b0101, 0b1100, 0b1101, 0b1010, 0b0110, 0b1110];
/// The same for control groups, which never turn an even four round with the disparity.
#[rustfmt::skip]
const FOUR_OF_K: [u16; 8] = [0b1011, 0b0110, 0b1010, 0b1100, 0b1101, 0b0101, 0b1001, 0b0111];
/// Instead of 1110, where five equal bits in a row would come of it.
const ALTERNATE: u16 = 0b0111;

/// In [`ENCODING`]: behind this group the disparity is the other.
const TURNS: u16 = 1 << 10;
/// Its ten bits.
const TEN: u16 = TURNS - 1;

/// The ten bits of each octet: as data at negative and positive disparity, as control group
/// at both.
static ENCODING: [[u16; 256]; 4] = encoding();
/// What each ten bits mean.
static DECODING: [Found; 1024] = decoding();

/// A group that arrived: an octet, and flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found(u16);

impl Found {
    const CONTROL: u16 = 1 << 8;
    const FITS_MINUS: u16 = 1 << 9;
    const FITS_PLUS: u16 = 1 << 10;
    const TURNS: u16 = 1 << 11;
    const NOTHING: Found = Found(Found::CONTROL);

    /// It may stand where the running disparity is this.
    #[inline]
    pub(super) const fn fits(self, disparity: Disparity) -> bool {
        let flag = match disparity {
            Disparity::Minus => Found::FITS_MINUS,
            Disparity::Plus => Found::FITS_PLUS,
        };
        self.0 & flag != 0
    }

    /// The running disparity behind it.
    #[inline]
    pub(super) const fn after(self, disparity: Disparity) -> Disparity {
        disparity.turned(self.0 & Found::TURNS != 0)
    }

    /// True for data.
    #[inline]
    pub(super) const fn is_data(self) -> bool {
        self.0 & Found::CONTROL == 0
    }

    /// The octet.
    #[inline]
    pub(super) const fn octet(self) -> u8 {
        let [_, octet] = self.0.to_be_bytes();
        octet
    }

    /// The octet, and whether it is a control group.
    pub(super) const fn word(self) -> (u8, bool) {
        (self.octet(), !self.is_data())
    }
}

/// The group of an octet, and the disparity behind it.
#[inline]
pub(super) fn encode(octet: u8, control: bool, disparity: &mut Disparity) -> u64 {
    let control = usize::from(control) * 2;
    let row = control + usize::from(*disparity == Disparity::Plus);
    // A group turns the disparity at both or at none; asked of a row that is known beforehand,
    // so that the next group need not wait for this one.
    *disparity = disparity.turned(entry(control, octet) & TURNS != 0);
    u64::from(entry(row, octet) & TEN)
}

#[inline]
fn entry(row: usize, octet: u8) -> u16 {
    let entry = ENCODING
        .get(row)
        .and_then(|row| row.get(usize::from(octet)));
    entry.copied().unwrap_or(0)
}

/// What ten bits mean; `None` when they are no group.
pub(super) fn decode(ten: u64) -> Option<Found> {
    Some(look(ten)).filter(|found| *found != Found::NOTHING)
}

/// What ten bits mean; something that fits nowhere when they are no group.
#[inline]
pub(super) fn look(ten: u64) -> Found {
    let ten = usize::try_from(ten).unwrap_or(usize::MAX);
    DECODING.get(ten).copied().unwrap_or(Found::NOTHING)
}

/// The twelve control groups, Table 36-2.
const fn is_control(octet: u8) -> bool {
    octet & 0x1f == 28 || matches!(octet, 0xf7 | 0xfb | 0xfd | 0xfe)
}

/// Turns `bits` round when they are uneven and the disparity is positive already.
const fn balanced(bits: u16, width: u32, plus: bool, always: bool) -> u16 {
    let uneven = bits.count_ones() * 2 != width;
    if plus && (uneven || always) {
        !bits & ((1 << width) - 1)
    } else {
        bits
    }
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn group(octet: u8, control: bool, plus: bool) -> u16 {
    let (low, high) = ((octet & 0x1f) as usize, (octet >> 5) as usize);
    let six = if control && low == 28 {
        SIX_OF_K28
    } else {
        SIX[low]
    };
    let uneven = six.count_ones() != 3;
    let six = balanced(six, 6, plus, low == 7); // 111000 and 000111 count as uneven here only
    let plus = plus != uneven;
    let five_in_a_row = match plus {
        false => matches!(low, 17 | 18 | 20),
        true => matches!(low, 11 | 13 | 14),
    };
    let four = match high {
        7 if !control && five_in_a_row => ALTERNATE,
        _ if control => FOUR_OF_K[high],
        _ => FOUR[high],
    };
    six << 4 | balanced(four, 4, plus, control || high == 3)
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn encoding() -> [[u16; 256]; 4] {
    let mut table = [[0; 256]; 4];
    let mut row = 0;
    while row < 4 {
        let mut octet: u8 = 0;
        loop {
            let ten = group(octet, row >= 2, row % 2 == 1);
            let turns = if ten.count_ones() == 5 { 0 } else { TURNS };
            table[row][octet as usize] = ten | turns;
            if octet == u8::MAX {
                break;
            }
            octet += 1;
        }
        row += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn decoding() -> [Found; 1024] {
    let (mut table, encoding) = ([Found::NOTHING; 1024], encoding());
    let mut row = 0;
    while row < 4 {
        let control = if row >= 2 { Found::CONTROL } else { 0 };
        let fits = if row % 2 == 1 {
            Found::FITS_PLUS
        } else {
            Found::FITS_MINUS
        };
        let mut octet = 0_u16;
        while octet < 256 {
            let entry = encoding[row][octet as usize];
            let turns = if entry & TURNS == 0 { 0 } else { Found::TURNS };
            let place = &mut table[(entry & TEN) as usize];
            let [_, low] = octet.to_be_bytes();
            if control == 0 || is_control(low) {
                let already = place.0 & (Found::FITS_MINUS | Found::FITS_PLUS);
                *place = Found(already | octet | control | fits | turns);
            }
            octet += 1;
        }
        row += 1;
    }
    table
}
