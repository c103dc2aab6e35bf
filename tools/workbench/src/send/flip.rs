//! A line that flips chosen symbols of one transmission, as an ordinary layer.
//!
//! Binary symbols become the other one, a ternary pulse becomes none and none becomes a
//! positive pulse, and a quaternary symbol becomes its neighbour: what little noise does first.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use layercake_base::{Context, Layer, Pdu, Reason, Service, Spec};
use layercake_physical::Alphabet;

/// What was flipped, shared between the layer and whoever tells of it.
#[derive(Debug, Default)]
pub(super) struct Flipped {
    /// Transmissions so far.
    transmissions: u32,
    /// Symbols of the transmission in question.
    pub(super) symbols: Option<usize>,
    /// Place, symbol before and after.
    pub(super) flips: Vec<(usize, u8, u8)>,
    /// Of which transmission.
    nth: u32,
}

/// The layer between line code and wire.
#[derive(Debug)]
pub(super) struct Flip {
    alphabet: Alphabet,
    places: Vec<usize>,
    flipped: Rc<RefCell<Flipped>>,
}

impl Flip {
    /// Flips the symbols at these places of the `nth` transmission, counted from 1.
    pub(super) fn new(
        alphabet: Alphabet,
        places: &[usize],
        nth: u32,
    ) -> (Self, Rc<RefCell<Flipped>>) {
        let flipped = Flipped {
            nth,
            ..Flipped::default()
        };
        let flipped = Rc::new(RefCell::new(flipped));
        let layer = Flip {
            alphabet,
            places: places.to_vec(),
            flipped: Rc::clone(&flipped),
        };
        (layer, flipped)
    }
}

impl Layer for Flip {
    fn spec(&self) -> Spec {
        Spec::new("flip", 1).between(Service::Symbols, Service::Symbols)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let mut flipped = self.flipped.borrow_mut();
        flipped.transmissions += 1;
        if flipped.transmissions == flipped.nth && !self.places.is_empty() {
            let mut symbols: Vec<u8> = self.alphabet.unpack(sdu.octets()).collect();
            flipped.symbols = Some(symbols.len());
            for place in &self.places {
                if let Some(symbol) = symbols.get_mut(*place) {
                    let before = *symbol;
                    *symbol = other(self.alphabet, before);
                    flipped.flips.push((*place, before, *symbol));
                }
            }
            sdu.octets_mut()
                .copy_from_slice(&self.alphabet.pack(symbols));
        }
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(pdu);
        Ok(())
    }
}

fn other(alphabet: Alphabet, symbol: u8) -> u8 {
    match (alphabet, symbol) {
        (Alphabet::Binary, _) => symbol ^ 1,
        (Alphabet::Ternary, 0) => 1,
        (Alphabet::Ternary, _) => 0,
        (Alphabet::Quaternary, _) => symbol ^ 1,
    }
}

impl fmt::Display for Flipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(symbols) = self.symbols else {
            return Ok(());
        };
        let flips = self.flips.iter();
        let flips: Vec<String> = flips
            .map(|(place, before, after)| format!("{place} from {before} to {after}"))
            .collect();
        writeln!(
            f,
            "flipped in transmission {} of a ({symbols} symbols): {}",
            self.nth,
            flips.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flipped_symbol_is_another_symbol_of_the_code() {
        for alphabet in [Alphabet::Binary, Alphabet::Ternary, Alphabet::Quaternary] {
            let symbols = (0..4).filter(|symbol| alphabet.level(*symbol).is_some());
            for symbol in symbols.take(usize::try_from(alphabet.levels()).unwrap()) {
                let other = other(alphabet, symbol);
                assert_ne!(other, symbol);
                assert!(alphabet.level(other).is_some());
            }
        }
    }
}
