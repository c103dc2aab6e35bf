//! IPv6 neighbour discovery between the kernel and our hosts: each finds the other, each configures itself by the other, and
//! neither takes an address that the other has.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

use std::cell::RefCell;
use std::fs;
use std::net::Ipv6Addr;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use common::{NEAR, alone, on_tap, run};
use layercake_base::{Event, Ici, Layer, Mac, Observer, What};
use layercake_datalink::{Burst, Ethernet, FrameCheck};
use layercake_live::{Ended, Live};
use layercake_network::icmpv6::Echo;
use layercake_network::ndp::message::{NeighborSolicitation, RouterAdvertisement};
use layercake_network::ndp::option::PrefixInformation;
use layercake_network::ndp::{Advertising, Identifiers, eui_64, link_local};
use layercake_network::route::{Prefix, Route};
use layercake_network::{Ndp, ipv4, ipv6};
use layercake_physical::Manchester;
use layercake_tests::lack::lacking;
use layercake_tests::netns::Chain;
use layercake_tower::topology::{Attachment, Configs, host};
use layercake_tower::{Network, Tower};

/// Our host, in a network where the kernel is 2001:db8:99::1.
const HERE: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0x99, 0, 0, 0, 0, 2);
/// A network that a router says.
const SAID: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xaa, 0, 0, 0, 0, 0);

/// [`NEAR`] with IPv6 besides.
fn near() -> String {
    let v4 = "here.lab 10.99.1.2/30";
    let both = NEAR.replace(v4, &format!("{v4} {HERE}/64"));
    assert_ne!(both, NEAR);
    both
}

/// Our host on a TAP device whose kernel end is 2001:db8:99::1.
fn beside_the_kernel() -> Live {
    let live = on_tap(&near());
    ip("-6 addr add 2001:db8:99::1/64 dev lc0 nodad");
    live
}

/// The same with this neighbour discovery, and with no address of IPv6 but what that brings.
fn with(ndp: impl FnOnce(Mac) -> Ndp) -> Live {
    let on_link = Route {
        prefix: Prefix::new(HERE.into(), 64).unwrap(),
        next_hop: None,
        port: 0,
        metric: 0,
    };
    let mut live = beside_the_kernel();
    install(&mut live, ndp, |config| config.routes = vec![on_link]);
    live
}

/// Gives our host this neighbour discovery, and what IPv6 is told about itself.
fn install(
    live: &mut Live,
    ndp: impl FnOnce(Mac) -> Ndp,
    change: impl FnOnce(&mut ipv6::Config),
) {
    let network = live.network();
    let (here, mac) = (network.local(), our_mac(network));
    let column = Tower::builder()
        .layer(ndp(mac))
        .layer(Ethernet::new(mac))
        .layer(FrameCheck::default())
        .layer(Burst)
        .layer(Manchester::new())
        .build();
    let columns: Vec<Box<dyn Layer>> = vec![Box::new(column.unwrap())];
    let interface = ipv6::Interface {
        port: 0,
        addresses: Vec::new(),
        mtu: 1500,
        point_to_point: false,
    };
    let mut v6 = ipv6::Config {
        interfaces: vec![interface],
        ..ipv6::Config::default()
    };
    change(&mut v6);
    let configs = Configs {
        v4: ipv4::Config::default(),
        v6: Some(v6),
    };
    network
        .install(here, host(configs, columns).unwrap())
        .unwrap();
}

/// A kernel that is a host as it comes: it listens to routers, and asks for an address before it takes it.
fn host_kernel() -> Option<Chain> {
    let chain = alone()?;
    let all = [("forwarding", "0"), ("accept_dad", "1")];
    for (name, value) in all {
        for which in ["all", "default"] {
            let name = format!("net/ipv6/conf/{which}/{name}");
            chain.sysctl(0, &name, value).unwrap();
        }
    }
    Some(chain)
}

fn our_mac(network: &Network) -> Mac {
    match network.attachments(network.local()) {
        [Attachment::Station(own)] => own.mac,
        other => panic!("{other:?}"),
    }
}

/// What our host's neighbour discovery refused, and the packets that it handed on.
#[derive(Default)]
struct Witness {
    refused: Vec<String>,
    passed: Vec<Vec<u8>>,
}

impl Observer for Witness {
    fn on(&mut self, event: &Event<'_>) {
        match &event.what {
            _ if event.layer != "ndp" => {}
            What::Discarded { reason } => self.refused.push(reason.to_string()),
            What::Passed { .. } => self.passed.push(event.octets.to_vec()),
            _ => {}
        }
    }
}

