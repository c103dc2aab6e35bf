//! The command as people run it: pipes, output, messages, exit codes.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod copies;
#[cfg(test)]
mod flood;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod kernel;
#[cfg(test)]
mod nets;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod sends;
#[cfg(test)]
mod wires;
