//! IPv4 held against the naive model of reassembly.

use proptest::prelude::*;

use super::tests::{fragment, up};
use crate::ipv4::lab::router;
use crate::reassembly::model::{self, Kept, any_fragment, honest};

fn agree(fragments: &[Kept]) -> usize {
    let mut rig = router(|_| ());
    rig.world.pool = layercake_base::Pool::new(64);
    model::agree(fragments, |(start, data, more)| {
        let octets = fragment(7, *start, data, *more);
        up(&rig.receive(&octets, layercake_base::Ici::NONE))
    })
}

proptest! {
    #[test]
    fn agrees_with_a_naive_model_when_fragments_are_hostile(
        fragments in proptest::collection::vec(any_fragment(), 0..24),
    ) {
        agree(&fragments);
    }

    /// In any order, some twice, some not at all: `order` says which comes next, so that a
    /// number that is missing is a loss and one that comes again a duplicate.
    #[test]
    fn agrees_with_a_naive_model_when_the_network_is_poor(
        steps in 2..24_usize, cuts: u32, order in proptest::collection::vec(0..24_usize, 0..60),
    ) {
        let fragments = honest(steps, cuts);
        let scheduled: Vec<_> =
            order.iter().filter_map(|&next| fragments.get(next).cloned()).collect();
        agree(&scheduled);
    }

    /// Nothing is lost: the packet comes up once for each time that all of it came.
    #[test]
    fn what_comes_in_any_order_is_put_together(
        steps in 2..24_usize, cuts: u32, keys in any::<[u32; 24]>(),
    ) {
        let mut fragments: Vec<_> = honest(steps, cuts | 2).into_iter().zip(keys).collect();
        fragments.sort_by_key(|(_, key)| *key);
        let fragments: Vec<_> = fragments.into_iter().map(|(kept, _)| kept).collect();
        prop_assert_eq!(agree(&fragments), 1);
    }
}
