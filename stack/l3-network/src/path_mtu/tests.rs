use super::*;
use core::time::Duration;

fn second(seconds: u64) -> Instant {
    Instant::from_nanos(seconds * 1_000_000_000)
}

/// A search on a first link of 1500 octets.
fn search() -> PathMtu {
    let mut search = PathMtu::new(Settings::ipv4(1500));
    search.on_connected(Instant::ZERO);
    search
}

#[track_caller]
fn probed(search: &mut PathMtu, at: u64) -> u16 {
    match search.poll(second(at)) {
        Step::Probe { size } => size,
        step => panic!("{step:?} at {at} s in {}", search.state()),
    }
}

/// One line for each of the 27 arrows of RFC 8899 §5.2 and Figure 5; all others lead nowhere.
#[test]
fn every_state_knows_what_to_do_with_every_event() {
    use {Action as A, Event as E, State as S};
    let states = [
        S::Disabled,
        S::Base,
        S::Error,
        S::Searching,
        S::SearchComplete,
    ];
    let events = [
        E::Connected,
        E::Disconnected,
        E::Acknowledged,
        E::Lost,
        E::GivenUp,
        E::NothingLeft,
        E::BlackHole,
        E::TooBigBelowProbed,
        E::TooBigAtPlpmtu,
        E::TooBigBelowPlpmtu,
        E::TooBigBelowBase,
        E::RaiseTimer,
        E::ConfirmationTimer,
    ];
    let base = Some((S::Base, A::FromBase));
    let error = Some((S::Error, A::FromLeast));
    let search = Some((S::Searching, A::Search));
    let off = Some((S::Disabled, A::Stop));
    let found = Some((S::SearchComplete, A::Rest));
    let again = |state| Some((state, A::Repeat));
    let confirm = Some((S::SearchComplete, A::Confirm));
    let confirmed = Some((S::SearchComplete, A::Confirmed));
    let reopen = Some((S::Searching, A::Reopen));
    let (b, e, s, c) = (S::Base, S::Error, S::Searching, S::SearchComplete);
    #[rustfmt::skip]
    let table = [
        // Disabled  Base      Error     Searching  SearchComplete
        [base,      None,      None,     None,      None],      // Connected
        [None,      off,       off,      off,       off],       // Disconnected
        [None,      search,    search,   search,    confirmed], // Acknowledged
        [None,      again(b),  again(e), again(s),  again(c)],  // Lost
        [None,      error,     off,      search,    base],      // GivenUp
        [None,      None,      None,     found,     None],      // NothingLeft
        [None,      None,      None,     base,      base],      // BlackHole
        [None,      None,      None,     search,    None],      // TooBigBelowProbed
        [None,      None,      None,     found,     None],      // TooBigAtPlpmtu
        [None,      None,      None,     base,      base],      // TooBigBelowPlpmtu
        [None,      error,     None,     error,     error],     // TooBigBelowBase
        [None,      None,      None,     None,      reopen],    // RaiseTimer
        [None,      None,      None,     None,      confirm],   // ConfirmationTimer
    ];
    for (event, line) in events.into_iter().zip(table) {
        for (state, expected) in states.into_iter().zip(line) {
            let found = machine::next(state, event);
            assert_eq!(found, expected, "{event:?} in {state}");
        }
    }
}

/// RFC 8899 §4.6.2, its five intervals. PLPMTU is 1300, 1450 is probed.
#[test]
fn a_size_that_a_router_tells_is_used_by_its_interval() {
    for (told, state, size, next) in [
        (67, State::Searching, 1300, 1500),
        (68, State::Error, 68, 68),
        (1199, State::Error, 68, 68),
        (1200, State::Base, 1200, 1200),
        (1299, State::Base, 1200, 1200),
        (1300, State::SearchComplete, 1300, 1300),
        (1301, State::Searching, 1300, 1301),
        (1499, State::Searching, 1300, 1499),
        (1500, State::Searching, 1300, 1500),
        (1501, State::Searching, 1300, 1500),
    ] {
        let mut search = search();
        assert_eq!(probed(&mut search, 0), 1200);
        search.on_acknowledged(1300, second(0)); // more than was asked for
        assert_eq!(probed(&mut search, 0), 1500);
        search.on_packet_too_big(told, second(1));
        assert_eq!((search.state(), search.size()), (state, size), "{told}");
        // What is to be discarded leaves the probe on its way: its timer runs out at 15 s. A
        // search that is over confirms its size after a minute.
        let at = if search.state() == State::SearchComplete {
            61
        } else {
            15
        };
        assert_eq!(probed(&mut search, at), next, "{told}");
    }
}

/// RFC 8899 §5.1.2: MAX_PROBES is 3.
#[test]
fn the_third_loss_of_a_size_gives_it_up() {
    let mut search = search();
    probed(&mut search, 0);
    search.on_acknowledged(1200, second(0));
    let tries: Vec<u16> = (0..4).map(|n| probed(&mut search, n * 15)).collect();
    assert_eq!(tries, [1500, 1500, 1500, 1280]);
    assert_eq!(search.poll(second(46)), Step::Wait(Some(second(60))));
    search.on_lost(1500, second(46));
    assert_eq!(
        search.poll(second(46)),
        Step::Wait(Some(second(60))),
        "long ago"
    );
    search.on_lost(1280, second(46));
    assert_eq!(
        probed(&mut search, 46),
        1280,
        "told sooner than by the timer"
    );
}

