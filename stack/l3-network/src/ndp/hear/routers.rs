//! What a station does when it hears a router, or who looks for one.

use core::net::Ipv6Addr;
use core::time::Duration;

use layercake_base::{Context, Ici, Notice, Reason};

use crate::ipv6::Header;
use crate::ndp::Ndp;
use crate::ndp::message::{Redirect, RouterAdvertisement};
use crate::ndp::option::{Opt, Options};

/// Bounds of a reachable time in milliseconds: the most is of RFC 4861 §6.2.1.
const REACHABLE_TIMES: (u64, u64) = (1000, 3_600_000);
/// Bounds of a retransmission timer in milliseconds, so that nobody makes us ask without a
/// pause or never.
const RETRANS_TIMES: (u64, u64) = (100, 60_000);

impl Ndp {
    /// RFC 4861 §6.2.6: who asks for routers is none.
    pub(super) fn hear_host(
        &mut self,
        header: &Header,
        options: &Options<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        if !self.router {
            return Ok(());
        }
        let learnt = self.learn(header.source, options.source_link_layer_address(), cx);
        self.cache.set_router(header.source, false);
        if let Some(router) = self.advertiser.as_mut() {
            router.asked(cx.now(), cx.rng());
        }
        learnt
    }

    /// RFC 4861 §6.3.4: who advertises is a router.
    pub(super) fn hear_router(
        &mut self,
        header: &Header,
        said: &RouterAdvertisement,
        options: &Options<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let learnt = self.learn(header.source, options.source_link_layer_address(), cx);
        self.cache.set_router(header.source, true);
        if self.host.is_some() {
            self.adopt(said);
            self.configure(header.source, said, options, cx);
        }
        learnt
    }

    /// RFC 4861 §6.3.4: the times of the link, as far as they make sense.
    fn adopt(&mut self, said: &RouterAdvertisement) {
        let millis = |said: u32, (least, most): (u64, u64)| {
            (said != 0).then(|| Duration::from_millis(u64::from(said).clamp(least, most)))
        };
        if let Some(time) = millis(said.reachable_time, REACHABLE_TIMES) {
            self.reachable_time.adopt(time);
        }
        if let Some(time) = millis(said.retrans_timer, RETRANS_TIMES) {
            self.cache.retrans_timer = time;
        }
    }

    /// RFC 4861 §6.3.4, RFC 4862 §5.5.3: routers, prefixes and addresses.
    fn configure(
        &mut self,
        router: Ipv6Addr,
        said: &RouterAdvertisement,
        options: &Options<'_>,
        cx: &mut Context<'_>,
    ) {
        let Some(host) = self.host.as_mut() else {
            return;
        };
        for news in host.hear(router, said, options, cx.now()) {
            cx.notify_up(news);
        }
        let maker = (host.identifiers, self.mac);
        for option in options.iter() {
            if let Opt::PrefixInformation(prefix) = option {
                self.own.advertised(&prefix, maker, cx.now());
            }
        }
        self.tell(cx);
    }

    /// RFC 4861 §8.3. Whether the router is the present first hop is seen above, where the
    /// routes are; who is no router at all has no say in where a neighbour is (§8.1). A router
    /// finds its routes by itself.
    pub(super) fn hear_redirect(
        &mut self,
        header: &Header,
        redirect: &Redirect,
        options: &Options<'_>,
        ici: &Ici,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        if self.router {
            return Ok(());
        }
        let Redirect {
            target_address: gateway,
            destination_address: destination,
        } = *redirect;
        let mut learnt = Ok(());
        if self.is_router(header.source) {
            learnt = self.learn(gateway, options.target_link_layer_address(), cx);
            if gateway != destination {
                self.cache.set_router(gateway, true);
            }
        }
        cx.notify_up(Notice::Redirect {
            destination: destination.into(),
            gateway: gateway.into(),
            reporter: header.source.into(),
            port: ici.port,
        });
        learnt
    }

    /// True for a neighbour that has said that it is a router.
    fn is_router(&self, neighbour: Ipv6Addr) -> bool {
        let host = self.host.as_ref();
        let by_default = host.is_some_and(|host| host.has_router(neighbour));
        by_default || self.cache.is_router(neighbour)
    }
}
