//! TCP conversations, so that numbers can be told relative to their beginning.

use core::net::SocketAddr;
use std::collections::HashMap;

/// Conversations remembered at once; when there are more, the table starts anew. One takes
/// about 80 octets.
const LIMIT: usize = 100_000;

/// Addresses and ports of both ends, the smaller end first.
type Key = [SocketAddr; 2];

/// The first numbers of each conversation.
#[derive(Debug, Default)]
pub(super) struct Conversations {
    first: HashMap<Key, [u32; 2]>,
}

/// What to subtract from the sequence and the acknowledgment number of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) sequence: u32,
    pub(super) acknowledgment: u32,
}

impl Conversations {
    /// The base for a segment that acknowledges. The first of a conversation and every SYN is
    /// told absolute, and becomes the base of those that follow.
    pub(super) fn base(
        &mut self,
        source: SocketAddr,
        destination: SocketAddr,
        numbers: Base,
        syn: bool,
    ) -> Base {
        let reverse = source > destination;
        let key = if reverse {
            [destination, source]
        } else {
            [source, destination]
        };
        let turn = |[a, b]: [u32; 2]| if reverse { [b, a] } else { [a, b] };
        if let Some(first) = self.first.get(&key).filter(|_| !syn) {
            let [sequence, acknowledgment] = turn(*first);
            return Base {
                sequence,
                acknowledgment,
            };
        }
        if self.first.len() >= LIMIT {
            self.first.clear();
        }
        // The number that SYN took: one before the first that is acknowledged.
        let first = [numbers.sequence, numbers.acknowledgment.wrapping_sub(1)];
        self.first.insert(key, turn(first));
        Base::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_count_from_their_own_beginning() {
        let mut all = Conversations::default();
        let [server, client] =
            ["10.0.0.2:80", "10.0.0.1:4000"].map(|end| end.parse().unwrap());
        let numbers = |sequence, acknowledgment| Base {
            sequence,
            acknowledgment,
        };
        assert_eq!(
            all.base(server, client, numbers(500, 101), true),
            Base::default()
        );
        let there = all.base(client, server, numbers(101, 501), false);
        assert_eq!(there, numbers(100, 500));
        assert_eq!(
            all.base(server, client, numbers(501, 101), false),
            numbers(500, 100)
        );
    }
}
