#!/usr/bin/env bash
# Records bird.pcap: what a router that runs BIRD says on a link, and how a Linux host on it finds its
# addresses, the router, and its neighbour.
#
#   host (h0) ---------------- router (r0)
#   autoconfigures             BIRD: RIPv2, RIPng, router advertisements
#
# Needs root, iproute2, iputils, tcpdump and bird (2). Everything but the capture is removed again.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
host=record$$h router=record$$r
end() {
    kill "$(cat "$work/bird.pid" 2>/dev/null)" 2>/dev/null || true
    ip netns del "$host" 2>/dev/null || true
    ip netns del "$router" 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT

ip netns add "$host"
ip netns add "$router"
ip link add h0 netns "$host" address 02:00:00:00:00:01 type veth \
    peer name r0 netns "$router" address 02:00:00:00:00:02
ip netns exec "$router" sysctl -qw net.ipv6.conf.all.forwarding=1 net.ipv4.ip_forward=1
ip -n "$router" addr add 10.9.9.1/24 dev r0
ip -n "$router" addr add fd09::1/64 dev r0 nodad
ip -n "$host" addr add 10.9.9.2/24 dev h0
ip -n "$host" link set h0 up

cat >"$work/bird.conf" <<'CONF'
router id 10.9.9.1;
protocol device {}
protocol direct { ipv4; ipv6; }
protocol static { ipv4; route 10.77.0.0/16 blackhole; route 192.168.3.0/24 blackhole; }
protocol static { ipv6; route 2001:db8:77::/48 blackhole; }
protocol rip { ipv4 { import all; export all; }; interface "r0" { update time 3; }; }
protocol rip ng { ipv6 { import all; export all; }; interface "r0" { update time 3; }; }
protocol radv {
    interface "r0" {
        min ra interval 3; max ra interval 4; link mtu 1500;
        prefix fd09::/64 { preferred lifetime 1800; valid lifetime 3600; };
        rdnss fd09::53; dnssl "lab.example";
    };
}
CONF

ip netns exec "$host" tcpdump -q -U -c 40 --time-stamp-precision=nano -i h0 -w bird.pcap 2>/dev/null &
tcpdump=$!
sleep 0.5
ip -n "$router" link set r0 up # now there is a carrier, and the host begins
ip netns exec "$router" bird -c "$work/bird.conf" -s "$work/bird.ctl" -P "$work/bird.pid"
sleep 4
ip netns exec "$host" ping -q -6 -c 2 -i 0.2 fd09::1 >/dev/null
ip netns exec "$host" ping -q -c 1 10.9.9.1 >/dev/null
sleep 1
kill "$tcpdump" 2>/dev/null || true
wait "$tcpdump" || true
