//! Every check by name: what it is called, how wide it is, and who computes it.
//!
//! Spec: the CRCs are those of the catalogue of parametrised CRC algorithms
//! (reveng.sourceforge.io/crc-catalogue), through the crates `crc` and `crc-catalog`.
//! Not here: CRCs whose width does not fill whole octets; a trailer could not carry them.

use crc::{Crc, Table};
use crc_fast::CrcAlgorithm;

use super::Order;
use super::crcs::{Engine, Long, Tables, Who};

/// A check, described.
pub(super) struct Algorithm {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) spec: &'static str,
    pub(super) width_bits: u32,
    pub(super) order: Order,
    pub(super) check_value: u64,
    pub(super) method: Method,
}

/// Who computes it.
pub(super) enum Method {
    /// One bit over the whole frame.
    Parity {
        odd: bool,
    },
    /// One bit over each of the eight columns that the octets' bits form.
    Columns,
    Internet,
    Fletcher16,
    Fletcher32,
    Adler32,
    Crc(Engine),
}

impl Algorithm {
    /// The name, then the aliases.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        core::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// A sum or parity: width, value over `123456789`, who computes it.
const fn sum(
    name: &'static str,
    aliases: &'static [&'static str],
    spec: &'static str,
    (width_bits, check_value): (u32, u64),
    method: Method,
) -> Algorithm {
    Algorithm {
        name,
        aliases,
        spec,
        width_bits,
        order: Order::MostFirst,
        check_value,
        method,
    }
}

/// A CRC of the catalogue: its integer, its constant in the crate `crc`, who takes long frames.
macro_rules! crc {
    ($name:literal, $aliases:expr, $spec:literal, $tables:ident $word:ty, $algorithm:ident, $long:expr) => {{
        static ENGINE: Crc<$word, Table<16>> =
            Crc::<$word, Table<16>>::new(&crc::$algorithm);
        Algorithm {
            name: $name,
            aliases: $aliases,
            spec: $spec,
            width_bits: crc::$algorithm.width as u32,
            order: if crc::$algorithm.refout {
                Order::LeastFirst
            } else {
                Order::MostFirst
            },
            check_value: crc::$algorithm.check as u64,
            method: Method::Crc(Engine {
                tables: Tables::$tables(&ENGINE),
                long: $long,
            }),
        }
    }};
}

/// Frames of 128 octets and more go to the crate `crc-fast`, which takes 20 ns to begin.
const fn fast(algorithm: CrcAlgorithm) -> Option<Long> {
    let who = Who::CrcFast(algorithm);
    Some(Long { from: 128, who })
}

/// Frames of any length go to another crate.
const fn always(who: Who) -> Option<Long> {
    Some(Long { from: 0, who })
}

/// The frame check sequence of IEEE 802.3 and PPP.
pub(super) static FCS_32: Algorithm = crc!(
    "CRC-32/ISO-HDLC",
    &[
        "CRC-32",
        "FCS-32",
        "CRC-32/ADCCP",
        "CRC-32/V-42",
        "CRC-32/XZ",
        "PKZIP"
    ],
    "IEEE 802.3-2018 §3.2.9, RFC 1662 §C.3",
    Bits32 u32,
    CRC_32_ISO_HDLC,
    always(Who::Crc32Fast)
);

