//! Cutting wires, and joining them again.

use layercake_base::{Direction, Item, Notice, Reason};

use super::{NO_NODE, Network, NodeId};

/// Why nothing crosses a wire that somebody has cut.
pub(super) const CUT: Reason = Reason::NoWay("the wire is cut");

/// Wires that come and go.
impl Network {
    /// Cuts the wire at this attachment, or joins it again. The towers at both of its ends hear
    /// of it now ([`Notice::LinkDown`], [`Notice::LinkUp`]). What is put on a wire while it is
    /// cut, or would arrive then, is lost. Nothing happens when the wire is so already.
    ///
    /// ```
    /// use core::time::Duration;
    /// use layercake_tower::{Medium, Network, topology};
    ///
    /// let mut net = Network::new(1);
    /// let left = net.add_outside("left", topology::lan_column()?)?;
    /// let right = net.add_outside("right", topology::lan_column()?)?;
    /// net.add_wire("wire", Medium::default(), left.node(), right.node());
    /// net.set_attached(right, true);
    ///
    /// net.set_link(left.node(), 0, false).unwrap();
    /// net.enter(left, &[0xff; 60]).unwrap();
    /// net.run_until(net.now() + Duration::from_secs(1));
    /// assert!(net.leave(right).is_none());
    /// # Ok::<(), layercake_tower::Misfit>(())
    /// ```
    ///
    /// # Errors
    /// [`Reason::NoWay`] when there is no such attachment, or it is a tap of a bus.
    pub fn set_link(&mut self, node: NodeId, port: u16, up: bool) -> Result<(), Reason> {
        let (line, _) = self.attachment(node.0, port).ok_or(NO_NODE)?;
        let line = self.lines.get_mut(line).ok_or(NO_NODE)?;
        if line.cut != up {
            return Ok(());
        }
        line.cut = !up;
        for (node, port) in [line.a, line.b] {
            let notice = match up {
                true => Notice::LinkUp { port },
                false => Notice::LinkDown { port },
            };
            if let Some(mut visit) = self.visit(node) {
                visit.tell(Item::Notice(Direction::Up, Box::new(notice)));
            }
            self.settle(node);
        }
        Ok(())
    }

    /// Somebody has cut the wire at this attachment.
    pub(super) fn is_cut(&self, node: usize, port: u16) -> bool {
        let line = self.attachment(node, port);
        let line = line.and_then(|(line, _)| self.lines.get(line));
        line.is_some_and(|line| line.cut)
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use layercake_base::{Ici, Instant, Layer};

    use super::*;
    use crate::topology;
    use crate::wire::Medium;

    /// Hears what happens to the link below it, and passes everything on.
    struct Ear(std::rc::Rc<core::cell::RefCell<Vec<Notice>>>);

    impl Layer for Ear {
        fn spec(&self) -> layercake_base::Spec {
            layercake_base::Spec::new("ear", 3)
        }

        fn send(
            &mut self,
            sdu: layercake_base::Pdu,
            cx: &mut layercake_base::Context<'_>,
        ) -> Result<(), Reason> {
            cx.send_down(sdu);
            Ok(())
        }

        fn receive(
            &mut self,
            pdu: layercake_base::Pdu,
            cx: &mut layercake_base::Context<'_>,
        ) -> Result<(), Reason> {
            cx.send_up(pdu);
            Ok(())
        }

        fn notice(&mut self, notice: Notice, _cx: &mut layercake_base::Context<'_>) {
            self.0.borrow_mut().push(notice);
        }
    }

    /// Two nodes on a wire of 1 ms, and what the first one hears.
    fn network() -> (
        Network,
        [NodeId; 2],
        std::rc::Rc<core::cell::RefCell<Vec<Notice>>>,
    ) {
        let mut net = Network::new(1);
        let heard = std::rc::Rc::default();
        let column = |ear: Ear| crate::Stack::new(ear, topology::lan_column().unwrap());
        let a = column(Ear(std::rc::Rc::clone(&heard))).unwrap();
        let a = net.add_node("a", a).unwrap();
        let b = column(Ear(std::rc::Rc::default())).unwrap();
        let b = net.add_node("b", b).unwrap();
        let delay = Duration::from_millis(1);
        let medium = Medium {
            delay,
            ..Medium::default()
        };
        net.add_wire("wire", medium, a, b);
        (net, [a, b], heard)
    }

    fn run(net: &mut Network, millis: u64) {
        let then = Instant::ZERO + Duration::from_millis(millis);
        net.run_until(then);
    }

    #[test]
    fn both_ends_hear_once_that_a_wire_is_cut_and_joined() {
        let (mut net, [a, b], heard) = network();
        for up in [true, false, false, true, true] {
            net.set_link(b, 0, up).unwrap();
        }
        let expected = [Notice::LinkDown { port: 0 }, Notice::LinkUp { port: 0 }];
        assert_eq!(*heard.borrow(), expected);
        assert_eq!(net.set_link(a, 1, true), Err(NO_NODE));
    }

    #[test]
    fn what_is_on_a_cut_wire_or_put_there_is_lost() {
        let (mut net, [a, b], _) = network();
        net.send(a, &[1; 60], Ici::NONE).unwrap();
        net.set_link(a, 0, false).unwrap();
        run(&mut net, 2);
        net.send(a, &[2; 60], Ici::NONE).unwrap();
        run(&mut net, 4);
        let lost: Vec<_> = net.discards().iter().collect();
        assert_eq!(lost, [("wire", "no-way", 2)]);
        net.set_link(a, 0, true).unwrap();
        net.send(a, &[3; 60], Ici::NONE).unwrap();
        run(&mut net, 6);
        assert_eq!(net.receive(b).unwrap().octets, [3; 60]);
        assert_eq!(net.receive(b), None);
    }
}