impl Witness {
    /// True when there was a question for this address.
    fn asked_for(&self, address: Ipv6Addr) -> bool {
        let question = NeighborSolicitation {
            target_address: address,
        };
        let asks = |packet: &Vec<u8>| {
            let header = ipv6::Header::decode(packet).ok()?;
            let message = packet.get(ipv6::Header::OCTETS..)?;
            let ends = (header.source, header.destination);
            Some(NeighborSolicitation::decode(message, ends).ok()?.0 == question)
        };
        self.passed.iter().any(|packet| asks(packet) == Some(true))
    }
}

fn watch(live: &mut Live) -> Rc<RefCell<Witness>> {
    let witness = Rc::new(RefCell::new(Witness::default()));
    live.network().observe(Box::new(Rc::clone(&witness)));
    witness
}

fn ip(line: &str) {
    let output = Command::new("ip").args(line.split(' ')).output().unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
}

/// A shell's command line; what it prints.
fn shell(live: &mut Live, line: &str) -> String {
    let said = run(live, Command::new("sh").args(["-c", line]));
    println!("$ {line}\n{said}");
    said
}

/// Asks every tenth of a second, for ten seconds, until the answer has this in it.
fn until(live: &mut Live, line: &str, expected: &str) -> String {
    for _ in 0..100 {
        let said = shell(live, line);
        if said.contains(expected) {
            return said;
        }
        shell(live, "sleep 0.1");
    }
    panic!("{expected:?} never came of {line}");
}

fn three_pings(live: &mut Live, target: &str) {
    let said = shell(live, &format!("ping -6 -n -c 3 -i 0.01 -W 5 {target}"));
    assert!(said.contains("3 received"), "{said}");
}

/// False, with a word, where the program is not there.
fn there_is(program: &str, package: &str) -> bool {
    let mut command = Command::new(program);
    let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
    let there = silent.arg("--version").status().is_ok();
    if !there {
        lacking(&format!("{program} is needed, of the package {package}"));
    }
    there
}

#[test]
fn the_kernel_finds_our_host_and_knows_that_it_is_reachable() {
    let Some(chain) = alone() else { return };
    let both = chain.enter(0, || {
        let mut live = beside_the_kernel();
        three_pings(&mut live, &HERE.to_string());
        let mac = our_mac(live.network());
        let near = link_local(mac);
        three_pings(&mut live, &format!("{near}%lc0"));
        for address in [HERE, near] {
            let said = shell(&mut live, &format!("ip -6 neigh show {address}"));
            let entry = format!("{address} dev lc0 lladdr {mac} REACHABLE");
            assert!(said.contains(&entry), "{said}");
        }
    });
    both.unwrap();
}

/// The kernel forgets our host, and asks it whether it is there as soon as it is spoken to.
#[test]
fn our_host_answers_when_the_kernel_is_in_doubt() {
    let Some(chain) = alone() else { return };
    let doubt = chain.enter(0, || {
        let mut live = beside_the_kernel();
        shell(
            &mut live,
            "sysctl -w net.ipv6.neigh.lc0.delay_first_probe_time=1",
        );
        three_pings(&mut live, &HERE.to_string());
        let entry = format!("{HERE} dev lc0 lladdr {} nud", our_mac(live.network()));
        ip(&format!("-6 neigh change {entry} stale"));
        let show = format!("ip -6 neigh show {HERE}");
        let datagram = format!("echo x > /dev/udp/{HERE}/9");
        let datagram = format!("bash -c '{datagram}'; {show}");
        until(&mut live, &datagram, "DELAY");
        until(&mut live, &show, "REACHABLE");
    });
    doubt.unwrap();
}

#[test]
fn ndisc6_finds_our_host() {
    if !there_is("ndisc6", "ndisc6") {
        return;
    }
    let Some(chain) = alone() else { return };
    let found = chain.enter(0, || {
        let mut live = beside_the_kernel();
        let said = shell(&mut live, &format!("ndisc6 -1 -r 1 -w 5000 {HERE} lc0"));
        let mac = our_mac(live.network()).to_string().to_uppercase();
        let answer = format!("Target link-layer address: {mac}");
        assert!(said.contains(&answer), "{said}");
        let said = shell(&mut live, "ndisc6 -1 -r 1 -w 500 2001:db8:99::3 lc0");
        assert!(said.contains("Timed out"), "{said}");
    });
    found.unwrap();
}

/// A router that says a network of ours.
fn advertising(mac: Mac) -> Ndp {
    let said = PrefixInformation {
        prefix_length: 64,
        on_link: true,
        autonomous: true,
        valid_lifetime: 7200,
        preferred_lifetime: 3600,
        prefix: SAID,
    };
    Ndp::new(mac, vec![(HERE, 64)]).advertising(Advertising {
        router: RouterAdvertisement {
            cur_hop_limit: 42,
            router_lifetime: 1800,
            ..RouterAdvertisement::default()
        },
        mtu: Some(1400),
        prefixes: vec![said],
        ..Advertising::default()
    })
}

