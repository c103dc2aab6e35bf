//! One layer: the interface that everything in the tower shares.

use crate::{Context, Instant, Notice, Pdu, Reason, Spec};

/// One layer. Object-safe on purpose: static and boxed composition are the same world.
///
/// A layer never calls its neighbour. It hands PDUs to its context, and whoever composed it
/// carries them. An `Err` is a discard: the composer counts it and shows it, and the PDU's slot
/// goes back to the pool when the layer drops it.
///
/// A layer that puts one octet in front, and the same layer tried alone:
///
/// ```
/// use layercake_base::{Context, Layer, Outbox, Pdu, Reason, Spec, World};
///
/// struct Stamp(u8);
///
/// impl Layer for Stamp {
///     fn spec(&self) -> Spec {
///         Spec::new("stamp", 3).adds(1, 0) // in OSI layer 3; one octet in front, none behind
///     }
///     fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
///         sdu.prepend(1)?.fill(self.0);
///         cx.send_down(sdu);
///         Ok(())
///     }
///     fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
///         let found = pdu.strip_front(1)?[0];
///         Reason::check("Stamp", found, self.0)?; // field, value found, value expected
///         cx.send_up(pdu);
///         Ok(())
///     }
/// }
///
/// // Who runs a layer gives it a world (time, chance, memory) and a bounded way out.
/// let (mut world, mut outbox) = (World::new(1, 8), Outbox::new(8));
/// let mut layer = Stamp(b'!');
///
/// world.room = layer.spec().room; // the least room of each new PDU
/// let mut cx = Context::new(&mut world, &mut outbox);
/// let mut sdu = cx.allocate(5).unwrap();
/// sdu.octets_mut().copy_from_slice(b"hello");
/// layer.send(sdu, &mut cx)?;
/// let (_, mut pdu) = outbox.pop_single().unwrap();
/// assert_eq!(pdu.octets(), b"!hello");
///
/// pdu.octets_mut()[0] = b'?';
/// let mut cx = Context::new(&mut world, &mut outbox);
/// assert!(layer.receive(pdu, &mut cx).is_err());
/// # Ok::<(), Reason>(())
/// ```
pub trait Layer {
    /// What this layer is and needs. Must not change while the tower runs.
    fn spec(&self) -> Spec;

    /// From above, going down.
    ///
    /// # Errors
    /// The [`Reason`] why `sdu` is discarded.
    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason>;

    /// From below, going up.
    ///
    /// # Errors
    /// The [`Reason`] why `pdu` is discarded.
    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason>;

    /// When this layer next wants the time.
    fn deadline(&self) -> Option<Instant> {
        None
    }

    /// The deadline has passed. May be called early; must not assume that it is late.
    fn on_deadline(&mut self, _cx: &mut Context<'_>) {}

    /// A neighbour tells something that is not a PDU. By default it is passed on.
    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        cx.pass(notice);
    }
}

impl<L: Layer + ?Sized> Layer for Box<L> {
    fn spec(&self) -> Spec {
        (**self).spec()
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        (**self).send(sdu, cx)
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        (**self).receive(pdu, cx)
    }

    fn deadline(&self) -> Option<Instant> {
        (**self).deadline()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        (**self).on_deadline(cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        (**self).notice(notice, cx);
    }
}
