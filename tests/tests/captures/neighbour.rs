//! Our view of neighbour discovery: the five messages and their options.

use layercake_base::Reason;
use layercake_network::icmpv6::Ends;
use layercake_network::ndp::Message;
use layercake_network::ndp::message::{
    neighbor_advertisement, neighbor_solicitation, redirect, router_advertisement,
    router_solicitation,
};
use layercake_network::ndp::option::Opt;

use crate::icmpv6::Again;
use crate::ours::Seen;

impl Seen {
    /// The message encoded anew; the fields of the message and of its options are set.
    pub(crate) fn neighbour(&mut self, message: &[u8], ends: Ends) -> Again {
        let layout = match message.first() {
            Some(133) => &router_solicitation::LAYOUT,
            Some(134) => &router_advertisement::LAYOUT,
            Some(135) => &neighbor_solicitation::LAYOUT,
            Some(136) => &neighbor_advertisement::LAYOUT,
            _ => &redirect::LAYOUT,
        };
        let (own, options) = match Message::decode(message, ends) {
            Ok(read) => read,
            Err(reason) => return (Err(reason), layout),
        };
        self.message_fields(&own);
        let options: Vec<_> = options.iter().collect();
        self.options_seen += options.len();
        for option in &options {
            self.option_fields(option);
        }
        // H of RFC 6275 and P of RFC 4389 are not kept.
        if let (Message::RouterAdvertisement(_), [_, _, _, _, _, flags, ..]) =
            (&own, message)
            && flags & 0b0010_0100 != 0
        {
            let (field, value) = ("Flags", (*flags).into());
            return (Err(Reason::Unhandled { field, value }), layout);
        }
        let mut again = vec![0; message.len()];
        let done = own.encode(&options, &mut again, ends);
        (done.map(|()| again), layout)
    }

    fn message_fields(&mut self, message: &Message) {
        match message {
            Message::RouterSolicitation(_) => {}
            Message::RouterAdvertisement(own) => {
                self.set("icmpv6.nd.ra.cur_hop_limit", own.cur_hop_limit);
                self.set("icmpv6.nd.ra.flag.m", u8::from(own.managed));
                self.set("icmpv6.nd.ra.flag.o", u8::from(own.other));
                self.set("icmpv6.nd.ra.router_lifetime", own.router_lifetime);
                self.set("icmpv6.nd.ra.reachable_time", own.reachable_time);
                self.set("icmpv6.nd.ra.retrans_timer", own.retrans_timer);
            }
            Message::NeighborSolicitation(own) => {
                self.set("icmpv6.nd.ns.target_address", own.target_address);
            }
            Message::NeighborAdvertisement(own) => {
                self.set("icmpv6.nd.na.flag.r", u8::from(own.router));
                self.set("icmpv6.nd.na.flag.s", u8::from(own.solicited));
                self.set("icmpv6.nd.na.flag.o", u8::from(own.overrides));
                self.set("icmpv6.nd.na.target_address", own.target_address);
            }
            Message::Redirect(own) => {
                let to = own.destination_address;
                self.set("icmpv6.nd.rd.target_address", own.target_address);
                self.set("icmpv6.rd.na.destination_address", to);
            }
        }
    }

    fn option_fields(&mut self, option: &Opt<'_>) {
        match option {
            Opt::SourceLinkLayerAddress(mac) => {
                self.set("icmpv6.opt.src_linkaddr", mac);
            }
            Opt::TargetLinkLayerAddress(mac) => {
                self.set("icmpv6.opt.target_linkaddr", mac);
            }
            Opt::PrefixInformation(own) => {
                self.set("icmpv6.opt.prefix.length", own.prefix_length);
                self.set("icmpv6.opt.prefix.flag.l", u8::from(own.on_link));
                self.set("icmpv6.opt.prefix.flag.a", u8::from(own.autonomous));
                let (valid, preferred) = (own.valid_lifetime, own.preferred_lifetime);
                self.set("icmpv6.opt.prefix.valid_lifetime", valid);
                self.set("icmpv6.opt.prefix.preferred_lifetime", preferred);
                self.set("icmpv6.opt.prefix", own.prefix);
            }
            Opt::Mtu(mtu) => self.set("icmpv6.opt.mtu", mtu),
            Opt::RouteInformation(own) => {
                self.set("icmpv6.opt.route_lifetime", own.route_lifetime);
            }
            Opt::RecursiveDnsServer(own) => {
                self.set("icmpv6.opt.rdnss.lifetime", own.lifetime);
                if let Some(first) = own.addresses().next() {
                    self.set("icmpv6.opt.rdnss", first);
                }
            }
            Opt::DnsSearchList(own) => {
                self.set("icmpv6.opt.dnssl.lifetime", own.lifetime);
            }
            Opt::RedirectedHeader(_) | Opt::Nonce(_) | Opt::Unknown(..) => {}
        }
    }
}
