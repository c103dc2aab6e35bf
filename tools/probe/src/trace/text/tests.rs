//! The writer against real output of traceroute, which a reader of its own turns into records.

use core::net::IpAddr;

use super::*;
use crate::net::Clock;
use crate::trace::{Method, Refusal};

/// Nobody has a name: addresses stand for themselves.
struct Nameless;

impl Names for Nameless {
    fn ask(&mut self, _address: IpAddr) {}

    fn name(&mut self, _address: IpAddr) -> Option<String> {
        None
    }
}

/// `traceroute to H (A), 30 hops max, 60 byte packets`
fn started(header: &str, first: u8, queries: u8) -> Record {
    let words: Vec<&str> = header.split([' ', '(', ')', ',']).collect();
    let number = |place: usize| words[words.len() - place].parse().unwrap();
    Record::Started {
        name: words[2].to_owned(),
        target: words[4].parse().unwrap(),
        method: Method::Default,
        first,
        max: u8::try_from(number(7)).unwrap(),
        queries,
        length: number(3),
        epoch_ns: 0,
    }
}

/// One hop's line as records: addresses, times with `ms`, signs, stars.
fn outcomes(line: &str, target: IpAddr) -> Vec<Record> {
    let hop = line[..2].trim().parse().unwrap();
    let words: Vec<&str> = line[2..].split_whitespace().collect();
    let (mut records, mut from, mut query) = (Vec::new(), None, 1);
    for (place, word) in words.iter().enumerate() {
        let next = words.get(place + 1).copied();
        let after = words.get(place + 2).copied().unwrap_or_default();
        let probe = Position { hop, query };
        if *word == "*" {
            records.push(Record::Timeout {
                probe,
                at_ns: 0,
                waited_ns: 0,
            });
        } else if next == Some("ms") {
            let millis: f64 = word.parse().unwrap();
            records.push(reply(probe, from.unwrap(), millis, after, target));
        } else {
            from = word.parse().ok().or(from);
            continue;
        }
        query += 1;
    }
    records
}

fn reply(
    probe: Position,
    from: IpAddr,
    millis: f64,
    sign: &str,
    target: IpAddr,
) -> Record {
    let mtu = sign.strip_prefix("!F-").map(|mtu| mtu.parse().unwrap());
    let refusal = match sign {
        "!X" => Some(Refusal::Prohibited),
        _ => mtu.map(Refusal::TooBig),
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    let rtt_ns = (millis * 1e6).round() as u64;
    Record::HopReply {
        probe,
        at_ns: 0,
        brought_by: None,
        from,
        rtt_ns,
        sent_by: Clock::User,
        received_by: Clock::Kernel,
        ttl: None,
        reached: from == target,
        refusal,
        extensions: Vec::new(),
    }
}

/// The records of a whole report.
fn records(report: &str) -> Vec<Record> {
    let (header, hops) = report.split_once('\n').unwrap();
    let target: IpAddr = header.split(['(', ')']).nth(1).unwrap().parse().unwrap();
    let lines: Vec<Vec<Record>> =
        hops.lines().map(|line| outcomes(line, target)).collect();
    let first = hops[..2].trim().parse().unwrap();
    let queries = u8::try_from(lines[0].len()).unwrap();
    let end = Record::PathFinished {
        at_ns: 0,
        reached: true,
        hops: 0,
        sent: 0,
        answered: 0,
        interrupted: false,
    };
    let mut all = vec![started(header, first, queries)];
    all.extend(lines.into_iter().flatten());
    all.push(end);
    all
}

fn written(records: &[Record], numeric: bool) -> String {
    let (mut output, mut nameless) = (Vec::new(), Nameless);
    let names: Option<&mut dyn Names> = if numeric { None } else { Some(&mut nameless) };
    let mut text = Text::new(&mut output, names);
    for record in records {
        text.on(record).unwrap();
    }
    String::from_utf8(output).unwrap()
}

const GOLDEN: [&str; 5] = [
    include_str!("../golden/ipv6.txt"),
    include_str!("../golden/ten-queries.txt"),
    include_str!("../golden/balanced.txt"),
    include_str!("../golden/prohibited.txt"),
    include_str!("../golden/too-big.txt"),
];

#[test]
fn what_traceroute_printed_is_printed_again_octet_for_octet() {
    for golden in GOLDEN {
        assert_eq!(written(&records(golden), true), golden);
    }
    let names = include_str!("../golden/names.txt");
    let bare = names
        .replace(" (10.99.1.2)", "")
        .replace(" (10.99.2.2)", "");
    let (header, hops) = bare.split_once('\n').unwrap();
    let hops = hops.replace(" (10.99.3.2)", "").replace(" (10.99.4.2)", "");
    assert_eq!(
        written(&records(&format!("{header}\n{hops}")), false),
        names
    );
}

/// Answers arrive in any order; the report is in the order of the path.
#[test]
fn the_order_of_the_answers_does_not_matter() {
    for golden in GOLDEN {
        let mut shuffled = records(golden);
        let last = shuffled.len() - 1;
        shuffled[1..last].reverse();
        assert_eq!(written(&shuffled, true), golden);
    }
}

#[test]
fn a_name_that_could_command_a_terminal_is_made_harmless() {
    let mut all = records(GOLDEN[0]);
    if let Record::Started { name, .. } = &mut all[0] {
        *name = "\u{1b}[2Jx".to_owned();
    }
    let text = written(&all, true);
    assert!(
        text.starts_with("traceroute to \\x1b[2Jx (fd99:0:0:4::2), 30"),
        "{text}"
    );
}
