use super::*;

const NOW: Instant = Instant::from_nanos(100_000_000_000);

fn with(state: State, defence: Defence) -> Claim {
    Claim {
        state,
        defence,
        ..Claim::probing()
    }
}

/// The figure, state by state, when its time has come.
#[test]
fn every_state_in_time() {
    let mut rng = Rng::seeded(1);
    let mut after = |state| {
        let mut claim = with(state, Defence::Once);
        let say = claim.due(NOW, &mut rng);
        (say, claim.state)
    };
    let (say, state) = after(State::Begin);
    assert_eq!(say, None);
    assert!(matches!(state, State::Probing(0, first) if first.since(NOW) <= PROBE_WAIT));
    for sent in 0..2 {
        let (say, state) = after(State::Probing(sent, NOW));
        assert_eq!(say, Some(Say::Probe));
        assert!(matches!(state, State::Probing(more, _) if more == sent + 1));
    }
    let last = State::Probing(3, NOW + ANNOUNCE_WAIT);
    assert_eq!(after(State::Probing(2, NOW)), (Some(Say::Probe), last));
    let announced = State::Announcing(1, NOW + ANNOUNCE_INTERVAL);
    let said = (Some(Say::Announce), announced);
    assert_eq!(after(State::Probing(3, NOW)), said);
    assert_eq!(after(State::Announcing(0, NOW)), said);
    let done = (Some(Say::Announce), State::Held);
    assert_eq!(after(State::Announcing(1, NOW)), done);
    let soon = NOW + Duration::from_nanos(1);
    for rest in [
        State::Held,
        State::Lost,
        State::Probing(1, soon),
        State::Announcing(1, soon),
    ] {
        assert_eq!(after(rest), (None, rest));
    }
}

/// Every state and every defence when another station has the address: the first time, and
/// again at once.
#[test]
fn every_state_with_a_conflict() {
    use Outcome::{Defend, GiveUp, Stay};
    let (probing, announcing) = (State::Probing(1, NOW), State::Announcing(1, NOW));
    for (state, defence, outcomes) in [
        (State::Begin, Defence::Always, [GiveUp, Stay]),
        (State::Begin, Defence::Once, [GiveUp, Stay]),
        (State::Begin, Defence::Yield, [GiveUp, Stay]),
        (probing, Defence::Always, [GiveUp, Stay]),
        (probing, Defence::Once, [GiveUp, Stay]),
        (probing, Defence::Yield, [GiveUp, Stay]),
        (announcing, Defence::Always, [Defend, Stay]),
        (announcing, Defence::Once, [Defend, GiveUp]),
        (announcing, Defence::Yield, [GiveUp, Stay]),
        (State::Held, Defence::Always, [Defend, Stay]),
        (State::Held, Defence::Once, [Defend, GiveUp]),
        (State::Held, Defence::Yield, [GiveUp, Stay]),
        (State::Lost, Defence::Always, [Stay, Stay]),
        (State::Lost, Defence::Once, [Stay, Stay]),
        (State::Lost, Defence::Yield, [Stay, Stay]),
    ] {
        let mut claim = with(state, defence);
        let found = [claim.conflict(NOW), claim.conflict(NOW)];
        assert_eq!(found, outcomes, "{state:?} {defence:?}");
        assert_eq!(
            claim.is_lost(),
            found.contains(&GiveUp) || state == State::Lost
        );
    }
}

/// RFC 5227 §2.1.1, last: MAX_CONFLICTS and RATE_LIMIT_INTERVAL.
#[test]
fn after_ten_conflicts_probing_begins_a_minute_later() {
    let (mut claim, mut rng) = (Claim::probing(), Rng::seeded(1));
    for attempt in 0..=MAX_CONFLICTS {
        assert_eq!(claim.due(NOW, &mut rng), None);
        let wait = claim.deadline().unwrap().since(NOW);
        let slow = attempt >= MAX_CONFLICTS;
        assert_eq!(wait >= RATE_LIMIT_INTERVAL, slow, "{attempt} {wait:?}");
        assert_eq!(claim.conflict(NOW), Outcome::GiveUp);
        claim.link_up();
    }
}

#[test]
fn the_numbers_are_those_of_rfc_5227() {
    let seconds = [
        PROBE_WAIT,
        PROBE_MIN,
        PROBE_MAX,
        ANNOUNCE_WAIT,
        ANNOUNCE_INTERVAL,
        RATE_LIMIT_INTERVAL,
        DEFEND_INTERVAL,
    ];
    assert_eq!(seconds.map(|time| time.as_secs()), [1, 1, 2, 2, 2, 60, 10]);
    assert_eq!((PROBE_NUM, ANNOUNCE_NUM, MAX_CONFLICTS), (3, 2, 10));
}
