//! A kubelet speaks for its node: registers it, reports it ready, renews its lease, posts its status now and then, and says
//! when something runs short.
//!
//! Source: pkg/kubelet/{kubelet_node_status,nodestatus/setters}.go; `nodeStatusUpdateFrequency` 10 s, `nodeStatusReportFrequency`
//! 5 min, lease of 40 s renewed every 10 s. The eviction manager's rounds fall on the same ten seconds.

use super::eviction::{self, Pressure};
use super::machine::{conditions, pressure_texts};
use super::{Context, Kubelet, Shared};
use crate::cause::{Actor, Cause};
use crate::clock::{Instant, Wake};
use crate::recorder::Say;
use api::Str;
use api::meta::{Meta, OwnerReference};
use api::objects::Object;
use api::objects::condition;
use api::objects::event::{EventMessage, ObjectReference};
use api::objects::lease::Lease;
use api::objects::text::Text;
use api::request::DeleteOptions;
use api::resource::Kind;
use std::rc::Rc;
use std::time::Duration;

/// From registration to ready: 1 s. A free choice: the time a network plug-in takes to settle.
const BECOMES_READY: Duration = Duration::from_secs(1);
/// How often the lease is renewed: 10 s. Source: `nodeLeaseDurationSeconds` / 4.
const LEASE_RENEWAL: Duration = Duration::from_secs(10);
/// How often an unchanged status is posted: 5 min. Source: `nodeStatusReportFrequency`.
const STATUS_REPORT: Duration = Duration::from_secs(300);
/// How long a pressure condition holds after its end: 5 min. Source: `evictionPressureTransitionPeriod`.
const PRESSURE_HOLD: Duration = Duration::from_secs(300);

/// How far a kubelet has come with its node.
#[derive(Clone, Debug, Default)]
pub(super) struct NodeState {
    registered: bool,
    /// `spec.unschedulable`, as the kubelet knows it, and as it last said.
    pub unschedulable: bool,
    said_unschedulable: bool,
    /// It has said once that the node is ready, or why it isn't.
    posted: bool,
    reported: Instant,
    /// What it has said of the network.
    said_ready: bool,
    /// The wake that is its own; any other is left over from before a restart.
    due: Instant,
    /// The network plug-in has done its work.
    network: bool,
    /// Somebody has broken the network.
    network_broken: bool,
    /// What runs short now.
    pub short: [bool; 3],
    /// Until when each pressure condition is true.
    held_until: [Instant; 3],
}

impl NodeState {
    /// Whether somebody has broken the network.
    pub fn network_is_broken(&self) -> bool {
        self.network_broken
    }

    /// Whether Pods can be given a network.
    pub fn network_is_ready(&self) -> bool {
        self.network && !self.network_broken
    }

    /// The network breaks, or works again.
    pub fn set_network(&mut self, works: bool) {
        self.network_broken = !works;
    }

    /// The kubelet starts, perhaps again: it registers and reports anew; what the machine is like stays.
    pub fn restart(&mut self, now: Instant) {
        (self.registered, self.posted, self.due) = (false, false, now);
        self.said_unschedulable = false;
    }

    fn pressed(&self, now: Instant) -> [bool; 3] {
        self.held_until.map(|until| until > now)
    }
}

