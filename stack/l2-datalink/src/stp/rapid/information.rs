//! Port Information machine (§17.27): keeps the best that is said on the LAN, and sees it age.
//!
//! ```text
//!  DISABLED --link up--> AGED <----- nobody confirms ----- CURRENT --BPDU--> RECEIVE
//!                          |                                 ^                  |
//!                          +---> UPDATE: this bridge is -----+<-- superior, ----+
//!                                designated                       repeated, …
//! ```

use core::time::Duration;

use layercake_base::Instant;

use super::port::{InfoIs, News, Port};
use super::{Nr, Rapid, Rule, Timer};
use crate::stp::Vector;
use crate::stp::bpdu::{self, Bpdu, PortRole};

pub(super) const RULES: &[Rule] = &[disable, enable, update, age, receive];

impl Rapid {
    /// DISABLED.
    pub(super) fn enter_disabled_information(&mut self, p: Nr) {
        let port = &mut self.ports[p];
        port.rcvd_msg = None;
        (port.proposing, port.proposed) = (false, false);
        (port.agree, port.agreed) = (false, false);
        port.rcvd_info_while = Timer::STOPPED;
        port.info_is = InfoIs::Disabled;
        (port.reselect, port.selected) = (true, false);
    }
}

/// To DISABLED.
fn disable(own: &mut Rapid, p: Nr) -> bool {
    let port = &own.ports[p];
    if port.port_enabled || port.info_is == InfoIs::Disabled {
        return false;
    }
    own.enter_disabled_information(p);
    true
}

/// DISABLED to AGED.
fn enable(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if !port.port_enabled || port.info_is != InfoIs::Disabled {
        return false;
    }
    port.enter_aged();
    true
}

/// CURRENT to AGED: who was designated has been silent for too long.
fn age(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    let silent = port.info_is == InfoIs::Received && !port.rcvd_info_while.is_running();
    if !silent || port.updt_info || port.rcvd_msg.is_some() {
        return false;
    }
    port.enter_aged();
    true
}

/// To UPDATE: the roles say that this bridge is designated, so what it says counts.
fn update(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if port.info_is == InfoIs::Disabled || !port.selected || !port.updt_info {
        return false;
    }
    (port.proposing, port.proposed) = (false, false);
    // betterorsameinfo(Mine), §17.21.1
    let mine = port.info_is == InfoIs::Mine;
    let better_or_same = mine && port.designated_priority <= port.port_priority;
    port.agreed &= better_or_same;
    port.synced &= port.agreed;
    port.port_priority = port.designated_priority;
    port.port_times = port.designated_times;
    port.updt_info = false;
    port.info_is = InfoIs::Mine;
    port.new_info = true;
    true
}

/// CURRENT by way of RECEIVE back to CURRENT; DISABLED drops what came too early.
fn receive(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if port.updt_info || port.info_is == InfoIs::Aged {
        return false;
    }
    let Some(bpdu) = port.rcvd_msg.take() else {
        return false;
    };
    if port.info_is == InfoIs::Disabled {
        return true;
    }
    match Message::from(&bpdu) {
        Some(message) => port.take(&message, own.now),
        None => port.rcvd_tcn = true, // §17.21.17, setTcFlags() of a notification
    }
    true
}

/// What a BPDU says, whichever of the two formats it has.
struct Message {
    rapid: bpdu::Rapid,
    priority: Vector,
    news: News,
}

impl Message {
    /// A Configuration BPDU conveys the designated role, §17.21.8; a topology change
    /// notification conveys nothing here.
    fn from(bpdu: &Bpdu) -> Option<Self> {
        let rapid = match bpdu {
            Bpdu::TopologyChange => return None,
            Bpdu::Rapid(own) if own.role != PortRole::Unknown => *own,
            Bpdu::Rapid(bpdu::Rapid { configuration, .. })
            | Bpdu::Configuration(configuration) => bpdu::Rapid {
                configuration: *configuration,
                role: PortRole::Designated,
                ..bpdu::Rapid::default()
            },
        };
        Some(Message {
            rapid,
            priority: rapid.configuration.vector,
            news: News::from(&rapid.configuration),
        })
    }
}

