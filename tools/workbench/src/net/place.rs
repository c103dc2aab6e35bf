//! Where a device is attached: an outside node, or a further port of a bridge.
//!
//! A topology without an outside node, such as the built-in one, gets one: two tables behind its
//! end, so that no other node changes its number, its addresses or its luck.

use layercake_tower::Network;

/// The cable between a bridge and an added outside node has a rate, so that what a kernel sends at
/// once comes one by one.
const RATE: &str = "100 Mbit/s";

/// The topology with an outside node for each of `nodes`, and the names of those.
///
/// # Errors
/// What is wrong with a name: no such node, or it is neither outside nor a bridge.
pub(super) fn places(
    network: &Network,
    text: &str,
    nodes: &[&str],
) -> Result<(String, Vec<String>), String> {
    let mut text = text.to_owned();
    let mut places = Vec::new();
    for name in nodes {
        if network.outside(name).is_some() {
            places.push((*name).to_owned());
            continue;
        }
        if !is_bridge(network, name) {
            return Err(unusable(network, name));
        }
        let free = |own: &String| network.node(own).is_none() && !places.contains(own);
        let mut names = (1..).map(|number| format!("outside-{number}"));
        let place = names.find(free).unwrap_or_default();
        text.push_str(&format!(
            "\n[[node]]\nname = \"{place}\"\nkind = \"outside\"\n\
             [[wire]]\nbetween = [\"{name}\", \"{place}\"]\nlink = \"lan\"\nrate = \"{RATE}\"\n"
        ));
        places.push(place);
    }
    Ok((text, places))
}

/// A node of a topology without a network layer that is not outside.
fn is_bridge(network: &Network, name: &str) -> bool {
    let node = network.node(name);
    node.is_some_and(|node| network.config(node).is_none())
        && network.outside(name).is_none()
}

fn unusable(network: &Network, name: &str) -> String {
    let all = network.nodes().map(|(_, name)| name);
    let usable =
        all.filter(|own| network.outside(own).is_some() || is_bridge(network, own));
    let usable: Vec<_> = usable.collect();
    let what = match network.node(name) {
        Some(_) => format!("{name} is a host or router"),
        None => format!("no node is named {name}"),
    };
    match usable.is_empty() {
        true => format!(
            "{what}, and no node is of kind \"outside\" or \"bridge\", where a device can be attached"
        ),
        false => format!("{what}; a device can be attached to {}", usable.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use layercake_tower::topology::LAB;

    #[test]
    fn a_bridge_gets_an_outside_node_and_no_other_node_changes() {
        let lab = Network::builtin(1).unwrap();
        let (text, places) = places(&lab, LAB, &["switch.lab", "rack.lab"]).unwrap();
        assert_eq!(places, ["outside-1", "outside-2"]);
        let more = Network::from_toml(&text, 1).unwrap();
        assert_eq!(more.nodes().count(), lab.nodes().count() + 2);
        for (node, name) in lab.nodes() {
            assert_eq!(more.node(name), Some(node));
            let (before, after) = (lab.attachments(node), more.attachments(node));
            assert_eq!(before, &after[..before.len()], "{name}");
        }
    }

    #[test]
    fn what_is_no_place_is_told_with_those_that_are() {
        let lab = Network::builtin(1).unwrap();
        let of = |name| places(&lab, LAB, &[name]).unwrap_err();
        let usable = "a device can be attached to switch.lab, rack.lab";
        assert_eq!(of("wan"), format!("no node is named wan; {usable}"));
        assert_eq!(
            of("web.lab"),
            format!("web.lab is a host or router; {usable}")
        );
    }
}
