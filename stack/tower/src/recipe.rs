//! Recipes: what stands between a network layer, or a bridge, and a wire, by names.
//!
//! ```text
//!     a serial line           a station on a LAN        a bridge, or outside
//!   +-----------------+      +-----------------+
//!   | PPP             |      | ARP             |
//!   +-----------------+      | Ethernet        |
//!   | ARQ, if any     |      +-----------------+      +-----------------+
//!   | frame check     |      | frame check     |      | frame check     |
//!   | framing         |      | burst           |      | burst           |
//!   |                 |      | access, if bus  |      | access, if bus  |
//!   | correction, …   |      | correction, …   |      | correction, …   |
//!   | line code       |      | line code       |      | line code       |
//!   +-----------------+      +-----------------+      +-----------------+
//! ```

use layercake_datalink::{
    Arq, Burst, Check, Corrected, Ethernet, FrameCheck, Framed, Ppp, access, arq,
    correct, framing,
};
use layercake_physical::{Coded, LineCode, code};

use crate::topology::{Attachment, Station};
use crate::tower::Builder;
use crate::wire::Expansion;
use crate::{Misfit, Tower};

/// The layers of one kind of link. Both ends of a wire need the same.
///
/// ```
/// use layercake_tower::{Recipe, topology::Attachment};
///
/// let recipe = Recipe { code: "nrz-l", framing: "cobs", ..Recipe::default() };
/// let column = recipe.column(&Attachment::Serial)?;
/// assert!(column.names().eq(["ppp", "frame-check", "cobs", "nrz-l"]));
/// # Ok::<(), layercake_tower::Misfit>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// The line code, one of [`code::NAMES`].
    pub code: &'static str,
    /// The correcting code, one of [`correct::NAMES`].
    pub correct: Option<&'static str>,
    /// How frames are marked on a serial line, one of [`framing::NAMES`].
    pub framing: &'static str,
    /// The value behind each frame.
    pub check: Check,
    /// Repeats what is lost on a serial line.
    pub arq: Option<arq::Config>,
    /// How a station on a bus finds its turn; not on serial lines.
    pub access: Option<Access>,
}

/// How a station finds its turn on a medium that many share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// One of [`access::NAMES`].
    pub name: &'static str,
    /// Bits per second of the medium.
    pub rate: u64,
}

impl Default for Recipe {
    /// Manchester, no correction, bit stuffing, CRC-32, nothing repeated, no turns.
    fn default() -> Self {
        Recipe {
            code: "manchester",
            correct: None,
            framing: "hdlc",
            check: Check::default(),
            arq: None,
            access: None,
        }
    }
}

impl Recipe {
    /// The layers for an attachment.
    ///
    /// # Errors
    /// [`Misfit::Unknown`] for a name that nothing has, [`Misfit::Arq`] for a window that its
    /// numbers do not allow.
    pub fn column(self, attachment: &Attachment) -> Result<Tower, Misfit> {
        match attachment {
            Attachment::Station(station) => self.station(station),
            Attachment::Serial => self.serial(),
            Attachment::Bridge | Attachment::Outside => self.lan(),
        }
    }

    fn station(self, station: &Station) -> Result<Tower, Misfit> {
        let top = Tower::builder()
            .layer(station.neighbours()?)
            .layer(Ethernet::new(station.mac))
            .layer(FrameCheck::new(self.check))
            .layer(Burst);
        self.bits(self.turns(top)?)?.build()
    }

    fn serial(self) -> Result<Tower, Misfit> {
        let framing = framing::named(self.framing);
        let framing = framing.ok_or(unknown("framing", self.framing))?;
        let mut top = Tower::builder().layer(Ppp::new());
        if let Some(config) = self.arq {
            top = top.layer(Arq::new(config)?);
        }
        let top = top
            .layer(FrameCheck::new(self.check))
            .layer(Framed::new(framing));
        self.bits(top)?.build()
    }

    fn lan(self) -> Result<Tower, Misfit> {
        let top = Tower::builder()
            .layer(FrameCheck::new(self.check))
            .layer(Burst);
        self.bits(self.turns(top)?)?.build()
    }

    /// What waits for its turn, on a bus.
    fn turns(self, top: Builder) -> Result<Builder, Misfit> {
        let Some(Access { name, rate }) = self.access else {
            return Ok(top);
        };
        let layer = access::named(name, rate).ok_or(unknown("access", name))?;
        Ok(top.layer(layer))
    }

    /// What carries bits: correction if any, and the line code.
    fn bits(self, top: Builder) -> Result<Builder, Misfit> {
        let top = match self.correct {
            None => top,
            Some(name) => {
                let code = correct::named(name).ok_or(unknown("correction", name))?;
                top.layer(Corrected::new(code))
            }
        };
        Ok(top.layer(Coded::new(self.line_code()?)))
    }

    fn line_code(self) -> Result<Box<dyn LineCode>, Misfit> {
        code::named(self.code).ok_or(unknown("line code", self.code))
    }

    /// How many more symbols than bits its line code has; that of Manchester for a name that
    /// nothing has.
    pub fn expansion(self) -> Expansion {
        let code = self.line_code();
        code.map_or_else(|_| Expansion::default(), |code| Expansion::from(&*code))
    }
}

fn unknown(what: &'static str, name: &'static str) -> Misfit {
    Misfit::Unknown { what, name }
}