#[test]
fn the_kernel_configures_itself_by_our_router() {
    let Some(chain) = host_kernel() else { return };
    let configured = chain.enter(0, || {
        let mut live = with(advertising);
        let near = link_local(our_mac(live.network()));
        until(&mut live, "ip -6 addr show dev lc0", "2001:db8:aa:");
        let routes = shell(&mut live, "ip -6 route show dev lc0");
        let default = format!("default via {near} proto ra");
        assert!(routes.contains(&default), "{routes}");
        assert!(routes.contains("2001:db8:aa::/64 proto kernel"), "{routes}");
        let line = "sysctl net.ipv6.conf.lc0.mtu net.ipv6.conf.lc0.hop_limit";
        let said = shell(&mut live, line);
        assert!(said.contains("mtu = 1400"), "{said}");
        assert!(said.contains("hop_limit = 42"), "{said}");
        three_pings(&mut live, &HERE.to_string());
    });
    configured.unwrap();
}

#[test]
fn rdisc6_finds_our_router() {
    if !there_is("rdisc6", "ndisc6") {
        return;
    }
    let Some(chain) = alone() else { return };
    let found = chain.enter(0, || {
        let mut live = with(advertising);
        let said = shell(&mut live, "rdisc6 -1 -r 3 -w 5000 lc0");
        let mac = our_mac(live.network());
        let link = format!(
            " Source link-layer address: {}",
            mac.to_string().to_uppercase()
        );
        let from = format!(" from {}", link_local(mac));
        let lines = [
            "Hop limit                 :           42",
            "Router lifetime           :         1800",
            " Prefix                   : 2001:db8:aa::/64",
            "  Valid time              :         7200",
            "  Pref. time              :         3600",
            " MTU                      :         1400 bytes",
            &link,
            &from,
        ];
        for line in lines {
            assert!(said.contains(line), "{line:?}");
        }
    });
    found.unwrap();
}

/// radvd on the kernel's end of the device; ended when dropped.
struct Radvd(Child);

