//! What routers tell each other: RIP over UDP, link state beside ICMP.

mod link_state;
mod rip;

use layercake_base::{Layout, Reason};

use crate::header::Header;
use crate::span::Span;
use crate::walk::Walk;

pub(crate) use link_state::decode as link_state;
pub(crate) use rip::{next_generation, version_2};

/// Opens a layer for each of `layout` that stands in `span`, at most `most` and as many as a frame
/// may have; gives what is left.
///
/// # Errors
/// The last one is not all there.
fn repeated(
    walk: &mut Walk<'_>,
    layout: &'static Layout,
    most: usize,
    mut span: Span,
) -> Result<Span, Reason> {
    for _ in 0..most {
        if span.len() == 0 || walk.is_full() {
            break;
        }
        let entry: Header<'_> = walk.open(layout, span)?;
        let octets = entry.octets.len();
        walk.ends_within(span.start + octets);
        span = span.after(octets);
    }
    Ok(span)
}
