//! Small helpers that the codecs share.

use layercake_base::Reason;

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
