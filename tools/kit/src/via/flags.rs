//! The flags of a host of ours on a device, and what is missing among them.

use std::net::IpAddr;

use clap::Args;
use layercake_host::Family;

use crate::cable::{CableError, Interface, Kernel, Plug};

/// Where a host of ours is, and as whom.
#[derive(Clone, Debug, Default, Args)]
#[command(
    next_help_heading = "Over a host of our own on a device, in real time",
    mut_arg("kernel_addr", |own| own.requires("via")),
    mut_arg("kernel_route", |own| own.requires("via"))
)]
pub struct Flags {
    /// Send from a host of ours beside the kernel, on a TAP device (made if need be) or on an
    /// existing interface. The device needs CAP_NET_ADMIN, the interface CAP_NET_RAW
    #[arg(
        long, value_name = "tap:DEVICE|link:INTERFACE",
        conflicts_with_all = ["net", "real_time"]
    )]
    pub via: Option<Plug>,

    /// The addresses of that host; each has a link address of its own
    #[arg(
        long,
        value_name = "ADDRESS/LENGTH",
        value_delimiter = ',',
        num_args = 1,
        requires = "via"
    )]
    pub via_addr: Vec<Interface>,

    /// The neighbour by way of which that host reaches everybody else; of each family one
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',', requires = "via")]
    pub via_gateway: Vec<IpAddr>,

    /// Make sure first that nobody else has the addresses: 4 to 7 s (RFC 5227), of IPv6 2.5 s
    /// (RFC 4862)
    #[arg(long, requires = "via")]
    pub via_check: bool,

    /// The kernel's end.
    #[command(flatten)]
    pub kernel: Kernel,
}

impl Flags {
    /// Whether they make sense together.
    ///
    /// # Errors
    /// [`CableError::Asked`] says what is missing, or wrong.
    pub(super) fn check(&self, plug: &Plug) -> Result<(), CableError> {
        let asked = |text: String| Err(CableError::Asked(text));
        if self.via_addr.is_empty() {
            return asked(self.no_address(plug));
        }
        let own = |address| {
            self.via_addr
                .iter()
                .filter(move |one| one.address == address)
        };
        let twice = |one: &&Interface| own(one.address).count() > 1;
        if let Some(one) = self.via_addr.iter().find(twice) {
            return asked(format!("--via-addr: {} stands there twice", one.address));
        }
        let kernel = self
            .kernel
            .addresses()
            .find(|one| own(one.address).count() > 0);
        if let Some(one) = kernel {
            return asked(format!(
                "{} cannot be the kernel's address and that of our host",
                one.address
            ));
        }
        let near = |gateway: IpAddr| {
            let local = matches!(gateway, IpAddr::V6(own) if own.is_unicast_link_local());
            let mut networks = self.via_addr.iter().map(|one| one.network);
            local || networks.any(|network| network.contains(gateway))
        };
        let wrong = |gateway: &&IpAddr| !near(**gateway) || own(**gateway).count() > 0;
        match self.via_gateway.iter().find(wrong) {
            None => Ok(()),
            Some(gateway) => asked(format!(
                "--via-gateway {gateway}: a neighbour expected, on the network of {}",
                self.addresses()
            )),
        }
    }

    /// The family to look a name up in: that of the host's addresses, when they are all of one. An address is of its
    /// own family.
    pub fn family(&self, target: &str) -> Option<Family> {
        let address = target.split('%').next().unwrap_or_default();
        let mut all = self.via_addr.iter().map(|own| Family::of(&own.address));
        let first = all.next()?;
        let alone = address.parse::<IpAddr>().is_err() && all.all(|own| own == first);
        alone.then_some(first)
    }

    /// All own addresses, in words.
    pub(super) fn addresses(&self) -> String {
        let all = self.via_addr.iter().map(Interface::to_string);
        all.collect::<Vec<_>>().join(", ")
    }

    /// A hint that fits the kernel's end, where that is given here.
    fn no_address(&self, plug: &Plug) -> String {
        let kernel = self.kernel.addresses().next();
        let beside = kernel.and_then(|one| one.neighbour());
        let example = match beside {
            Some(one) => format!("--via-addr {one}"),
            None => "--via-addr 10.0.0.2/24, a free one of its network".to_owned(),
        };
        format!("our host on {plug} needs an address of its own: {example}")
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, FromArgMatches, Parser};

    use super::*;
    use crate::common::Common;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        common: Common,
    }

    fn parse(line: &str) -> Result<Flags, clap::Error> {
        let words = ["x"].into_iter().chain(line.split_whitespace());
        let matches = Cli::command().try_get_matches_from(words)?;
        Cli::from_arg_matches(&matches).map(|cli| cli.common.via)
    }

    fn told(line: &str) -> String {
        let flags = parse(line).unwrap();
        let plug = flags.via.clone().unwrap();
        flags.check(&plug).unwrap_err().to_string()
    }

    #[test]
    fn what_belongs_to_a_device_is_refused_without_one() {
        for line in [
            "--via-addr 10.0.0.2/24",
            "--via-gateway 10.0.0.1",
            "--via-check",
            "--kernel-addr 10.0.0.1/24",
            "--kernel-route 10.0.0.0/8=10.0.0.2",
            "--via tap:lc0 --net FILE",
            "--via tap:lc0 --real-time",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
        assert!(parse("--via link:veth0 --via-addr 10.0.0.2/24,10.1.0.2/24").is_ok());
    }

    #[test]
    fn a_name_is_looked_up_in_the_family_that_the_host_speaks() {
        let family = |own, target| {
            let flags = parse(&format!("--via tap:lc0 --via-addr {own}")).unwrap();
            flags.family(target)
        };
        let both = "10.0.0.2/24,fd00::2/64";
        assert_eq!(family("fd00::2/64", "name.example"), Some(Family::V6));
        assert_eq!(family("10.0.0.2/24", "name.example"), Some(Family::V4));
        assert_eq!(family(both, "name.example"), None);
        assert_eq!(family("10.0.0.2/24", "fd00::1"), None);
        assert_eq!(family("10.0.0.2/24", "fe80::1%lc0"), None);
    }

    #[test]
    fn what_is_missing_is_told_with_an_example_that_fits() {
        let text = told("--via tap:lc0 --kernel-addr 10.7.0.1/24");
        assert!(
            text.ends_with("needs an address of its own: --via-addr 10.7.0.2/24"),
            "{text}"
        );
        assert!(told("--via link:veth0").contains("--via-addr 10.0.0.2/24"));
        let own = "--via tap:lc0 --via-addr 10.0.0.2/24";
        for (more, why) in [
            (",10.0.0.2/16", "stands there twice"),
            (
                " --kernel-addr 10.0.0.2/24",
                "cannot be the kernel's address and",
            ),
            (
                " --via-gateway 10.0.1.1",
                "a neighbour expected, on the network of 10.0.0.2/24",
            ),
            (" --via-gateway 10.0.0.2", "a neighbour expected"),
        ] {
            let text = told(&format!("{own}{more}"));
            assert!(text.contains(why), "{text}");
        }
    }
}
