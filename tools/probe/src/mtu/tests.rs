use super::*;
use crate::engine::run;
use crate::net::{
    Cause, Clock, Failure, Kind, Packets, Quoted, Report, Stamp, Time, Woken,
};

const HERE: IpAddr = IpAddr::V4(core::net::Ipv4Addr::new(192, 0, 2, 1));
const ROUTER: IpAddr = IpAddr::V4(core::net::Ipv4Addr::new(192, 0, 2, 254));

/// A path in virtual time: 10 ms there and back.
struct Path {
    mtu: u16,
    first_link: u16,
    /// The router says what it takes.
    speaks: bool,
    /// Nothing comes back at all.
    dead: bool,
    /// What comes back is this many octets shorter.
    short: usize,
    now: Instant,
    ready: VecDeque<(Instant, Incoming)>,
    sizes: Vec<u16>,
}

impl Path {
    fn new(mtu: u16, speaks: bool) -> Self {
        Path {
            mtu,
            first_link: 1500,
            speaks,
            dead: false,
            short: 0,
            now: Instant::ZERO,
            ready: VecDeque::new(),
            sizes: Vec::new(),
        }
    }
}

impl Packets for Path {
    fn send(&mut self, probe: &Outgoing) -> Result<Sent, SendError> {
        let Probe::Echo {
            identifier,
            sequence,
            payload,
        } = &probe.what
        else {
            unreachable!()
        };
        assert!(probe.dont_fragment);
        let (identifier, sequence) = (*identifier, *sequence);
        let size = u16::try_from(payload.len() + 28).unwrap();
        self.sizes.push(size);
        if size > self.first_link {
            let mtu = self.first_link.into();
            return Err(SendError::TooLong { mtu });
        }
        let at = self.now + Duration::from_millis(10);
        let kind = if size <= self.mtu {
            Kind::EchoReply {
                identifier,
                sequence,
                payload: payload[..payload.len() - self.short].to_vec(),
                corrupted: false,
            }
        } else {
            Kind::Error(Report {
                cause: Cause::TooBig {
                    mtu: self.mtu.into(),
                },
                probe: Quoted::Echo {
                    identifier,
                    sequence,
                },
                destination: Some(HERE),
                local: false,
                quoted_ttl: None,
                extensions: Vec::new(),
            })
        };
        let silent = size > self.mtu && !self.speaks;
        if !silent && !self.dead {
            self.ready.push_back((at, incoming(at, kind)));
        }
        Ok(Sent {
            at: stamp(self.now),
            ticket: 0,
        })
    }

    fn receive(&mut self) -> Result<Option<Incoming>, Failure> {
        let due = self.ready.front().is_some_and(|(at, _)| *at <= self.now);
        Ok(due.then(|| self.ready.pop_front().unwrap().1))
    }
}

impl Time for Path {
    fn now(&self) -> Instant {
        self.now
    }

    fn epoch(&self) -> u64 {
        0
    }

    fn wait(&mut self, until: Option<Instant>) -> Result<Woken, Failure> {
        let next = self.ready.front().map(|(at, _)| *at);
        match next.filter(|next| until.is_none_or(|until| *next <= until)) {
            Some(next) => {
                self.now = next;
                Ok(Woken::Arrival)
            }
            None => {
                self.now = until.expect("waits for ever");
                Ok(Woken::Deadline)
            }
        }
    }
}

fn stamp(at: Instant) -> Stamp {
    let clock = Clock::Virtual;
    Stamp { at, clock }
}

fn incoming(at: Instant, kind: Kind) -> Incoming {
    let router = matches!(kind, Kind::Error(_));
    Incoming {
        at: stamp(at),
        seen: at,
        from: Some(if router { ROUTER } else { HERE }),
        ttl: Some(64),
        kind,
    }
}

