//! Does one layer fit on another, and what are the two together?
//!
//! ```text
//!     upper        what it needs  -----+      its largest PDU ------+      its OSI number --+
//!   ---------                          | =                          | <=                    | >=
//!     lower        what it offers -----+      its largest body -----+      its OSI number --+
//! ```
//!
//! A layer that [rewrites](Kind::Rewrite) makes new PDUs, with all the room that the layers
//! below it want. What stands above it therefore needs room down to that layer and no further.

use layercake_base::{Kind, Room, Service, Spec};
use layercake_datalink::arq;

/// Why layers cannot be put together. Names are those of the [`Spec`]s; sizes are octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The upper layer needs another service than the lower one offers.
    #[error("{upper} needs {needs}, but {lower} offers {offers}")]
    Service {
        /// The lowest layer above the seam.
        upper: &'static str,
        /// What it needs.
        needs: Service,
        /// The highest layer below the seam.
        lower: &'static str,
        /// What it offers.
        offers: Service,
    },
    /// The upper layer may hand down more than the lower one carries.
    #[error(
        "{upper} hands down PDUs of up to {largest} octets, {lower} carries at most {most}"
    )]
    Size {
        /// The lowest layer above the seam.
        upper: &'static str,
        /// The largest PDU that it hands down.
        largest: usize,
        /// The highest layer below the seam.
        lower: &'static str,
        /// The largest body that it takes.
        most: usize,
    },
    /// The layers are in the wrong order.
    #[error("{upper} (OSI layer {above}) cannot stand on {lower} (OSI layer {below})")]
    Order {
        /// The lowest layer above the seam.
        upper: &'static str,
        /// Its OSI number.
        above: u8,
        /// The highest layer below the seam.
        lower: &'static str,
        /// Its OSI number.
        below: u8,
    },
    /// Two layers that stand side by side look for different services.
    #[error(
        "{left} and {right} cannot stand side by side: one has {one}, the other {other}"
    )]
    Siblings {
        /// The first of the layers.
        left: &'static str,
        /// Its service at the common seam.
        one: Service,
        /// The layer that differs.
        right: &'static str,
        /// Its service at the common seam.
        other: Service,
    },
    /// Two layers side by side wait for the same protocol.
    #[error("{left} and {right} are both chosen by next protocol {key}")]
    SameKey {
        /// The first of the layers.
        left: &'static str,
        /// The one that has the same key.
        right: &'static str,
        /// The key.
        key: u16,
    },
    /// A layer is asked for by a name that nothing has.
    #[error("no {what} is named {name:?}")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The name.
        name: &'static str,
    },
    /// A link that repeats what is lost cannot be set up like that.
    #[error("arq: {0}")]
    Arq(#[from] arq::ConfigError),
    /// There is no layer at all.
    #[error("a composition needs at least one layer")]
    Empty,
}

/// The [`Spec`] of `upper` standing on `lower`.
///
/// A largest size of [`usize::MAX`] means that the layer knows no limit of its own; it then
/// takes that of its neighbour.
///
/// # Errors
/// The [`Misfit`] at the seam between them.
pub fn join(upper: &Spec, lower: &Spec) -> Result<Spec, Misfit> {
    check_service(upper, lower)?;
    check_order(upper, lower)?;
    check_size(upper, lower)?;
    Ok(Spec {
        name: upper.name,
        bottom: lower.bottom,
        osi: upper.osi,
        layers: upper.layers + lower.layers,
        offers: known(upper.offers, lower.offers),
        needs: known(lower.needs, upper.needs),
        room: room(upper, lower.room),
        largest_body: largest_body(upper, lower),
        largest_pdu: lower.largest_pdu,
        kind: match (upper.kind, lower.kind) {
            (Kind::Rewrite, _) | (_, Kind::Rewrite) => Kind::Rewrite,
            (kind, _) => kind,
        },
    })
}

/// The room that a PDU wants which is handed to a layer with `spec`, when the layers below it
/// want `below`.
pub(crate) fn room(spec: &Spec, below: Room) -> Room {
    match spec.kind {
        Kind::Rewrite => spec.room,
        _ => Room {
            head: spec.room.head + below.head,
            tail: spec.room.tail + below.tail,
        },
    }
}

fn check_service(upper: &Spec, lower: &Spec) -> Result<(), Misfit> {
    let (needs, offers) = (upper.needs, lower.offers);
    if needs == offers || needs == Service::Any || offers == Service::Any {
        return Ok(());
    }
    Err(Misfit::Service {
        upper: upper.bottom,
        needs,
        lower: lower.name,
        offers,
    })
}

fn check_order(upper: &Spec, lower: &Spec) -> Result<(), Misfit> {
    if upper.osi >= lower.osi {
        return Ok(());
    }
    Err(Misfit::Order {
        upper: upper.bottom,
        above: upper.osi,
        lower: lower.name,
        below: lower.osi,
    })
}

fn check_size(upper: &Spec, lower: &Spec) -> Result<(), Misfit> {
    let (largest, most) = (upper.largest_pdu, lower.largest_body);
    if largest <= most || largest == usize::MAX {
        return Ok(());
    }
    Err(Misfit::Size {
        upper: upper.bottom,
        largest,
        lower: lower.name,
        most,
    })
}

