//! L3: packets that find their way.
