//! A name or a written address to addresses.

use std::ffi::{CStr, CString, c_int};
use std::net::SocketAddr;
use std::ptr;

use socket2::SockAddr;

use crate::failure::errno_text;
use crate::options::Family;

/// Addresses looked at for one name; more are left out.
const MOST: usize = 256;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The name at the end of the aliases, as the resolver tells it; hostile text when it came over the network.
    pub canonical: Option<String>,
    /// At least one address, best first; ports are zero, link-local addresses have their scope.
    pub addresses: Vec<SocketAddr>,
}

/// A name that could not be resolved. Its text is that of ping(8) after the tool's name:
/// `nosuch: Name or service not known`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {text}")]
pub struct ResolveError {
    /// The name as given.
    pub name: String,
    /// What gai_strerror(3), or for a system error strerror(3), says.
    pub text: String,
}

/// Looks a name up; may take as long as the resolver's time-outs. A written address is only read.
///
/// # Errors
/// [`ResolveError`] with the resolver's own text.
pub fn addresses(name: &str, family: Option<Family>) -> Result<Found, ResolveError> {
    let failed = |text: String| ResolveError {
        name: name.to_owned(),
        text,
    };
    let node = CString::new(name).map_err(|_nul| failed(gai_text(libc::EAI_NONAME)))?;
    let found = ask(&node, family).map_err(&failed)?;
    if found.addresses.is_empty() {
        return Err(failed(gai_text(libc::EAI_NONAME)));
    }
    Ok(found)
}

/// The list that getaddrinfo(3) allocated; freed when dropped.
struct List(*mut libc::addrinfo);

impl Drop for List {
    #[allow(unsafe_code, reason = "the list is the C library's")]
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the pointer came from a successful getaddrinfo and is freed once, here.
            unsafe { libc::freeaddrinfo(self.0) };
        }
    }
}

#[allow(
    unsafe_code,
    reason = "getaddrinfo has no safe form that tells its errors"
)]
fn ask(node: &CStr, family: Option<Family>) -> Result<Found, String> {
    // SAFETY: addrinfo is a plain C structure for which all zeros means "no hint".
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_family = match family {
        None => libc::AF_UNSPEC,
        Some(Family::V4) => libc::AF_INET,
        Some(Family::V6) => libc::AF_INET6,
    };
    hints.ai_socktype = libc::SOCK_DGRAM;
    hints.ai_flags = libc::AI_CANONNAME;
    let mut list = List(ptr::null_mut());
    // SAFETY: `node` ends in a NUL; `hints` and `list` live through the call, which only reads the former and writes
    // a pointer into the latter.
    let answer = unsafe {
        libc::getaddrinfo(
            node.as_ptr(),
            ptr::null(),
            &raw const hints,
            &raw mut list.0,
        )
    };
    if answer == libc::EAI_SYSTEM {
        return Err(errno_text(
            std::io::Error::last_os_error().raw_os_error().unwrap_or(0),
        ));
    }
    if answer != 0 {
        return Err(gai_text(answer));
    }
    Ok(read(&list))
}

#[allow(unsafe_code, reason = "a linked list of the C library")]
fn read(list: &List) -> Found {
    let mut found = Found {
        canonical: None,
        addresses: Vec::new(),
    };
    let mut next = list.0;
    // SAFETY: each pointer is null or an element of the list, which `list` keeps alive for this whole function.
    while let Some(entry) = unsafe { next.as_ref() } {
        if found.addresses.len() == MOST {
            break;
        }
        if !entry.ai_canonname.is_null() && found.canonical.is_none() {
            // SAFETY: a canonical name that is present is a string that ends in a NUL.
            let name = unsafe { CStr::from_ptr(entry.ai_canonname) };
            found.canonical = Some(name.to_string_lossy().into_owned());
        }
        found.addresses.extend(address(entry));
        next = entry.ai_next;
    }
    found
}

#[allow(unsafe_code, reason = "an address of the C library")]
fn address(entry: &libc::addrinfo) -> Option<SocketAddr> {
    let length = usize::try_from(entry.ai_addrlen).ok()?;
    if entry.ai_addr.is_null() || length > size_of::<libc::sockaddr_storage>() {
        return None;
    }
    // SAFETY: `ai_addr` points to `ai_addrlen` octets, which fit the storage (checked above); source and storage do
    // not overlap, and the closure tells socket2 the true length.
    let copied = unsafe {
        SockAddr::try_init(|storage, stored| {
            ptr::copy_nonoverlapping(
                entry.ai_addr.cast::<u8>(),
                storage.cast::<u8>(),
                length,
            );
            *stored = entry.ai_addrlen;
            Ok(())
        })
    };
    copied.ok().and_then(|((), address)| address.as_socket())
}

#[allow(unsafe_code, reason = "a table of the C library")]
pub(super) fn gai_text(code: c_int) -> String {
    // SAFETY: gai_strerror returns a pointer to a constant string for every code, known or not.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
    text.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_address_is_read_without_a_resolver() {
        let found = addresses("192.0.2.7", None).unwrap();
        assert_eq!(found.addresses, ["192.0.2.7:0".parse().unwrap()]);
        let found = addresses("2001:db8::7", Some(Family::V6)).unwrap();
        assert_eq!(found.addresses, ["[2001:db8::7]:0".parse().unwrap()]);
    }

    #[test]
    fn a_scope_is_kept() {
        let found = addresses("fe80::1%lo", None).unwrap();
        let SocketAddr::V6(address) = found.addresses[0] else {
            panic!()
        };
        assert_eq!(address.scope_id(), 1);
    }

    /// The text is what `ping -4 2001:db8::7` prints on Debian 12.
    #[test]
    fn an_address_of_the_other_family_is_refused_in_the_resolver_s_words() {
        let error = addresses("2001:db8::7", Some(Family::V4)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "2001:db8::7: Address family for hostname not supported"
        );
    }

    #[test]
    fn a_name_with_a_nul_is_no_name() {
        assert_eq!(
            addresses("a\0b", None).unwrap_err().text,
            "Name or service not known"
        );
    }
}
