//! L4: datagrams and ports.
