//! A captured packet as layers, fields and values.