#[test]
fn a_late_answer_takes_back_that_its_size_was_given_up() {
    let mut search = search();
    probed(&mut search, 0);
    search.on_acknowledged(1200, second(0));
    assert_eq!(
        (0..4).map(|n| probed(&mut search, n * 15)).last(),
        Some(1280)
    );
    search.on_acknowledged(1500, second(46));
    assert_eq!(
        (search.state(), search.size()),
        (State::SearchComplete, 1500)
    );
    for (size, why) in [(1501, "more than the first link takes"), (1400, "no news")] {
        search.on_acknowledged(size, second(47));
        assert_eq!(search.size(), 1500, "{why}");
    }
}

#[test]
fn a_path_below_the_base_is_found_by_way_of_error() {
    let mut search = search();
    let path = 600;
    let mut states = Vec::new();
    for at in 0..40 {
        let step = search.poll(second(at * 15));
        states.push(search.state());
        match step {
            Step::Probe { size } if size <= path => {
                search.on_acknowledged(size, second(at * 15));
            }
            _ => {}
        }
    }
    states.dedup();
    assert_eq!(search.size(), 600);
    use State::{Base, Error, SearchComplete, Searching};
    assert_eq!(states, [Base, Error, Searching, SearchComplete]);
}

#[test]
fn where_nothing_gets_through_the_search_ends() {
    let mut search = search();
    for n in 0..6 {
        let size = if n < 3 { 1200 } else { 68 };
        assert_eq!(probed(&mut search, n * 15), size);
    }
    assert_eq!(search.poll(second(90)), Step::Wait(None));
    assert_eq!(search.state(), State::Disabled);
    search.on_acknowledged(1200, second(91));
    assert_eq!(search.state(), State::Disabled, "too late");
    search.on_connected(second(92));
    assert_eq!(probed(&mut search, 92), 1200);
    search.on_disconnected(second(93));
    assert_eq!(search.poll(second(93)), Step::Wait(None));
}

/// RFC 8899 §5.1.1: confirmed each minute here, and larger sizes after ten.
#[test]
fn a_size_that_was_found_is_confirmed_and_after_ten_minutes_raised() {
    let mut search = PathMtu::new(Settings::ipv4(1500));
    search.on_connected(second(0));
    assert_eq!(probed(&mut search, 0), 1200);
    search.on_packet_too_big(1100, second(0));
    assert_eq!(probed(&mut search, 0), 68);
    search.on_acknowledged(68, second(0));
    assert_eq!(probed(&mut search, 0), 1100);
    search.on_acknowledged(1100, second(0));
    assert_eq!(probed(&mut search, 0), 1101);
    search.on_packet_too_big(1100, second(0));
    assert_eq!(search.state(), State::SearchComplete);
    for minute in 1..10 {
        let at = minute * 60;
        assert_eq!(search.poll(second(at - 1)), Step::Wait(Some(second(at))));
        assert_eq!(probed(&mut search, at), 1100);
        search.on_acknowledged(1100, second(at));
    }
    assert_eq!(search.poll(second(599)), Step::Wait(Some(second(600))));
    assert_eq!(probed(&mut search, 600), 1500);
    assert_eq!((search.state(), search.size()), (State::Searching, 1100));
}

#[test]
fn a_path_that_has_become_a_black_hole_is_left_for_the_base() {
    let mut search = search();
    probed(&mut search, 0);
    search.on_acknowledged(1500, second(0));
    assert_eq!(
        (search.state(), search.size()),
        (State::SearchComplete, 1500)
    );
    let tries: Vec<u16> = (0..4).map(|n| probed(&mut search, 60 + n * 15)).collect();
    assert_eq!(tries, [1500, 1500, 1500, 1200]);
    assert_eq!((search.state(), search.size()), (State::Base, 1200));
    search.on_acknowledged(1200, second(105));
    assert_eq!(
        probed(&mut search, 105),
        1280,
        "1500 is known to be too large"
    );
}

/// RFC 8899 §5.1.1: with an acknowledged protocol there is no such timer; it says so itself.
#[test]
fn an_acknowledged_protocol_is_not_asked_to_confirm() {
    let settings = Settings {
        confirmation_timer: None,
        ..Settings::ipv4(1500)
    };
    let mut search = PathMtu::new(settings);
    search.on_connected(second(0));
    probed(&mut search, 0);
    search.on_acknowledged(1500, second(0));
    assert_eq!(search.poll(second(1)), Step::Wait(Some(second(600))));
    search.on_black_hole(second(2));
    assert_eq!((search.state(), search.size()), (State::Base, 1200));
}

#[test]
fn settings_that_cannot_be_are_brought_into_their_limits() {
    let odd = Settings {
        least: 9000,
        base: 100,
        most: 600,
        max_probes: 0,
        probe_timer: Duration::ZERO,
        ..Settings::ipv4(1500)
    };
    let mut search = PathMtu::new(odd);
    search.on_connected(second(0));
    assert_eq!((search.size(), probed(&mut search, 0)), (9000, 9000));
    assert_eq!(search.poll(second(0)), Step::Wait(Some(second(1))));
}
