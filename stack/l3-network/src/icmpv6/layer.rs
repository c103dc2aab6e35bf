//! The layer that answers questions about this node over IPv6, and tells what errors mean.
//!
//! | message from below | what happens |
//! |---|---|
//! | from an IPv4 address | back, as a protocol that nobody handles |
//! | checksum wrong or shorter than a header | discard |
//! | echo request, code 0 | answer: same identifier, sequence number and data |
//! | echo request with another code | discard |
//! | extended echo, to this node alone | answer, if interfaces are named to be asked about |
//! | extended echo to a group | discard |
//! | an error | told by notices (`told.rs`), and up to the user |
//! | anything else | up to the user |
//!
//! An echo request to a group is answered too, as RFC 4443 §4.2 wants it and Linux does, from an
//! address of the attachment that it came in at, which the network layer chooses. Messages from the user go down with their checksum: the user
//! leaves the field zero, since it covers the source address, which the network layer chooses.
//!
//! Spec: RFC 4443 §2.3 (checksum), §4.1, §4.2; RFC 8335 §4 (off unless wanted, as its §8 has it).
//! Not here: neighbour discovery, which happens below.

use core::net::IpAddr;

use layercake_base::checksum::Sum;
use layercake_base::{
    Bounce, ChecksumState, Context, Ici, Layer, Pdu, Reason, Service, Spec,
};

use super::{Echo, Ends, HEADER, Type, check, extended_echo, told};
use crate::Protocol;
use crate::icmp::{Probed, answer_to, to_one_host};
use crate::octets::too_short;

/// Octets between the start of a message and its checksum.
const CHECKSUM_AT: usize = 2;

/// Answers questions about this node; hands other messages up.
#[derive(Clone, Debug, Default)]
pub struct Icmpv6 {
    probed: Vec<Probed>,
}

impl Icmpv6 {
    /// The layer. It answers no extended echo.
    pub const fn new() -> Self {
        Icmpv6 { probed: Vec::new() }
    }

    /// Extended echoes about these interfaces are answered.
    #[must_use]
    pub fn probed(mut self, interfaces: Vec<Probed>) -> Self {
        self.probed = interfaces;
        self
    }

    /// Answers a question about an interface, to this node alone. RFC 8335 §4.
    fn tell_state(
        &self,
        mut question: Pdu,
        ends: Ends,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        to_one_host(&question)?;
        if self.probed.is_empty() {
            return Err(Reason::NoWay("extended echo is not answered here"));
        }
        let asked = extended_echo::decode(question.octets(), ends)?;
        let answer = answer_to(&asked, question.octets(), &self.probed);
        let header = answer.header(Type::EXTENDED_ECHO_REPLY.0);
        question.rewrite(0..HEADER)?.copy_from_slice(&header);
        question.set_ici(|ici| *ici = ici.reply());
        complete(&mut question)?;
        cx.send_down(question);
        Ok(())
    }

    fn answer(mut question: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        Echo::decode_lax(question.octets())?;
        question.rewrite(0..1)?.fill(Type::ECHO_REPLY.0);
        question.set_ici(|ici| {
            let source = ici.destination.filter(|_| !ici.group);
            *ici = Ici {
                source,
                group: ici.group, // its source is of the attachment that it came in at
                ..ici.reply()
            };
        });
        complete(&mut question)?;
        cx.send_down(question);
        Ok(())
    }
}

/// Writes what the checksum covers but for the addresses, which the network layer adds.
fn complete(message: &mut Pdu) -> Result<(), Reason> {
    let (need, have) = (HEADER, message.len());
    if have < need {
        return Err(too_short("ICMPv6 message", need, have));
    }
    let length = u32::try_from(have).unwrap_or(u32::MAX);
    message.rewrite(CHECKSUM_AT..CHECKSUM_AT + 2)?.fill(0);
    let sum = Sum::default()
        .octets(&length.to_be_bytes())
        .word(Protocol::ICMPV6.0.into())
        .octets(message.octets());
    message
        .rewrite(CHECKSUM_AT..CHECKSUM_AT + 2)?
        .copy_from_slice(&sum.owed());
    message.set_ici(|ici| {
        ici.next = Protocol::ICMPV6.0.into();
        ici.checksum = ChecksumState::Owed { at: CHECKSUM_AT };
    });
    Ok(())
}

