//! The receiver: header, body, header, body, and the hunt for a header when one is wrong.

use layercake_base::Reason;

use super::{Codec, OCTETS, State, Window, header};
use crate::framing::Sink;

impl Codec {
    pub(super) fn take(&mut self, mut line: &[u8], sink: &mut Sink<'_>) {
        while let Some((&octet, behind)) = line.split_first() {
            line = match self.state {
                State::Body { left } => self.body(left, line, sink),
                State::Header(window) => {
                    self.header(window.and(octet), sink);
                    behind
                }
                State::Hunt(window) => {
                    self.hunt(window.and(octet), sink);
                    behind
                }
            };
        }
    }

    /// As many octets of the frame as are here; what is behind them.
    fn body<'a>(&mut self, left: usize, line: &'a [u8], sink: &mut Sink<'_>) -> &'a [u8] {
        let (run, after) = line.split_at_checked(left).unwrap_or((line, &[]));
        self.frame.extend(run, sink);
        self.wait_for_body(left - run.len(), sink);
        after
    }

    fn wait_for_body(&mut self, left: usize, sink: &mut Sink<'_>) {
        self.state = State::Body { left };
        if left == 0 {
            self.frame.finish(sink);
            self.state = State::Header(Window::default());
        }
    }

    /// One more octet of a header that must be right.
    fn header(&mut self, window: Window, sink: &mut Sink<'_>) {
        self.state = State::Header(window);
        if window.have < OCTETS {
            return;
        }
        match self.require(window) {
            Ok(count) => self.wait_for_body(count, sink),
            Err(reason) => {
                sink(Err(reason));
                self.state = State::Hunt(window);
            }
        }
    }

    /// One more octet where a header is wanted; nothing that is none is told.
    fn hunt(&mut self, window: Window, sink: &mut Sink<'_>) {
        match self.require(window) {
            Ok(count) => self.wait_for_body(count, sink),
            Err(_) => self.state = State::Hunt(window),
        }
    }

    /// The count of a header that is right.
    fn require(&self, window: Window) -> Result<usize, Reason> {
        let [a, b, found @ ..] = window.octets.to_be_bytes();
        let count = u16::from_be_bytes([a, b]);
        let [_, _, computed @ ..] = header(count);
        let [found, computed] = [found, computed].map(u16::from_be_bytes);
        Reason::check("Header Check", found, computed)?;
        let (field, have, most) = ("frame", usize::from(count), self.frame.limit());
        match have <= most {
            true => Ok(have),
            false => Err(Reason::TooLong { field, have, most }),
        }
    }

    /// Nothing more comes.
    pub(super) fn give_up(&mut self, sink: &mut Sink<'_>) {
        let short = match self.state {
            State::Header(Window { have, .. }) if have > 0 => {
                Some(("header", OCTETS, have))
            }
            State::Body { left } => {
                let have = self.frame.len();
                Some(("frame", have + left, have))
            }
            State::Header(_) | State::Hunt(_) => None,
        };
        if let Some((field, need, have)) = short {
            sink(Err(Reason::TooShort { field, need, have }));
        }
        self.frame.clear();
        self.state = State::Header(Window::default());
    }
}

impl Window {
    /// The window with the next octet in it.
    fn and(self, octet: u8) -> Self {
        Window {
            octets: self.octets << 8 | u32::from(octet),
            have: OCTETS.min(self.have + 1),
        }
    }
}
