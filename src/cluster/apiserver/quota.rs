//! Quotas: a Pod more than its namespace may have is refused, whoever asks.
//!
//! Counted are `pods`, and the requests for cpu and memory under their old and their new names. Left out: limits, scopes, objects of
//! other kinds, and the quota's own status.
//!
//! Source: apiserver `pkg/admission/plugin/resourcequota/controller.go`, `pkg/quota/v1/evaluator/core/pods.go`, Kubernetes v1.36.

use super::ApiServer;
use api::objects::Object;
use api::objects::pod::Pod;
use api::objects::resources::Resources;
use api::resource::Kind;
use api::status::Status;
use api::{Map, Str, Value, json};

/// What is counted, by the names a quota may call it.
const COUNTED: [&str; 6] = ["count/pods", "cpu", "memory", "pods", "requests.cpu", "requests.memory"];

impl ApiServer {
    /// Whether every quota of its namespace has room for a new Pod.
    pub(super) fn check_quotas(&self, pod: &Pod) -> Result<(), Status> {
        for object in self.objects(Kind::RESOURCE_QUOTA) {
            let Object::Other(quota) = object else { continue };
            let hard = quota.body.get("spec").and_then(|spec| spec["hard"].as_object());
            if quota.meta.namespace == pod.meta.namespace
                && let Some(hard) = hard
            {
                self.fits(pod, &quota.meta.name, hard)
                    .map_err(|why| Status::forbidden(Kind::POD, &pod.meta.name, &why))?;
            }
        }
        Ok(())
    }

    fn fits(&self, pod: &Pod, quota: &str, hard: &Map<String, Value>) -> Result<(), String> {
        let counted = || hard.iter().filter(|(name, _)| COUNTED.contains(&name.as_str()));
        let missing: Vec<&str> = counted().map(|(name, _)| name.as_str()).filter(|name| lacks(pod, name)).collect();
        if !missing.is_empty() {
            return Err(format!("failed quota: {quota}: must specify {}", missing.join(",")));
        }
        let mut used = (0, Resources::default());
        let there = self.objects(Kind::POD).filter_map(|object| match object {
            Object::Pod(other) if other.meta.namespace == pod.meta.namespace && !other.terminal() => Some(other),
            _ => None,
        });
        for other in there {
            used.0 += 1;
            used.1.add(&other.spec.requests);
        }
        let (mut asked, mut taken, mut limited) = (Vec::new(), Vec::new(), Vec::new());
        for (name, limit) in counted() {
            let wants = amount(name, 1, &pod.spec.requests);
            let has = amount(name, used.0, &used.1);
            if wants + has > parsed(name, limit) {
                asked.push(format!("{name}={}", shown(name, wants)));
                taken.push(format!("{name}={}", shown(name, has)));
                limited.push(format!("{name}={}", limit.as_str().map_or(limit.to_string(), String::from)));
            }
        }
        if asked.is_empty() {
            return Ok(());
        }
        let [asked, taken, limited] = [asked, taken, limited].map(|list| list.join(","));
        Err(format!("exceeded quota: {quota}, requested: {asked}, used: {taken}, limited: {limited}"))
    }
}

/// Whether a Pod doesn't say what a quota has to count.
fn lacks(pod: &Pod, name: &str) -> bool {
    let requests = &pod.spec.requests;
    name.ends_with("cpu") && requests.milli_cpu == 0 || name.ends_with("memory") && requests.memory == 0
}

/// Thousandths of a core, bytes, or a number of Pods.
fn amount(name: &str, pods: i64, requests: &Resources) -> i64 {
    match name.rsplit('.').next() {
        Some("cpu") => requests.milli_cpu,
        Some("memory") => requests.memory,
        _ => pods,
    }
}

fn parsed(name: &str, limit: &Value) -> i64 {
    let plain = name.rsplit(['.', '/']).next().unwrap_or_default();
    let read = Resources::from_value(&json!({ plain: limit }));
    amount(name, read.pods, &read)
}

fn shown(name: &str, amount: i64) -> Str {
    const MEBI: i64 = 1 << 20;
    match name.rsplit('.').next() {
        Some("cpu") if amount % 1000 != 0 => format!("{amount}m").into(),
        Some("cpu") => (amount / 1000).to_string().into(),
        Some("memory") if amount != 0 && amount % MEBI == 0 => format!("{}Mi", amount / MEBI).into(),
        _ => amount.to_string().into(),
    }
}
