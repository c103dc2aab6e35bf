//! Messages, rules and whole networks.

mod lab;
mod messages;
mod networks;
mod rules;
