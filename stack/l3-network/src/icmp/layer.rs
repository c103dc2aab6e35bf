//! The layer that answers questions about this host, and tells what errors mean.
//!
//! | message from below | what happens |
//! |---|---|
//! | from an IPv6 address | back, as a protocol that nobody handles |
//! | checksum wrong or shorter than a header | discard |
//! | echo, code 0, to this host alone | answer: same identifier, sequence number and data |
//! | timestamp, extended echo, to this host alone | answer (`answers.rs`) |
//! | a question to a group | discard (RFC 1122 §3.2.2.6 and §3.2.2.8 leave that to the host) |
//! | a question with another code | discard |
//! | a type that nobody sends any more | discard (RFC 6633, RFC 6918) |
//! | an error | told by notices (`told.rs`), and up to the user |
//! | anything else | up to the user |
//!
//! Messages from the user go down as they are; the user has made their checksum.
//!
//! Spec: RFC 792, Echo; RFC 1122 §3.2.2.6; RFC 1812 §4.3.3.6.
//! Not here: what an error means for the transport that it concerns.

use core::net::IpAddr;
use core::time::Duration;

use layercake_base::{Bounce, Context, Layer, Pdu, Reason, Service, Spec, checksum};

use super::answers::{Probed, send_back, to_one_host};
use super::{Echo, HEADER, Type, check, told};

/// The protocol number by which the network layer knows ICMP.
const PROTOCOL: u16 = 1;

/// Answers questions about this host; hands other messages up.
#[derive(Clone, Debug, Default)]
pub struct Icmp {
    pub(super) time_of_day: Option<Duration>,
    pub(super) probed: Vec<Probed>,
}

impl Icmp {
    /// The layer. It does not know the time of day, and answers no extended echo.
    pub const fn new() -> Self {
        Icmp {
            time_of_day: None,
            probed: Vec::new(),
        }
    }

    /// The world began at this time since midnight UT, for timestamps.
    #[must_use]
    pub fn since_midnight(mut self, start: Option<Duration>) -> Self {
        self.time_of_day = start;
        self
    }

    /// Extended echoes about these interfaces are answered.
    #[must_use]
    pub fn probed(mut self, interfaces: Vec<Probed>) -> Self {
        self.probed = interfaces;
        self
    }

    // ANCHOR: answer
    fn answer(&self, mut question: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        Echo::decode_lax(question.octets())?;
        // Type and code of an answer are 0: its checksum is that of all behind the checksum.
        let behind = question.octets().get(4..).unwrap_or_default();
        let [high, low] = checksum::internet(behind).to_be_bytes();
        let answer = [Type::ECHO_REPLY.0, 0, high, low];
        question.rewrite(0..4)?.copy_from_slice(&answer);
        send_back(question, cx);
        Ok(())
    }
    // ANCHOR_END: answer

    /// What only one host may be asked.
    fn question(
        &self,
        kind: Type,
        question: Pdu,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        to_one_host(&question)?;
        match kind {
            Type::TIMESTAMP => self.tell_time(question, cx),
            Type::EXTENDED_ECHO => self.tell_state(question, cx),
            _ => self.answer(question, cx),
        }
    }
}

