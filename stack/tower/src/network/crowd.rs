//! Any number of onlookers in the place of one.

use layercake_base::{Event, Observer};

/// Tells each of its observers everything, in the order in which they came.
#[derive(Default)]
pub(super) struct Crowd(pub(super) Vec<Box<dyn Observer>>);

impl Observer for Crowd {
    fn on(&mut self, event: &Event<'_>) {
        for observer in &mut self.0 {
            observer.on(event);
        }
    }
}
