//! Rules as people write them; the words are in `filter.rs`.

use core::fmt;
use core::net::IpAddr;
use core::str::{FromStr, SplitWhitespace};
use std::iter::Peekable;

use layercake_base::Direction;

use super::{Action, Message, Ports, Rule};
use crate::Protocol;
use crate::route::Prefix;

/// What is wrong with the text of a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found}: expected {expected}")]
pub struct BadRule {
    /// The word found, in quotes; or that the text ends.
    pub found: String,
    /// What was expected there.
    pub expected: &'static str,
}

const ACTION: &str = "accept, drop or reject";
const ATTACHMENT: &str = "an attachment behind \"on\"";
const PROTOCOL: &str = "a protocol number from 0 to 255 behind \"protocol\"";
const ADDRESS: &str = "an address, a prefix such as 10.0.0.0/8, or any";
const PORT: &str = "a port or a range such as 1024-65535";
const PORTS: &str = "tcp or udp in front of ports";
const TYPE: &str = "a type and code from 0 to 255";
const ICMP: &str = "icmp or icmpv6 in front of a type";
const TCP: &str = "tcp in front of established";
const FAMILY: &str = "both addresses of one family";
const END: &str = "in or out, on, a protocol, from, to, type, established, fragments, in \
                   this order";

type Words<'a> = Peekable<SplitWhitespace<'a>>;

impl Rule {
    /// The rule that a text describes. `attachment` knows the numbers of attachments by what
    /// the text calls them behind `on`.
    ///
    /// # Errors
    /// The first word that does not belong where it stands.
    pub fn parse(
        text: &str,
        attachment: impl Fn(&str) -> Option<u16>,
    ) -> Result<Rule, BadRule> {
        let words = &mut text.split_whitespace().peekable();
        let mut rule = Rule::new(value(words, ACTION, action)?);
        rule.way = optional(words, way);
        if take(words, "on") {
            rule.port = Some(value(words, ATTACHMENT, attachment)?);
        }
        rule.protocol = optional(words, named);
        if rule.protocol.is_none() && take(words, "protocol") {
            let number = value(words, PROTOCOL, |word| word.parse().ok())?;
            rule.protocol = Some(Protocol(number));
        }
        if take(words, "from") {
            (rule.source, rule.source_ports) = rule.end(words)?;
        }
        if take(words, "to") {
            (rule.destination, rule.destination_ports) = rule.end(words)?;
        }
        rule.rest(words)?;
        match words.peek() {
            None => rule.agrees(),
            Some(word) => Err(bad(Some(word), END)),
        }
    }

    /// Address and ports behind `from` or `to`.
    fn end(
        &self,
        words: &mut Words<'_>,
    ) -> Result<(Option<Prefix>, Option<Ports>), BadRule> {
        let prefix = match take(words, "any") {
            true => None,
            false => Some(value(words, ADDRESS, prefix)?),
        };
        if !take(words, "port") {
            return Ok((prefix, None));
        }
        let ports = Some(value(words, PORT, ports)?);
        let known = matches!(self.protocol, Some(Protocol::TCP | Protocol::UDP));
        match known {
            true => Ok((prefix, ports)),
            false => Err(bad(Some("port"), PORTS)),
        }
    }

    /// What is behind the addresses.
    fn rest(&mut self, words: &mut Words<'_>) -> Result<(), BadRule> {
        let number = |word: &str| word.parse().ok();
        if take(words, "type") {
            let kind = value(words, TYPE, number)?;
            let code = match take(words, "code") {
                true => Some(value(words, TYPE, number)?),
                false => None,
            };
            if !matches!(self.protocol, Some(Protocol::ICMP | Protocol::ICMPV6)) {
                return Err(bad(Some("type"), ICMP));
            }
            self.message = Some(Message { kind, code });
        }
        self.established = take(words, "established");
        if self.established && self.protocol != Some(Protocol::TCP) {
            return Err(bad(Some("established"), TCP));
        }
        self.fragments = take(words, "fragments");
        Ok(())
    }