/// The addresses that a message came with; `None` when they are not IPv6.
fn ends(ici: &Ici) -> Option<Ends> {
    match (ici.source, ici.destination) {
        (Some(IpAddr::V6(source)), Some(IpAddr::V6(destination))) => {
            Some((source, destination))
        }
        _ => None,
    }
}

impl Layer for Icmpv6 {
    fn spec(&self) -> Spec {
        Spec::new("icmpv6", 3).between(Service::User, Service::Network)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        complete(&mut sdu)?;
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let Some(ends) = ends(pdu.ici()) else {
            pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoProtocol));
            cx.send_down(pdu);
            return Ok(());
        };
        let [kind, ..] = check(pdu.octets(), ends)?;
        match Type(kind) {
            Type::ECHO_REQUEST => return Self::answer(pdu, cx),
            Type::EXTENDED_ECHO => return self.tell_state(pdu, ends, cx),
            _ => (),
        }
        if Type(kind).is_error() {
            told::tell(pdu.octets(), ends, pdu.ici(), cx);
        }
        cx.send_up(pdu);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::octets::settle;
    use crate::rig::Rig;
    use crate::samples;

    const QUESTION: &[u8] = samples::ECHO_V6.last_chunk::<16>().unwrap();
    const ANSWER: &[u8] = samples::ECHO_REPLY_V6.last_chunk::<16>().unwrap();

    fn near() -> IpAddr {
        "fd09:1::2".parse().unwrap()
    }

    fn far() -> IpAddr {
        "fd09:2::2".parse().unwrap()
    }

    fn from_near() -> Ici {
        Ici {
            source: Some(near()),
            destination: Some(far()),
            next: 58,
            hops: Some(3),
            port: 4,
            ..Ici::NONE
        }
    }

    /// What goes on the wire once the network layer knows the addresses.
    fn settled(mut pdu: Pdu, ends: (IpAddr, IpAddr)) -> Vec<u8> {
        settle(&mut pdu, ends).unwrap();
        pdu.octets().to_vec()
    }

    #[test]
    fn a_question_is_answered_as_the_kernel_does() {
        let mut out = Rig::new(Icmpv6::new()).receive(QUESTION, from_near());
        let ici = *out.down[0].ici();
        assert_eq!((ici.source, ici.destination), (Some(far()), Some(near())));
        assert_eq!((ici.hops, ici.port, ici.next), (None, 4, 58));
        assert_eq!(settled(out.down.remove(0), (far(), near())), ANSWER);
        assert!(out.up.is_empty());
    }

    /// RFC 4443 §4.2: the answer has a unicast source, which the network layer chooses.
    #[test]
    fn a_question_to_a_group_is_answered_from_one_host() {
        let group: IpAddr = "ff02::1".parse().unwrap();
        let message = settled_question((near(), group));
        let ici = Ici {
            destination: Some(group),
            group: true,
            ..from_near()
        };
        let out = Rig::new(Icmpv6::new()).receive(&message, ici);
        let ici = out.down[0].ici();
        assert_eq!((ici.source, ici.destination), (None, Some(near())));
        assert_eq!((ici.port, ici.group), (4, true));
    }

    fn settled_question(ends: (IpAddr, IpAddr)) -> Vec<u8> {
        let out = Rig::new(Icmpv6::new()).send(QUESTION, Ici::NONE);
        let pdu = out.down.into_iter().next().unwrap();
        settled(pdu, ends)
    }

    /// The kernel's question, its checksum left out and made again.
    #[test]
    fn the_checksum_of_what_the_user_sends_is_made_here() {
        let mut question = QUESTION.to_vec();
        question[2..4].fill(0);
        let mut out = Rig::new(Icmpv6::new()).send(&question, Ici::NONE);
        let ici = out.down[0].ici();
        assert_eq!(
            (ici.next, ici.checksum),
            (58, ChecksumState::Owed { at: 2 })
        );
        assert_eq!(settled(out.down.remove(0), (near(), far())), QUESTION);
        let out = Rig::new(Icmpv6::new()).send(&question[..7], Ici::NONE);
        assert_eq!(out.told, ["ICMPv6 message needs 8 octets, have 7"]);
    }

    /// RFC 8335 §2, §3: the question of ICMP for IPv4 with another type and checksum.
    #[test]
    fn the_state_of_an_interface_is_told_to_whom_asks_alone() {
        use crate::icmp::ExtendedEcho;
        use crate::icmp::extensions::{Extensions, Object};
        let asked = ExtendedEcho {
            identifier: 3,
            sequence_number: 4,
            local: true,
        };
        let own = vec![Probed {
            name: "one".to_owned(),
            index: 1,
            address: far(),
            active: true,
        }];
        let mut question = vec![0; 40];
        let object = Object {
            class: 3,
            c_type: 2,
            data: &[0, 0, 0, 1],
        };
        Extensions::encode(&mut question[8..], &[object]).unwrap();
        let (IpAddr::V6(source), IpAddr::V6(destination)) = (near(), far()) else {
            panic!()
        };
        extended_echo::encode(&asked, &mut question, (source, destination)).unwrap();
        let ask = |own: &[Probed], group| {
            let ici = Ici {
                group,
                ..from_near()
            };
            Rig::new(Icmpv6::new().probed(own.to_vec())).receive(&question, ici)
        };
        let mut out = ask(&own, false);
        let answer = settled(out.down.remove(0), (far(), near()));
        let ends = (destination, source);
        let told = extended_echo::decode_reply(&answer, ends).unwrap();
        assert_eq!(
            (told.code, told.identifier, told.sequence_number),
            (0, 3, 4)
        );
        assert_eq!((told.active, told.ipv4, told.ipv6), (true, false, true));
        assert_eq!(ask(&own, true).discards, ["no-way"]);
        assert_eq!(ask(&[], false).told, ["extended echo is not answered here"]);
    }

    #[test]
    fn an_answer_and_an_error_go_up_with_what_the_header_said() {
        let error = &samples::TIME_EXCEEDED_V6[40..];
        let router = "fd09:1::1".parse().unwrap();
        for (message, source, destination) in
            [(ANSWER, far(), near()), (error, router, near())]
        {
            let ici = Ici {
                source: Some(source),
                destination: Some(destination),
                ..from_near()
            };
            let out = Rig::new(Icmpv6::new()).receive(message, ici);
            assert_eq!(out.up[0].octets(), message);
            assert_eq!(*out.up[0].ici(), ici);
            assert!(out.down.is_empty());
        }
    }

    #[test]
    fn what_breaks_a_rule_is_discarded() {
        let elsewhere = Ici {
            destination: Some("fd09:2::3".parse().unwrap()),
            ..from_near()
        };
        for (message, ici, reason) in [
            (QUESTION, elsewhere, "mismatch"),
            (&QUESTION[..7], from_near(), "too-short"),
        ] {
            let out = Rig::new(Icmpv6::new()).receive(message, ici);
            assert_eq!((out.down.len(), out.discards), (0, vec![reason]));
        }
    }

    #[test]
    fn a_message_over_ipv4_is_not_handled() {
        let ici = Ici {
            source: Some([10, 9, 1, 2].into()),
            destination: Some([10, 9, 2, 2].into()),
            ..from_near()
        };
        let out = Rig::new(Icmpv6::new()).receive(QUESTION, ici);
        assert_eq!(out.down[0].ici().bounce, Some(Bounce::NoProtocol));
        assert_eq!(out.down[0].octets(), QUESTION);
    }
}
