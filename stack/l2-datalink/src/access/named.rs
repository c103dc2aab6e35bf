//! Ways of access by name, with the times that fit a LAN.

use core::time::Duration;

use layercake_base::Layer;

use super::{Aloha, Csma, CsmaCd, Persistence, SlottedAloha, csma_cd};

/// What [`named`] knows.
pub const NAMES: [&str; 6] = [
    "aloha",
    "slotted-aloha",
    "csma-non-persistent",
    "csma-1-persistent",
    "csma-p-persistent",
    "csma-cd",
];

/// The longest Ethernet frame, octets, preamble and frame check included, with some bits to
/// spare for the delay: 802.3's slot.
const LONGEST_BITS: u64 = 8 * 1526 + 512;

/// The layer with this name on a medium of `rate` bits per second. A slot of ALOHA holds the
/// longest Ethernet frame; a wait of CSMA is at most 16 slots of 512 bits, for at most 16 tries;
/// p is 0.1 for each slot of 512 bits; CSMA/CD is that of IEEE 802.3.
pub fn named(name: &str, rate: u64) -> Option<Box<dyn Layer>> {
    let bits = |bits: u64| {
        let nanos = u128::from(bits) * 1_000_000_000 / u128::from(rate.max(1));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    };
    let (slot, longest) = (bits(512), bits(16 * 512));
    let csma = |persistence| Some(Box::new(Csma::new(persistence)) as Box<dyn Layer>);
    match name {
        "aloha" => Some(Box::new(Aloha::new())),
        "slotted-aloha" => Some(Box::new(SlottedAloha::new(bits(LONGEST_BITS)))),
        "csma-non-persistent" => csma(Persistence::NonPersistent {
            longest,
            attempts: 16,
        }),
        "csma-1-persistent" => csma(Persistence::OnePersistent),
        "csma-p-persistent" => csma(Persistence::PPersistent {
            probability: 0.1,
            slot,
        }),
        "csma-cd" => {
            let settings = csma_cd::Settings::ieee_802_3(rate);
            Some(Box::new(CsmaCd::new(settings)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_layer_and_no_other_is() {
        for name in NAMES {
            let layer = named(name, 10_000_000).unwrap();
            assert!(name.starts_with(layer.spec().name), "{name}");
        }
        assert!(named("csma-ca", 10_000_000).is_none());
    }
}