/// One step: registers, becomes ready, or beats.
pub(super) fn go_on(kubelet: &mut Kubelet, slot: u32, shared: &mut Shared, ctx: &mut Context<'_>) {
    let now = ctx.api.now();
    ctx.api.answering(Cause::clock(Actor::Kubelet));
    if kubelet.node.registered && kubelet.node.said_unschedulable != kubelet.node.unschedulable {
        kubelet.node.said_unschedulable = kubelet.node.unschedulable;
        say_status(kubelet, ctx, if kubelet.node.unschedulable { "NodeNotSchedulable" } else { "NodeSchedulable" });
    }
    for mirror in std::mem::take(&mut kubelet.stray_mirrors) {
        let options = DeleteOptions { grace_period_seconds: Some(0), uid: Some(mirror.meta.uid), ..<_>::default() };
        let _ = ctx.api.delete(Kind::POD, &super::key_of(&mirror), &options);
    }
    if kubelet.node.due != now {
        return;
    }
    let next = if !kubelet.node.registered {
        kubelet.node.registered = true;
        register(kubelet, shared, ctx);
        kubelet.run_static_pods(slot, shared, ctx);
        now + BECOMES_READY
    } else {
        kubelet.node.network = true;
        let changed = watch_resources(kubelet, ctx);
        let due = now.since(kubelet.node.reported) >= STATUS_REPORT;
        if changed || due || !kubelet.node.posted || kubelet.node.said_ready != kubelet.node.network_is_ready() {
            report(kubelet, ctx);
        }
        renew_lease(kubelet, shared, ctx);
        now + LEASE_RENEWAL
    };
    kubelet.node.due = next;
    ctx.wakes.push(next, Wake::Node { kubelet: slot });
}

fn register(kubelet: &mut Kubelet, shared: &mut Shared, ctx: &mut Context<'_>) {
    say(kubelet, ctx, false, "Starting", Text::Word("Starting kubelet."));
    // A node that is there already (the kubelet only restarted) is taken as it is.
    let shape = kubelet.machine.shape(&mut shared.shapes);
    let node = kubelet.machine.node(shape, kubelet.address, ctx.api.now(), shared.seed);
    if ctx.api.create(Object::Node(Rc::new(node.clone()))).is_err() {
        // Another machine may have had the name before.
        let _ = ctx.api.update(Kind::NODE, &kubelet.key, |object| {
            let Object::Node(known) = object else { return false };
            if known.own == node.own && known.allocatable == node.allocatable && known.status_rest == node.status_rest {
                return false;
            }
            let known = Rc::make_mut(known);
            (known.own, known.allocatable, known.status_rest) = (node.own, node.allocatable, node.status_rest);
            true
        });
    }
    for reason in ["NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID"] {
        say_status(kubelet, ctx, reason);
    }
    say(kubelet, ctx, false, "NodeAllocatableEnforced", Text::Word("Updated Node Allocatable limit across pods"));
}

/// Looks for pressure, and evicts a Pod where it lasts; says whether a condition changes.
fn watch_resources(kubelet: &mut Kubelet, ctx: &mut Context<'_>) -> bool {
    let now = ctx.api.now();
    let mut changed = false;
    for (place, pressure) in Pressure::ALL.into_iter().enumerate() {
        let held = kubelet.node.held_until[place];
        if kubelet.node.short[place] {
            changed |= held <= now;
            // A little more than the hold, so that the condition is true up to the round at its end.
            kubelet.node.held_until[place] = now + PRESSURE_HOLD;
            eviction::relieve(kubelet, pressure, ctx);
        } else {
            changed |= held != Instant::default() && held <= now;
            if held <= now {
                kubelet.node.held_until[place] = Instant::default();
            }
        }
    }
    changed
}

