//! The command as people run it: output, messages, exit codes, files, signals.

#[cfg(test)]
mod common;
#[cfg(test)]
mod debian;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod mtu;
#[cfg(test)]
mod signals;
#[cfg(test)]
mod via;
