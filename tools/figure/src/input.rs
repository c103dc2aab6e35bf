//! What can be drawn.

/// The data of a figure.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Input {
    /// Voltages on lines, one under the other: `waveform` and `eye`.
    Signals(Vec<Signal>),
    /// Bit error rates: `ber`.
    Ber(Ber),
    /// An exchange between two stations: `time-sequence`.
    Exchange(Exchange),
    /// Values that change with time: `over-time`.
    OverTime(OverTime),
}

/// The voltage on a line, what was meant, and what was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signal {
    /// What it is: the line code, the cable.
    pub name: String,
    /// Equally spaced samples; sample i stands for the middle of its interval, i + ½.
    pub samples: Vec<f64>,
    /// Samples for each symbol, at least 1.
    pub per_symbol: u16,
    /// The levels that are meant; lines are drawn at them.
    pub levels: Vec<f64>,
    /// What was sent, from the start on without gaps.
    pub cells: Vec<Cell>,
    /// Where the receiver looked, in order of time.
    pub decisions: Vec<Look>,
}

/// A part of the transmission that means something by itself: a bit, a block, a delimiter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it says, in few letters.
    pub text: String,
    /// How many symbols it takes.
    pub symbols: u16,
}

/// One look of a receiver at the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// When, in samples from the start.
    pub at: f64,
    /// The voltage that it decided by.
    pub value: f64,
    /// What it decided, in few letters.
    pub text: String,
    /// Whether that is right.
    pub verdict: Verdict,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is what was sent.
    Right,
    /// It is not, and nobody noticed.
    Wrong,
    /// It breaks the rule of the line code.
    Violation,
}

/// Bit error rates against Eb/N0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ber {
    /// What the picture shows.
    pub title: String,
    /// One for each way to send and receive.
    pub curves: Vec<Curve>,
}

/// Theory and measurement of one way to send and receive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// What it is.
    pub name: String,
    /// Eb/N0 in dB, rising, and the rate.
    pub theory: Vec<(f64, f64)>,
    /// What was measured.
    pub points: Vec<Point>,
}

/// A measured bit error rate. All rates are from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Eb/N0 in dB.
    pub eb_n0: f64,
    /// Errors for each bit.
    pub rate: f64,
    /// The true rate is hardly lower than this,
    pub low: f64,
    /// and hardly higher than that.
    pub high: f64,
}

/// What two stations send to each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exchange {
    /// What the picture shows.
    pub title: String,
    /// The station on the left.
    pub left: String,
    /// The station on the right.
    pub right: String,
    /// The unit of all times: "ms".
    pub unit: String,
    /// What crosses the line, in any order.
    pub events: Vec<Event>,
    /// What happens at one station alone: a timer that runs out.
    pub notes: Vec<Note>,
}

/// One transmission.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When it is sent.
    pub at: f64,
    /// Who sends it.
    pub from: Side,
    /// What it is.
    pub label: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a transmission.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fate {
    /// It arrives at this time.
    Arrives(f64),
    /// It is lost on the way; it would have arrived at this time.
    Lost(f64),
    /// It arrives at this time and is refused: damaged, out of turn, not wanted.
    Refused(f64),
}

/// One of the two stations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// On the left.
    Left,
    /// On the right.
    Right,
}

/// Something that happens at one station.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// When.
    pub at: f64,
    /// Where.
    pub side: Side,
    /// What.
    pub text: String,
}

/// Values that change with time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverTime {
    /// What the picture shows.
    pub title: String,
    /// The unit of all times: "s".
    pub unit: String,
    /// One under the other.
    pub panels: Vec<Panel>,
}

/// Values of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// What they are, with their unit.
    pub name: String,
    /// Names of the values 0, 1, 2 and so on; empty where values are numbers.
    pub levels: Vec<String>,
    /// What is compared.
    pub lines: Vec<Line>,
}

/// How one value changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Whose value it is.
    pub name: String,
    /// Times, rising, and values.
    pub points: Vec<(f64, f64)>,
    /// A value holds until the next one; else it goes there straight.
    pub steps: bool,
}
