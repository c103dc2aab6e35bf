//! What every line code keeps.

use super::*;
use proptest::prelude::*;

fn all() -> impl Iterator<Item = Box<dyn LineCode>> {
    NAMES.iter().map(|name| named(name).unwrap())
}

#[test]
fn each_code_is_found_by_its_name_and_no_other() {
    for (code, name) in all().zip(NAMES) {
        assert_eq!(code.name(), *name);
    }
    assert!(named("morse").is_none());
}

proptest! {
    #[test]
    fn decode_after_encode_is_identity(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (mut symbols, mut back) = (vec![1; 7], vec![2; 9]);
        for mut code in all() {
            code.encode(&octets, &mut symbols);
            prop_assert_eq!(code.decode(&symbols, &mut back), Ok(()), "{}", code.name());
            prop_assert_eq!(&back, &octets, "{}", code.name());
        }
    }

    #[test]
    fn any_symbols_are_decoded_or_refused(symbols in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut octets = Vec::new();
        for mut code in all() {
            if code.decode(&symbols, &mut octets).is_ok() {
                prop_assert!(octets.len() <= symbols.len() * 2, "{}", code.name());
            }
        }
    }
}
