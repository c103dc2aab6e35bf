//! A layer of any line code.

use layercake_base::{Context, Kind, Layer, Pdu, Reason, Service, Spec};

use crate::LineCode;

/// Replaces octets by the symbols of a line code going down, and symbols by their octets coming
/// up. The code may be known when compiling, or boxed ([`code::named`](crate::code::named)).
#[derive(Clone, Debug, Default)]
pub struct Coded<C> {
    code: C,
    /// What came out of the code last; kept so that nothing is allocated for each PDU.
    scratch: Vec<u8>,
}

impl<C: LineCode> Coded<C> {
    /// The layer for one attachment.
    pub const fn new(code: C) -> Self {
        let scratch = Vec::new();
        Coded { code, scratch }
    }

    /// The line code.
    pub const fn code(&self) -> &C {
        &self.code
    }

    fn replacement(&self, pdu: &Pdu, cx: &mut Context<'_>) -> Result<Pdu, Reason> {
        let mut replacement = cx.allocate_from(pdu, self.scratch.len())?;
        replacement.octets_mut().copy_from_slice(&self.scratch);
        Ok(replacement)
    }
}

impl<C: LineCode> Layer for Coded<C> {
    fn spec(&self) -> Spec {
        Spec::new(self.code.name(), 1)
            .between(Service::Bits, Service::Symbols)
            .kind(Kind::Rewrite)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.code.encode(sdu.octets(), &mut self.scratch);
        let symbols = self.replacement(&sdu, cx)?;
        cx.send_down(symbols);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.code.decode(pdu.octets(), &mut self.scratch)?;
        let octets = self.replacement(&pdu, cx)?;
        cx.send_up(octets);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Manchester, code};
    use layercake_base::{Direction, Ici, Item, Outbox, Room, World};

    fn cross(layer: &mut impl Layer, way: Direction, octets: &[u8]) -> (Vec<u8>, Ici) {
        let (mut world, mut outbox) = (World::new(1, 2), Outbox::default());
        let mut pdu = world.pool.allocate(Room::default(), octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        pdu.set_ici(|ici| ici.port = 7);
        let mut cx = Context::new(&mut world, &mut outbox);
        match way {
            Direction::Down => layer.send(pdu, &mut cx).unwrap(),
            Direction::Up => layer.receive(pdu, &mut cx).unwrap(),
        }
        match outbox.pop() {
            Some(Item::Pdu(to, pdu)) if to == way => (pdu.octets().to_vec(), *pdu.ici()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn any_code_is_a_layer_that_keeps_what_travels_beside_the_octets() {
        for name in code::NAMES {
            let mut layer = Coded::new(code::named(name).unwrap());
            let (symbols, beside) = cross(&mut layer, Direction::Down, b"bits");
            assert_eq!(beside.port, 7, "{name}");
            let (octets, beside) = cross(&mut layer, Direction::Up, &symbols);
            assert_eq!(
                (octets.as_slice(), beside.port),
                (&b"bits"[..], 7),
                "{name}"
            );
        }
    }

    #[test]
    fn coded_manchester_is_the_layer_manchester() {
        let (one, two) = (&mut Coded::new(Manchester::new()), &mut Manchester::new());
        for way in [Direction::Down, Direction::Up] {
            assert_eq!(cross(one, way, &[0x66; 8]), cross(two, way, &[0x66; 8]));
        }
        assert_eq!(one.spec(), two.spec());
    }
}
