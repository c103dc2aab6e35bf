//! The receiver: RFC 1662 §4.2 and §4.3.

use layercake_base::Reason;
use memchr::memchr2;

use super::{Before, COMPLEMENT, Codec, ESCAPE, FLAG};
use crate::framing::Sink;

impl Codec {
    /// From one flag or escape to the next.
    pub(super) fn take(&mut self, mut line: &[u8], sink: &mut Sink<'_>) {
        while let Some((&first, behind)) = line.split_first() {
            if self.escaped && first != FLAG {
                self.unescape(first, sink);
                line = behind;
                continue;
            }
            let at = memchr2(FLAG, ESCAPE, line).unwrap_or(line.len());
            let (run, found) = line.split_at_checked(at).unwrap_or((line, &[]));
            self.add(run, sink);
            let Some((&octet, after)) = found.split_first() else {
                return;
            };
            match octet {
                FLAG => self.flag(sink),
                _ => self.escape(),
            }
            line = after;
        }
    }

    /// A run without flag and escape. Listed control characters are not the sender's.
    fn add(&mut self, run: &[u8], sink: &mut Sink<'_>) {
        if let Some(Before::Nothing) = self.before {
            self.before = run.first().copied().map(Before::Octet).or(self.before);
        }
        if self.before.is_some() {
            return;
        }
        let accm = self.accm;
        if accm.0 == 0 || run.iter().all(|&octet| octet >= 32) {
            return self.frame.extend(run, sink);
        }
        for part in run.split(|&octet| accm.lists(octet)) {
            self.frame.extend(part, sink);
        }
    }

    fn escape(&mut self) {
        match self.before {
            None => self.escaped = true,
            Some(Before::Nothing) => self.before = Some(Before::Octet(ESCAPE)),
            Some(Before::Octet(_)) => {}
        }
    }

    /// The octet after an escape; a listed control character between the two is passed over.
    fn unescape(&mut self, octet: u8, sink: &mut Sink<'_>) {
        if !self.accm.lists(octet) {
            self.escaped = false;
            self.frame.extend(&[octet ^ COMPLEMENT], sink);
        }
    }

    /// A flag ends one frame and begins the next.
    fn flag(&mut self, sink: &mut Sink<'_>) {
        match self.before.take() {
            Some(Before::Octet(found)) => return sink(Err(no_flag(found))),
            Some(Before::Nothing) => return,
            None => {}
        }
        if core::mem::take(&mut self.escaped) {
            let (field, value) = ("octet after 7d", FLAG.into());
            let rule = "aborts the frame";
            self.frame
                .refuse(Reason::Illegal { field, value, rule }, sink);
        }
        if !self.frame.is_untouched() {
            self.frame.finish(sink);
        }
    }

    /// Nothing more comes.
    pub(super) fn give_up(&mut self, sink: &mut Sink<'_>) {
        if let Some(Before::Octet(found)) = self.before {
            sink(Err(no_flag(found)));
        }
        let have = self.frame.len();
        if have > 0 || self.escaped {
            let (field, need) = ("closing flag", have + 1);
            self.frame
                .refuse(Reason::TooShort { field, need, have }, sink);
        }
        self.frame.clear();
        (self.escaped, self.before) = (false, Some(Before::Nothing));
    }
}

fn no_flag(found: u8) -> Reason {
    let (field, value, rule) = ("opening flag", found.into(), "must be 126");
    Reason::Illegal { field, value, rule }
}
