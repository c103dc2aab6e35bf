use crate::stp::bench::{Bench, bridge, configuration, rapid};
use crate::stp::bpdu::{Bpdu, PortRole, Rapid};
use crate::stp::{Order, PortState, Role, Version};
use PortState::{Discarding, Forwarding, Learning};

fn hear(bench: &mut Bench, port: u16, own: Rapid) {
    bench.hear(port, Bpdu::Rapid(own));
}

/// What it said last in a rapid BPDU.
fn last(bench: &mut Bench, port: u16) -> Rapid {
    match bench.said(port).pop() {
        Some(Bpdu::Rapid(own)) => own,
        other => panic!("it said {other:?}"),
    }
}

/// Figure 17-5 and §17.29: no time passes from the first proposal to both ends forwarding.
#[test]
fn a_proposal_is_agreed_to_and_both_ends_forward_at_once() {
    let mut bench = Bench::new(Version::Rstp);
    let proposal = last(&mut bench, 1);
    assert!(proposal.proposal && !proposal.learning && !proposal.agreement);
    let mut better = rapid(1, 0, 1, PortRole::Designated);
    better.proposal = true;
    hear(&mut bench, 1, better);
    let agreement = last(&mut bench, 1);
    assert_eq!(agreement.role, PortRole::Root);
    assert!(agreement.agreement && agreement.forwarding && !agreement.proposal);
    assert_eq!(bench.state(1), Forwarding);
    assert_eq!(bench.state(0), Discarding, "cut behind the root port");
    // The other way round: bridge 9 agrees to what this one proposes at port 0.
    let mut worse = rapid(1, 1, 9, PortRole::Root);
    worse.agreement = true;
    hear(&mut bench, 0, worse);
    assert_eq!(bench.state(0), Forwarding);
}

#[test]
fn without_an_answer_a_port_waits_and_learns_before_it_forwards() {
    let mut bench = Bench::new(Version::Rstp);
    let mut states = Vec::new();
    for _ in 0..60 {
        // Somebody is there, so it is no edge, but he agrees to nothing.
        hear(&mut bench, 0, rapid(8, 100, 9, PortRole::Root));
        bench.wait(500);
        if states.last() != Some(&bench.state(0)) {
            states.push(bench.state(0));
        }
    }
    assert_eq!(states, [Discarding, Learning, Forwarding]);
}

/// §17.25: three seconds without a BPDU, and one BPDU to be no edge any more.
#[test]
fn a_port_where_nobody_answers_becomes_an_edge_and_no_change_is_told() {
    let mut bench = Bench::new(Version::Rstp);
    bench.wait(2999);
    assert_eq!(bench.state(0), Discarding);
    bench.wait(1);
    assert_eq!(bench.state(0), Forwarding);
    assert_eq!(bench.status().topology_changes, 0);
    hear(&mut bench, 0, rapid(9, 0, 9, PortRole::Designated));
    assert_eq!(
        bench.status().topology_changes,
        1,
        "a bridge is there after all"
    );
}

/// §17.26: as many as the Transmit Hold Count at once, then one each second.
#[test]
fn a_port_says_no_more_than_its_hold_count_at_once() {
    let mut bench = Bench::new(Version::Rstp);
    bench.orders();
    let mut said = 0;
    for cost in 0..100_u32 {
        let mut own = rapid(1, cost % 2, 1, PortRole::Designated);
        own.proposal = true;
        hear(&mut bench, 1, own);
        said += bench.said(1).len();
    }
    assert_eq!(said, 5, "six with the one at the start");
    bench.wait(1000);
    assert_eq!(bench.said(1).len(), 1);
}

/// §17.24: STP heard after the first three seconds is answered in STP, until RSTP is heard.
#[test]
fn a_port_that_hears_stp_speaks_stp_and_comes_back() {
    let mut bench = Bench::new(Version::Rstp);
    bench.wait(3000);
    bench.orders();
    let stp = Bpdu::Configuration(configuration(9, 0, 9));
    bench.hear(0, stp);
    let said = bench.said(0);
    assert!(
        matches!(said.last(), Some(Bpdu::Configuration(_))),
        "{said:?}"
    );
    bench.wait(3000);
    bench.orders();
    hear(&mut bench, 0, rapid(9, 0, 9, PortRole::Designated));
    bench.wait(2000);
    let said = bench.said(0);
    assert!(matches!(said.last(), Some(Bpdu::Rapid(_))), "{said:?}");
}

