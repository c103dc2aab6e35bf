//! When the ways are worked out: soon after the first news, later when there are more and more.
//!
//! ```text
//!            first news            0.5 s later
//!   (quiet) -----------> (short) ---------------> (long)       news wait for the search:
//!      ^                    |                        |         quiet 50 ms, short 200 ms, long 1 s
//!      +------------- 10 s without news -------------+
//! ```
//! What comes while a search is due waits for that one.
//!
//! Spec: RFC 8405 §5 (the algorithm), §6 (times, but for the longest, which is 5 s there: as a search
//! is cheap here, ways may be as new as what routers say, which is once a second).

use core::time::Duration;

use layercake_base::Instant;

/// From the first news to the search: what belongs together comes at about the same time.
const INITIAL: Duration = Duration::from_millis(50);
/// The same while the cause may still be a single one.
const SHORT: Duration = Duration::from_millis(200);
/// The same when news keep coming.
const LONG: Duration = Duration::from_secs(1);
/// For so long the cause may be a single one.
const LEARN: Duration = Duration::from_millis(500);
/// Without news for so long it is quiet.
const HOLDDOWN: Duration = Duration::from_secs(10);

/// When the next search is due.
#[derive(Debug, Default)]
pub(super) struct Patience {
    pub(super) due: Option<Instant>,
    /// The first news since it was quiet, and the last.
    news: Option<(Instant, Instant)>,
}

impl Patience {
    /// Something new is known.
    pub(super) fn news(&mut self, now: Instant) {
        let restless = self.news.filter(|(_, last)| now.since(*last) < HOLDDOWN);
        let wait = match restless {
            None => INITIAL,
            Some((first, _)) if now.since(first) < LEARN => SHORT,
            Some(_) => LONG,
        };
        let first = restless.map_or(now, |(first, _)| first);
        self.news = Some((first, now));
        self.due.get_or_insert(now + wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When searches are due, if there are news at these milliseconds.
    fn searches(news: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let (mut patience, mut searches) = (Patience::default(), Vec::new());
        for millis in news {
            let now = Instant::from_nanos(millis * 1_000_000);
            searches.extend(patience.due.take_if(|due| *due <= now));
            patience.news(now);
        }
        searches.extend(patience.due);
        searches
            .iter()
            .map(|at| at.as_nanos() / 1_000_000)
            .collect()
    }

    /// RFC 8405 §5.1 and §6, with 1 s for the longest delay.
    #[test]
    fn a_search_waits_the_longer_the_more_news_there_are() {
        assert_eq!(searches([0]), [50]);
        assert_eq!(searches([0, 10, 49]), [50]);
        assert_eq!(searches([0, 60, 100, 255]), [50, 260]);
        assert_eq!(searches([0, 60, 300, 499, 510, 700]), [50, 260, 500, 1510]);
    }

    #[test]
    fn after_ten_seconds_without_news_it_is_quiet_again() {
        assert_eq!(searches([0, 10_000]), [50, 10_050]);
        assert_eq!(searches([0, 9_999]), [50, 10_999]);
        assert_eq!(searches([0, 9_999, 19_998]), [50, 10_999, 20_998]);
    }

    #[test]
    fn endless_news_are_worked_in_once_a_second() {
        let count = searches((0..100_000).step_by(7)).len();
        assert!((98..=104).contains(&count), "{count}");
    }
}
