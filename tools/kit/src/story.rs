//! The story of one ping: how the question grew, what is in it, and how the answer differs.
//!
//! ```text
//! how it left     growth, a line for each layer         (emulated network only)
//! what it is      every field of the question, explained
//! what came back  growth backwards, and the fields that differ
//! ```
//! Not here: explaining a single packet (`explain`), a trace of many (`rtrace`).

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

use layercake_dissect::{Dissected, Dissection, LinkType, dissect, summary};
use layercake_tower::Network;

use crate::fields::table;
use crate::growth::Growth;
use crate::look::Look;
use crate::seen::Seen;
use crate::watch::Explain;

/// Questions that are remembered: the first, and the newest.
const MOST: usize = 64;

/// Collects questions from the packets that pass, until one is answered.
#[derive(Debug)]
pub struct Story {
    look: Look,
    growth: Option<Rc<RefCell<Growth>>>,
    questions: Vec<Seen>,
    told: bool,
}

impl Story {
    /// A story of packets alone.
    pub fn new(look: Look) -> Self {
        Story {
            look,
            growth: None,
            questions: Vec::new(),
            told: false,
        }
    }

    /// Follows the first message through the layers of the node that the tools run on, too.
    pub fn following(mut self, network: &mut Network) -> Self {
        let here = network.local();
        let name = network.nodes().find(|(node, _)| *node == here);
        let name = name.map_or(String::new(), |(_, name)| name.to_owned());
        let growth = Rc::new(RefCell::new(Growth::at(&name)));
        network.observe(Box::new(Rc::clone(&growth)));
        self.growth = Some(growth);
        self
    }

    fn remember(&mut self, question: &Seen) {
        if self.questions.len() == MOST {
            self.questions.remove(1);
        }
        self.questions.push(question.clone());
    }

    /// The whole story; `answered` is a question with what came back for it.
    fn tell(&self, first: &Seen, answered: Option<(&Seen, &Seen)>) -> String {
        let growth = self.growth.as_ref().and_then(|one| one.try_borrow().ok());
        let mut text = String::new();
        if let Some(growth) = &growth {
            text.push_str("\nA message grows on its way down:\n");
            text.push_str(&growth.down(self.look.color));
        }
        let sent = dissect(first.link_type, &first.octets);
        let _ = writeln!(text, "\n{}", heading(first));
        text.push_str(&table(&sent, |_| true, self.look));
        let Some((question, answer)) = answered else {
            text.push_str("\nNo answer to it came.\n");
            return text;
        };
        let asked = dissect(question.link_type, &question.octets);
        let (one, other) = (identity(&sent), identity(&asked));
        if let (true, Some((_, sequence))) = (one != other, other) {
            text.push_str("\nNo answer to it has come. ");
            let _ =
                writeln!(text, "What came first is about sequence number {sequence}.");
        }
        if let Some(growth) = &growth {
            text.push_str("\nThe answer shrinks on its way up:\n");
            text.push_str(&growth.up(self.look.color));
        }
        self.tell_answer((question, &asked), answer, &mut text);
        text.push('\n');
        text
    }

    fn tell_answer(
        &self,
        (question, sent): (&Seen, &Dissection<'_>),
        answer: &Seen,
        text: &mut String,
    ) {
        let micros = answer.at.saturating_sub(question.at) / 1000;
        let (millis, rest) = (micros / 1000, micros % 1000);
        let came = dissect(answer.link_type, &answer.octets);
        // A socket does not show when a packet leaves, only when it was given away.
        let left = match question.remark {
            Some(_) => "was handed to the kernel",
            None => "left",
        };
        let _ = write!(text, "\n{millis}.{rest:03} ms after the question {left}");
        let quoted = |layer: &&Dissected| layer.quoted > 0;
        let quoted: Vec<_> = came.layers.iter().filter(quoted).collect();
        if quoted.is_empty() {
            text.push_str(" its answer came, the same but for:\n");
            return differences((sent, &all(sent)), (&came, &all(&came)), text);
        }
        let _ = writeln!(text, " came {}", summary(&came));
        let is_error = |layer: &Dissected| layer.quoted == 0 && is_icmp(layer);
        text.push_str(&table(&came, is_error, self.look));
        text.push_str("\nIt quotes the question, which had changed on the way:\n");
        differences((sent, &all(sent)), (&came, &quoted), text);
    }
}

impl Explain for Story {
    /// The story, once: when the first answer is there.
    fn on(&mut self, seen: &Seen) -> Option<String> {
        let about = identity(&dissect(seen.link_type, &seen.octets));
        if self.told || about.is_none() {
            return None;
        }
        if seen.outbound {
            self.remember(seen);
            return None;
        }
        let asks = |one: &&Seen| identity(&dissect(one.link_type, &one.octets)) == about;
        let question = self.questions.iter().find(asks)?;
        let first = self.questions.first()?;
        let story = self.tell(first, Some((question, seen)));
        self.told = true;
        Some(story)
    }

