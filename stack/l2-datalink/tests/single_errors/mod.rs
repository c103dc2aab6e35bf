//! Every single error in a line of frames, and what becomes of the frames.

use layercake_base::Rng;
use layercake_datalink::framing::{self, Framing};
use layercake_datalink::{cobs, hdlc, length_count, octet_stuffing, slip};

/// How a line is harmed in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// One bit is another.
    Flip,
    /// One octet is lost.
    Lose,
    /// One octet, any of the 256, is inserted.
    Insert,
}

/// All of them.
pub const HARMS: [Harm; 3] = [Harm::Flip, Harm::Lose, Harm::Insert];

/// The worst that a framing can do after one error, by the kind of error: how many frames in a
/// row do not come out as they went in. Why, says [`BOUNDS`].
pub struct Bound {
    pub framing: &'static str,
    /// Each frame is a transmission of its own with silence around it; else all are one.
    pub silence: bool,
    pub most: [usize; 3],
}

/// - A flag or END on each side of a frame: the error hits one frame, or a delimiter between
///   two, and the other delimiter still parts them.
/// - COBS has one delimiter between two frames: without it both are one.
/// - A count that was right for an octet that is lost takes one of the next header instead, so
///   the frame behind goes too; the hunt then finds the one after it. Silence stops that.
pub const BOUNDS: [Bound; 6] = [
    bound("hdlc", false, [1, 1, 1]),
    bound("octet-stuffing", false, [1, 1, 1]),
    bound("slip", false, [1, 1, 1]),
    bound("cobs", false, [2, 2, 1]),
    bound("length-count", false, [1, 2, 1]),
    bound("length-count", true, [1, 1, 1]),
];

const fn bound(framing: &'static str, silence: bool, most: [usize; 3]) -> Bound {
    Bound {
        framing,
        silence,
        most,
    }
}

/// What all errors of one kind did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// Errors tried.
    pub cases: usize,
    /// The most frames in a row that did not come out as they went in.
    pub lost: usize,
    /// The most frames that came out and never went in.
    pub wrong: usize,
    /// Frames lost in all cases together.
    pub sum: usize,
    /// Errors after which a frame was lost though no reason was told and no frame was wrong.
    pub silent: usize,
}

/// Octets that mean something to one framing or another, and a few that do not.
const NASTY: [u8; 16] = [
    0x00, 0x01, 0x02, 0x03, 0x1f, 0x3f, 0x7d, 0x7e, 0x5e, 0xc0, 0xdb, 0xdc, 0xf8, 0xfc,
    0xfe, 0xff,
];

/// Five frames of one to six octets, no two alike.
pub fn frames(rng: &mut Rng) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while frames.len() < 5 {
        let octets = 1 + rng.below(6);
        let octet = |rng: &mut Rng| NASTY[usize::try_from(rng.below(16)).unwrap()];
        let frame: Vec<u8> = (0..octets).map(|_| octet(rng)).collect();
        if !frames.contains(&frame) {
            frames.push(frame);
        }
    }
    frames
}

/// A codec whose limit is little above what is sent, as that of a real link is: it is one more
/// thing that a false header must get right.
pub fn codec(name: &str) -> Box<dyn Framing> {
    const LIMIT: usize = 64;
    let codec: Box<dyn Framing> = match name {
        "hdlc" => Box::new(hdlc::Codec::new(LIMIT)),
        "octet-stuffing" => Box::new(octet_stuffing::Codec::new(
            octet_stuffing::Accm::NONE,
            LIMIT,
        )),
        "slip" => Box::new(slip::Codec::new(LIMIT)),
        "cobs" => Box::new(cobs::Codec::new(LIMIT)),
        _ => Box::new(length_count::Codec::new(LIMIT)),
    };
    assert!(framing::NAMES.contains(&codec.name()));
    codec
}

/// Tries every error of one kind in the line of these frames, and adds to `measured`.
pub fn measure(bound: &Bound, harm: Harm, frames: &[Vec<u8>], measured: &mut Measured) {
    let mut codec = codec(bound.framing);
    let mut lines = vec![Vec::new()];
    for frame in frames {
        codec.encode(frame, lines.last_mut().unwrap()).unwrap();
        if bound.silence {
            lines.push(Vec::new());
        }
    }
    assert_eq!(decode(&mut *codec, &lines), (frames.to_vec(), 0));
    for at in 0..lines.len() {
        let whole = lines[at].clone();
        for harmed in harmed(&whole, harm) {
            lines[at] = harmed;
            let (out, reasons) = decode(&mut *codec, &lines);
            measured.add(frames, &out, reasons);
        }
        lines[at] = whole;
    }
}

/// The line with one error, for each error of a kind.
fn harmed(line: &[u8], harm: Harm) -> Vec<Vec<u8>> {
    let with = |range: core::ops::Range<usize>, new: &[u8]| {
        [&line[..range.start], new, &line[range.end..]].concat()
    };
    let octets = 0..line.len();
    match harm {
        Harm::Flip => octets
            .flat_map(|at| (0..8).map(move |bit| (at, bit)))
            .map(|(at, bit)| with(at..at + 1, &[line[at] ^ 1 << bit]))
            .collect(),
        Harm::Lose => octets.map(|at| with(at..at + 1, &[])).collect(),
        Harm::Insert => (0..=line.len())
            .flat_map(|at| (0..=u8::MAX).map(move |new| (at, new)))
            .map(|(at, new)| with(at..at, &[new]))
            .collect(),
    }
}

/// The frames, and how many reasons were told, in these transmissions.
fn decode(codec: &mut dyn Framing, lines: &[Vec<u8>]) -> (Vec<Vec<u8>>, usize) {
    let (mut frames, mut reasons) = (Vec::new(), 0);
    let mut sink = |found: framing::Found<'_>| match found {
        Ok(frame) => frames.push(frame.to_vec()),
        Err(_) => reasons += 1,
    };
    for line in lines {
        codec.decode(line, &mut sink);
        codec.end(&mut sink);
    }
    (frames, reasons)
}

impl Measured {
    fn add(&mut self, sent: &[Vec<u8>], out: &[Vec<u8>], reasons: usize) {
        let came = |frame: &&Vec<u8>| out.contains(frame);
        let first = sent.iter().take_while(came).count();
        let last = sent.iter().rev().take_while(came).count();
        let lost = (sent.len() - first).saturating_sub(last);
        let wrong = out.iter().filter(|frame| !sent.contains(frame)).count();
        self.cases += 1;
        self.lost = self.lost.max(lost);
        self.wrong = self.wrong.max(wrong);
        self.sum += lost;
        self.silent += usize::from(lost > 0 && reasons == 0 && wrong == 0);
    }
}
