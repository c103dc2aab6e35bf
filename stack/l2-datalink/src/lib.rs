//! L2: bits to frames that arrive whole.