impl Layer for Icmp {
    fn spec(&self) -> Spec {
        Spec::new("icmp", 3).between(Service::User, Service::Network)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let (need, have) = (HEADER, sdu.len());
        let field = "ICMP message";
        if have < need {
            return Err(Reason::TooShort { field, need, have });
        }
        sdu.set_ici(|ici| ici.next = PROTOCOL);
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        if matches!(pdu.ici().source, Some(IpAddr::V6(_))) {
            pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoProtocol));
            cx.send_down(pdu);
            return Ok(());
        }
        let [kind, ..] = check(pdu.octets())?;
        let kind = Type(kind);
        if matches!(kind, Type::ECHO | Type::TIMESTAMP | Type::EXTENDED_ECHO) {
            return self.question(kind, pdu, cx);
        }
        if kind.is_deprecated() {
            return Err(Reason::dead_end("Type", kind.0, "is deprecated"));
        }
        if kind.is_error() {
            told::tell(pdu.octets(), pdu.ici(), cx);
        }
        cx.send_up(pdu);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use crate::samples;
    use layercake_base::Ici;

    const QUESTION: &[u8] = samples::ECHO.last_chunk::<16>().unwrap();
    const ANSWER: &[u8] = samples::ECHO_REPLY.last_chunk::<16>().unwrap();

    fn from_near() -> Ici {
        Ici {
            source: Some([10, 9, 1, 2].into()),
            destination: Some([10, 9, 2, 2].into()),
            next: 1,
            hops: Some(3),
            ..Ici::NONE
        }
    }

    #[test]
    fn a_question_is_answered_as_the_kernel_does() {
        let out = Rig::new(Icmp::new()).receive(QUESTION, from_near());
        let answer = &out.down[0];
        assert_eq!(answer.octets(), ANSWER);
        assert_eq!(answer.ici().destination, from_near().source);
        assert_eq!(answer.ici().source, from_near().destination);
        assert_eq!(answer.ici().hops, None, "the network layer chooses anew");
        assert!(out.up.is_empty());
    }

    /// Nothing but zeros behind the checksum: it is ffff, and RFC 1624's update of the
    /// question's f7ff would say 0000, which no receiver takes.
    #[test]
    fn a_question_of_zeros_is_answered_with_a_checksum_that_is_right() {
        let question = [8, 0, 0xf7, 0xff, 0, 0, 0, 0, 0, 0];
        let out = Rig::new(Icmp::new()).receive(&question, from_near());
        assert_eq!(out.down[0].octets(), [0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0]);
        let again = Rig::new(Icmp::new()).receive(out.down[0].octets(), from_near());
        assert_eq!(again.up.len(), 1);
    }

    #[test]
    fn an_answer_and_an_error_go_up_with_what_the_header_said() {
        for message in [ANSWER, &samples::TIME_EXCEEDED[20..]] {
            let out = Rig::new(Icmp::new()).receive(message, from_near());
            assert_eq!(out.up[0].octets(), message);
            assert_eq!(*out.up[0].ici(), from_near());
            assert!(out.down.is_empty());
        }
    }

    /// RFC 4443 §1: IPv6 has a protocol of its own for this.
    #[test]
    fn a_message_over_ipv6_is_not_handled() {
        let ici = Ici {
            source: Some([0xfd09_u16, 1, 0, 0, 0, 0, 0, 2].into()),
            ..from_near()
        };
        let out = Rig::new(Icmp::new()).receive(QUESTION, ici);
        assert_eq!(out.down[0].ici().bounce, Some(Bounce::NoProtocol));
        assert_eq!(out.down[0].octets(), QUESTION);
    }

    #[test]
    fn a_question_to_a_group_is_not_answered() {
        let ici = Ici {
            group: true,
            ..from_near()
        };
        let out = Rig::new(Icmp::new()).receive(QUESTION, ici);
        assert_eq!((out.down.len(), out.discards), (0, vec!["no-way"]));
    }

    #[test]
    fn a_question_with_a_code_and_a_broken_one_are_not_answered() {
        let mut with_code = QUESTION.to_vec();
        with_code[1] = 1;
        let mut broken = with_code.clone();
        with_code[3] -= 1;
        broken[10] ^= 4;
        for (message, reason) in [
            (&with_code[..], "illegal"),
            (&broken, "mismatch"),
            (&broken[..7], "too-short"),
        ] {
            let out = Rig::new(Icmp::new()).receive(message, from_near());
            assert_eq!((out.down.len(), out.discards), (0, vec![reason]));
        }
    }

    /// RFC 6633 §3 and RFC 6918 §2.
    #[test]
    fn types_that_nobody_sends_any_more_go_no_further() {
        for kind in (0..=255).filter(|&kind| !matches!(kind, 8 | 13 | 42)) {
            let mut message = [0; 36];
            crate::icmp::write([kind, 0, 0, 0, 0, 0, 0, 0], &mut message).unwrap();
            let out = Rig::new(Icmp::new()).receive(&message, from_near());
            let deprecated =
                [4, 6, 15, 16, 17, 18].contains(&kind) || (30..40).contains(&kind);
            assert_eq!(
                (out.up.len(), out.down.len()),
                (usize::from(!deprecated), 0)
            );
            if deprecated {
                assert_eq!(out.told, [format!("Type = {kind} is deprecated")]);
            }
        }
    }

    #[test]
    fn what_the_user_sends_goes_down_as_it_is() {
        let ici = Ici {
            next: 0,
            hops: Some(1),
            ..from_near()
        };
        let out = Rig::new(Icmp::new()).send(QUESTION, ici);
        assert_eq!(out.down[0].octets(), QUESTION);
        assert_eq!(*out.down[0].ici(), Ici { next: 1, ..ici });
        let out = Rig::new(Icmp::new()).send(&QUESTION[..7], ici);
        assert_eq!(out.discards, ["too-short"]);
    }

    proptest::proptest! {
        #[test]
        fn every_question_is_answered_with_its_own_data(
            identifier: u16, sequence_number: u16,
            data in proptest::collection::vec(proptest::num::u8::ANY, 0..100),
        ) {
            let mut question = [&[0; 8], &data[..]].concat();
            let echo = Echo { reply: false, identifier, sequence_number };
            echo.encode(&mut question).unwrap();
            let out = Rig::new(Icmp::new()).receive(&question, from_near());
            let answer = out.down[0].octets();
            assert_eq!(Echo::decode(answer), Ok(Echo { reply: true, ..echo }));
            assert_eq!(answer[8..], data);
        }
    }
}
