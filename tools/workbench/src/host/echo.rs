//! UDP echo: whatever comes to port 7 goes back to its sender.
//!
//! Spec: RFC 862; RFC 1122 §4.1.3 (a datagram to a group is nobody's to answer here).
//! Checks: the sender's port is no service's. Two such services would answer each other for ever.
//! Not here: TCP echo.

use std::cell::RefCell;
use std::rc::Rc;

use layercake_base::Reason;
use layercake_kit::cable::station::HOST;
use layercake_network::Protocol;
use layercake_network::icmp::Type;
use layercake_tower::{Arrival, Network, NodeId};

use crate::account::Account;

/// RFC 862, UDP Based Echo Service.
pub(super) const PORT: u16 = 7;
/// Ports below it are those of services, and never a client's. RFC 6335 §6.
const SERVICES: u16 = 1024;

/// Whoever runs the host: takes what comes out of the top of its tower.
pub(super) struct Service {
    host: NodeId,
    answered: u64,
    account: Rc<RefCell<Account>>,
}

impl Service {
    pub(super) fn new(host: NodeId, account: Rc<RefCell<Account>>) -> Self {
        let answered = 0;
        Service {
            host,
            answered,
            account,
        }
    }

    /// Datagrams that went back.
    pub(super) fn answered(&self) -> u64 {
        self.answered
    }

    /// Answers what has come, and counts what nobody wants.
    pub(super) fn serve(&mut self, network: &mut Network) {
        while let Some(arrival) = network.receive(self.host) {
            match self.answer(&arrival, network) {
                Ok(()) => self.answered += 1,
                Err(reason) => self.account.borrow_mut().note(HOST, "user", &reason),
            }
        }
    }

    fn answer(&self, arrival: &Arrival, network: &mut Network) -> Result<(), Reason> {
        let ici = &arrival.ici;
        if ici.next != u16::from(Protocol::UDP.0) {
            let value = Type::of(&arrival.octets).map_or(0, |kind| kind.0);
            return Err(Reason::Unhandled {
                field: "ICMP Type",
                value: value.into(),
            });
        }
        if ici.group {
            return Err(Reason::NoWay("a datagram to a group is not echoed"));
        }
        let rule = "is a service's, which would answer for ever";
        let client = ici.source_port >= SERVICES;
        Reason::require(client, "Source Port", ici.source_port, rule)?;
        network.send(self.host, &arrival.octets, ici.reply())
    }
}
