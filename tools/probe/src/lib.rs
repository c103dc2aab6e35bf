//! Ping and trace engines without I/O, and the records that they emit.
