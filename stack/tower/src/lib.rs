//! Puts layers on top of each other; wires and networks in virtual time.
