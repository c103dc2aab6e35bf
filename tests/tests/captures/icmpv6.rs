//! Our view of ICMPv6 messages: every type that has a codec.

use layercake_base::{Layout, Reason};
use layercake_network::icmpv6::{
    self, Echo, Ends, PacketTooBig, ParameterProblem, TimeExceeded, Type, Unreachable,
};
use layercake_network::ndp::Message;

use crate::ours::{BAD, GOOD, Seen, hex};

/// A message encoded anew, and the layout of its header.
pub(crate) type Again = (Result<Vec<u8>, Reason>, &'static Layout);

impl Seen {
    pub(crate) fn icmpv6(&mut self, ends: Ends, message: &[u8], whole: bool) {
        let Some(kind) = Type::of(message) else {
            self.refused = Some("ICMPv6 of no octet".to_owned());
            return;
        };
        self.layers.push("icmpv6");
        self.set("icmpv6.type", kind.0);
        if let Some(code) = message.get(1) {
            self.set("icmpv6.code", code);
        }
        if !whole || message.len() < icmpv6::HEADER {
            self.refused = Some("ICMPv6 message cut".to_owned());
            self.left("icmpv6", "cut");
            return;
        }
        let good = icmpv6::check(message, ends).is_ok();
        self.set("icmpv6.checksum.status", if good { GOOD } else { BAD });
        match again(self, kind, message, ends) {
            Some((Ok(encoded), layout)) => self.same_message(&encoded, message, layout),
            Some((Err(reason), _)) => self.left("icmpv6", in_short(&reason)),
            None => self.left("icmpv6", format!("ICMPv6 type {} has no codec", kind.0)),
        }
    }
}

/// `None` for a type without a codec. Sets the fields of the type.
fn again(seen: &mut Seen, kind: Type, message: &[u8], ends: Ends) -> Option<Again> {
    Some(match kind {
        Type::ECHO_REQUEST | Type::ECHO_REPLY => {
            let echo = Echo::decode(message, ends);
            if let Ok(echo) = &echo {
                seen.set("icmpv6.echo.identifier", hex(echo.identifier));
                seen.set("icmpv6.echo.sequence_number", echo.sequence_number);
            }
            let again = over(message, echo, |echo, room| echo.encode(room, ends));
            (again, &icmpv6::echo::LAYOUT)
        }
        Type::UNREACHABLE => {
            let error = Unreachable::decode(message, ends);
            let again = over(message, error, |error, room| error.encode(room, ends));
            (again, &icmpv6::unreachable::LAYOUT)
        }
        Type::TIME_EXCEEDED => {
            let error = TimeExceeded::decode(message, ends);
            let again = over(message, error, |error, room| error.encode(room, ends));
            (again, &icmpv6::time_exceeded::LAYOUT)
        }
        Type::PACKET_TOO_BIG => {
            let error = PacketTooBig::decode(message, ends);
            if let Ok(error) = &error {
                seen.set("icmpv6.mtu", error.mtu);
            }
            let again = over(message, error, |error, room| error.encode(room, ends));
            (again, &icmpv6::packet_too_big::LAYOUT)
        }
        Type::PARAMETER_PROBLEM => {
            let error = ParameterProblem::decode(message, ends);
            if let Ok(error) = &error {
                seen.set("icmpv6.pointer", error.pointer);
            }
            let again = over(message, error, |error, room| error.encode(room, ends));
            (again, &icmpv6::parameter_problem::LAYOUT)
        }
        kind if Message::is_one(kind) => seen.neighbour(message, ends),
        _ => return None,
    })
}

/// What was decoded, encoded in front of the body of the message that it came from. Nothing of
/// the header is there before.
pub(crate) fn over<T>(
    message: &[u8],
    decoded: Result<T, Reason>,
    encode: impl Fn(&T, &mut [u8]) -> Result<(), Reason>,
) -> Result<Vec<u8>, Reason> {
    let mut again = message.to_vec();
    if let Some(header) = again.first_chunk_mut::<8>() {
        header.fill(0xff);
    }
    encode(&decoded?, &mut again)?;
    Ok(again)
}

/// A reason without the values of a wrong checksum.
pub(crate) fn in_short(reason: &Reason) -> String {
    match reason {
        Reason::Mismatch { .. } => "a wrong checksum, which is refused".to_owned(),
        other => other.to_string(),
    }
}
