//! What every code keeps.

use super::*;
use proptest::prelude::*;

#[test]
fn each_code_is_found_by_its_name_and_no_other() {
    for name in NAMES {
        assert_eq!(named(name).unwrap().name(), name);
    }
    assert!(named("turbo").is_none());
}

/// The overhead of 1784 octets, a whole number of blocks for every code.
#[test]
fn long_data_grows_by_the_rate() {
    let (data, mut coded) = ([0; 1784], Vec::new());
    for name in NAMES {
        let mut code = named(name).unwrap();
        code.encode(&data, &mut coded);
        let (of, bits) = code.rate();
        let tail = if name == "convolutional" { 2 } else { 0 };
        assert_eq!(
            coded.len() - tail,
            1784 * bits as usize / of as usize,
            "{name}"
        );
    }
}

proptest! {
    #[test]
    fn decode_after_encode_is_identity(data in proptest::collection::vec(any::<u8>(), 0..600)) {
        let (mut coded, mut back) = (vec![1; 5], vec![2; 7]);
        for name in NAMES {
            let mut code = named(name).unwrap();
            code.encode(&data, &mut coded);
            prop_assert_eq!(code.decode(&coded, &mut back), Ok(0), "{}", name);
            prop_assert_eq!(&back, &data, "{}", name);
        }
    }

    #[test]
    fn any_octets_are_decoded_or_refused(coded in proptest::collection::vec(any::<u8>(), 0..600)) {
        let mut data = Vec::new();
        for name in NAMES {
            if named(name).unwrap().decode(&coded, &mut data).is_ok() {
                prop_assert!(data.len() <= coded.len(), "{}", name);
            }
        }
    }
}