fn search() -> Search {
    Search::new(Plan {
        target: Target {
            name: "host.test".into(),
            address: HERE,
        },
        timeout: Duration::from_secs(5),
        deadline: None,
        ttl: None,
        tos: 0,
        identifier: 7,
        key: Key(1, 2),
        epoch: 0,
    })
}

/// Runs a search, and gives its end and its text.
fn found(path: &mut Path) -> (Finished, String) {
    let (mut search, mut out, mut end) = (search(), Vec::new(), None);
    let mut text = Text::new(&mut out, false);
    run(&mut search, path, |record| {
        text.on(record).unwrap();
        if let Record::Finished(finished) = record {
            end = Some(finished.clone());
        }
        true
    })
    .unwrap();
    let end = end.unwrap();
    assert_eq!(search.is_success(), end.mtu.is_some());
    (end, String::from_utf8(out).unwrap())
}

#[test]
fn a_router_that_speaks_makes_the_search_short() {
    let (end, text) = found(&mut Path::new(1400, true));
    assert_eq!((end.mtu, end.limit), (Some(1400), Some(Limit::Router)));
    let expected = "\
MTU of the path to host.test (192.0.2.1)
  1  BASE              1200  arrived, 10.000 ms
  2  SEARCHING        65535  too large: the first link takes 1500
  3  SEARCHING         1500  too large: 192.0.2.254 takes 1400
  4  SEARCHING         1400  arrived, 10.000 ms
  5  SEARCHING         1401  too large: 192.0.2.254 takes 1400
the path takes 1400 octets, as 192.0.2.254 says; 5 probes, 0 lost, 0.040 s
";
    assert_eq!(text, expected);
}

#[test]
fn a_black_hole_is_measured_by_what_is_lost() {
    let mut path = Path::new(1400, false);
    let (end, text) = found(&mut path);
    assert_eq!((end.mtu, end.limit), (Some(1400), Some(Limit::Silence)));
    assert_eq!(end.lost, 9, "three sizes, three times each");
    assert!(
        text.contains("  3  SEARCHING         1500  lost\n"),
        "{text}"
    );
    assert!(text.contains("no router says so: a black hole; "), "{text}");
    // The first answer has told the round trip: the wait is a second from then on.
    assert_eq!(end.elapsed_ns, 9_000_000_000 + 4 * 10_000_000);
}

#[test]
fn a_path_that_takes_what_the_first_link_takes_needs_four_probes() {
    let (end, text) = found(&mut Path::new(1500, false));
    assert_eq!((end.mtu, end.limit), (Some(1500), Some(Limit::FirstLink)));
    assert_eq!((end.probes, end.lost), (4, 0), "{text}");
}

/// The office of RFC 8899 in small: the base does not fit, and ERROR finds the way.
#[test]
fn a_path_below_the_base_is_found_too() {
    for speaks in [true, false] {
        let (end, text) = found(&mut Path::new(576, speaks));
        assert_eq!(end.mtu, Some(576), "{text}");
        assert!(text.contains("ERROR               68  arrived"), "{text}");
    }
}

#[test]
fn where_nothing_comes_back_nothing_is_found() {
    let mut path = Path::new(1500, false);
    path.dead = true;
    let (end, text) = found(&mut path);
    assert_eq!((end.mtu, end.limit, end.lost), (None, None, 6));
    assert_eq!(path.sizes, [1200, 1200, 1200, 68, 68, 68]);
    assert!(text.ends_with("the path MTU was not found; 6 probes, 6 lost, 30.000 s\n"));
}

/// What came back is not what was sent: nobody has acknowledged anything.
#[test]
fn an_answer_that_is_shorter_than_its_question_is_none() {
    let mut path = Path::new(1500, true);
    path.short = 1;
    assert_eq!(found(&mut path).0.mtu, None);
}

type Change<'a> = &'a dyn Fn(&mut Report);

