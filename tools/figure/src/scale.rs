//! From values to places in the picture.

/// A straight map from values to pixels; values beyond its ends land on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    from: (f64, f64),
    to: (f64, f64),
}

impl Scale {
    /// `from.0` goes to `to.0` and `from.1`, which is larger, to `to.1`.
    pub(crate) const fn new(from: (f64, f64), to: (f64, f64)) -> Self {
        Scale { from, to }
    }

    pub(crate) fn at(&self, value: f64) -> f64 {
        let ((a, b), (x, y)) = (self.from, self.to);
        let part = if b > a {
            ((value - a) / (b - a)).clamp(0.0, 1.0)
        } else {
            0.0
        };
        x + (y - x) * part
    }
}

/// The round numbers from one end to the other, about `steps` of them. Never closer than the
/// twelfth digit of the ends: an f64 could not count them.
pub(crate) fn ticks((from, to): (f64, f64), steps: f64) -> impl Iterator<Item = f64> {
    let finest = from.abs().max(to.abs()) * 1e-12;
    let step = round_step(((to - from) / steps).max(finest));
    let (first, last) = ((from / step).ceil(), (to / step).floor());
    (0..whole(last - first + 1.0)).map(move |index| (first + float(index)) * step)
}

/// The smallest of 1, 2 and 5 times a power of ten that is at least `least`, which is above 0.
fn round_step(least: f64) -> f64 {
    let mut decade = 1e-15;
    while decade * 10.0 < least && decade < 1e15 {
        decade *= 10.0;
    }
    let steps = [1.0, 2.0, 5.0];
    let step = steps.into_iter().find(|step| step * decade >= least);
    // Back through text, so that 0.30000000000000004 is 0.3.
    let step = step.unwrap_or(10.0) * decade;
    format!("{step:.0e}").parse().unwrap_or(step)
}

/// A count as a number.
#[expect(
    clippy::cast_precision_loss,
    reason = "no picture has that many things"
)]
pub(crate) const fn float(count: usize) -> f64 {
    count as f64
}

/// A place as an index: zero for what lies before the first.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "floating-point casts saturate, which is the wanted result"
)]
pub(crate) const fn whole(number: f64) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_the_ends_land_on_them() {
        let scale = Scale::new((0.0, 2.0), (100.0, 0.0));
        let places = [-1.0, 0.0, 0.5, 2.0, 9.0].map(|value| scale.at(value));
        assert_eq!(places, [100.0, 100.0, 75.0, 0.0, 0.0]);
        assert_eq!(Scale::new((1.0, 1.0), (7.0, 9.0)).at(1.0), 7.0);
    }

    #[test]
    fn ticks_are_the_round_numbers_between_the_ends() {
        let found = |from, to| ticks((from, to), 5.0).collect::<Vec<_>>();
        assert_eq!(found(-1.0, 9.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(found(0.0, 10.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(found(0.3, 0.4), [0.3, 0.32, 0.34, 0.36, 0.38, 0.4]);
        assert_eq!(found(1e12, 1e12 + 2.5e-4), [1e12]);
        assert_eq!(found(1e12 + 0.25, 1e12 + 0.5), [0.0; 0]);
    }

    #[test]
    fn steps_are_round() {
        for (least, step) in [
            (1.0, 1.0),
            (1.1, 2.0),
            (2.5, 5.0),
            (6.0, 10.0),
            (0.03, 0.05),
            (0.21, 0.5),
            (1234.0, 2000.0),
        ] {
            assert_eq!(round_step(least), step, "{least}");
        }
    }
}
