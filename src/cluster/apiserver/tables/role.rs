//! `get roles`, `get clusterroles` and `get crds`: the kinds that show a moment instead of an age.

use super::*;

pub const COLUMNS: &[Column] = &[always("NAME"), always("CREATED AT")];

pub fn cells(object: &Value, _: Time) -> Vec<String> {
    vec![name(object), text(&object["metadata"]["creationTimestamp"]).to_string()]
}