/// RFC 8899 §4.6.1: each rule for what a message must quote, broken by itself.
#[test]
fn an_error_about_what_was_not_sent_changes_nothing() {
    let report = |change: Change<'_>| {
        let mut report = Report {
            cause: Cause::TooBig { mtu: 600 },
            probe: Quoted::Echo {
                identifier: 7,
                sequence: 1,
            },
            destination: Some(HERE),
            local: false,
            quoted_ttl: None,
            extensions: Vec::new(),
        };
        change(&mut report);
        let now = Instant::ZERO;
        let mut search = search();
        assert!(matches!(search.poll(now), Step::Send(_)));
        let sent = Sent {
            at: stamp(now),
            ticket: 0,
        };
        search.on_sent(Ok(sent), now);
        search.on_incoming(&incoming(now, Kind::Error(report)), now);
        search.path.state()
    };
    let other = |identifier, sequence| Quoted::Echo {
        identifier,
        sequence,
    };
    assert_eq!(report(&|_| ()), State::Error, "this one counts");
    let broken: [(&str, Change); 6] = [
        ("another sender", &|r| r.probe = other(8, 1)),
        ("never sent", &|r| r.probe = other(7, 2)),
        ("no echo", &|r| r.probe = Quoted::Unknown),
        ("another target", &|r| r.destination = Some(ROUTER)),
        ("it would have fitted", &|r| {
            r.cause = Cause::TooBig { mtu: 1200 }
        }),
        ("this host's own", &|r| r.local = true),
    ];
    for (why, change) in broken {
        assert_eq!(report(change), State::Base, "{why}");
    }
}

#[test]
fn a_host_that_is_told_to_be_unreachable_is_not_waited_for() {
    let mut search = search();
    let now = Instant::ZERO;
    for number in 1..=6 {
        assert!(matches!(search.poll(now), Step::Send(_)));
        let sent = Sent {
            at: stamp(now),
            ticket: 0,
        };
        search.on_sent(Ok(sent), now);
        let report = Report {
            cause: Cause::HostUnreachable,
            probe: Quoted::Echo {
                identifier: 7,
                sequence: number,
            },
            destination: Some(HERE),
            local: false,
            quoted_ttl: None,
            extensions: Vec::new(),
        };
        search.on_incoming(&incoming(now, Kind::Error(report)), now);
    }
    assert_eq!(search.poll(now), Step::Finished);
    assert!(!search.is_success());
}

#[test]
fn an_interrupt_and_a_deadline_end_the_search() {
    let mut path = Path::new(1400, false);
    let mut limited = search();
    limited.plan.deadline = Some(Duration::from_secs(2));
    let mut last = None;
    run(&mut limited, &mut path, |record| {
        last = Some(record.clone());
        true
    })
    .unwrap();
    let Some(Record::Finished(end)) = last else {
        panic!("{last:?}")
    };
    assert_eq!((end.mtu, end.elapsed_ns), (None, 2_000_000_000));
    let mut search = search();
    search.poll(Instant::ZERO);
    search.on_interrupt(Instant::ZERO);
    assert_eq!(search.poll(Instant::ZERO), Step::Finished);
}

/// A line for each record, with names that do not change.
#[test]
fn records_are_written_as_json() {
    let mut lines = Vec::new();
    run(&mut search(), &mut Path::new(1400, true), |record| {
        crate::json::write_line(&mut lines, record).is_ok()
    })
    .unwrap();
    let text = String::from_utf8(lines).unwrap();
    let line = r#"{"version":1,"record":"probe","host":"host.test","probe":3,"size":1500,"state":"SEARCHING","at_ns":20000000,"outcome":"too-big","from":"192.0.2.254","mtu":1400}"#;
    assert!(text.contains(line), "{text}");
    let last = r#"{"version":1,"record":"finished","host":"host.test","address":"192.0.2.1","mtu":1400,"limit":"router","router":"192.0.2.254","probes":5,"lost":0,"elapsed_ns":40000000}"#;
    assert_eq!(text.lines().last(), Some(last));
}
