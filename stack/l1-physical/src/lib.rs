//! L1: bits to symbols on a medium, and back.