/// Posts the status; says so when the node has just become ready, or something runs short.
fn report(kubelet: &mut Kubelet, ctx: &mut Context<'_>) {
    let now = ctx.api.now();
    let (ready, pressed) = (kubelet.node.network_is_ready(), kubelet.node.pressed(now));
    let Some(Object::Node(node)) = ctx.api.get(Kind::NODE, &kubelet.key) else { return };
    let new = conditions(ready, pressed, now);
    let differs = |new: &condition::Condition| {
        condition::find(&node.conditions, &new.kind).is_none_or(|old| old.status != new.status)
    };
    let turned: Vec<bool> = new.iter().map(differs).collect();
    let first = !kubelet.node.posted;
    let posted = ctx.api.update(Kind::NODE, &kubelet.key, |object| {
        let Object::Node(node) = object else { return false };
        let node = Rc::make_mut(node);
        for new in new {
            condition::set(&mut node.conditions, new);
        }
        true
    });
    if posted.is_err() {
        return;
    }
    (kubelet.node.posted, kubelet.node.said_ready) = (true, ready);
    kubelet.node.reported = now;
    for (place, pressure) in Pressure::ALL.into_iter().enumerate() {
        // A kubelet that has just started has said so already.
        if turned[place] && (pressed[place] || !first) {
            let (_, texts) = pressure_texts(pressure);
            say_status(kubelet, ctx, node_reason(texts[usize::from(pressed[place])].0));
        }
    }
    if turned[Pressure::ALL.len()] && (ready || !first) {
        say_status(kubelet, ctx, if ready { "NodeReady" } else { "NodeNotReady" });
    }
}

/// `NodeHasDiskPressure` for `KubeletHasDiskPressure`.
fn node_reason(reason: &'static str) -> &'static str {
    match reason {
        "KubeletHasSufficientMemory" => "NodeHasSufficientMemory",
        "KubeletHasInsufficientMemory" => "NodeHasInsufficientMemory",
        "KubeletHasNoDiskPressure" => "NodeHasNoDiskPressure",
        "KubeletHasDiskPressure" => "NodeHasDiskPressure",
        "KubeletHasSufficientPID" => "NodeHasSufficientPID",
        _ => "NodeHasInsufficientPID",
    }
}

fn renew_lease(kubelet: &Kubelet, shared: &Shared, ctx: &mut Context<'_>) {
    let now = ctx.api.now();
    let renewed = ctx.api.update(Kind::LEASE, &kubelet.lease_key, |object| {
        let Object::Lease(lease) = object else { return false };
        Rc::make_mut(lease).renew_time = Some(now.micro_time());
        true
    });
    if renewed.is_ok() {
        return;
    }
    let Some(node) = ctx.api.get(Kind::NODE, &kubelet.key).and_then(Object::meta_ref) else { return };
    let owner = OwnerReference {
        api_version: "v1".into(),
        kind: "Node".into(),
        name: node.name.clone(),
        uid: node.uid,
        controller: false,
        block_owner_deletion: false,
    };
    let lease = Lease {
        meta: Meta {
            name: kubelet.machine.name.clone(),
            namespace: kubelet.lease_key.namespace.clone(),
            owner_references: Rc::new(vec![owner]),
            ..Meta::default()
        },
        holder_identity: kubelet.machine.name.clone(),
        renew_time: Some(now.micro_time()),
        rest: shared.lease_rest.clone(),
    };
    let _ = ctx.api.create(Object::Lease(Rc::new(lease)));
}

fn say_status(kubelet: &Kubelet, ctx: &mut Context<'_>, reason: &'static str) {
    let text = format!("Node {} status is now: {reason}", kubelet.machine.name);
    say(kubelet, ctx, false, reason, text.into());
}

/// A warning about the node.
pub(super) fn warn(kubelet: &Kubelet, ctx: &mut Context<'_>, reason: &'static str, text: String) {
    say(kubelet, ctx, true, reason, text.into());
}

fn say(kubelet: &Kubelet, ctx: &mut Context<'_>, warning: bool, reason: &'static str, text: Text) {
    let say = Say {
        about: kubelet.about.clone(),
        field_path: Text::default(),
        source: kubelet.source.clone(),
        warning,
        reason: reason.into(),
        message: EventMessage::Text(text),
    };
    ctx.recorder.say(&mut ctx.api, say);
}

/// What a kubelet's events about its node name.
pub(super) fn reference(no_namespace: &Str, name: &Str) -> ObjectReference {
    ObjectReference {
        kind: Kind::NODE,
        namespace: no_namespace.clone(),
        name: name.clone(),
        uid: api::meta::Uid::default(),
        resource_version: 0,
        by_name: true,
    }
}
