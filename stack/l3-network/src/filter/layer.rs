//! The layer that asks the rules.

use layercake_base::{Bounce, Context, Direction, Layer, Pdu, Reason, Service, Spec};

use super::packet::Packet;
use super::{Action, Rule};

/// Lets pass what its rules let pass.
#[derive(Clone, Debug)]
pub struct Filter {
    rules: Vec<Rule>,
}

impl Filter {
    /// These rules, of which the first that holds decides.
    pub fn new(rules: Vec<Rule>) -> Self {
        Filter { rules }
    }

    /// The action, and the reason for our own counters. Rules are counted from 1.
    fn decide(&self, pdu: &Pdu, way: Direction) -> Result<(Action, Reason), Reason> {
        let packet = Packet::read(pdu.octets())?;
        for (number, rule) in (1_u32..).zip(&self.rules) {
            if rule.holds(&packet, (way, pdu.ici().port))? {
                let why = "does not let it pass";
                return Ok((rule.action, Reason::dead_end("filter rule", number, why)));
            }
        }
        Ok((Action::Accept, Reason::NoWay("no rule of the filter holds")))
    }

    fn judge(
        &self,
        mut pdu: Pdu,
        way: Direction,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        match (self.decide(&pdu, way)?, way) {
            ((Action::Accept, _), Direction::Down) => cx.send_down(pdu),
            ((Action::Accept, _), Direction::Up) => cx.send_up(pdu),
            ((Action::Drop, why), _) => return Err(why),
            ((Action::Reject, _), _) => {
                pdu.set_ici(|ici| ici.bounce = Some(Bounce::Prohibited));
                cx.send_up(pdu);
            }
        }
        Ok(())
    }
}

impl Layer for Filter {
    fn spec(&self) -> Spec {
        Spec::new("filter", 3).between(Service::Link, Service::Link)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.judge(sdu, Direction::Down, cx)
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        if pdu.ici().bounce.is_some() {
            cx.send_up(pdu); // it was on its way out, and was judged then
            return Ok(());
        }
        self.judge(pdu, Direction::Up, cx)
    }
}
