//! From a damaged block to the errors in it.
//!
//! ```text
//!  block --> syndromes --> locator ---------> places ------> values --> mended block
//!            zero if       Berlekamp and      Chien          Forney
//!            all is well   Massey (1968/69)   (1964)         (1965)
//! ```
//! Polynomials have their constant first. The place of an octet is counted from the block's
//! end, so that place p is the coefficient of x^p, and an error there is known by 2^p.

use layercake_base::Reason;

use crate::correct::galois::{ORDER, divide, evaluate, multiply, power};

/// A polynomial of at most 256 coefficients, on the stack.
#[derive(Clone, Copy)]
struct Polynomial {
    coefficients: [u8; ORDER + 1],
    length: usize,
}

impl Polynomial {
    const ONE: Polynomial = {
        let mut coefficients = [0; ORDER + 1];
        let [first, ..] = &mut coefficients;
        *first = 1;
        Polynomial {
            coefficients,
            length: 1,
        }
    };

    fn get(&self, at: usize) -> u8 {
        self.coefficients.get(at).copied().unwrap_or(0)
    }

    fn all(&self) -> &[u8] {
        self.coefficients.get(..self.length).unwrap_or_default()
    }

    /// Adds `factor * x^shift * other`. What would be beyond the largest is left out.
    fn add(&mut self, other: &Polynomial, factor: u8, shift: usize) {
        let own = self.coefficients.iter_mut().skip(shift);
        for (own, coefficient) in own.zip(other.all()) {
            *own ^= multiply(factor, *coefficient);
        }
        let length = self.length.max(other.length + shift);
        self.length = length.min(self.coefficients.len());
    }

    /// Multiplies by (1 - root x).
    fn extend(&mut self, root: u8) {
        let old = *self;
        self.add(&old, root, 1);
    }

    fn is_zero(&self) -> bool {
        self.all().iter().all(|coefficient| *coefficient == 0)
    }

    /// The highest power with a coefficient.
    fn degree(&self) -> usize {
        self.all().iter().rposition(|c| *c != 0).unwrap_or(0)
    }
}

/// Mends `block`, whose last `checks` octets are checks.
pub(super) fn mend(
    block: &mut [u8],
    checks: usize,
    erasures: &[usize],
) -> Result<usize, Reason> {
    let syndromes = syndromes(block, checks);
    if syndromes.is_zero() {
        return Ok(0);
    }
    let erased = erased(block.len(), checks, erasures)?;
    let locator = locator(&syndromes, checks, &erased);
    let known = erased.degree();
    let errors = locator.degree();
    let places = places(&locator, block.len());
    if 2 * errors > checks + known || places.clone().count() != errors {
        return Err(too_many(errors));
    }
    let evaluator = evaluator(&syndromes, &locator, checks);
    let values = values(&evaluator, &locator, places);
    apply(block, &values);
    if self::syndromes(block, checks).is_zero() {
        return Ok(values.all().iter().filter(|value| **value != 0).count());
    }
    apply(block, &values); // more errors than the algorithm can see; as it was
    Err(too_many(errors))
}

/// What each place is wrong by; zero where nothing is.
fn values(
    evaluator: &Polynomial,
    locator: &Polynomial,
    places: impl Iterator<Item = usize>,
) -> Polynomial {
    let mut values = Polynomial {
        coefficients: [0; ORDER + 1],
        length: ORDER,
    };
    for place in places {
        if let Some(own) = values.coefficients.get_mut(place) {
            *own = value(evaluator, locator, place);
        }
    }
    values
}

/// Adds the value of each place to its octet.
fn apply(block: &mut [u8], values: &Polynomial) {
    for (octet, value) in block.iter_mut().rev().zip(values.all()) {
        *octet ^= value;
    }
}

/// How many octets are wrong is not known then: `degree` is what the syndromes look like.
fn too_many(degree: usize) -> Reason {
    Reason::Illegal {
        field: "degree of the error locator",
        value: u64::try_from(degree).unwrap_or(u64::MAX).into(),
        rule: "cannot be mended: more octets are wrong than half the check octets",
    }
}

/// The values at the roots; all are zero for a block as it was sent.
fn syndromes(block: &[u8], checks: usize) -> Polynomial {
    let mut all = Polynomial::ONE;
    all.length = checks;
    for (exponent, own) in all.coefficients.iter_mut().take(checks).enumerate() {
        let root = power(exponent);
        *own = block
            .iter()
            .fold(0, |sum, octet| multiply(sum, root) ^ octet);
    }
    all
}

/// The locator of the erasures alone.
fn erased(
    length: usize,
    checks: usize,
    erasures: &[usize],
) -> Result<Polynomial, Reason> {
    let mut locator = Polynomial::ONE;
    let (field, count) = (
        "erasures",
        u64::try_from(erasures.len()).unwrap_or(u64::MAX),
    );
    let rule = "must not be more than the check octets";
    Reason::require(erasures.len() <= checks, field, count, rule)?;
    for at in erasures {
        let (field, value) = ("erasure", u64::try_from(*at).unwrap_or(u64::MAX));
        Reason::require(*at < length, field, value, "must lie in the block")?;
        locator.extend(power(length - 1 - at));
    }
    Ok(locator)
}

/// Berlekamp's and Massey's algorithm: the shortest polynomial that makes each syndrome from
/// those before it. Its roots are the inverses of the errors' places, those of `erased` among
/// them.
fn locator(syndromes: &Polynomial, checks: usize, erased: &Polynomial) -> Polynomial {
    let known = erased.degree();
    let (mut locator, mut before) = (*erased, *erased);
    let (mut errors, mut shift, mut difference) = (known, 1, 1);
    for at in known..checks {
        let terms =
            (0..=errors.min(at)).map(|i| multiply(locator.get(i), syndromes.get(at - i)));
        let discrepancy = terms.fold(0, |sum, term| sum ^ term);
        if discrepancy == 0 {
            shift += 1;
            continue;
        }
        let old = locator;
        locator.add(&before, divide(discrepancy, difference), shift);
        if 2 * errors <= at + known {
            errors = at + 1 + known - errors;
            (before, difference, shift) = (old, discrepancy, 1);
        } else {
            shift += 1;
        }
    }
    locator
}

/// Chien's search: the places at whose inverse the locator is zero.
fn places(locator: &Polynomial, length: usize) -> impl Iterator<Item = usize> + Clone {
    let locator = *locator;
    (0..length).filter(move |place| evaluate(locator.all(), power(ORDER - place)) == 0)
}

/// Syndromes times locator, as far as there are syndromes.
fn evaluator(syndromes: &Polynomial, locator: &Polynomial, checks: usize) -> Polynomial {
    let mut product = Polynomial::ONE;
    product.coefficients = [0; ORDER + 1];
    for (shift, factor) in locator.all().iter().enumerate() {
        product.add(syndromes, *factor, shift);
    }
    product.length = checks;
    product
}

/// Forney's formula for roots from 2^0 on: place times evaluator by the locator's derivative,
/// in which only the odd powers are left.
fn value(evaluator: &Polynomial, locator: &Polynomial, place: usize) -> u8 {
    let inverse = power(ORDER - place);
    let square = multiply(inverse, inverse);
    let odd = locator.all().iter().skip(1).step_by(2).rev();
    let derivative = odd.fold(0, |sum, c| multiply(sum, square) ^ c);
    let value = divide(evaluate(evaluator.all(), inverse), derivative);
    multiply(value, power(place))
}
