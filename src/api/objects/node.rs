//! A Node: what the scheduler, the DaemonSet controller and the node lifecycle controller read, and the rest as it came.

use super::condition::{self, ConditionForm, Conditions};
use super::resources::Resources;
use super::scheduling::Taint;
use crate::meta::Meta;
use crate::{Map, Str, Value, json};
use std::net::Ipv4Addr;
use std::rc::Rc;

/// A Node.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// `metadata`
    pub meta: Meta,
    /// `spec.taints`
    pub taints: Rc<Vec<Taint>>,
    /// `spec.unschedulable`: cordoned.
    pub unschedulable: bool,
    /// The other fields of `spec` (`podCIDR`, `providerID`, …).
    pub spec_rest: Rc<Value>,
    /// `status.conditions`
    pub conditions: Conditions,
    /// `status.allocatable`, added up.
    pub allocatable: Rc<Resources>,
    /// What a kubelet wrote of its own machine, beside what machines of its shape have in common.
    pub own: Option<OwnMachine>,
    /// The other fields of `status` (`capacity`, `allocatable`, `nodeInfo`, …; `addresses` unless `own` has them).
    pub status_rest: Rc<Value>,
}

/// What differs between the Nodes of machines of one shape; stands for `addresses` and the ids of `nodeInfo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnMachine {
    /// Its InternalIP; its Hostname is the node's name.
    pub address: Ipv4Addr,
    /// `machineID`, and `systemUUID` alike.
    pub machine_id: u128,
    /// `bootID`
    pub boot_id: u128,
}

impl OwnMachine {
    fn write(&self, name: &str, status: &mut Map<String, Value>) {
        let addresses = json!([{"type": "InternalIP", "address": self.address.to_string()},
            {"type": "Hostname", "address": name}]);
        status.insert("addresses".into(), addresses);
        if let Some(info) = status.get_mut("nodeInfo") {
            let machine = format!("{:032x}", self.machine_id);
            info["bootID"] = format!("{:032x}", self.boot_id).into();
            info["machineID"] = machine.as_str().into();
            info["systemUUID"] = machine.into();
        }
    }
}

impl Node {
    /// Condition Ready is True.
    pub fn ready(&self) -> bool {
        condition::is_true(&self.conditions, "Ready")
    }

    /// An address of a type (`InternalIP`, `Hostname`).
    pub fn address(&self, kind: &str) -> Option<String> {
        match (&self.own, kind) {
            (Some(own), "InternalIP") => Some(own.address.to_string()),
            (Some(_), "Hostname") => Some(self.meta.name.to_string()),
            _ => {
                let addresses = self.status_rest["addresses"].as_array()?;
                addresses.iter().find(|a| a["type"] == kind)?["address"].as_str().map(String::from)
            }
        }
    }

    /// `spec.podCIDR`, or `""`.
    pub fn pod_cidr(&self) -> &str {
        self.spec_rest["podCIDR"].as_str().unwrap_or_default()
    }

    /// Reads a whole Node.
    pub fn from_value(value: &Value) -> Node {
        let mut spec = value["spec"].as_object().cloned().unwrap_or_default();
        let taints = spec.remove("taints").unwrap_or_default();
        let unschedulable = spec.remove("unschedulable").is_some_and(|v| v == true);
        let mut status = value["status"].as_object().cloned().unwrap_or_default();
        let conditions = status.remove("conditions").unwrap_or_default();
        Node {
            meta: Meta::from_value(&value["metadata"]),
            taints: Rc::new(taints.as_array().into_iter().flatten().filter_map(Taint::from_value).collect()),
            unschedulable,
            spec_rest: Rc::new(Value::Object(spec)),
            conditions: condition::list_from(&conditions).into(),
            own: None,
            allocatable: Rc::new(Resources::from_value(
                status.get("allocatable").or(status.get("capacity")).unwrap_or(&Value::Null),
            )),
            status_rest: Rc::new(Value::Object(status)),
        }
    }

    /// Writes the whole Node, without `apiVersion` and `kind`.
    pub fn to_value(&self) -> Value {
        let mut spec = self.spec_rest.as_object().cloned().unwrap_or_default();
        if !self.taints.is_empty() {
            spec.insert("taints".into(), self.taints.iter().map(Taint::to_value).collect::<Vec<_>>().into());
        }
        if self.unschedulable {
            spec.insert("unschedulable".into(), true.into());
        }
        let mut status = self.status_rest.as_object().cloned().unwrap_or_default();
        if let Some(own) = &self.own {
            own.write(&self.meta.name, &mut status);
        }
        if !self.conditions.is_empty() {
            status.insert("conditions".into(), condition::list_to(&self.conditions, ConditionForm::Node));
        }
        let mut out = Map::new();
        out.insert("metadata".into(), self.meta.to_value());
        out.insert("spec".into(), Value::Object(spec));
        out.insert("status".into(), Value::Object(status));
        Value::Object(out)
    }
}

/// A Node's name; its own word where a bare `Str` could be mistaken for something else.
pub type NodeName = Str;
