//! What a station and a medium that many stations share tell each other.
//!
//! ```text
//!   the medium tells       CarrierOn   CarrierOff   Collision   Sent
//!        ^                     |           |            |         |
//!   -----|---------------------+-----------+------------+---------+---- the station's tower
//!        v
//!   the station tells      Jam: stop sending, and spoil what others may have of it
//! ```
//! Spec: the services between MAC and physical layer, IEEE 802.3-2018 §6.3 (`PLS_CARRIER`,
//! `PLS_SIGNAL`).  Units: bits of data at the medium's rate.
//! Not here: what a station makes of it (`access` in l2-datalink), the medium (`bus` in tower).

/// A word between a station and the medium that it shares with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Another station's signal has reached this one; told once until it is silent again.
    CarrierOn,
    /// No other station's signal is heard any more.
    CarrierOff,
    /// Another station's signal is heard while this one sends; told once for each transmission.
    Collision,
    /// This station's transmission is over, jam included.
    Sent,
    /// From the station: ends its transmission, after so many bits that only spoil.
    Jam {
        /// Bits of jam.
        bits: u16,
    },
}