    fn agrees(self) -> Result<Rule, BadRule> {
        let v4 = |prefix: Option<Prefix>| prefix.map(|p| p.address().is_ipv4());
        match (v4(self.source), v4(self.destination)) {
            (Some(source), Some(destination)) if source != destination => {
                let to = self.destination.map(|to| to.to_string());
                Err(bad(to.as_deref(), FAMILY))
            }
            _ => Ok(self),
        }
    }
}

/// With attachments by number.
impl FromStr for Rule {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Rule, BadRule> {
        Rule::parse(text, |word| word.parse().ok())
    }
}

/// As [`FromStr`] reads it.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.action {
            Action::Accept => "accept",
            Action::Drop => "drop",
            Action::Reject => "reject",
        })?;
        match self.way {
            Some(Direction::Up) => f.write_str(" in")?,
            Some(Direction::Down) => f.write_str(" out")?,
            None => (),
        }
        if let Some(port) = self.port {
            write!(f, " on {port}")?;
        }
        match self
            .protocol
            .map(|own| (own, NAMES.iter().find(|(_, p)| *p == own)))
        {
            Some((_, Some((name, _)))) => write!(f, " {name}")?,
            Some((Protocol(number), None)) => write!(f, " protocol {number}")?,
            None => (),
        }
        end(f, "from", self.source, self.source_ports)?;
        end(f, "to", self.destination, self.destination_ports)?;
        if let Some(Message { kind, code }) = self.message {
            write!(f, " type {kind}")?;
            code.map_or(Ok(()), |code| write!(f, " code {code}"))?;
        }
        f.write_str(if self.established { " established" } else { "" })?;
        f.write_str(if self.fragments { " fragments" } else { "" })
    }
}

fn end(
    f: &mut fmt::Formatter<'_>,
    word: &str,
    prefix: Option<Prefix>,
    ports: Option<Ports>,
) -> fmt::Result {
    match (prefix, ports) {
        (None, None) => return Ok(()),
        (Some(prefix), _) => write!(f, " {word} {prefix}")?,
        (None, Some(_)) => write!(f, " {word} any")?,
    }
    match ports {
        Some(Ports { first, last }) if first == last => write!(f, " port {first}"),
        Some(Ports { first, last }) => write!(f, " port {first}-{last}"),
        None => Ok(()),
    }
}

const NAMES: [(&str, Protocol); 4] = [
    ("tcp", Protocol::TCP),
    ("udp", Protocol::UDP),
    ("icmp", Protocol::ICMP),
    ("icmpv6", Protocol::ICMPV6),
];

fn named(word: &str) -> Option<Protocol> {
    let known = NAMES.iter().find(|(name, _)| *name == word);
    known.map(|(_, protocol)| *protocol)
}

fn action(word: &str) -> Option<Action> {
    Some(match word {
        "accept" => Action::Accept,
        "drop" => Action::Drop,
        "reject" => Action::Reject,
        _ => return None,
    })
}

fn way(word: &str) -> Option<Direction> {
    Some(match word {
        "in" => Direction::Up,
        "out" => Direction::Down,
        _ => return None,
    })
}

/// A prefix, or an address alone.
fn prefix(word: &str) -> Option<Prefix> {
    word.parse().ok().or_else(|| {
        let address: IpAddr = word.parse().ok()?;
        Some(Prefix::clamped(address, u8::MAX))
    })
}

fn ports(word: &str) -> Option<Ports> {
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some(Ports { first, last })
}

/// The next word, if it is this one.
fn take(words: &mut Words<'_>, word: &str) -> bool {
    words.next_if(|next| *next == word).is_some()
}

/// The next word, if it means something.
fn optional<T>(words: &mut Words<'_>, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let found = words.peek().and_then(|word| read(word));
    if found.is_some() {
        words.next();
    }
    found
}

/// The next word, which must mean something.
fn value<T>(
    words: &mut Words<'_>,
    expected: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, BadRule> {
    let word = words.next();
    word.and_then(read).ok_or_else(|| bad(word, expected))
}

fn bad(word: Option<&str>, expected: &'static str) -> BadRule {
    let found = word.map_or_else(|| "the end".to_owned(), |word| format!("{word:?}"));
    BadRule { found, expected }
}