/// §9.3.4.
#[test]
fn a_configuration_of_its_own_that_comes_back_changes_nothing() {
    let mut bench = Bench::new(Version::Rstp);
    bench.wait(4_000);
    let before = bench.status();
    let own = configuration(8, 0, 8);
    assert_eq!(before.ports[0].designated, own.vector);
    bench.hear(0, Bpdu::Configuration(own));
    assert_eq!(bench.status(), before);
    bench.hear(1, Bpdu::Configuration(own));
    assert_eq!(bench.role(1), Role::Backup, "it is of another port");
}

/// §17.21.10: who is worse and still learns has not heard this bridge; so it must not forward.
#[test]
fn a_dispute_closes_the_port() {
    let mut bench = Bench::new(Version::Rstp);
    hear(&mut bench, 1, rapid(1, 0, 1, PortRole::Designated));
    let mut agreement = rapid(1, 1, 9, PortRole::Root);
    agreement.agreement = true;
    hear(&mut bench, 0, agreement);
    assert_eq!(bench.state(0), Forwarding);
    let mut inferior = rapid(9, 0, 9, PortRole::Designated);
    hear(&mut bench, 0, inferior);
    assert_eq!(bench.state(0), Forwarding);
    inferior.learning = true;
    hear(&mut bench, 0, inferior);
    assert_eq!(bench.state(0), Discarding);
}

/// §17.31: forget what was learnt at all other ports of the tree, but not at edges.
#[test]
fn a_change_that_is_heard_flushes_the_other_ports() {
    let mut bench = Bench::new(Version::Rstp);
    hear(&mut bench, 1, rapid(1, 0, 1, PortRole::Designated));
    let mut agreement = rapid(1, 1, 9, PortRole::Root);
    agreement.agreement = true;
    hear(&mut bench, 0, agreement);
    bench.wait(10_000);
    bench.orders();
    let mut change = rapid(1, 0, 1, PortRole::Designated);
    change.configuration.topology_change = true;
    hear(&mut bench, 1, change);
    let orders = bench.orders();
    assert!(orders.contains(&Order::Flush(0)) && !orders.contains(&Order::Flush(1)));
    let tells = |order: &Order| match order {
        Order::Transmit(0, Bpdu::Rapid(own)) => own.configuration.topology_change,
        _ => false,
    };
    assert!(orders.iter().any(tells));
}

/// §17.21.23: three Hello Times of silence.
#[test]
fn three_missing_hellos_end_a_root() {
    let mut bench = Bench::new(Version::Rstp);
    hear(&mut bench, 1, rapid(1, 0, 1, PortRole::Designated));
    bench.wait(5999);
    assert_eq!(bench.status().root, bridge(1));
    bench.wait(1);
    assert_eq!(bench.status().root, bridge(8));
}

/// §17.21.25: what each port holds decides its role.
#[test]
fn roles_follow_from_what_is_heard() {
    let mut bench = Bench::new(Version::Rstp);
    hear(&mut bench, 0, rapid(1, 0, 1, PortRole::Designated));
    hear(&mut bench, 1, rapid(1, 0, 1, PortRole::Designated));
    assert_eq!(
        (bench.role(0), bench.role(1)),
        (Role::Alternate, Role::Root)
    );
    bench.link(1, false);
    assert_eq!((bench.role(0), bench.role(1)), (Role::Root, Role::Disabled));
    assert_eq!(bench.state(0), Forwarding, "at once");
    bench.link(1, true);
    let mut own = rapid(1, 100, 8, PortRole::Designated);
    own.configuration.vector.bridge = bridge(8);
    own.configuration.vector.bridge.priority = 0x8000;
    hear(&mut bench, 1, own);
    assert_eq!(
        bench.role(1),
        Role::Backup,
        "its own voice, from a better port"
    );
}