impl Port {
    /// AGED: nothing is known of this LAN.
    fn enter_aged(&mut self) {
        self.info_is = InfoIs::Aged;
        (self.reselect, self.selected) = (true, false);
    }

    /// rcvInfo(), §17.21.8, and the states that follow from it.
    fn take(&mut self, message: &Message, now: Instant) {
        if message.rapid.role != PortRole::Designated {
            if message.priority >= self.port_priority {
                self.not_designated(message); // inferior root or alternate
            }
            return;
        }
        let same = message.priority == self.port_priority;
        let better = message.priority < self.port_priority
            || message.priority.is_same_sender(&self.port_priority);
        if same && message.news == self.port_times && self.info_is == InfoIs::Received {
            self.repeated_designated(message, now);
        } else if same || better {
            self.superior_designated(message, now);
        } else {
            self.inferior_designated(message);
        }
    }

    /// SUPERIOR_DESIGNATED: the tree changes, the roles have to be selected again.
    fn superior_designated(&mut self, message: &Message, now: Instant) {
        (self.agreed, self.proposing) = (false, false);
        self.record_proposal(message);
        self.set_tc_flags(message);
        // betterorsameinfo(Received), §17.21.1
        let received = self.info_is == InfoIs::Received;
        self.agree &= received && message.priority <= self.port_priority;
        self.port_priority = message.priority; // recordPriority(), §17.21.12
        self.record_times(message);
        self.update_rcvd_info_while(now);
        self.info_is = InfoIs::Received;
        (self.reselect, self.selected) = (true, false);
    }

    /// REPEATED_DESIGNATED: all is as it was.
    fn repeated_designated(&mut self, message: &Message, now: Instant) {
        self.record_proposal(message);
        self.set_tc_flags(message);
        self.update_rcvd_info_while(now);
    }

    /// INFERIOR_DESIGNATED, recordDispute(), §17.21.10: the sender learns, so it cannot have
    /// heard of this port, which is better. It would close a loop to forward here.
    fn inferior_designated(&mut self, message: &Message) {
        if message.rapid.learning {
            (self.disputed, self.agreed) = (true, false);
        }
    }

    /// NOT_DESIGNATED, recordAgreement(), §17.21.9: the neighbour has cut behind itself.
    fn not_designated(&mut self, message: &Message) {
        if self.point_to_point && message.rapid.agreement {
            (self.agreed, self.proposing) = (true, false);
        } else {
            self.agreed = false;
        }
        self.set_tc_flags(message);
    }

    /// recordProposal(), §17.21.11.
    fn record_proposal(&mut self, message: &Message) {
        self.proposed |= message.rapid.proposal;
    }

    /// recordTimes(), §17.21.13: a Hello Time below a second is not believed.
    fn record_times(&mut self, message: &Message) {
        self.port_times = message.news;
        let hello = &mut self.port_times.times.hello;
        *hello = (*hello).max(Duration::from_secs(1));
    }

    /// setTcFlags(), §17.21.17.
    fn set_tc_flags(&mut self, message: &Message) {
        let own = message.rapid.configuration;
        self.rcvd_tc |= own.topology_change;
        self.rcvd_tc_ack |= own.acknowledgment;
    }

    /// updtRcvdInfoWhile(), §17.21.23: three Hello Times, unless the news is too old already.
    fn update_rcvd_info_while(&mut self, now: Instant) {
        let News { message_age, times } = self.port_times;
        let fresh = aged(message_age) <= times.max_age;
        self.rcvd_info_while = if fresh {
            Timer::after(now, 3 * times.hello)
        } else {
            Timer::STOPPED
        };
    }
}

/// A second older, in whole seconds: what a bridge adds to the age of a message.
pub(super) fn aged(message_age: Duration) -> Duration {
    let half = Duration::from_millis(500);
    Duration::from_secs((message_age + half).as_secs() + 1)
}
