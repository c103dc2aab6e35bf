//! Our view of ICMP messages: every type that has a codec, and the extensions behind a quote.

use layercake_base::layout::{Field, Kind, Raw, Value};
use layercake_base::{Layout, Reason};
use layercake_network::icmp::extensions::{
    InterfaceInformation, LabelStackEntry, Object,
};
use layercake_network::icmp::{
    self, Echo, ExtendedEcho, ExtendedEchoReply, Extensions, ParameterProblem, Redirect,
    RouterAdvertisement, TimeExceeded, Timestamp, Type, Unreachable,
};

use crate::icmpv6::{in_short, over};
use crate::ours::{BAD, GOOD, Seen};

/// A message encoded anew, and the layout of its header.
type Again = (Result<Vec<u8>, Reason>, &'static Layout);

impl Seen {
    pub(crate) fn icmp(&mut self, message: &[u8], whole: bool) {
        let Some(kind) = Type::of(message) else {
            self.refused = Some("ICMP of no octet".to_owned());
            return;
        };
        self.layers.push("icmp");
        self.set("icmp.type", kind.0);
        if let Some(code) = message.get(1) {
            self.set("icmp.code", code);
        }
        if !whole || message.len() < icmp::HEADER {
            self.refused = Some("ICMP message cut".to_owned());
            self.left("icmp", "cut");
            return;
        }
        let good = icmp::check(message).is_ok();
        self.set("icmp.checksum.status", if good { GOOD } else { BAD });
        match again(self, kind, message) {
            Some((Ok(encoded), layout)) => self.same_message(&encoded, message, layout),
            Some((Err(reason), _)) => self.left("icmp", in_short(&reason)),
            None => self.left("icmp", format!("ICMP type {} has no codec", kind.0)),
        }
        self.extensions(message);
    }

    /// What a sender must leave zero is not kept, so that the checksum changes with it.
    pub(crate) fn same_message(&mut self, encoded: &[u8], wire: &[u8], layout: &Layout) {
        let mut reserved = layout.fields.iter();
        let used = |field: &&'static Field| {
            let value = Value::read(field, wire).map(|value| value.raw);
            field.kind == Kind::Reserved && value.is_some_and(|raw| raw != Raw::Number(0))
        };
        match reserved.find(used) {
            Some(field) => {
                let (protocol, name) = (layout.protocol, field.name);
                let layer = self.layers.last().copied().unwrap_or_default();
                self.left(layer, format!("{protocol} with {name} in use"));
            }
            None => self.same(encoded, wire),
        }
    }

    /// The objects behind a quote; tshark shows the first of each kind.
    fn extensions(&mut self, message: &[u8]) {
        let Some(Ok(extensions)) = Extensions::in_message(message) else {
            return;
        };
        let objects: Vec<_> = extensions.objects().map_while(Result::ok).collect();
        self.extensions_again(message, &objects);
        for object in &objects {
            if let Some(first) = LabelStackEntry::in_object(object).next() {
                self.set("icmp.mpls.label", first.label);
                self.set("icmp.mpls.exp", first.traffic_class);
                self.set("icmp.mpls.s", u8::from(first.bottom));
                self.set("icmp.mpls.ttl", first.time_to_live);
            }
            if let Ok(interface) = InterfaceInformation::decode(object) {
                self.set("icmp.int_info.role", interface.role as u8);
                if let Some(index) = interface.index {
                    self.set("icmp.int_info.index", index);
                }
            }
        }
    }

    /// Zero stands for no checksum, which is not encoded.
    fn extensions_again(&mut self, message: &[u8], objects: &[Object<'_>]) {
        let mut room = vec![0; message.len()];
        let end = Extensions::encode(&mut room, objects).unwrap();
        let wire = &message[message.len() - end..];
        match wire[2..4] == [0, 0] {
            true => self.left("icmp", "extensions without a checksum"),
            false => self.same(&room[..end], wire),
        }
    }
}

/// `None` for a type without a codec. Sets the fields of the type.
fn again(seen: &mut Seen, kind: Type, message: &[u8]) -> Option<Again> {
    Some(match kind {
        Type::ECHO | Type::ECHO_REPLY => {
            let echo = Echo::decode(message);
            if let Ok(echo) = &echo {
                seen.set("icmp.ident", echo.identifier);
                seen.set("icmp.seq", echo.sequence_number);
            }
            (over(message, echo, Echo::encode), &icmp::echo::LAYOUT)
        }
        Type::UNREACHABLE => {
            let error = Unreachable::decode(message);
            if let Ok(error) = error.as_ref().map(|error| error.next_hop_mtu)
                && message[1] == icmp::unreachable::Code::FRAGMENTATION_NEEDED.0
            {
                seen.set("icmp.mtu", error);
            }
            let again = over(message, error, Unreachable::encode);
            (again, &icmp::unreachable::LAYOUT)
        }
        Type::TIME_EXCEEDED => {
            let error = TimeExceeded::decode(message);
            let again = over(message, error, TimeExceeded::encode);
            (again, &icmp::time_exceeded::LAYOUT)
        }
        Type::PARAMETER_PROBLEM => {
            let error = ParameterProblem::decode(message);
            if let Ok(error) = &error {
                seen.set("icmp.pointer", error.pointer);
            }
            let again = over(message, error, ParameterProblem::encode);
            (again, &icmp::parameter_problem::LAYOUT)
        }
        Type::REDIRECT => {
            let redirect = Redirect::decode(message);
            if let Ok(redirect) = &redirect {
                seen.set("icmp.redir_gw", redirect.gateway);
            }
            let again = over(message, redirect, Redirect::encode);
            (again, &icmp::redirect::LAYOUT)
        }
        _ => return question(seen, kind, message),
    })
}

/// What is no error.
fn question(seen: &mut Seen, kind: Type, message: &[u8]) -> Option<Again> {
    Some(match kind {
        Type::TIMESTAMP | Type::TIMESTAMP_REPLY => {
            let timestamp = Timestamp::decode(message);
            if let Ok(timestamp) = &timestamp {
                seen.set("icmp.ident", timestamp.identifier);
                seen.set("icmp.seq", timestamp.sequence_number);
                seen.set("icmp.originate_timestamp", timestamp.originate);
                seen.set("icmp.receive_timestamp", timestamp.receive);
                seen.set("icmp.transmit_timestamp", timestamp.transmit);
            }
            let again = over(message, timestamp, Timestamp::encode);
            (again, &icmp::timestamp::LAYOUT)
        }
        Type::EXTENDED_ECHO => {
            let asked = ExtendedEcho::decode(message);
            if let Ok(asked) = &asked {
                seen.set("icmp.ident", asked.identifier);
                seen.set("icmp.ext.echo.seq", asked.sequence_number);
                seen.set("icmp.ext.echo.req.local", u8::from(asked.local));
            }
            let again = over(message, asked, ExtendedEcho::encode);
            // The layout of the question has no name of its own; its reserved bits are zero.
            assert_eq!(message[7] & 0xfe, 0, "reserved bits of a question");
            (again, &icmp::LAYOUT)
        }
        Type::EXTENDED_ECHO_REPLY => {
            let answer = ExtendedEchoReply::decode(message);
            if let Ok(answer) = &answer {
                seen.set("icmp.ident", answer.identifier);
                seen.set("icmp.ext.echo.seq", answer.sequence_number);
                seen.set("icmp.ext.echo.rsp.state", answer.state);
                seen.set("icmp.ext.echo.rsp.active", u8::from(answer.active));
                seen.set("icmp.ext.echo.rsp.ipv4", u8::from(answer.ipv4));
                seen.set("icmp.ext.echo.rsp.ipv6", u8::from(answer.ipv6));
            }
            let again = over(message, answer, ExtendedEchoReply::encode);
            (again, &icmp::extended_echo::LAYOUT)
        }
        Type::ROUTER_ADVERTISEMENT => {
            let again = |message: &[u8]| {
                let read = RouterAdvertisement::decode(message)?;
                let entries: Vec<_> = read.entries().collect();
                let mut again = vec![0; icmp::HEADER + entries.len() * 8];
                RouterAdvertisement::encode(read.lifetime, &entries, &mut again)?;
                Ok(again)
            };
            (again(message), &icmp::router_discovery::LAYOUT)
        }
        _ => return None,
    })
}