fn largest_body(upper: &Spec, lower: &Spec) -> usize {
    if upper.largest_pdu != usize::MAX {
        return upper.largest_body;
    }
    let added = match upper.kind {
        Kind::Branch => 0, // one of them may add nothing
        _ => upper.room.head + upper.room.tail,
    };
    let fits = lower.largest_body.saturating_sub(added);
    upper.largest_body.min(match lower.largest_body {
        usize::MAX => usize::MAX,
        _ => fits,
    })
}

fn known(first: Service, second: Service) -> Service {
    match first {
        Service::Any => second,
        known => known,
    }
}

/// The common service of layers that stand side by side, told by `which`.
pub(crate) fn common(
    specs: &[Spec],
    which: impl Fn(&Spec) -> Service,
) -> Result<Service, Misfit> {
    let mut found: Option<&Spec> = None;
    for spec in specs.iter().filter(|spec| which(spec) != Service::Any) {
        match found {
            Some(first) if which(first) != which(spec) => {
                return Err(Misfit::Siblings {
                    left: first.name,
                    one: which(first),
                    right: spec.name,
                    other: which(spec),
                });
            }
            _ => found = found.or(Some(spec)),
        }
    }
    Ok(found.map_or(Service::Any, which))
}

/// The [`Spec`] of layers that stand side by side and share a seam above and below.
pub(crate) fn beside(specs: &[Spec], offers: Service, needs: Service) -> Option<Spec> {
    let first = specs.first()?;
    let rewrites = specs.iter().all(|spec| spec.kind == Kind::Rewrite);
    let most = |what: fn(&Spec) -> usize| specs.iter().map(what).max().unwrap_or(0);
    Some(Spec {
        layers: most(|spec| spec.layers).max(2), // more than one: not a single layer
        offers,
        needs,
        room: Room {
            head: most(|spec| spec.room.head),
            tail: most(|spec| spec.room.tail),
        },
        largest_body: specs.iter().map(|spec| spec.largest_body).min()?,
        largest_pdu: most(|spec| spec.largest_pdu),
        kind: if rewrites {
            Kind::Rewrite
        } else {
            Kind::Branch
        },
        ..*first
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETHERNET: Spec = Spec::new("ethernet", 2)
        .between(Service::Stations, Service::Frames)
        .adds(14, 0)
        .limits(1500);
    const ARP: Spec = Spec::new("arp", 2).between(Service::Link, Service::Stations);
    const IPV4: Spec = Spec::new("ipv4", 3)
        .between(Service::Network, Service::Link)
        .adds(20, 0)
        .limits(1480);
    const LINE: Spec = Spec::new("manchester", 1)
        .between(Service::Bits, Service::Symbols)
        .kind(Kind::Rewrite);

    #[test]
    fn what_fits_becomes_one() {
        let link = join(&ARP, &ETHERNET).unwrap();
        let both = join(&IPV4, &link).unwrap();
        assert_eq!(
            (both.name, both.bottom, both.layers),
            ("ipv4", "ethernet", 3)
        );
        assert_eq!(
            (both.offers, both.needs),
            (Service::Network, Service::Frames)
        );
        assert_eq!(both.room, Room { head: 34, tail: 0 });
        assert_eq!(both.largest_body, 1480);
        assert_eq!(
            link.largest_body, 1500,
            "arp has no limit, ethernet has one"
        );
    }

    #[test]
    fn a_service_that_is_not_offered_names_both_layers() {
        let ppp = Spec::new("ppp", 2).between(Service::Link, Service::Frames);
        let text = "arp needs delivery to a station by link address, \
                    but ppp offers delivery to a neighbour by network address";
        assert_eq!(join(&ARP, &ppp).unwrap_err().to_string(), text);
    }

    #[test]
    fn a_pdu_that_is_too_large_names_both_sizes() {
        let jumbo = IPV4.limits(8980);
        let link = join(&ARP, &ETHERNET).unwrap();
        let text = "ipv4 hands down PDUs of up to 9000 octets, arp carries at most 1500";
        assert_eq!(join(&jumbo, &link).unwrap_err().to_string(), text);
    }

    #[test]
    fn a_layer_upside_down_names_both_numbers() {
        let tracer = Spec::new("tracer", 1);
        let text = "tracer (OSI layer 1) cannot stand on ethernet (OSI layer 2)";
        assert_eq!(join(&tracer, &ETHERNET).unwrap_err().to_string(), text);
    }

    #[test]
    fn room_reaches_down_to_the_layer_that_rewrites_and_no_further() {
        let medium = Spec::new("medium", 1).adds(100, 100);
        let below = join(&LINE, &medium).unwrap();
        assert_eq!(below.room, Room::default());
        let framed = Spec::new("burst", 2).between(Service::Frames, Service::Bits);
        let column = join(&framed.adds(1, 2), &below).unwrap();
        let whole = join(&ETHERNET, &column).unwrap();
        assert_eq!(whole.room, Room { head: 15, tail: 2 });
        assert_eq!(whole.kind, Kind::Rewrite);
    }

    #[test]
    fn a_layer_without_an_opinion_lets_the_service_through() {
        let tracer = Spec::new("tracer", 2);
        let traced = join(&tracer, &ETHERNET).unwrap();
        assert_eq!(traced.offers, Service::Stations);
        assert!(join(&IPV4, &traced).is_err());
    }
}
