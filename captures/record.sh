#!/usr/bin/env bash
# Records the captures of kernel traffic in this folder: a client, three routers and a server,
# all Linux, each in a network namespace of its own. Needs root, iproute2, tcpdump,
# iputils-ping, traceroute, dnsmasq, dig, curl, python3. Removes what it made.
#
#   client 10.77.0.2 ── 10.77.0.1 r1 10.77.1.1 ── 10.77.1.2 r2 10.77.2.1 ── 10.77.2.2 r3 10.77.3.1 ── 10.77.3.2 server
set -euo pipefail
cd "$(dirname "$0")"

ID=lc$$
NODES=(client r1 r2 r3 server)
LOG=$(mktemp -d)

cleanup() {
    for node in "${NODES[@]}"; do
        ip netns pids "$ID-$node" 2>/dev/null | xargs -r kill 2>/dev/null || true
        ip netns del "$ID-$node" 2>/dev/null || true
    done
    rm -r "$LOG"
}
trap cleanup EXIT

at() { local node=$1; shift; ip netns exec "$ID-$node" "$@"; }

build() {
    for node in "${NODES[@]}"; do
        ip netns add "$ID-$node"
        at "$node" ip link set lo up
        at "$node" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv4.icmp_ratelimit=0
    done
    for link in 0 1 2 3; do
        local left=${NODES[$link]} right=${NODES[$((link + 1))]}
        local a=1 b=2
        [ "$link" = 0 ] && a=2 b=1
        ip link add right netns "$ID-$left" address "02:00:00:00:0$link:0$a" type veth \
            peer name left netns "$ID-$right" address "02:00:00:00:0$link:0$b"
        at "$left" ip addr add "10.77.$link.$a/24" dev right
        at "$right" ip addr add "10.77.$link.$b/24" dev left
        at "$left" ip link set right up
        at "$right" ip link set left up
        # Checksums as they are on a wire, not as a sender leaves them to its device.
        at "$left" ethtool -K right tx off >/dev/null
        at "$right" ethtool -K left tx off >/dev/null
    done
    for router in r1 r2 r3; do at "$router" sysctl -qw net.ipv4.ip_forward=1; done
    at client ip route add default via 10.77.0.1
    at r1 ip route add default via 10.77.1.2
    at r2 ip route add default via 10.77.2.2
    at r2 ip route add 10.77.0.0/24 via 10.77.1.1
    at r3 ip route add default via 10.77.2.1
    at server ip route add default via 10.77.3.1
}

# record FILE FILTER COMMAND…: what the client's interface carries while the command runs.
record() {
    local file=$1 filter=$2 dump
    shift 2
    at client ip neigh flush all
    : >"$LOG/dump"
    ip netns exec "$ID-client" tcpdump -Z root --immediate-mode -qi right --time-stamp-precision=nano -Uw "$file" "$filter" \
        2>"$LOG/dump" &
    dump=$!
    until grep -q listening "$LOG/dump"; do sleep 0.05; done
    at client "$@" >/dev/null 2>&1 || true
    sleep 0.3
    kill $dump
    wait $dump || true
    printf '%s: %s\n' "$file" "$*"
}

build
at server python3 -m http.server --directory "$PWD/site" 8080 >/dev/null 2>&1 &
at server dnsmasq --no-daemon --conf-file=/dev/null --no-resolv --no-hosts \
    --address=/www.example.test/10.77.3.2 --port=53 >/dev/null 2>&1 &
sleep 1
record ping.pcap "arp or icmp" ping -c 3 -i 0.2 10.77.3.2
record ping-unreachable.pcap "arp or icmp" ping -c 1 -W 4 10.77.3.99
record traceroute-udp.pcap "arp or icmp or udp" traceroute -n -q 1 -N 1 10.77.3.2
record traceroute-icmp.pcap "arp or icmp" traceroute -n -I -q 1 -N 1 10.77.3.2
record dns.pcap "arp or udp" dig +tries=1 @10.77.3.2 www.example.test A
record http.pcap "arp or tcp" curl -s -o /dev/null http://10.77.3.2:8080/
