//! The kernel's words for what an engine hears: causes of errors, reasons not to send.

use layercake_host::{ErrorReport, Origin, SendError as HostSendError, errno_text};
use layercake_probe::net::{Cause, Quoted, Report, SendError};

/// An entry of the error queue about `probe`, with the RFC 4884 extensions that the kernel found valid.
pub(crate) fn report(error: &ErrorReport, probe: Quoted, octets: &[u8]) -> Report {
    let extension = error.extension.filter(|extension| extension.valid);
    let extensions = extension.and_then(|extension| octets.get(extension.offset..));
    Report {
        cause: cause(error),
        probe,
        destination: error.destination.map(|to| to.ip()),
        local: !matches!(error.origin, Origin::Icmp | Origin::Icmp6),
        quoted_ttl: None,
        extensions: extensions.unwrap_or_default().to_vec(),
    }
}

/// The cause that an entry of the error queue tells. `info` is the MTU, or the pointer of a parameter problem.
fn cause(error: &ErrorReport) -> Cause {
    let (icmp_type, code) = (error.icmp_type, error.icmp_code);
    match error.origin {
        Origin::Icmp6 => icmp6(icmp_type, code, error.info),
        _ => icmp(icmp_type, code, error.info),
    }
}

/// RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1.
pub(crate) fn icmp(icmp_type: u8, code: u8, info: u32) -> Cause {
    match (icmp_type, code) {
        (3, 0) => Cause::NetUnreachable,
        (3, 1) => Cause::HostUnreachable,
        (3, 2) => Cause::ProtocolUnreachable,
        (3, 3) => Cause::PortUnreachable,
        (3, 4) => Cause::TooBig { mtu: info },
        (3, 5) => Cause::SourceRouteFailed,
        (3, 13) => Cause::Prohibited,
        (11, 0) => Cause::TimeExceeded,
        (11, 1) => Cause::ReassemblyTimeExceeded,
        (12, _) => Cause::ParameterProblem { pointer: info },
        (icmp_type, code) => Cause::Other { icmp_type, code },
    }
}

/// RFC 4443 §3.
pub(crate) fn icmp6(icmp_type: u8, code: u8, info: u32) -> Cause {
    match (icmp_type, code) {
        (1, 0) => Cause::NetUnreachable,
        (1, 1) => Cause::Prohibited,
        (1, 3) => Cause::HostUnreachable,
        (1, 4) => Cause::PortUnreachable,
        (2, _) => Cause::TooBig { mtu: info },
        (3, 0) => Cause::TimeExceeded,
        (3, 1) => Cause::ReassemblyTimeExceeded,
        (4, 1) => Cause::ProtocolUnreachable,
        (4, _) => Cause::ParameterProblem { pointer: info },
        (icmp_type, code) => Cause::Other { icmp_type, code },
    }
}

/// Why the kernel did not send, in an engine's words.
pub(crate) fn send_error(error: &HostSendError) -> SendError {
    match error {
        HostSendError::TooLong { mtu, .. } => SendError::TooLong {
            mtu: mtu.unwrap_or(0),
        },
        HostSendError::Busy { .. } => SendError::Busy,
        HostSendError::Refused { errno, .. } => SendError::Refused(errno_text(*errno)),
    }
}
