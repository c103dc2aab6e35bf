//! What a topology file with a fault is told: the line, the key, what stands there, and what
//! should.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use layercake_tower::Network;

/// A file that is right. Line 1 is its comment; the tests change one thing each.
const GOOD: &str = r#"# Two hosts and a router.
local = "a.lab"
[[node]]
name = "a.lab"
kind = "host"
[[node]]
name = "r.lab"
kind = "router"
[[node]]
name = "b.lab"
kind = "host"
[[wire]]
between = ["a.lab 10.0.1.2/24", "r.lab 10.0.1.1/24"]
link = "lan"
delay = "1 ms"
[[wire]]
between = ["r.lab 10.0.2.1/24", "b.lab 10.0.2.2/24"]
link = "serial"
rate = "1 Mbit/s"
[[name]]
name = "gone.lab"
address = "10.0.2.99"
"#;

/// What is said when `found` is replaced by `instead`.
fn fault(found: &str, instead: &str) -> String {
    assert_eq!(GOOD.matches(found).count(), 1, "{found}");
    match Network::from_toml(&GOOD.replace(found, instead), 1) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_file_that_the_others_are_made_from_is_right() {
    let net = Network::from_toml(GOOD, 1).unwrap();
    assert_eq!(net.nodes().count(), 3);
    assert_eq!(net.resolve("b.lab"), Some([10, 0, 2, 2].into()));
    assert_eq!(net.name_of([10, 0, 1, 1].into()), Some("r.lab"));
}

#[test]
fn an_unknown_key_is_told_with_those_that_are_known() {
    assert_eq!(
        fault("delay = \"1 ms\"", "dely = \"1 ms\""),
        "line 15: dely = \"1 ms\": expected one of `between`, `link`, `code`, `correct`, \
         `framing`, `check`, `arq`, `rate`, `delay`, `jitter`, `loss`, `bursts`, `duplication`, `reordering`, `bit_errors`, `queue`, \
         `mtu`, `cost`"
    );
}

#[test]
fn a_missing_key_is_told_with_its_table() {
    let text = "line 16: link = nothing: expected it in [[wire]]";
    assert_eq!(fault("link = \"serial\"\n", ""), text);
}

#[test]
fn a_time_without_a_unit_is_told_the_units() {
    let text = "line 15: delay = \"10 parsecs\": expected a time up to an hour, \
                such as \"10 ms\" (ns, us, ms, s)";
    assert_eq!(fault("\"1 ms\"", "\"10 parsecs\""), text);
}

#[test]
fn a_number_where_a_text_belongs_is_told() {
    let text = "line 15: delay = integer `10`: expected a string";
    assert_eq!(fault("\"1 ms\"", "10"), text);
}

#[test]
fn a_rate_that_is_none_is_told() {
    let text = "line 19: rate = \"fast\": expected a rate such as \"1 Mbit/s\" \
                (bit/s, kbit/s, Mbit/s, Gbit/s)";
    assert_eq!(fault("\"1 Mbit/s\"", "\"fast\""), text);
}

#[test]
fn a_probability_beyond_one_is_told() {
    let text = "line 19: loss = \"120%\": expected a share from \"0%\" to \"100%\", \
                or a number from 0 to 1";
    assert_eq!(fault("rate = \"1 Mbit/s\"", "loss = \"120%\""), text);
}

#[test]
fn an_mtu_beyond_its_range_is_told() {
    let text = "line 19: mtu = 9000: expected 68 to 1500";
    assert_eq!(fault("rate = \"1 Mbit/s\"", "mtu = 9000"), text);
}

#[test]
fn a_layer_that_is_none_is_told_those_that_are() {
    let rate = "rate = \"1 Mbit/s\"";
    let text = "line 19: framing = \"hdcl\": expected one of hdlc, octet-stuffing, slip, \
                cobs, length-count";
    assert_eq!(fault(rate, "framing = \"hdcl\""), text);
    let text = "line 19: check = \"CRC-33\": expected the name of a check; near it are";
    assert!(fault(rate, "check = \"CRC-33\"").starts_with(text));
    assert!(fault(rate, "code = \"morse\"").contains("manchester"));
}

#[test]
fn a_window_that_the_numbers_do_not_allow_is_told_the_largest() {
    let arq = "arq = { scheme = \"go-back-n\", window = 8, sequence_bits = 3 }";
    let text = "line 19: arq.window = 8: expected 1 to 7";
    assert_eq!(fault("rate = \"1 Mbit/s\"", arq), text);
    let arq = "arq = { scheme = \"go-back\" }";
    let text = "line 19: arq.scheme = \"go-back\": expected one of stop-and-wait, go-back-n, \
                selective-repeat";
    assert_eq!(fault("rate = \"1 Mbit/s\"", arq), text);
    let text = "line 15: arq = \"go-back-n\": expected no ARQ on a LAN, which has more than \
                two stations";
    let arq = "arq = { scheme = \"go-back-n\" }";
    assert_eq!(fault("delay = \"1 ms\"", arq), text);
}

#[test]
fn a_framing_on_a_lan_is_refused() {
    let text = "line 15: framing = \"cobs\": expected no framing on a LAN, where silence \
                ends a frame";
    assert_eq!(fault("delay = \"1 ms\"", "framing = \"cobs\""), text);
}

#[test]
fn a_kind_that_is_none_is_told_the_kinds() {
    let text = "line 8: kind = \"brouter\": expected one of `host`, `router`, `bridge`, `outside`";
    assert_eq!(fault("\"router\"", "\"brouter\""), text);
}

#[test]
fn a_wire_to_an_unknown_node_is_told_the_nodes() {
    let text = "line 17: between = \"c.lab 10.0.2.2/24\": \
                expected one of the nodes a.lab, r.lab, b.lab";
    assert_eq!(fault("b.lab 10.0.2.2/24", "c.lab 10.0.2.2/24"), text);
}

#[test]
fn an_address_that_another_node_has_is_told() {
    let text = "line 17: between = \"b.lab 10.0.1.2/24\": \
                expected an address of its own, a.lab has this one";
    assert_eq!(fault("b.lab 10.0.2.2/24", "b.lab 10.0.1.2/24"), text);
}

#[test]
fn two_ends_in_different_prefixes_are_told() {
    let text = "line 17: between = \"b.lab 10.0.3.2/24\": \
                expected an address in 10.0.2.0/24, as at \"r.lab 10.0.2.1/24\"";
    assert_eq!(fault("b.lab 10.0.2.2/24", "b.lab 10.0.3.2/24"), text);
}

#[test]
fn a_prefix_in_two_places_is_told() {
    let text = "line 17: between = \"r.lab 10.0.1.3/24\": \
                expected a prefix of its own, \"a.lab 10.0.1.2/24\" is elsewhere";
    assert_eq!(fault("r.lab 10.0.2.1/24", "r.lab 10.0.1.3/24"), text);
}

#[test]
fn an_end_without_an_address_is_told() {
    let text = "line 17: between = \"b.lab\": expected an address with its prefix length, \
                \"192.0.2.1/24\" behind the name";
    assert_eq!(fault("b.lab 10.0.2.2/24", "b.lab"), text);
}

#[test]
fn an_address_of_the_whole_network_is_told() {
    let text = "line 17: between = \"b.lab 10.0.2.255/24\": \
                expected an address of one station in 10.0.2.0/24";
    assert_eq!(fault("b.lab 10.0.2.2/24", "b.lab 10.0.2.255/24"), text);
}

#[test]
fn a_host_that_no_wire_leads_to_is_told() {
    let text = "line 10: name = \"b.lab\": expected wires that lead to it from a.lab";
    let wire = "between = [\"r.lab 10.0.2.1/24\", \"b.lab 10.0.2.2/24\"]";
    let other = "between = [\"r.lab 10.0.2.1/24\", \"a.lab 10.0.2.2/24\"]";
    assert_eq!(fault(wire, other), text);
}

#[test]
fn a_local_host_that_is_no_host_is_told() {
    let text = "line 2: local = \"r.lab\": expected the name of one of the hosts";
    assert_eq!(fault("local = \"a.lab\"", "local = \"r.lab\""), text);
}

#[test]
fn a_name_that_two_nodes_have_is_told() {
    let text = "line 10: name = \"a.lab\": expected a name that no other node has";
    assert_eq!(fault("name = \"b.lab\"", "name = \"a.lab\""), text);
}

#[test]
fn a_name_for_an_address_of_no_link_is_told() {
    let text = "line 22: address = \"10.9.9.9\": \
                expected an address of one of the links for gone.lab";
    assert_eq!(fault("10.0.2.99", "10.9.9.9"), text);
}

#[test]
fn routes_that_lead_nowhere_are_told() {
    let text = "line 12: routes = \"0.0.0.0/0 via 10.7.7.7\": expected \
                \"PREFIX/LENGTH via ADDRESS\", the address on a wire of the node";
    let found = "name = \"b.lab\"\nkind = \"host\"\n";
    let instead = format!("{found}routes = [\"0.0.0.0/0 via 10.7.7.7\"]\n");
    assert_eq!(fault(found, &instead), text);
}

#[test]
fn a_time_to_live_of_zero_is_told() {
    let text = "line 12: time_to_live = 0: expected 1 to 255";
    let found = "name = \"b.lab\"\nkind = \"host\"\n";
    assert_eq!(fault(found, &format!("{found}time_to_live = 0\n")), text);
}

fn error(text: &str) -> String {
    Network::from_toml(text, 1).err().unwrap().to_string()
}

#[test]
fn too_many_tables_are_refused_before_they_are_compared() {
    let node = |n| format!("[[node]]\nname = \"n{n}\"\nkind = \"host\"\n");
    let nodes: String = (0..10_001).map(node).collect();
    let text = "line 1: [[node]] = 10001: expected at most 10000 of them";
    assert_eq!(error(&nodes), text);
    let name = "[[name]]\nname = \"x.lab\"\naddress = \"10.0.2.9\"\n";
    let text = "line 1: [[name]] = 10002: expected at most 10000 of them";
    assert_eq!(error(&(GOOD.to_owned() + &name.repeat(10_001))), text);
}

/// On a LAN of routers everybody is everybody's neighbour.
#[test]
fn more_routes_than_memory_holds_are_refused_before_they_are_computed() {
    let mut text = "[[node]]\nname = \"s\"\nkind = \"bridge\"\n".to_owned();
    text += "[[node]]\nname = \"h\"\nkind = \"host\"\n";
    let mut wires = String::new();
    for n in 0..3000 {
        let (name, kind) = match n {
            0 => ("h".to_owned(), "host"),
            _ => (format!("r{n}"), "router"),
        };
        if kind == "router" {
            text += &format!("[[node]]\nname = \"{name}\"\nkind = \"router\"\n");
        }
        let address = format!("10.0.{}.{}", n / 200, n % 200 + 1);
        wires += &format!(
            "[[wire]]\nlink = \"lan\"\nbetween = [\"{name} {address}/16\", \"s\"]\n"
        );
    }
    let expected = "line 1: [[wire]] = 8997000 pairs of prefix and neighbour: \
                    expected at most 8000000, or routes at every node";
    assert_eq!(error(&(text + &wires)), expected);
}

#[test]
fn an_unknown_node_among_many_is_not_told_them_all() {
    let node = |n| format!("[[node]]\nname = \"n{n}\"\nkind = \"host\"\n");
    let nodes: String = (0..21).map(node).collect();
    let wire =
        "[[wire]]\nbetween = [\"x 10.0.0.1/24\", \"n1 10.0.0.2/24\"]\nlink = \"lan\"";
    let text =
        "line 65: between = \"x 10.0.0.1/24\": expected the name of one of the 21 nodes";
    assert_eq!(error(&(nodes + wire)), text);
}

#[test]
fn a_number_out_of_the_machines_range_is_told_without_words_of_rust() {
    let text = "line 15: queue = integer `-1`: expected a whole number, not below 0";
    assert_eq!(fault("delay = \"1 ms\"", "queue = -1"), text);
}

#[test]
fn a_text_where_a_table_belongs_is_told_an_example() {
    let text = "line 15: bursts = string \"1%\": \
                expected { enter = \"1%\", leave = \"20%\", loss = \"80%\" }";
    assert_eq!(fault("delay = \"1 ms\"", "bursts = \"1%\""), text);
}

#[test]
fn a_table_in_single_brackets_is_told() {
    let text = "line 1: [node] = map: expected tables in double brackets, [[…]]";
    assert_eq!(error("[node]\nname = \"a\"\nkind = \"host\""), text);
}

#[test]
fn a_wire_in_a_file_without_nodes_is_told() {
    let wire = "[[wire]]\nbetween = [\"a 10.0.0.1/24\", \"b\"]\nlink = \"lan\"";
    let text =
        "line 2: between = \"a 10.0.0.1/24\": expected a node, and there is no [[node]]";
    assert_eq!(error(wire), text);
}

#[test]
fn a_file_does_not_reach_the_terminal_raw_nor_whole() {
    for text in ["local = \x1b[31mred", "[[node]]\nkind = \"h\x1b[31m\""] {
        let told = error(text);
        assert!(told.contains("\\u{1b}[31m"), "{told}");
        assert!(!told.contains('\x1b'), "{told:?}");
    }
    let long = error(&format!("local = {}", "x".repeat(100_000)));
    assert!(long.len() < 400, "{}", long.len());
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let text = fault("[[wire]]\nbetween = [\"a.lab", "[[wire\nbetween = [\"a.lab");
    assert!(text.starts_with("line 12: "), "{text}");
}

#[test]
fn an_empty_file_is_told_what_it_lacks() {
    let text = "line 1: local = nothing: \
                expected the name of the host that the tools run on";
    assert_eq!(Network::from_toml("", 1).err().unwrap().to_string(), text);
}

proptest::proptest! {
    /// Any damage to a good file is an error or another network, never a panic.
    #[test]
    fn a_damaged_file_is_an_error_or_another_network(
        at in 0..500_usize,
        len in 0..20_usize,
        instead in "[a-z0-9 =\"\\[\\].#/%-]{0,12}",
    ) {
        let mut file = GOOD.to_owned();
        let start = at.min(file.len());
        file.replace_range(start..(start + len).min(file.len()), &instead);
        let _ = Network::from_toml(&file, 1);
    }
}

/// The file with an outside node on the first wire, whose line is 16.
fn with_outside(end: &str, link: &str) -> String {
    let text = GOOD
        .replace(
            "[[wire]]\nbetween = [\"a",
            "[[node]]\nname = \"wan\"\nkind = \"outside\"\n[[wire]]\nbetween = [\"a",
        )
        .replace("\"r.lab 10.0.1.1/24\"", end)
        .replace("link = \"lan\"", link);
    match Network::from_toml(&text, 1) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_outside_node_with_an_address_or_on_a_serial_line_is_told() {
    assert_eq!(
        with_outside("\"wan 10.0.1.1/24\"", "link = \"lan\""),
        "line 16: between = \"wan 10.0.1.1/24\": expected no address at an outside node"
    );
    assert_eq!(
        with_outside("\"wan\"", "link = \"serial\""),
        "line 16: between = \"wan\": expected an outside node on a wire with link = \"lan\""
    );
}

#[test]
fn a_second_wire_at_an_outside_node_is_told() {
    let second = "link = \"lan\"\n[[wire]]\nbetween = [\"r.lab 10.0.3.1/24\", \"wan\"]\nlink = \"lan\"";
    assert_eq!(
        with_outside("\"wan\"", second),
        "line 19: between = \"wan\": expected one wire at an outside node"
    );
}

#[test]
fn a_key_of_one_routing_protocol_beside_another_is_told() {
    let router = "name = \"r.lab\"\nkind = \"router\"\n";
    let says = |keys: &str| fault(router, &format!("{router}{keys}\n"));
    assert_eq!(
        says("routing = \"rip\"\nmetric = \"delay\""),
        "line 10: metric = something for \"r.lab\": expected it beside routing = \
         \"link-state\" only"
    );
    assert_eq!(
        says("rip = { triggered = false }"),
        "line 9: rip = something for \"r.lab\": expected it beside routing = \"rip\" only"
    );
    assert_eq!(
        says("routing = \"link-state\"\nmetric = \"mood\""),
        "line 10: metric = \"mood\": expected one of `hops`, `cost`, `delay`, `average-delay`"
    );
    assert_eq!(
        says("routing = \"rip\"\nrip = { split_horizon = \"maybe\" }"),
        "line 10: rip = { split_horizon = \"maybe\" }: expected one of `off`, `on`, `poison`"
    );
    assert_eq!(
        says("routing = \"rip\"\nrip = \"off\""),
        "line 10: rip = string \"off\": expected { split_horizon = \"poison\", triggered = true }"
    );
}

#[test]
fn only_routers_find_routes_by_a_protocol() {
    let host = "name = \"b.lab\"\n";
    let says = |routing: &str| fault(host, &format!("{host}routing = {routing:?}\n"));
    assert_eq!(
        says("rip"),
        "line 11: routing = something for \"b.lab\": expected it at a node of kind \
         \"router\" only"
    );
    assert!(
        says("rumour").starts_with("line 11: "),
        "{}",
        says("rumour")
    );
}

#[test]
fn what_only_a_bridge_has_is_told_where_it_is() {
    let router = "kind = \"router\"\n";
    let says = |more: &str| fault(router, &format!("{router}{more}\n"));
    assert_eq!(
        says("spanning_tree = \"rstp\""),
        "line 9: spanning_tree = something for \"r.lab\": expected it at a node of kind \
         \"bridge\" only"
    );
    assert_eq!(
        says("flood_limit = \"1/s\""),
        "line 9: flood_limit = something for \"r.lab\": expected it at a node of kind \
         \"bridge\" only"
    );
    assert_eq!(
        says("priority = 4096"),
        "line 9: priority = 4096: expected spanning_tree beside it"
    );
    let says = |more: &str| fault(router, &format!("kind = \"bridge\"\n{more}\n"));
    assert_eq!(
        says("spanning_tree = \"mstp\""),
        "line 9: spanning_tree = \"mstp\": expected `stp` or `rstp`"
    );
    assert_eq!(
        says("spanning_tree = \"stp\"\npriority = 5000"),
        "line 10: priority = 5000: expected a multiple of 4096"
    );
    assert_eq!(
        says("spanning_tree = \"stp\"\nforward_delay = 4"),
        "line 9: max_age = 20: expected 6 to 6, from twice (hello_time + 1) to twice \
         (forward_delay - 1)"
    );
    assert_eq!(
        says("hello_time = 1"),
        "line 9: hello_time = 1: expected spanning_tree beside it"
    );
    assert_eq!(
        says("spanning_tree = \"stp\"\npriority = 65536"),
        "line 10: priority = 65536: expected 0 to 61440"
    );
}

/// The good file with a bus behind it.
fn bus_fault(between: &str, keys: &str) -> String {
    let name = "[[name]]\nname = \"gone.lab\"";
    let bus = format!("[[bus]]\nbetween = {between}\n{keys}\n{name}");
    fault(name, &bus)
}

#[test]
fn a_bus_is_told_what_is_wrong_with_its_stations_and_their_access() {
    let two = r#"["a.lab 10.0.3.1/24", "b.lab 10.0.3.2/24"]"#;
    assert_eq!(bus_fault(two, ""), "nothing is wrong");
    assert_eq!(
        bus_fault(two, "access = \"csma-ca\""),
        "line 22: access = \"csma-ca\": expected one of aloha, slotted-aloha, \
         csma-non-persistent, csma-1-persistent, csma-p-persistent, csma-cd"
    );
    assert_eq!(
        bus_fault(r#"["a.lab 10.0.3.1/24"]"#, ""),
        "line 21: between = 1 stations: expected 2 to 1024"
    );
    let same = r#"["a.lab 10.0.3.1/24", "b.lab 10.0.3.2/24", "a.lab 10.0.3.3/24"]"#;
    assert_eq!(
        bus_fault(same, ""),
        "line 21: between = \"a.lab 10.0.3.3/24\": \
         expected another node than at the first end"
    );
    assert!(bus_fault(two, "framing = \"cobs\"").starts_with("line 22: framing"));
}

#[test]
fn a_nat_is_told_what_is_wrong_with_its_ends() {
    let router = "kind = \"router\"\n";
    let nat = |keys: &str| fault(router, &format!("kind = \"router\"\nnat = {keys}\n"));
    let good = r#"{ outside = ["10.0.2.1"], forward = ["tcp 80 to 10.0.1.2:80"] }"#;
    assert_eq!(nat(good), "nothing is wrong");
    let ours = "expected some of the router's addresses: 10.0.1.1, 10.0.2.1";
    for outside in ["\"10.0.2.2\"", "\"wan\""] {
        let text = format!("line 9: nat.outside = {outside}: {ours}");
        assert_eq!(nat(&format!("{{ outside = [{outside}] }}")), text);
    }
    let text = format!("line 9: nat.outside = nothing: {ours}");
    assert_eq!(nat("{ outside = [] }"), text);
    let twice = r#"{ outside = ["10.0.2.1", "10.0.2.1"] }"#;
    assert_eq!(
        nat(twice),
        format!("line 9: nat.outside = \"10.0.2.1\": {ours}")
    );
    let with = |more: &str| nat(&format!("{{ outside = [\"10.0.2.1\"], {more} }}"));
    let form = "expected a forward such as \"tcp 8080 to 10.0.0.2:80\" (tcp, udp)";
    for forward in [
        "icmp 8 to 10.0.1.2:8",
        "tcp 80",
        "tcp 0 to 10.0.1.2:80",
        "tcp 1 to ::1:2",
    ] {
        let text = format!("line 9: nat.forward = {forward:?}: {form}");
        assert_eq!(with(&format!("forward = [{forward:?}]")), text);
    }
    let same = r#"forward = ["tcp 80 to 10.0.1.2:80", "tcp 80 to 10.0.1.2:81"]"#;
    let text = "line 9: nat.forward = \"tcp 80 to 10.0.1.2:81\": expected a port that no other has";
    assert_eq!(with(same), text);
    let same = r#"forward = ["tcp 80 to 10.0.1.2:80", "tcp 81 to 10.0.1.2:80"]"#;
    let text = "line 9: nat.forward = \"tcp 81 to 10.0.1.2:80\": \
                expected a server that no other leads to";
    assert_eq!(with(same), text);
    let text = "line 9: nat.mappings = 0: expected 1 to 60000";
    assert_eq!(with("mappings = 0"), text);
    let host = "name = \"b.lab\"\nkind = \"host\"\n";
    let text = "line 12: nat = something for \"b.lab\": \
                expected it at a node of kind \"router\" only";
    assert_eq!(fault(host, &format!("{host}nat = {good}\n")), text);
}

#[test]
fn a_filter_is_told_the_word_that_does_not_belong() {
    let router = "kind = \"router\"\n";
    let rule = |rule: &str| {
        fault(
            router,
            &format!("kind = \"router\"\nfilter = [\"accept\", {rule:?}]\n"),
        )
    };
    for good in ["drop in on 1", "reject out on 10.0.2.1 tcp to any port 22"] {
        assert_eq!(rule(good), "nothing is wrong");
    }
    assert_eq!(
        rule("drop tpc"),
        "line 9: filter = \"drop tpc\": expected in or out, on, a protocol, from, to, type, \
         established, fragments, in this order where \"tpc\" is"
    );
    for on in ["2", "10.0.2.2", "wan"] {
        let text = format!(
            "line 9: filter = \"drop on {on}\": expected an attachment behind \"on\" where \
             \"{on}\" is"
        );
        assert_eq!(rule(&format!("drop on {on}")), text);
    }
    let outside = "[[node]]\nname = \"a\"\nkind = \"outside\"\nfilter = [\"drop\"]";
    let Err(error) = Network::from_toml(outside, 1) else {
        return assert_eq!("nothing is wrong", "");
    };
    let text =
        "line 4: filter = something for \"a\": expected it at a host or router only";
    assert_eq!(error.to_string(), text);
}

#[test]
fn addresses_of_ipv6_have_rules_of_their_own() {
    let right = "r.lab 10.0.1.1/24";
    let says = |more: &str| fault(right, &format!("{right} {more}"));
    let at = |more: &str| format!("line 13: between = \"{right} {more}\": expected ");
    for (more, expected) in [
        (
            "fe80::1/64",
            "no link-local address: every station has one by itself",
        ),
        (
            "2001:db8::/64",
            "an address of one station in 2001:db8::/64",
        ),
        (
            "ff02::1/64",
            "an address with its prefix length, \"192.0.2.1/24\"",
        ),
        ("10.0.3.1/24", "one IPv4 address for each wire"),
        ("auto", "auto at a host on a wire with link = \"lan\" only"),
    ] {
        assert_eq!(says(more), at(more) + expected);
    }
    let many = (1..=9).map(|n| format!("2001:db8:{n}::1/64"));
    let many = many.collect::<Vec<_>>().join(" ");
    assert_eq!(says(&many), at(&many) + "at most 8 addresses for each wire");
    let host = "name = \"b.lab\"\n";
    assert_eq!(
        fault(host, &format!("{host}advertise = true\n")),
        "line 11: advertise = something for \"b.lab\": expected it at a node of kind \
         \"router\" only"
    );
}

/// RFC 8200 §5.
#[test]
fn a_wire_that_is_too_narrow_for_ipv6_is_told() {
    let text =
        "between = [\"a.lab 10.0.1.2/24\", \"r.lab 10.0.1.1/24\"]\nlink = \"lan\"\n";
    let v6 = "between = [\"a.lab 10.0.1.2/24 2001:db8::2/64\", \"r.lab 10.0.1.1/24\"]\n\
              link = \"lan\"\nmtu = 1279\n";
    assert_eq!(
        fault(text, v6),
        "line 13: between = \"a.lab 10.0.1.2/24 2001:db8::2/64\": expected an mtu of at least \
         1280 where IPv6 addresses are"
    );
}

/// RFC 3032 §2.1: the first sixteen labels are reserved, and there are 20 bits.
#[test]
fn labels_that_no_router_may_use_are_told() {
    let router = "kind = \"router\"\n";
    let says = |labels: &str| fault(router, &format!("{router}mpls = {labels}\n"));
    for labels in ["[]", "[15]", "[1048576]", "[16, 17, 18, 19, 20, 21, 22]"] {
        let text = format!(
            "line 9: mpls = {labels}: expected one to six labels from 16 to 1048575, at a router"
        );
        assert_eq!(says(labels), text);
    }
    assert_eq!(says("[16, 1048575]"), "nothing is wrong");
}
