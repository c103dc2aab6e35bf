//! Against an independent crate, and against the code's promise.

use super::*;
use proptest::prelude::*;

proptest! {
    /// The crate `reed-solomon` has the same field and roots.
    #[test]
    fn check_octets_agree_with_an_independent_crate(
        data in proptest::collection::vec(any::<u8>(), 1..=200),
        checks in 1..=54_usize,
    ) {
        let theirs = reed_solomon::Encoder::new(checks).encode(&data);
        let mut ours = data.clone();
        ReedSolomon::new(checks).check_octets(&data, &mut ours);
        prop_assert_eq!(&ours[..], &theirs[..]);
    }

    #[test]
    fn errors_and_erasures_up_to_the_bound_are_mended(
        data in proptest::collection::vec(any::<u8>(), 1..=223),
        hurt in proptest::collection::vec((any::<proptest::sample::Index>(), 1..=255_u8), 0..32),
        known in 0..=32_usize,
    ) {
        let code = ReedSolomon::default();
        let mut block = data.clone();
        code.check_octets(&data, &mut block);
        let sent = block.clone();
        let mut wrong: Vec<usize> = Vec::new();
        for (index, value) in &hurt {
            let at = index.index(block.len());
            if wrong.contains(&at) {
                continue;
            }
            let erased = wrong.len().min(known);
            if 2 * (wrong.len() + 1 - erased) + erased > 32 {
                break;
            }
            block[at] ^= value;
            wrong.push(at);
        }
        let known = known.min(wrong.len());
        prop_assert_eq!(code.mend(&mut block, &wrong[..known]), Ok(wrong.len()));
        prop_assert_eq!(block, sent);
    }

    #[test]
    fn no_block_makes_the_decoder_panic(
        mut block in proptest::collection::vec(any::<u8>(), 0..300),
        checks in 0..300_usize,
        erasures in proptest::collection::vec(0..300_usize, 0..40),
    ) {
        let before = block.clone();
        let code = ReedSolomon::new(checks);
        match code.mend(&mut block, &erasures) {
            Ok(_) => {
                let mut again = block[..block.len() - code.checks()].to_vec();
                let data = again.clone();
                code.check_octets(&data, &mut again);
                prop_assert_eq!(again, block);
            }
            Err(_) => prop_assert_eq!(before, block),
        }
    }
}

/// Random octets beyond the bound fall on another code word about once in t! times, which for
/// t = 16 is never; for t = 2 it is one in two and a bit, and what comes out is a code word.
#[test]
fn one_error_too_many_is_refused() {
    let code = ReedSolomon::default();
    let data = [7; 100];
    let mut block = data.to_vec();
    code.check_octets(&data, &mut block);
    for octet in block.iter_mut().step_by(7).take(17) {
        *octet ^= 0x55;
    }
    let error = code.mend(&mut block, &[]).unwrap_err();
    assert!(error.to_string().contains("cannot be mended"), "{error}");
}
