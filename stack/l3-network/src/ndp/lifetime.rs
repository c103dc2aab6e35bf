//! For how long an address, a prefix or a router holds.
//!
//! Spec: RFC 4861 §4.6.2; RFC 4862 §5.5.3.  Units: seconds on the wire, ffffffff is for ever.

use core::time::Duration;

use layercake_base::Instant;

use super::option::PrefixInformation;

/// The end of a time; `None` for one that has no end.
pub(super) type End = Option<Instant>;

/// Of a lifetime that comes without proof no less than this is left of what was. RFC 4862
/// §5.5.3 (e).
const TWO_HOURS: Duration = Duration::from_secs(2 * 3600);

/// The end of a lifetime that begins now.
pub(super) fn end(seconds: u32, now: Instant) -> End {
    let ends = seconds != PrefixInformation::INFINITE;
    ends.then(|| now + Duration::from_secs(seconds.into()))
}

/// True when the time is over.
pub(super) fn is_over(end: End, now: Instant) -> bool {
    end.is_some_and(|end| end <= now)
}

/// What the end of a valid lifetime becomes when an advertisement says `seconds`: RFC 4862
/// §5.5.3 (e), by which forged advertisements take no address away at once.
pub(super) fn renewed(old: End, seconds: u32, now: Instant) -> End {
    let left = old.map(|old| old.since(now));
    let said = Duration::from_secs(seconds.into());
    let grows = left.is_some_and(|left| said > left);
    if seconds == PrefixInformation::INFINITE || said > TWO_HOURS || grows {
        return end(seconds, now);
    }
    match left {
        Some(left) if left <= TWO_HOURS => old,
        _ => Some(now + TWO_HOURS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4862 §5.5.3 (e), 1 to 3, in hours: what is left, what is said, what it becomes.
    #[test]
    fn a_lifetime_is_never_cut_to_less_than_two_hours() {
        let now = Instant::from_nanos(77);
        let hours = |hours: u64| now + Duration::from_secs(hours * 3600);
        for (left, said, becomes) in [
            (Some(1), 3, Some(3)),
            (Some(9), 3, Some(3)),
            (None, 3, Some(3)),
            (Some(0), 1, Some(1)),
            (Some(2), 1, Some(2)),
            (Some(1), 0, Some(1)),
            (Some(9), 1, Some(2)),
            (Some(9), 2, Some(2)),
            (None, 0, Some(2)),
        ] {
            let renewed = renewed(left.map(hours), said * 3600, now);
            assert_eq!(renewed, becomes.map(hours), "{left:?} {said}");
        }
        let for_ever = PrefixInformation::INFINITE;
        assert_eq!(renewed(Some(hours(1)), for_ever, now), None);
    }

    #[test]
    fn what_lasts_for_ever_is_never_over() {
        let late = Instant::from_nanos(u64::MAX);
        assert!(!is_over(end(u32::MAX, Instant::ZERO), late));
        assert!(is_over(
            end(1, Instant::ZERO),
            Instant::from_nanos(1_000_000_000)
        ));
        assert!(is_over(end(0, late), late));
    }
}