/// All checks, narrow before wide.
pub(super) static ALGORITHMS: [&Algorithm; 35] = [
    &sum(
        "parity-even",
        &["even"],
        "one bit that makes the number of ones even",
        (1, 1),
        Method::Parity { odd: false },
    ),
    &sum(
        "parity-odd",
        &["odd"],
        "one bit that makes the number of ones odd",
        (1, 0),
        Method::Parity { odd: true },
    ),
    &sum(
        "LRC",
        &["LRC-8", "XOR-8"],
        "ISO 1155: the parity of each column of bits",
        (8, 0x31),
        Method::Columns,
    ),
    &sum(
        "internet",
        &["internet-checksum", "RFC 1071"],
        "RFC 1071",
        (16, 0xf62a),
        Method::Internet,
    ),
    &sum(
        "Fletcher-16",
        &[],
        "RFC 1146, 8-bit Fletcher: octets, modulo 255",
        (16, 0x1ede),
        Method::Fletcher16,
    ),
    &sum(
        "Fletcher-32",
        &[],
        "as Fletcher-16 over 16-bit words, least significant octet first, modulo 65535",
        (32, 0xdf09_d509),
        Method::Fletcher32,
    ),
    &sum(
        "Adler-32",
        &["zlib"],
        "RFC 1950 §8.2",
        (32, 0x091e_01de),
        Method::Adler32,
    ),
    &crc!("CRC-8/SMBUS", &["CRC-8"], "System Management Bus, packet error code", Bits8 u8, CRC_8_SMBUS, None),
    &crc!("CRC-8/I-432-1", &["CRC-8/ITU", "CRC-8/ATM", "HEC"], "ITU-T I.432.1, header error control of ATM", Bits8 u8, CRC_8_I_432_1, None),
    &crc!("CRC-8/MAXIM-DOW", &["CRC-8/MAXIM", "DOW-CRC"], "1-Wire bus", Bits8 u8, CRC_8_MAXIM_DOW, None),
    &crc!("CRC-8/AUTOSAR", &[], "AUTOSAR end-to-end protection", Bits8 u8, CRC_8_AUTOSAR, None),
    &crc!("CRC-8/SAE-J1850", &[], "SAE J1850", Bits8 u8, CRC_8_SAE_J1850, None),
    &crc!("CRC-8/ROHC", &[], "RFC 3095 §5.9.1", Bits8 u8, CRC_8_ROHC, None),
    &crc!("CRC-8/BLUETOOTH", &[], "Bluetooth header error check", Bits8 u8, CRC_8_BLUETOOTH, None),
    &crc!("CRC-16/ARC", &["CRC-16", "CRC-IBM", "CRC-16/LHA"], "the LHA archiver; IBM Bisync", Bits16 u16, CRC_16_ARC, fast(CrcAlgorithm::Crc16Arc)),
    &crc!("CRC-16/IBM-SDLC", &["FCS-16", "X-25", "CRC-16/X-25", "CRC-16/ISO-HDLC"], "ISO/IEC 13239, RFC 1662 §C.2", Bits16 u16, CRC_16_IBM_SDLC, fast(CrcAlgorithm::Crc16IbmSdlc)),
    &crc!("CRC-16/XMODEM", &["XMODEM", "ZMODEM", "CRC-16/ACORN", "CRC-16/LTE"], "XMODEM with CRC", Bits16 u16, CRC_16_XMODEM, fast(CrcAlgorithm::Crc16Xmodem)),
    &crc!("CRC-16/MODBUS", &["MODBUS"], "MODBUS over serial line", Bits16 u16, CRC_16_MODBUS, fast(CrcAlgorithm::Crc16Modbus)),
    &crc!("CRC-16/KERMIT", &["KERMIT", "CRC-CCITT", "CRC-16/CCITT", "CRC-16/BLUETOOTH"], "ITU-T V.41, the Kermit protocol", Bits16 u16, CRC_16_KERMIT, fast(CrcAlgorithm::Crc16Kermit)),
    &crc!("CRC-16/IBM-3740", &["CRC-16/CCITT-FALSE", "CRC-16/AUTOSAR"], "IBM 3740 diskettes", Bits16 u16, CRC_16_IBM_3740, fast(CrcAlgorithm::Crc16Ibm3740)),
    &crc!("CRC-16/GENIBUS", &["CRC-16/I-CODE", "CRC-16/EPC"], "GENIbus; ISO/IEC 18000-63", Bits16 u16, CRC_16_GENIBUS, fast(CrcAlgorithm::Crc16Genibus)),
    &crc!("CRC-16/USB", &["USB"], "Universal Serial Bus, data packets", Bits16 u16, CRC_16_USB, fast(CrcAlgorithm::Crc16Usb)),
    &crc!("CRC-16/DNP", &["DNP"], "IEEE 1815, DNP3", Bits16 u16, CRC_16_DNP, fast(CrcAlgorithm::Crc16Dnp)),
    &crc!("CRC-16/T10-DIF", &["T10-DIF"], "SCSI block commands, data integrity field", Bits16 u16, CRC_16_T10_DIF, fast(CrcAlgorithm::Crc16T10Dif)),
    &crc!("CRC-24/OPENPGP", &["CRC-24"], "RFC 9580 §6.1.1", Bits32 u32, CRC_24_OPENPGP, None),
    &crc!("CRC-24/BLE", &[], "Bluetooth Low Energy, advertising", Bits32 u32, CRC_24_BLE, None),
    &FCS_32,
    &crc!("CRC-32/ISCSI", &["CRC-32C", "CRC-32/CASTAGNOLI", "CRC-32/INTERLAKEN"], "RFC 3720 §12.1, RFC 9260 (SCTP)", Bits32 u32, CRC_32_ISCSI, always(Who::CrcFast(CrcAlgorithm::Crc32Iscsi))),
    &crc!("CRC-32/BZIP2", &["CRC-32/AAL5", "CRC-32/DECT-B"], "bzip2; ATM adaptation layer 5", Bits32 u32, CRC_32_BZIP2, fast(CrcAlgorithm::Crc32Bzip2)),
    &crc!("CRC-32/MPEG-2", &[], "ISO/IEC 13818-1", Bits32 u32, CRC_32_MPEG_2, fast(CrcAlgorithm::Crc32Mpeg2)),
    &crc!("CRC-32/CKSUM", &["CKSUM", "CRC-32/POSIX"], "POSIX cksum, without the length that it appends", Bits32 u32, CRC_32_CKSUM, fast(CrcAlgorithm::Crc32Cksum)),
    &crc!("CRC-64/XZ", &["CRC-64/GO-ECMA"], "the .xz file format", Bits64 u64, CRC_64_XZ, fast(CrcAlgorithm::Crc64Xz)),
    &crc!("CRC-64/ECMA-182", &["CRC-64"], "ECMA-182", Bits64 u64, CRC_64_ECMA_182, fast(CrcAlgorithm::Crc64Ecma182)),
    &crc!("CRC-64/GO-ISO", &["CRC-64/ISO"], "the ISO polynomial x^64 + x^4 + x^3 + x + 1", Bits64 u64, CRC_64_GO_ISO, fast(CrcAlgorithm::Crc64GoIso)),
    &crc!("CRC-64/NVME", &[], "NVM Express", Bits64 u64, CRC_64_NVME, fast(CrcAlgorithm::Crc64Nvme)),
];

/// The names of all checks, as [`Check::named`](super::Check::named) takes them.
#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
pub static NAMES: [&str; 35] = {
    let mut names = [""; 35];
    let mut at = 0;
    while at < 35 {
        names[at] = ALGORITHMS[at].name;
        at += 1;
    }
    names
};
