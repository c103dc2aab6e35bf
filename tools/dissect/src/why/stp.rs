//! Reasons in BPDUs.

use layercake_base::layout::Value;
use layercake_datalink::stp::bpdu::Ticks;

use super::Scene;

pub(super) fn why(
    scene: &Scene<'_>,
    name: &str,
    number: u64,
    _: &Value<'_>,
) -> Option<String> {
    let root = scene.number("Root Identifier");
    match name {
        "Bridge Identifier" if root == Some(number) => {
            Some("the same as the root's: the sender takes itself for the root".into())
        }
        "Message Age" | "Max Age" | "Hello Time" | "Forward Delay" => {
            let time = Ticks(u16::try_from(number).ok()?).duration();
            Some(format!("in seconds: {}", time.as_secs_f64()))
        }
        _ => None,
    }
}