    /// The story without an answer, if none came.
    fn end(&mut self) -> Option<String> {
        let first = self.questions.first().filter(|_| !self.told)?;
        let story = self.tell(first, None);
        self.told = true;
        Some(story)
    }
}

fn heading(question: &Seen) -> String {
    let what = match question.link_type {
        LinkType::ETHERNET | LinkType::PPP | LinkType::USER0 => "frame",
        _ => "packet",
    };
    let octets = question.octets.len();
    let remark = question
        .remark
        .map_or(String::new(), |remark| format!(" ({remark})"));
    format!("The {what} of {octets} octets, from the first one on the wire{remark}:")
}

/// Identifier and sequence number of the echo that a packet is or, in an error, quotes.
fn identity(dissection: &Dissection<'_>) -> Option<(String, String)> {
    let echo = dissection.layers.iter().rfind(|layer| is_icmp(layer))?;
    let named = |name: &str| {
        let mut values = dissection.values(echo);
        values.find(|value| value.field.name == name)
    };
    let (identifier, sequence) = (named("Identifier")?, named("Sequence Number")?);
    Some((identifier.to_string(), sequence.to_string()))
}

fn is_icmp(layer: &Dissected) -> bool {
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
                let _ = writeln!(text, "  {layer:<12}{field:<22} {was:<18}  now  {is}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use layercake_network::icmp::Echo;
    use layercake_network::{Protocol, ipv4};

    use super::*;

    const LOOK: Look = Look {
        color: false,
        width: 120,
    };

    fn packet(reply: bool, sequence_number: u16, hops: u8) -> Seen {
        let mut message = vec![0; 16];
        let echo = Echo {
            reply,
            identifier: 7,
            sequence_number,
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
        let mut story = Story::new(LOOK);
        assert_eq!(story.on(&packet(true, 1, 1)), None, "nobody asked yet");
        assert_eq!(story.on(&packet(false, 1, 64)), None);
        let told = story.on(&packet(true, 1, 61)).unwrap();
        assert!(
            told.contains("64 hops") && told.contains("now  61 hops"),
            "{told}"
        );
        assert!(
            told.contains("8 (Echo)") && told.contains("now  0 (Echo Reply)"),
            "{told}"
        );
        assert!(!told.contains("No answer"), "{told}");
        assert_eq!((story.on(&packet(true, 1, 61)), story.end()), (None, None));
    }

    /// The kernel's stamp of sending comes later than the packet is noted: the text must not claim it.
    #[test]
    fn a_packet_put_together_was_handed_to_the_kernel_and_one_from_a_wire_left() {
        for (remark, words) in [(Some("x"), "was handed to the kernel"), (None, "left")] {
            let mut story = Story::new(LOOK);
            story.on(&Seen {
                remark,
                ..packet(false, 1, 64)
            });
            let told = story.on(&packet(true, 1, 61)).unwrap();
            let clause = format!("0.000 ms after the question {words} its answer came");
            assert!(told.contains(&clause), "{told}");
        }
    }

    #[test]
    fn an_answer_to_a_later_question_is_told_as_that() {
        let mut story = Story::new(LOOK);
        story.on(&packet(false, 1, 64));
        story.on(&packet(false, 2, 64));
        assert_eq!(story.on(&packet(true, 9, 61)), None, "never asked");
        let told = story.on(&packet(true, 2, 61)).unwrap();
        let clause = "What came first is about sequence number 2.";
        assert!(told.contains(clause), "{told}");
        assert!(
            !told.contains("now  2"),
            "compared with its own question: {told}"
        );
    }

    #[test]
    fn an_unanswered_question_is_explained_at_the_end() {
        let mut story = Story::new(LOOK);
        assert_eq!(story.end(), None, "there is no question");
        for sequence in 1..=2 * 64 {
            story.on(&packet(false, sequence, 64));
        }
        assert!(story.questions.len() <= MOST);
        let told = story.end().unwrap();
        assert!(told.contains("Time to Live") && told.contains("No answer to it came."));
    }
}