impl Radvd {
    fn start(folder: &std::path::Path) -> Self {
        let prefix = "prefix 2001:db8:aa::/64 { AdvValidLifetime 7200; AdvPreferredLifetime 3600; };";
        let times = "AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4;";
        let config = format!("interface lc0 {{ {times} {prefix} }};\n");
        let (file, pid) = (folder.join("radvd.conf"), folder.join("radvd.pid"));
        fs::write(&file, config).unwrap();
        let mut radvd = Command::new("radvd");
        radvd
            .args(["-n", "-m", "stderr", "-C"])
            .arg(file)
            .arg("-p")
            .arg(pid);
        Radvd(radvd.stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Radvd {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _waited = self.0.wait();
    }
}

#[test]
fn our_host_configures_itself_by_radvd() {
    if !there_is("radvd", "radvd") {
        return;
    }
    let Some(chain) = alone() else { return };
    let folder =
        std::env::temp_dir().join(format!("layercake-ndp-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let configured = chain.enter(0, || {
        let stable = Identifiers::Eui64;
        let mut live = with(|mac| Ndp::new(mac, Vec::new()).autoconfiguring(stable));
        shell(&mut live, "sysctl -w net.ipv6.conf.all.forwarding=1");
        ip("-6 addr add 2001:db8:aa::1/64 dev lc0 nodad");
        until(
            &mut live,
            "ip -6 addr show dev lc0 scope link -tentative",
            "fe80",
        );
        let _radvd = Radvd::start(&folder);
        let mut octets = SAID.octets();
        octets[8..].copy_from_slice(&eui_64(our_mac(live.network())));
        let ours = Ipv6Addr::from(octets);
        until(
            &mut live,
            &format!("ping -6 -n -c 1 -W 1 {ours}"),
            "1 received",
        );
        three_pings(&mut live, &ours.to_string());
        // By its default route, which it has from radvd: the kernel asks from another network.
        ip("-6 addr add 2001:db8:bb::1/64 dev lo");
        three_pings(&mut live, &format!("-I 2001:db8:bb::1 {ours}"));
    });
    fs::remove_dir_all(&folder).unwrap();
    configured.unwrap();
}

/// RFC 4862 §5.4 from the kernel's side.
#[test]
fn the_kernel_does_not_take_an_address_that_our_host_has() {
    let Some(chain) = host_kernel() else { return };
    let failed = chain.enter(0, || {
        let mut live = beside_the_kernel();
        ip(&format!("-6 addr add {HERE}/64 dev lc0"));
        ip("-6 addr add 2001:db8:99::3/64 dev lc0");
        let show = "ip -6 addr show dev lc0";
        let said = until(&mut live, show, "dadfailed");
        let taken = said.lines().find(|line| line.contains("dadfailed"));
        assert!(taken.unwrap().contains(&HERE.to_string()), "{said}");
        let free = format!("{show} to 2001:db8:99::3 -tentative");
        until(&mut live, &free, "2001:db8:99::3");
    });
    failed.unwrap();
}

/// And from ours.
#[test]
fn our_host_does_not_take_an_address_that_the_kernel_has() {
    let Some(chain) = alone() else { return };
    let given_up = chain.enter(0, || {
        let mut live = with(|mac| Ndp::new(mac, vec![(HERE, 64)]).probing());
        let witness = watch(&mut live);
        ip(&format!("-6 addr add {HERE}/64 dev lc0 nodad"));
        let (seen, rule) = (Rc::clone(&witness), "must not be our own address");
        let expected = format!("Target Address = {HERE} {rule}");
        let deadline = live.now() + Duration::from_secs(10);
        let ended = live.run_until(Some(deadline), None, |_| {
            seen.borrow().refused.contains(&expected)
        });
        let refused = &witness.borrow().refused;
        assert_eq!(ended.unwrap(), Ended::Stopped, "{refused:?}");
        // What it may keep answers.
        let near = link_local(our_mac(live.network()));
        let ping = format!("ping -6 -n -c 1 -W 1 {near}%lc0");
        until(&mut live, &ping, "1 received");
    });
    given_up.unwrap();
}

#[test]
fn our_host_takes_an_address_that_nobody_has() {
    let Some(chain) = alone() else { return };
    let taken = chain.enter(0, || {
        let mut live = with(|mac| Ndp::new(mac, vec![(HERE, 64)]).probing());
        until(
            &mut live,
            &format!("ping -6 -n -c 1 -W 1 {HERE}"),
            "1 received",
        );
    });
    taken.unwrap();
}

/// A neighbour that nobody is: packets to it only show where they go.
const OTHER: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0x99, 0, 0, 0, 0, 0x77);

/// RFC 4861 §8: all go by the kernel, which says that one is on the link; from then on our host asks for it itself.
#[test]
fn our_host_believes_a_redirect_of_the_kernel() {
    let Some(chain) = alone() else { return };
    let none = "net/ipv6/conf/default/addr_gen_mode";
    chain.sysctl(0, none, "1").unwrap();
    let believed = chain.enter(0, || {
        let mut live = beside_the_kernel();
        ip("-6 addr add fe80::1/64 dev lc0 nodad");
        let by_the_kernel = Route {
            prefix: Prefix::new(Ipv6Addr::UNSPECIFIED.into(), 0).unwrap(),
            next_hop: Some("fe80::1".parse().unwrap()),
            port: 0,
            metric: 0,
        };
        let ndp = |mac| Ndp::new(mac, vec![(HERE, 64)]);
        install(&mut live, ndp, |config| config.routes = vec![by_the_kernel]);
        let witness = watch(&mut live);
        let here = live.network().local();
        let echo = Echo {
            reply: false,
            identifier: 1,
            sequence_number: 1,
        };
        let mut question = [0; 16];
        echo.encode(&mut question, (HERE, OTHER)).unwrap();
        let ici = Ici {
            source: Some(HERE.into()),
            destination: Some(OTHER.into()),
            next: 58,
            ..Ici::NONE
        };
        for _ in 0..20 {
            live.network().send(here, &question, ici).unwrap();
            shell(&mut live, "sleep 0.1");
            if witness.borrow().asked_for(OTHER) {
                return;
            }
        }
        let refused = &witness.borrow().refused;
        panic!("our host never asked for {OTHER}: {refused:?}");
    });
    believed.unwrap();
}

/// The other way round.
#[test]
fn the_kernel_believes_a_redirect_of_our_router() {
    let Some(chain) = host_kernel() else { return };
    let believed = chain.enter(0, || {
        let mut live = beside_the_kernel();
        let near = link_local(our_mac(live.network()));
        let ndp = |mac| Ndp::new(mac, vec![(HERE, 64)]).router(true);
        install(&mut live, ndp, |config| {
            config.interfaces[0].addresses = vec![(HERE, 64), (near, 64)];
            config.forward = true;
        });
        ip(&format!("-6 route add {OTHER}/128 via {near} dev lc0"));
        let get = format!("ip -6 route get {OTHER}");
        let before = shell(&mut live, &get);
        assert!(before.contains(&format!("via {near}")), "{before}");
        let ping = format!("ping -6 -n -c 1 -W 1 {OTHER}; {get}");
        let after = until(&mut live, &ping, &format!("\n{OTHER} from :: dev lc0"));
        assert!(!after.contains("via"), "{after}");
    });
    believed.unwrap();
}
