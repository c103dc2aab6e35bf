//! A naive model of reassembly: it keeps every fragment, and looks at all octets each time.

use proptest::prelude::*;

/// What the model keeps: where a fragment begins, its data, and whether more follow.
pub(crate) type Kept = (usize, Vec<u8>, bool);

#[derive(Debug, Default)]
struct Model {
    kept: Vec<Kept>,
    dead: bool,
}

impl Model {
    /// The packet's data, if this fragment completes it.
    fn take(&mut self, new: Kept) -> Option<Vec<u8>> {
        if new.0 == 0 && !new.2 {
            return Some(new.1); // no fragment, but a packet by itself
        }
        if self.dead || self.kept.contains(&new) {
            return None;
        }
        self.kept.push(new);
        let mut octets = vec![None; 1000];
        for (start, data, _) in &self.kept {
            for (place, octet) in octets[*start..].iter_mut().zip(data) {
                self.dead |= place.replace(*octet).is_some();
            }
        }
        let ends = |more| {
            let of = self.kept.iter().filter(move |kept| kept.2 == more);
            of.map(|(start, data, _)| start + data.len())
        };
        let whole = ends(false).max();
        let least = ends(false).min();
        self.dead |= whole != least;
        let (whole, farthest) = (whole?, ends(true).max().unwrap_or(0));
        self.dead |= farthest >= whole;
        let all: Option<Vec<u8>> = octets[..whole].iter().copied().collect();
        all.filter(|_| !self.dead)
    }
}

/// Fragments of up to 40 octets somewhere in a packet of up to 120, where chance likes: holes,
/// overlaps, repetitions, several ends. `other` gives one of them other data.
pub(crate) fn any_fragment() -> impl Strategy<Value = Kept> {
    (0..11_usize, 1..6_usize, 0..8_usize, 0..12_u8).prop_map(
        |(start, steps, short, luck)| {
            let (start, more, other) = (start * 8, luck > 2, luck == 11);
            let length = steps * 8 - if more { 0 } else { short };
            let octet = |at| u8::try_from(at).unwrap() ^ u8::from(other);
            (start, (start..start + length).map(octet).collect(), more)
        },
    )
}

/// The fragments of a packet of `steps` times 8 octets, cut where bits of `cuts` are set.
pub(crate) fn honest(steps: usize, cuts: u32) -> Vec<Kept> {
    let octets: Vec<u8> = (0..steps * 8 - 3)
        .map(|at| u8::try_from(at % 251).unwrap())
        .collect();
    let mut fragments = Vec::new();
    let mut start = 0;
    for step in 1..=steps {
        if step == steps || cuts & 1 << step != 0 {
            let end = (step * 8).min(octets.len());
            fragments.push((start, octets[start..end].to_vec(), step < steps));
            start = end;
        }
    }
    fragments
}

/// Gives the model and `take` the same fragments, and holds each step of one against the other.
/// How often a packet became whole.
pub(crate) fn agree(
    fragments: &[Kept],
    mut take: impl FnMut(&Kept) -> Option<Vec<u8>>,
) -> usize {
    let (mut model, mut delivered) = (Model::default(), 0);
    for kept in fragments {
        let (start, _, more) = kept;
        let expected = model.take(kept.clone());
        assert_eq!(take(kept), expected, "{start} {more} of {fragments:?}");
        if expected.is_some() && (*start != 0 || *more) {
            (model, delivered) = (Model::default(), delivered + 1);
        }
    }
    delivered
}
