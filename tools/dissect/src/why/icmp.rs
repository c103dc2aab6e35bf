//! Reasons in ICMP messages.

use layercake_base::layout::Value;

use super::Scene;

pub(super) fn echo(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    let data = scene.body_len();
    let text = match (name, number) {
        ("Type", 0 | 129) => {
            format!("an answer: the {data} octets of the question come back")
        }
        ("Type", _) => format!("a question: asks for its {data} octets of data back"),
        ("Code", 0) => "there is no other".into(),
        ("Identifier", _) => {
            "chosen by the sender's kernel or program, often a process number".into()
        }
        ("Sequence Number", _) => {
            format!("probe {number} of its sender, if it counts by one")
        }
        _ => return None,
    };
    Some(text)
}

/// Every other message: what it quotes explains it.
pub(super) fn error(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    let quote = scene
        .above
        .filter(|above| above.quoted > scene.layer.quoted);
    match (name, number) {
        ("Type", _) => {
            let quote = quote?;
            let name = quote.layout.protocol;
            Some(format!(
                "about the {name} packet quoted at octet {}",
                quote.header.start
            ))
        }
        ("Length", 0) => Some("0: the quote fills the rest of the message".into()),
        ("Length", _) => Some("extensions follow the quote".into()),
        ("Next-Hop MTU", 0) => {
            Some("0: not told, or not what the message is about".into())
        }
        ("Next-Hop MTU" | "MTU", _) => Some(format!(
            "packets of up to {number} octets get through there"
        )),
        _ => None,
    }
}
