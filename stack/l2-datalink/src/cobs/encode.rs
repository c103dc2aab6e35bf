//! The sender: cut the frame at each 0 and after each 254 octets without one.

use memchr::memchr;

use super::{BLOCK, DELIMITER, WHOLE};

/// Appends `frame` to `line`, without any 0 but the delimiter at its end.
pub fn encode(frame: &[u8], line: &mut Vec<u8>) {
    line.reserve(frame.len() + frame.len() / BLOCK + 2);
    let mut rest = frame;
    loop {
        let window = rest.get(..BLOCK).unwrap_or(rest);
        let zero = memchr(0, window);
        let run = zero.and_then(|at| window.get(..at)).unwrap_or(window);
        line.push(code(run));
        line.extend_from_slice(run);
        let behind = run.len() + usize::from(zero.is_some());
        rest = rest.get(behind..).unwrap_or_default();
        // A 0 at the very end needs one more code, a whole block at the end needs none.
        if rest.is_empty() && zero.is_none() {
            break;
        }
    }
    line.push(DELIMITER);
}

/// One more than the octets that follow: 1 to 255.
fn code(run: &[u8]) -> u8 {
    u8::try_from(run.len() + 1).unwrap_or(WHOLE)
}
