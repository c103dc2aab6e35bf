//! A packet socket, which first only sends.
//!
//! Its protocol is zero, so that the kernel never hands it a frame: a socket for all protocols would get a copy of
//! every frame of every interface until it is bound, and of each frame that it sends itself.
//!
//! Spec: packet(7).

use std::io;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

/// Room for frames on their way, in octets; the kernel counts each frame with its overhead.
const SEND_BUFFER: usize = 4 << 20;

/// Opens one; it is not bound yet.
pub(super) fn open() -> io::Result<Socket> {
    let socket = Socket::new(Domain::PACKET, Type::RAW, Some(Protocol::from(0)))?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    Ok(socket)
}

/// Binds it to an interface, for sending only.
pub(super) fn bind(socket: &Socket, index: u32) -> io::Result<()> {
    bind_for(socket, index, 0)
}

/// Binds it to an interface, where it receives frames of all protocols from now on.
pub(super) fn bind_to_all(socket: &Socket, index: u32) -> io::Result<()> {
    bind_for(socket, index, u16::try_from(libc::ETH_P_ALL).unwrap_or(0))
}

#[allow(unsafe_code, reason = "socket2 knows no packet addresses")]
fn bind_for(socket: &Socket, index: u32, protocol: u16) -> io::Result<()> {
    let family = u16::try_from(libc::AF_PACKET).unwrap_or(0);
    let index = i32::try_from(index).unwrap_or(0);
    let length = libc::socklen_t::try_from(size_of::<libc::sockaddr_ll>()).unwrap_or(0);
    // SAFETY: sockaddr_ll is a plain C structure for which all zeros is a value.
    let mut address: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    address.sll_family = family;
    address.sll_ifindex = index;
    address.sll_protocol = protocol.to_be();
    // SAFETY: the storage that socket2 offers is aligned and large enough for every kind of address; the closure
    // writes a whole sockaddr_ll and tells its true length.
    let ((), address) = unsafe {
        SockAddr::try_init(|storage, stored| {
            storage.cast::<libc::sockaddr_ll>().write(address);
            *stored = length;
            Ok(())
        })
    }?;
    socket.bind(&address)
}
