//! What stands between a frame and the line, chosen by name: check, correction, framing.
//!
//! ```text
//!   frame -> [frame | check value] -> [ coded ] -> flag [ stuffed ] flag
//! ```
//! The correction is inside the frame here: a file has no silence that would tell where a coded
//! transmission ends. On an emulated wire it stands below the framing (`layercake send`).

use clap::{ArgGroup, Args};
use layercake_base::Reason;
use layercake_datalink::correct::{self, Correction};
use layercake_datalink::framing::{self, Framing};
use layercake_datalink::{Check, check};

/// Which framing, check and correction.
#[derive(Clone, Debug, Args)]
#[command(
    next_help_heading = "Framing, the same for frame and deframe",
    group = ArgGroup::new("kind").args(["hdlc", "octet_stuffing", "slip", "cobs", "length_count", "framing"])
)]
pub(crate) struct Choice {
    /// Bit stuffing between flags (RFC 1662 §5); so without any of these
    #[arg(long)]
    hdlc: bool,

    /// Octet stuffing between flags (RFC 1662 §4)
    #[arg(long)]
    octet_stuffing: bool,

    /// Octet stuffing of SLIP (RFC 1055)
    #[arg(long)]
    slip: bool,

    /// Consistent overhead byte stuffing
    #[arg(long)]
    cobs: bool,

    /// A count in front
    #[arg(long)]
    length_count: bool,

    /// The framing by its name
    #[arg(long, value_name = "NAME", value_parser = framing::NAMES)]
    framing: Option<String>,

    /// Check value behind each frame, or `none`
    #[arg(long, value_name = "NAME", default_value = "CRC-32/ISO-HDLC")]
    check: MaybeCheck,

    /// Correction of each frame with its check value
    #[arg(long, value_name = "NAME", value_parser = correct::NAMES)]
    correct: Option<String>,
}

/// A check, or none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MaybeCheck(pub(crate) Option<Check>);

impl std::str::FromStr for MaybeCheck {
    type Err = check::Unknown;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "none" => Ok(MaybeCheck(None)),
            _ => name.parse().map(|check| MaybeCheck(Some(check))),
        }
    }
}

impl Choice {
    fn framing(&self) -> &str {
        let chosen = [
            (self.octet_stuffing, "octet-stuffing"),
            (self.slip, "slip"),
            (self.cobs, "cobs"),
            (self.length_count, "length-count"),
        ];
        let flag = chosen.iter().find(|(is, _)| *is).map(|(_, name)| *name);
        flag.or(self.framing.as_deref()).unwrap_or("hdlc")
    }

    /// The stages that these names stand for.
    pub(crate) fn stages(&self) -> Stages {
        let framing = framing::named(self.framing());
        Stages {
            framing: framing
                .unwrap_or_else(|| Box::new(layercake_datalink::hdlc::Codec::default())),
            check: self.check.0,
            correct: self.correct.as_deref().and_then(correct::named),
            scratch: [Vec::new(), Vec::new()],
        }
    }
}

/// The stages at work, both ways.
pub(crate) struct Stages {
    framing: Box<dyn Framing>,
    check: Option<Check>,
    correct: Option<Box<dyn Correction>>,
    scratch: [Vec<u8>; 2],
}

/// A frame that was found, or why there is none.
pub(crate) type Sink<'a> = dyn FnMut(Result<&[u8], Reason>) + 'a;

impl Stages {
    /// Their names: "hdlc, CRC-32/ISO-HDLC".
    pub(crate) fn names(&self) -> String {
        let mut names = vec![self.framing.name()];
        names.extend(self.correct.as_ref().map(|correct| correct.name()));
        names.extend(self.check.map(Check::name));
        names.join(", ")
    }

    /// The framing alone.
    pub(crate) fn framing(&self) -> &dyn Framing {
        &self.framing
    }

    /// Appends the frame to `line`; gives the octets that the framing was given.
    ///
    /// # Errors
    /// The framing's [`Reason`] why it takes no such frame.
    pub(crate) fn encode(
        &mut self,
        frame: &[u8],
        line: &mut Vec<u8>,
    ) -> Result<usize, Reason> {
        let [whole, coded] = &mut self.scratch;
        whole.clear();
        whole.extend_from_slice(frame);
        if let Some(check) = self.check {
            let value = check.compute(frame);
            whole.resize(frame.len() + check.octets(), 0);
            let trailer = whole.get_mut(frame.len()..).unwrap_or_default();
            check.write(value, trailer);
        }
        let body = match &mut self.correct {
            Some(correct) => {
                correct.encode(whole, coded);
                &*coded
            }
            None => &*whole,
        };
        self.framing.encode(body, line)?;
        Ok(body.len())
    }

    /// Takes a piece of the line, and tells `sink` each frame that is whole and each that is not.
    pub(crate) fn decode(&mut self, line: &[u8], sink: &mut Sink<'_>) {
        let Stages {
            framing,
            check,
            correct,
            scratch: [data, _],
        } = self;
        framing.decode(line, &mut |found| sink(open(found, *check, correct, data)));
    }

    /// The line is over: what is incomplete is told to `sink`.
    pub(crate) fn end(&mut self, sink: &mut Sink<'_>) {
        let Stages {
            framing,
            check,
            correct,
            scratch: [data, _],
        } = self;
        framing.end(&mut |found| sink(open(found, *check, correct, data)));
    }
}

/// Undoes correction and check of what the framing found.
fn open<'a>(
    found: Result<&'a [u8], Reason>,
    check: Option<Check>,
    correct: &mut Option<Box<dyn Correction>>,
    data: &'a mut Vec<u8>,
) -> Result<&'a [u8], Reason> {
    let mut frame = found?;
    if let Some(correct) = correct {
        correct.decode(frame, data)?;
        frame = data;
    }
    let Some(check) = check else { return Ok(frame) };
    let (need, have) = (check.octets(), frame.len());
    let parts = have
        .checked_sub(need)
        .and_then(|at| frame.split_at_checked(at));
    let field = "Frame Check Sequence";
    let (body, trailer) = parts.ok_or(Reason::TooShort { field, need, have })?;
    Reason::check(field, check.read(trailer), check.compute(body))?;
    Ok(body)
}
