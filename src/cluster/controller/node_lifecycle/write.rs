//! The writes of the node lifecycle controller, one per kind of work.
//!
//! Each looks at the object as the server has it and says whether there was anything to do.

use super::address::TTL_ANNOTATION;
use super::{BEFORE_MARKING, NodeLifecycle, Work, health, taints};
use crate::apiserver::Key;
use crate::cause::{Actor, Cause};
use crate::controller::Context;
use crate::recorder::Say;
use api::Str;
use api::json;
use api::meta::Uid;
use api::objects::Object;
use api::objects::condition::{self, Truth};
use api::objects::event::{EventMessage, ObjectReference};
use api::objects::node::Node;
use api::objects::scheduling::Effect;
use api::objects::text::Text;
use api::resource::Kind;
use std::rc::Rc;

/// Changes a node as the server has it: its version then, if that did anything.
fn update_node(ctx: &mut Context<'_>, name: &Str, change: impl FnOnce(&mut Node) -> bool) -> Option<u64> {
    let mut changed = false;
    let written = ctx.api.update(Kind::NODE, &Key::new(&"".into(), name), |object| {
        if let Object::Node(node) = object {
            changed = change(Rc::make_mut(node));
        }
        changed
    });
    written.ok().filter(|_| changed).map(|object| object.resource_version())
}

impl NodeLifecycle {
    /// Does one thing; says whether there was anything to do.
    pub(super) fn work(&mut self, ctx: &mut Context<'_>, work: Work) -> bool {
        match work {
            Work::Address(name) => self.give_address(ctx, &name),
            Work::TimeToLive(name) => self.write_time_to_live(ctx, &name),
            Work::NoSchedule(name) => bring_into_line(ctx, &name),
            Work::Register(name) => {
                let Some(uid) = ctx.informers.node(&name).map(|node| node.meta.uid) else { return false };
                let text = format!("Node {name} event: Registered Node {name} in Controller");
                self.say_of_node(ctx, &name, uid, "RegisteredNode", text);
                true
            }
            Work::Remove(name, uid) => {
                let text = format!("Node {name} event: Removing Node {name} from Controller");
                self.say_of_node(ctx, &name, uid, "RemovingNode", text);
                true
            }
            Work::Silence(name) => self.silence(ctx, &name),
            Work::NoExecute(name) => taint_no_execute(ctx, &name),
            Work::Lift(name) => lift_no_execute(ctx, &name),
        }
    }

    fn give_address(&mut self, ctx: &mut Context<'_>, name: &Str) -> bool {
        let ranges = &mut self.ranges;
        let written = update_node(ctx, name, |node| {
            if !node.pod_cidr().is_empty() {
                return false;
            }
            let Some(range) = ranges.allocate() else { return false };
            let spec = Rc::make_mut(&mut node.spec_rest);
            if !spec.is_object() {
                *spec = json!({});
            }
            spec["podCIDR"] = range.as_str().into();
            spec["podCIDRs"] = json!([range]);
            true
        });
        written.is_some()
    }

    fn write_time_to_live(&self, ctx: &mut Context<'_>, name: &Str) -> bool {
        let seconds: Str = self.time_to_live.seconds().to_string().into();
        let written = update_node(ctx, name, |node| {
            let annotations = Rc::make_mut(&mut node.meta.annotations);
            annotations.insert(TTL_ANNOTATION.into(), seconds.clone()) != Some(seconds)
        });
        written.is_some()
    }

    /// Makes a silent node's conditions Unknown. If it was ready until now, this is news, and for its Pods as well.
    fn silence(&mut self, ctx: &mut Context<'_>, name: &Str) -> bool {
        let heartbeat = self.known.get(name).and_then(|health| health.heartbeat);
        let now = ctx.api.time();
        let mut found = (Uid::default(), false);
        let written = update_node(ctx, name, |node| {
            // It may have spoken up since the check.
            if health::heartbeat(node).is_some_and(|posted| Some(posted) != heartbeat) {
                return false;
            }
            found = (node.meta.uid, node.ready());
            health::silence(node, now);
            true
        });
        let Some(version) = written else { return false };
        if let (uid, true) = found {
            self.say_of_node(ctx, name, uid, "NodeNotReady", format!("Node {name} status is now: NodeNotReady"));
            let trigger = (version, Cause::clock(Actor::NodeController));
            let from = ctx.now() + BEFORE_MARKING;
            let pods = ctx.informers.pods_on(name).map(|pod| Key::new(&pod.meta.namespace, &pod.meta.name));
            self.marks.extend(pods.map(|key| (key, from, trigger)));
        }
        true
    }

