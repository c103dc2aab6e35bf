//! What every line code keeps.

use super::*;
use layercake_base::Rng;
use proptest::prelude::*;

mod flips;
mod lines;
mod pictures;

fn all() -> impl Iterator<Item = Box<dyn LineCode>> {
    NAMES.iter().map(|name| named(name).unwrap())
}

fn code(name: &str) -> Box<dyn LineCode> {
    named(name).unwrap()
}

fn encoded(name: &str, octets: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::new();
    code(name).encode(octets, &mut symbols);
    symbols
}

fn decoded(name: &str, symbols: &[u8]) -> Result<Vec<u8>, Reason> {
    let mut octets = Vec::new();
    code(name).decode(symbols, &mut octets).map(|()| octets)
}

fn random(len: usize, seed: u64) -> Vec<u8> {
    let mut octets = vec![0; len];
    Rng::seeded(seed).fill(&mut octets);
    octets
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
                prop_assert!(octets.len() <= symbols.len(), "{}", code.name());
            }
        }
    }

    /// Symbols with a few errors reach further into a decoder than noise does.
    #[test]
    fn any_damage_is_decoded_or_refused(
        octets in proptest::collection::vec(any::<u8>(), 0..100),
        damage in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..4),
        cut in 0..20_usize,
    ) {
        for mut code in all() {
            let mut symbols = encoded(code.name(), &octets);
            symbols.truncate(symbols.len().saturating_sub(cut));
            for (at, with) in &damage {
                let place = at % symbols.len().max(1);
                if let Some(octet) = symbols.get_mut(place) {
                    *octet ^= with;
                }
            }
            let mut back = Vec::new();
            if code.decode(&symbols, &mut back).is_ok() {
                prop_assert!(back.len() <= symbols.len(), "{}", code.name());
            }
        }
    }

    /// What the decoder kept from a transmission takes no part in the next.
    #[test]
    fn each_transmission_stands_alone(octets in proptest::collection::vec(any::<u8>(), 0..100), noise in proptest::collection::vec(any::<u8>(), 0..100)) {
        for mut code in all() {
            let mut back = Vec::new();
            let expected = encoded(code.name(), &octets);
            let _ = code.decode(&noise, &mut back);
            let mut symbols = Vec::new();
            code.encode(&noise, &mut symbols);
            code.encode(&octets, &mut symbols);
            prop_assert_eq!(&symbols, &expected);
            prop_assert_eq!(code.decode(&symbols, &mut back), Ok(()));
            prop_assert_eq!(&back, &octets, "{}", code.name());
        }
    }
}
