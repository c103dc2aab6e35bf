#!/usr/bin/env bash
# The checks that a change must pass, one function a job: `./ci.sh JOB…` runs some of them,
# `./ci.sh` all. A job that lacks something prints what and why; with CI=true it fails then.
set -euo pipefail
cd "$(dirname "$0")"

DEBIAN_PACKAGES=(bird2 iputils-ping iputils-arping iputils-tracepath traceroute mtr-tiny ndisc6 radvd tshark tcpdump tcpreplay iproute2 openvswitch-switch nftables libcap2-bin python3)
CARGO_DENY=0.20.2
CARGO_FUZZ=0.13.2
FUZZ_SECONDS=${FUZZ_SECONDS:-10}

JOBS=(tools format lint docs supply ladder golden interop main book man fuzz)

say() { printf '\n== %s\n' "$*"; }

# A job cannot run in full: in CI that is a failure, for a person a printed reason.
lacking() {
    printf 'skipped: %s\n' "$*" >&2
    [ "${CI:-}" != true ]
}

# Debian packages and cargo tools that other jobs use. Needs root for the packages.
tools() {
    local missing=()
    for package in "${DEBIAN_PACKAGES[@]}"; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        [ "$(id -u)" = 0 ] || { lacking "not root, cannot install ${missing[*]}"; return; }
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            "${missing[@]}" >/dev/null
    fi
    cargo_tool cargo-deny "$CARGO_DENY"
    cargo_tool cargo-fuzz "$CARGO_FUZZ"
}

cargo_tool() {
    case "$(cargo "${1#cargo-}" --version 2>/dev/null)" in
        *" $2"*) ;;
        *) cargo install --quiet --locked "$1@$2" ;;
    esac
}

format() {
    cargo fmt --all --check
    (cd fuzz && cargo fmt --check)
}

lint() { cargo clippy --quiet --workspace --all-targets -- -D warnings; }

docs() { RUSTDOCFLAGS="-D warnings" cargo doc --quiet --workspace --no-deps --document-private-items; }

# Licences, duplicate versions and sources of everything that comes from outside.
supply() { cargo deny --log-level error check licenses bans sources; }

# Known vulnerabilities. Not among the jobs that `./ci.sh` runs by itself, because it fetches
# the advisory database from the network.
advisories() { cargo deny check advisories; }

ladder() { cargo test --quiet -p layercake-tests --test ladder; }

# Every capture of captures/ (and of the public set, where it is) against its reference values.
golden() {
    cargo test --quiet -p layercake-capfile
    cargo test --quiet -p layercake-rcap
    cargo test --quiet -p layercake-tests --test captures
}

# Our tools and layers against the kernel and Debian's tools, in network namespaces.
interop() {
    if [ "$(id -u)" != 0 ]; then lacking "interop needs root for network namespaces"; return; fi
    cargo test --quiet -p layercake-host -p layercake-live -p layercake-workbench -p layercake-rping -p layercake-rtrace -p layercake-rcap
}

# The README's first command, as an unprivileged user; where root runs this, also without a network.
main() {
    cargo build --quiet --bin rping
    local rping=${CARGO_TARGET_DIR:-target}/debug/rping
    local run=("$rping" web.lab -c 3 --explain)
    if [ "$(id -u)" = 0 ]; then
        local copy
        copy=$(mktemp -d)
        chmod 755 "$copy"
        install -m 755 "$rping" "$copy/rping"
        run=(unshare --net setpriv --reuid 65534 --regid 65534 --clear-groups
            "$copy/rping" web.lab -c 3 --explain)
        "${run[@]}"
        rm -r "$copy"
    else
        "${run[@]}"
    fi
}

book() {
    cargo xtask book
    cargo test --quiet --doc -p layercake-book
    cargo test --quiet -p layercake-book
}

man() { cargo xtask man; }

# A short run of every fuzz target, seeded from captures/ and the topologies.
fuzz() {
    local target seeds
    seeds=$(mktemp -d)
    cargo xtask seeds "$seeds"
    for target in $(cargo fuzz list); do
        say "fuzz $target for $FUZZ_SECONDS s"
        mkdir -p "fuzz/corpus/$target"
        # Coverage and sanitizers are not stable; this lets a stable toolchain use them.
        RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer address "$target" \
            "fuzz/corpus/$target" "$seeds/$target" -- \
            -max_total_time="$FUZZ_SECONDS" -rss_limit_mb=1024 -timeout=5 -verbosity=0 \
            -print_funcs=0 -print_final_stats=1
    done
    rm -r "$seeds"
}

[ $# -gt 0 ] || set -- "${JOBS[@]}"
for job in "$@"; do
    case " ${JOBS[*]} advisories " in
        *" $job "*) ;;
        *) printf 'no job "%s"; there are: %s advisories\n' "$job" "${JOBS[*]}" >&2; exit 2 ;;
    esac
    say "$job"
    started=$SECONDS
    "$job"
    printf '== %s passed in %d s\n' "$job" $((SECONDS - started))
done
