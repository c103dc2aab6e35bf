//! The sender: RFC 1662 §4.2.

use memchr::memchr2;

use super::{Accm, COMPLEMENT, ESCAPE, FLAG};

/// Appends `frame` to `line`, between flags and stuffed.
pub fn encode(frame: &[u8], accm: Accm, line: &mut Vec<u8>) {
    line.push(FLAG);
    if accm == Accm::NONE {
        stuff_runs(frame, line);
    } else {
        stuff_octets(frame, accm, line);
    }
    line.push(FLAG);
}

/// From one flag or escape to the next; they are 128 octets apart in random data.
fn stuff_runs(frame: &[u8], line: &mut Vec<u8>) {
    line.reserve(frame.len() + frame.len() / 64 + 1);
    let mut rest = frame;
    while let Some(at) = memchr2(FLAG, ESCAPE, rest)
        && let Some((run, [octet, after @ ..])) = rest.split_at_checked(at)
    {
        line.extend_from_slice(run);
        line.extend_from_slice(&[ESCAPE, octet ^ COMPLEMENT]);
        rest = after;
    }
    line.extend_from_slice(rest);
}

/// Octet by octet and without a branch: with all control characters listed every eighth octet
/// is escaped, and no processor guesses which.
fn stuff_octets(frame: &[u8], accm: Accm, line: &mut Vec<u8>) {
    let mut at = line.len();
    line.resize(at + 2 * frame.len(), 0);
    for &octet in frame {
        let escaped = u8::from(accm.escapes(octet));
        if let Some([first, second]) = line.get_mut(at..at + 2) {
            *second = octet ^ COMPLEMENT;
            *first = if escaped == 1 { ESCAPE } else { octet };
        }
        at += usize::from(1 + escaped);
    }
    line.truncate(at);
}
