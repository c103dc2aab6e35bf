//! Small helpers that the codecs share.

use core::net::IpAddr;

use layercake_base::{ChecksumState, Pdu, Reason, checksum};

/// `N` octets from `at`; zeros where there are none, which callers have ruled out.
pub(crate) fn chunk<const N: usize>(octets: &[u8], at: usize) -> [u8; N] {
    octets
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .copied()
        .unwrap_or([0; N])
}

/// The error for a header or packet that is not all there.
pub(crate) fn too_short(field: &'static str, need: usize, have: usize) -> Reason {
    Reason::TooShort { field, need, have }
}

/// Adds the addresses of a packet to its transport's checksum, if they are owed.
pub(crate) fn settle(
    sdu: &mut Pdu,
    (source, destination): (IpAddr, IpAddr),
) -> Result<(), Reason> {
    if let ChecksumState::Owed { at } = sdu.ici().checksum {
        let field = sdu.rewrite(at..at.saturating_add(2))?;
        if let Ok(owed) = <[u8; 2]>::try_from(&*field) {
            field.copy_from_slice(&checksum::settle(owed, source, destination));
        }
    }
    Ok(())
}
