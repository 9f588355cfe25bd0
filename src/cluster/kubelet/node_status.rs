//! A kubelet speaks for its node: registers it, reports it ready, renews its lease, posts its status now and then.
//!
//! Source: pkg/kubelet/{kubelet_node_status,nodestatus/setters}.go; `nodeStatusUpdateFrequency` 10 s, `nodeStatusReportFrequency`
//! 5 min, lease of 40 s renewed every 10 s.

use super::machine::conditions;
use super::{Context, Kubelet};
use crate::apiserver::Key;
use crate::cause::{Actor, Cause};
use crate::clock::{Instant, Wake};
use crate::recorder::Say;
use api::meta::{Meta, OwnerReference};
use api::objects::Object;
use api::objects::condition;
use api::objects::event::{EventMessage, ObjectReference};
use api::objects::lease::Lease;
use api::objects::text::Text;
use api::resource::Kind;
use api::{Str, json};
use std::rc::Rc;
use std::time::Duration;

/// From registration to ready: 1 s. A free choice: the time a network plug-in takes to settle.
const BECOMES_READY: Duration = Duration::from_secs(1);
/// How often the lease is renewed: 10 s. Source: `nodeLeaseDurationSeconds` / 4.
const LEASE_RENEWAL: Duration = Duration::from_secs(10);
/// How often an unchanged status is posted: 5 min. Source: `nodeStatusReportFrequency`.
const STATUS_REPORT: Duration = Duration::from_secs(300);

/// How far a kubelet has come with its node.
#[derive(Clone, Debug, Default)]
pub(super) struct NodeState {
    registered: bool,
    ready: bool,
    reported: Instant,
}

/// One step: registers, becomes ready, or beats.
pub(super) fn go_on(kubelet: &mut Kubelet, slot: u32, seed: u64, ctx: &mut Context<'_>) {
    ctx.api.answering(Cause::clock(Actor::Kubelet));
    let now = ctx.api.now();
    let next = if !kubelet.node.registered {
        kubelet.node.registered = true;
        register(kubelet, seed, ctx);
        now + BECOMES_READY
    } else {
        if !kubelet.node.ready || now.since(kubelet.node.reported) >= STATUS_REPORT {
            report(kubelet, ctx);
        }
        renew_lease(kubelet, ctx);
        now + LEASE_RENEWAL
    };
    ctx.wakes.push(next, Wake::Node { kubelet: slot });
}

fn register(kubelet: &Kubelet, seed: u64, ctx: &mut Context<'_>) {
    say(kubelet, ctx, "Starting", "Starting kubelet.".into());
    // A node that is there already (the kubelet only restarted) is taken as it is.
    let node = kubelet.machine.node(kubelet.address, ctx.api.now(), seed);
    let _ = ctx.api.create(Object::Node(Rc::new(node)));
    for reason in ["NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID"] {
        say_status(kubelet, ctx, reason);
    }
    say(kubelet, ctx, "NodeAllocatableEnforced", "Updated Node Allocatable limit across pods".into());
}

/// Posts the status; says so when the node has just become ready.
fn report(kubelet: &mut Kubelet, ctx: &mut Context<'_>) {
    let now = ctx.api.now();
    let key = node_key(kubelet);
    let was_ready = match ctx.api.get(Kind::NODE, &key) {
        Some(Object::Node(node)) => node.ready(),
        _ => return,
    };
    let posted = ctx.api.update(Kind::NODE, &key, |object| {
        let Object::Node(node) = object else { return false };
        let node = Rc::make_mut(node);
        for new in conditions(true, now) {
            condition::set(&mut node.conditions, new);
        }
        true
    });
    if posted.is_ok() {
        kubelet.node.ready = true;
        kubelet.node.reported = now;
        if !was_ready {
            say_status(kubelet, ctx, "NodeReady");
        }
    }
}

fn renew_lease(kubelet: &Kubelet, ctx: &mut Context<'_>) {
    let now = ctx.api.now();
    let key = Key::new(&"kube-node-lease".into(), &kubelet.machine.name);
    let renewed = ctx.api.update(Kind::LEASE, &key, |object| {
        let Object::Lease(lease) = object else { return false };
        Rc::make_mut(lease).renew_time = Some(now.micro_time());
        true
    });
    if renewed.is_ok() {
        return;
    }
    let Some(node) = ctx.api.get(Kind::NODE, &node_key(kubelet)).map(Object::meta) else { return };
    let owner = OwnerReference {
        api_version: "v1".into(),
        kind: "Node".into(),
        name: node.name,
        uid: node.uid,
        controller: false,
        block_owner_deletion: false,
    };
    let lease = Lease {
        meta: Meta {
            name: kubelet.machine.name.clone(),
            namespace: "kube-node-lease".into(),
            owner_references: Rc::new(vec![owner]),
            ..Meta::default()
        },
        holder_identity: kubelet.machine.name.clone(),
        renew_time: Some(now.micro_time()),
        rest: Rc::new(json!({"leaseDurationSeconds": 40})),
    };
    let _ = ctx.api.create(Object::Lease(Rc::new(lease)));
}

fn node_key(kubelet: &Kubelet) -> Key {
    Key::new(&"".into(), &kubelet.machine.name)
}

fn say_status(kubelet: &Kubelet, ctx: &mut Context<'_>, reason: &'static str) {
    say(kubelet, ctx, reason, format!("Node {} status is now: {reason}", kubelet.machine.name));
}

fn say(kubelet: &Kubelet, ctx: &mut Context<'_>, reason: &'static str, text: String) {
    let about = ObjectReference {
        kind: Kind::NODE,
        namespace: Str::from(""),
        name: kubelet.machine.name.clone(),
        uid: api::meta::Uid::default(),
        resource_version: 0,
        by_name: true,
    };
    let say = Say {
        about: Rc::new(about),
        field_path: Text::default(),
        source: kubelet.source.clone(),
        warning: false,
        reason: reason.into(),
        message: EventMessage::Text(text.into()),
    };
    ctx.recorder.say(&mut ctx.api, say);
}