    /// Marks a Pod not ready, if it is ready.
    pub(super) fn mark_not_ready(&self, ctx: &mut Context<'_>, key: &Key) -> bool {
        let now = ctx.api.time();
        let mut changed = false;
        let written = ctx.api.update_pod(key, |pod| {
            let ready = pod.status.conditions.iter_mut().find(|found| found.kind == "Ready");
            if let Some(ready) = ready.filter(|ready| ready.status != Truth::False) {
                ready.status = Truth::False;
                ready.last_transition_time = now;
                changed = true;
            }
            changed
        });
        let Some(Object::Pod(pod)) = written.ok().filter(|_| changed) else { return false };
        let about = ObjectReference {
            kind: Kind::POD,
            namespace: pod.meta.namespace.clone(),
            name: pod.meta.name.clone(),
            uid: pod.meta.uid,
            resource_version: pod.meta.resource_version,
            by_name: false,
        };
        self.say(ctx, about, true, "NodeNotReady", "Node is not ready".into());
        true
    }

    fn say_of_node(&self, ctx: &mut Context<'_>, name: &Str, uid: Uid, reason: &'static str, text: String) {
        let (kind, namespace, name) = (Kind::NODE, "".into(), name.clone());
        let about = ObjectReference { kind, namespace, name, uid, resource_version: 0, by_name: false };
        self.say(ctx, about, false, reason, text.into());
    }

    fn say(&self, ctx: &mut Context<'_>, about: ObjectReference, warning: bool, reason: &'static str, text: Text) {
        let say = Say {
            about: Rc::new(about),
            field_path: Text::default(),
            source: self.source.clone(),
            warning,
            reason: reason.into(),
            message: EventMessage::Text(text),
        };
        ctx.recorder.say(&mut ctx.api, say);
    }
}

/// Adds the NoSchedule taints a node lacks, then removes those it has without need: two writes, as upstream has it.
fn bring_into_line(ctx: &mut Context<'_>, name: &Str) -> bool {
    let now = ctx.api.time();
    let added = update_node(ctx, name, |node| {
        let missing = taints::no_schedule_difference(node).missing;
        for key in &missing {
            taints::add(node, key, Effect::NoSchedule, now);
        }
        !missing.is_empty()
    });
    let removed = update_node(ctx, name, |node| {
        let superfluous = taints::no_schedule_difference(node).superfluous;
        for key in &superfluous {
            taints::remove(node, key, Effect::NoSchedule);
        }
        !superfluous.is_empty()
    });
    added.is_some() || removed.is_some()
}

/// Adds the NoExecute taint that a node's Ready calls for, then removes the other one.
fn taint_no_execute(ctx: &mut Context<'_>, name: &Str) -> bool {
    let now = ctx.api.time();
    let keys = |node: &Node| {
        condition::find(&node.conditions, "Ready").and_then(|ready| taints::no_execute_keys(ready.status))
    };
    let added = update_node(ctx, name, |node| {
        keys(node).is_some_and(|(wanted, _)| taints::add(node, wanted, Effect::NoExecute, now))
    });
    let removed = update_node(ctx, name, |node| {
        keys(node).is_some_and(|(_, excluded)| taints::remove(node, excluded, Effect::NoExecute))
    });
    added.is_some() || removed.is_some()
}

/// Removes both NoExecute taints.
fn lift_no_execute(ctx: &mut Context<'_>, name: &Str) -> bool {
    let lifted = update_node(ctx, name, |node| {
        let unreachable = taints::remove(node, taints::UNREACHABLE, Effect::NoExecute);
        taints::remove(node, taints::NOT_READY, Effect::NoExecute) || unreachable
    });
    lifted.is_some()
}
