//! What is known of each check: width, values that others can compare with, and how many wrong
//! bits it is sure to see.

use std::fmt::Write as _;

use layercake_datalink::Check;
use layercake_datalink::check::distance::distance;

use super::hex;

/// Body of the shortest and of the usual largest Ethernet frame with its header, in octets.
const FRAMES: [usize; 2] = [60, 1514];
/// Errors of more bits are not searched for.
const WEIGHTS: [u32; 2] = [5, 3];

/// A line for each check.
pub(super) fn table() -> String {
    let mut text = String::from(
        "check               bits  of \"123456789\"    residue           wrong bits it may miss in\n\
         \x20                                                            60 octets  1514 octets\n",
    );
    for check in Check::all() {
        let value = hex(check, check.check_value());
        let residue = check
            .residue()
            .map_or("-".into(), |value| hex(check, value));
        let [short, long] = missed(check);
        let _ = writeln!(
            text,
            "{:20}{:>4}  {value:18}{residue:18}{short:11}{long}",
            check.name(),
            check.width_bits(),
        );
    }
    text.push_str(
        "The fewest wrong bits that a CRC may miss in a frame of so many octets is its Hamming\n\
         distance there; \"over N\" when no error of N bits goes unseen and more were not tried.\n",
    );
    text
}

/// For each length of [`FRAMES`], the fewest wrong bits that can go unseen.
fn missed(check: Check) -> [String; 2] {
    let Some(crc) = check.crc() else {
        return ["-".into(), "-".into()];
    };
    let at = |(octets, weights): (usize, u32)| match distance(&crc, octets * 8, weights) {
        Some(fewest) => fewest.to_string(),
        None => format!("over {weights}"),
    };
    let [short, long] = FRAMES;
    let [heavy, light] = WEIGHTS;
    [at((short, heavy)), at((long, light))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Koopman's tables for 0x82608edb: distance 5 from 269 to 2974 bits, 4 up to 91,607.
    #[test]
    fn tells_the_distances_of_the_802_3_polynomial() {
        assert_eq!(missed(Check::default()), ["5", "over 3"].map(String::from));
    }

    #[test]
    fn every_check_has_its_line() {
        let table = table();
        for check in Check::all() {
            let name = format!("{} ", check.name());
            assert!(table.lines().any(|line| line.starts_with(&name)), "{name}");
        }
    }
}
