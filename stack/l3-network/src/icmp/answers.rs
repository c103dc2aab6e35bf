//! Answers to questions other than echo: the time, and the state of an interface.
//!
//! Spec: RFC 792, Timestamp; RFC 1122 §3.2.2.8 (not to a group); RFC 8335 §4 (extended echo; off
//! unless interfaces are named, as its §8 wants it).

use core::net::IpAddr;

use layercake_base::{Context, Ici, Pdu, Reason};

use super::extended_echo::Wanted;
use super::{ExtendedEcho, ExtendedEchoReply, Icmp, Timestamp};
use crate::time_of_day;

/// An interface about which extended echoes are answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    /// Its name.
    pub name: String,
    /// Its number.
    pub index: u32,
    /// Its address.
    pub address: IpAddr,
    /// Packets go in and out by it.
    pub active: bool,
}

impl Probed {
    fn is(&self, wanted: Wanted<'_>) -> bool {
        match wanted {
            Wanted::Name(name) => self.name.as_bytes() == name,
            Wanted::Index(index) => self.index == index,
            Wanted::Address(address) => self.address == address,
        }
    }
}

impl Icmp {
    /// Answers a question for the time.
    pub(super) fn tell_time(
        &self,
        mut question: Pdu,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let asked = Timestamp::decode(question.octets())?;
        let now = time_of_day::millis(self.time_of_day, cx.now());
        let answer = Timestamp {
            reply: true,
            receive: now,
            transmit: now,
            ..asked
        };
        answer.encode(question.octets_mut())?;
        send_back(question, cx);
        Ok(())
    }

    /// Answers a question about an interface.
    pub(super) fn tell_state(
        &self,
        mut question: Pdu,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        if self.probed.is_empty() {
            return Err(Reason::NoWay("extended echo is not answered here"));
        }
        let asked = ExtendedEcho::decode(question.octets())?;
        let answer = answer_to(&asked, question.octets(), &self.probed);
        answer.encode(question.octets_mut())?;
        send_back(question, cx);
        Ok(())
    }
}

/// The answer to a question about one of these interfaces. RFC 8335 §4. Neighbours are not looked
/// up: no table of them is known here.
pub(crate) fn answer_to(
    asked: &ExtendedEcho,
    question: &[u8],
    probed: &[Probed],
) -> ExtendedEchoReply {
    let refusal = |code| ExtendedEchoReply {
        code,
        identifier: asked.identifier,
        sequence_number: asked.sequence_number,
        state: 0,
        active: false,
        ipv4: false,
        ipv6: false,
    };
    let Ok(wanted) = ExtendedEcho::wanted(question) else {
        return refusal(1);
    };
    if !asked.local {
        return refusal(3);
    }
    let mut found = probed.iter().filter(|own| own.is(wanted));
    match (found.next(), found.next()) {
        (None, _) => refusal(2),
        (Some(_), Some(_)) => refusal(4),
        (Some(own), None) => ExtendedEchoReply {
            active: own.active,
            ipv4: own.active && own.address.is_ipv4(),
            ipv6: own.active && own.address.is_ipv6(),
            ..refusal(0)
        },
    }
}

/// Sends an answer to where its question came from.
pub(super) fn send_back(mut answer: Pdu, cx: &mut Context<'_>) {
    answer.set_ici(|ici| {
        *ici = Ici {
            // What the question's options recorded goes on in the answer.
            network_header: ici.network_header,
            ..ici.reply()
        }
    });
    cx.send_down(answer);
}

/// Questions to a group are not answered, whatever they are. RFC 1122 §3.2.2.
pub(crate) fn to_one_host(question: &Pdu) -> Result<(), Reason> {
    match question.ici().group {
        true => Err(Reason::NoWay("a question to a group is not answered")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icmp::extensions::{Extensions, Object};
    use crate::rig::{Out, Rig};
    use core::time::Duration;

    fn ask(icmp: Icmp, message: &[u8], group: bool) -> Out {
        let mut rig = Rig::new(icmp);
        rig.at_millis(2500);
        let ici = Ici {
            source: Some([10, 9, 1, 2].into()),
            destination: Some([10, 9, 2, 2].into()),
            group,
            ..Ici::NONE
        };
        rig.receive(message, ici)
    }

    #[test]
    fn the_time_is_told_to_whom_asks_alone() {
        let asked = Timestamp {
            reply: false,
            identifier: 7,
            sequence_number: 9,
            originate: 1000,
            receive: 0,
            transmit: 0,
        };
        let mut question = [0; 20];
        asked.encode(&mut question).unwrap();
        for (start, time) in [
            (None, 0x8000_0000 | 2500),
            (Some(Duration::from_secs(3600)), 3_602_500),
        ] {
            let icmp = Icmp::new().since_midnight(start);
            let out = ask(icmp.clone(), &question, false);
            let answer = Timestamp::decode(out.down[0].octets()).unwrap();
            let expected = Timestamp {
                reply: true,
                receive: time,
                transmit: time,
                ..asked
            };
            assert_eq!(answer, expected);
            assert_eq!(out.down[0].ici().destination, Some([10, 9, 1, 2].into()));
            assert_eq!(ask(icmp, &question, true).discards, ["no-way"]);
        }
    }

    fn probed(index: u32, name: &str, active: bool) -> Probed {
        Probed {
            name: name.to_owned(),
            index,
            address: [10, 9, 2, u8::try_from(index).unwrap()].into(),
            active,
        }
    }

    /// A question with this object, and the data that askers put behind it.
    fn question(local: bool, c_type: u8, data: &[u8]) -> Vec<u8> {
        let mut message = vec![0; 64];
        let class = Wanted::CLASS;
        let object = Object {
            class,
            c_type,
            data,
        };
        Extensions::encode(&mut message[8..], &[object]).unwrap();
        let asked = ExtendedEcho {
            identifier: 3,
            sequence_number: 4,
            local,
        };
        asked.encode(&mut message).unwrap();
        message
    }

    /// RFC 8335 §4, case by case: code, and whether the interface is active.
    #[test]
    fn the_state_of_an_interface_is_told() {
        let own = vec![
            probed(1, "one", true),
            probed(2, "two", false),
            probed(3, "twin", true),
            probed(4, "twin", true),
        ];
        let icmp = Icmp::new().probed(own);
        for (local, c_type, data, code, active) in [
            (true, 1, &b"one\0"[..], 0, true),
            (true, 2, &[0, 0, 0, 2], 0, false),
            (true, 3, &[0, 1, 4, 0, 10, 9, 2, 1], 0, true),
            (true, 1, b"none", 2, false),
            (true, 1, b"twin", 4, false),
            (true, 9, b"what", 1, false),
            (false, 3, &[0, 1, 4, 0, 10, 9, 2, 1], 3, false),
        ] {
            let out = ask(icmp.clone(), &question(local, c_type, data), false);
            let answer = ExtendedEchoReply::decode(out.down[0].octets()).unwrap();
            assert_eq!((answer.code, answer.active), (code, active), "{data:?}");
            assert_eq!((answer.identifier, answer.sequence_number), (3, 4));
            assert_eq!((answer.ipv4, answer.ipv6), (active, false));
        }
        let asked = question(true, 1, b"one\0");
        assert_eq!(ask(icmp, &asked, true).discards, ["no-way"]);
        let out = ask(Icmp::new(), &asked, false);
        assert_eq!(out.told, ["extended echo is not answered here"]);
    }
}
