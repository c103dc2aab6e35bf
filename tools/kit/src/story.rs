//! The story of one ping: how the question grew, what is in it, and how the answer differs.
//!
//! ```text
//! how it left     growth, a line for each layer         (emulated network only)
//! what it is      every field of the question, explained
//! what came back  growth backwards, and the fields that differ
//! ```
//! Not here: explaining a single packet (`explain`), a trace of many (`rtrace`).

use std::fmt::Write as _;

use layercake_dissect::{Dissected, Dissection, LinkType, dissect, summary};

use crate::fields::{Look, table};
use crate::growth::Growth;
use crate::seen::Seen;

/// Collects the first question and its answer from the packets that pass.
#[derive(Debug)]
pub struct Story {
    look: Look,
    question: Option<Seen>,
    answer: Option<Seen>,
    told: bool,
}

impl Story {
    /// A story told with or without colours, so many columns wide.
    pub fn new(color: bool, width: usize) -> Self {
        Story {
            look: Look { color, width },
            question: None,
            answer: None,
            told: false,
        }
    }

    /// Looks at a packet.
    pub fn on(&mut self, seen: &Seen) {
        if !is_icmp(seen) {
            return;
        }
        match (seen.outbound, &self.question, &self.answer) {
            (true, None, _) => self.question = Some(seen.clone()),
            (false, Some(_), None) => self.answer = Some(seen.clone()),
            _ => {}
        }
    }

    /// The story, once: when the answer is there, or at the `end` without one. Before, `None`.
    pub fn tell(&mut self, growth: Option<&Growth>, end: bool) -> Option<String> {
        let question = self.question.as_ref()?;
        if self.told || self.answer.is_none() && !end {
            return None;
        }
        self.told = true;
        let mut text = String::new();
        if let Some(growth) = growth {
            text.push_str("\nA message grows on its way down:\n");
            text.push_str(&growth.down(self.look.color));
        }
        let sent = dissect(question.link_type, &question.octets);
        let _ = writeln!(text, "\n{}", heading(question));
        text.push_str(&table(&sent, |_| true, self.look));
        if let Some(answer) = &self.answer {
            self.tell_answer(question, &sent, answer, growth, &mut text);
        }
        text.push('\n');
        Some(text)
    }

    fn tell_answer(
        &self,
        question: &Seen,
        sent: &Dissection<'_>,
        answer: &Seen,
        growth: Option<&Growth>,
        text: &mut String,
    ) {
        let micros = answer.at.saturating_sub(question.at) / 1000;
        let (millis, rest) = (micros / 1000, micros % 1000);
        if let Some(growth) = growth {
            text.push_str("\nThe answer shrinks on its way up:\n");
            text.push_str(&growth.up(self.look.color));
        }
        let came = dissect(answer.link_type, &answer.octets);
        let _ = write!(text, "\n{millis}.{rest:03} ms after the question");
        let quoted: Vec<_> = came
            .layers
            .iter()
            .filter(|layer| layer.quoted > 0)
            .collect();
        if quoted.is_empty() {
            text.push_str(", the same but for:\n");
            differences((sent, &all(sent)), (&came, &all(&came)), text);
            return;
        }
        let _ = writeln!(text, " came {}", summary(&came));
        let is_error = |layer: &Dissected| layer.quoted == 0 && is_icmp_layer(layer);
        text.push_str(&table(&came, is_error, self.look));
        text.push_str("\nIt quotes the question, which had changed on the way:\n");
        differences((sent, &all(sent)), (&came, &quoted), text);
    }
}

fn heading(question: &Seen) -> String {
    let what = match question.link_type {
        LinkType::ETHERNET | LinkType::PPP => "frame",
        _ => "packet",
    };
    let octets = question.octets.len();
    let remark = question
        .remark
        .map_or(String::new(), |remark| format!(" ({remark})"));
    format!("The {what} of {octets} octets, from the first one on the wire{remark}:")
}

/// Whether it is about an echo, or an error about one.
fn is_icmp(seen: &Seen) -> bool {
    let dissection = dissect(seen.link_type, &seen.octets);
    dissection.layers.iter().any(is_icmp_layer)
}

fn is_icmp_layer(layer: &Dissected) -> bool {
    layer.layout.protocol.starts_with("ICMP")
}

fn all<'a>(dissection: &'a Dissection<'_>) -> Vec<&'a Dissected> {
    dissection.layers.iter().collect()
}

/// A line for each field that differs between layers of the same protocol.
fn differences(
    (one, before): (&Dissection<'_>, &[&Dissected]),
    (other, after): (&Dissection<'_>, &[&Dissected]),
    text: &mut String,
) {
    for left in before {
        let same = |right: &&&Dissected| std::ptr::eq(left.layout, right.layout);
        let Some(right) = after.iter().find(same) else {
            continue;
        };
        for (was, is) in one.values(left).zip(other.values(right)) {
            let (was, is, field) = (was.to_string(), is.to_string(), was.field.name);
            if was != is {
                let layer = left.layout.protocol;
                let _ = writeln!(text, "  {layer:<10}{field:<22} {was:<20}  now  {is}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use layercake_network::icmp::Echo;
    use layercake_network::{Protocol, ipv4};

    use super::*;

    fn packet(reply: bool, hops: u8) -> Seen {
        let mut message = vec![0; 16];
        let echo = Echo {
            reply,
            identifier: 7,
            sequence_number: 1,
        };
        echo.encode(&mut message).unwrap();
        let (one, other) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let mut header = ipv4::Header::new(one, other, Protocol::ICMP, 16);
        header.time_to_live = hops;
        let mut octets = vec![0; 20];
        header.encode(&mut octets).unwrap();
        octets.extend_from_slice(&message);
        Seen {
            at: 0,
            outbound: !reply,
            link_type: LinkType::RAW,
            octets,
            remark: None,
        }
    }

    #[test]
    fn the_story_is_told_once_and_names_what_differs() {
        let mut story = Story::new(false, 100);
        story.on(&packet(true, 1));
        story.on(&packet(false, 64));
        assert_eq!(story.tell(None, false), None, "there is no answer yet");
        story.on(&packet(true, 61));
        let told = story.tell(None, false).unwrap();
        assert!(
            told.contains("64 hops") && told.contains("now  61 hops"),
            "{told}"
        );
        assert!(
            told.contains("8 (Echo)") && told.contains("now  0 (Echo Reply)"),
            "{told}"
        );
        assert_eq!(story.tell(None, true), None);
    }

    #[test]
    fn an_unanswered_question_is_explained_at_the_end() {
        let mut story = Story::new(false, 100);
        story.on(&packet(false, 64));
        assert!(story.tell(None, true).unwrap().contains("Time to Live"));
    }
}
