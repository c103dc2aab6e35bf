//! pcap and pcapng, read and written.
