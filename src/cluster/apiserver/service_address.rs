//! The addresses and node ports that a Service is given.
//!
//! Source: `pkg/registry/core/service/storage/alloc.go`; flags `--service-cluster-ip-range` (kubeadm's 10.96.0.0/12) and
//! `--service-node-port-range` (30000-32767). Both are drawn at random, as there. No packet is ever sent to one.

use super::ApiServer;
use super::registry::service;
use api::Value;
use api::objects::Object;
use api::resource::Kind;
use std::net::Ipv4Addr;

/// 10.96.0.0, the Services' range.
const FIRST: u32 = 10 << 24 | 96 << 16;
/// Addresses in it.
const ADDRESSES: u64 = 1 << 20;
/// What is set aside at its beginning for those who choose for themselves: `min(max(16, size / 16), 256)`.
const SET_ASIDE: u64 = 256;
/// The last one is the broadcast's.
const AT_THE_END: u64 = 1;
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30_000..=32_767;
/// Of the ports, as many are set aside at the beginning as of the addresses, at most: `min(max(16, size / 32), 128)`.
const PORTS_SET_ASIDE: i64 = 86;

impl ApiServer {
    /// Gives a Service what it has none of yet.
    pub(super) fn allocate(&mut self, service: &mut Value) {
        if service::needs_address(service) {
            let address = self.free_address();
            service::set_address(service, &address);
        } else if service["spec"]["type"] != "ExternalName" {
            service::set_address(service, "");
        }
        for place in service::ports_without_node_port(service) {
            let port = self.free_node_port(service);
            service["spec"]["ports"][place]["nodePort"] = port.into();
        }
    }

    fn free_address(&mut self) -> String {
        loop {
            let place = SET_ASIDE + self.rng.below(ADDRESSES - SET_ASIDE - AT_THE_END);
            let address = Ipv4Addr::from(FIRST + place as u32).to_string();
            if !self.services().any(|other| other["clusterIP"] == address.as_str()) {
                return address;
            }
        }
    }

    fn free_node_port(&mut self, service: &Value) -> i64 {
        let first = NODE_PORTS.start() + PORTS_SET_ASIDE;
        let count = NODE_PORTS.end() - first + 1;
        let start = self.rng.below(count as u64) as i64;
        let taken = |port: i64| {
            let has = |spec: &Value| spec["ports"].as_array().into_iter().flatten().any(|p| p["nodePort"] == port);
            has(&service["spec"]) || self.services().any(|spec| has(&spec))
        };
        let turns = (0..count).map(|turn| first + (start + turn) % count);
        turns.into_iter().find(|port| !taken(*port)).unwrap_or(first)
    }

    /// The specs of all Services.
    fn services(&self) -> impl Iterator<Item = Value> {
        self.store.sorted(Kind::SERVICE, |_| true).into_iter().map(|object| match object {
            Object::Other(service) => service.body.get("spec").cloned().unwrap_or_default(),
            _ => Value::Null,
        })
    }
}
