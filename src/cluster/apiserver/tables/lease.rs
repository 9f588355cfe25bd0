//! `get leases`: in `kube-node-lease`, whose kubelet beats.

use super::*;

pub const COLUMNS: &[Column] = &[always("NAME"), always("HOLDER"), always("AGE")];

pub fn cells(object: &Value, now: Time) -> Vec<String> {
    vec![name(object), text(&object["spec"]["holderIdentity"]).to_string(), age(object, now)]
}
