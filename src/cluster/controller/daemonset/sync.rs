//! Creating, deleting, and saying how it stands: what a sync does through the API server.

use super::before_1_12::Placing;
use super::set_state::SetState;
use super::{
    BACKOFF_BASE, BACKOFF_FORGOTTEN, BACKOFF_MAX, BURST, DaemonSetController, Done, Failure, SLOW_START, failure,
    place, rollout, store, template,
};
use crate::apiserver::Key;
use crate::apiserver::typed::is_gone;
use crate::cause::{Actor, Cause};
use crate::clock::{ControllerId, Instant, Wake};
use crate::controller::Context;
use crate::controller::claim::{Claim, adopt, claim, controller_reference, release};
use crate::recorder::Say;
use api::Str;
use api::meta::{OwnerReference, Uid};
use api::objects::Object;
use api::objects::event::{EventMessage, ObjectReference};
use api::objects::pod::Pod;
use api::objects::pod_spec::PodTemplate;
use api::objects::text::Text;
use api::objects::workload::DaemonSet;
use api::resource::Kind;
use api::status::{Reason, Status};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

impl DaemonSetController {
    /// Takes Pods that nobody owns and gives up those that no longer match.
    pub(super) fn claim_pods(&self, ctx: &mut Context<'_>, set: &DaemonSet, state: &mut SetState) -> Done {
        let selector = &set.spec.selector;
        let orphans = ctx.informers.pods_of(Uid::default()).filter(|pod| pod.meta.namespace == set.meta.namespace);
        let to_adopt: Vec<Key> = orphans
            .filter(|pod| claim(set.meta.uid, selector, &pod.meta) == Claim::Adopt)
            .map(|pod| Key::new(&pod.meta.namespace, &pod.meta.name))
            .collect();
        let to_release: Vec<Rc<Pod>> = state
            .marked()
            .flat_map(|number| &state.numbered(number).pods)
            .filter(|pod| claim(set.meta.uid, selector, &pod.meta) == Claim::Release)
            .cloned()
            .collect();
        if !to_adopt.is_empty() {
            self.check_alive(ctx, set)?;
        }
        for key in to_adopt {
            let owner = controller_reference(Kind::DAEMON_SET, &set.meta);
            let adopted = ctx.api.update_pod(&key, |pod| {
                adopt(&mut pod.meta, owner);
                true
            });
            let adopted = adopted.map_err(failure)?;
            if let Object::Pod(pod) = adopted {
                state.take_pod(None, Some(&pod));
            }
        }
        for pod in to_release {
            let key = Key::new(&pod.meta.namespace, &pod.meta.name);
            let released = ctx.api.update_pod(&key, |pod| {
                release(&mut pod.meta, set.meta.uid);
                true
            });
            match released {
                Err(status) if !is_gone(&status) => return Err(failure(status)),
                _ => state.take_pod(Some(&pod), None),
            }
        }
        Ok(())
    }

    /// Before adopting, the set is read once more from the server: a deleted one must not take anything.
    pub(super) fn check_alive(&self, ctx: &Context<'_>, set: &DaemonSet) -> Done {
        let name = format!("{}/{}", set.meta.namespace, set.meta.name);
        match ctx.api.get(Kind::DAEMON_SET, &Key::new(&set.meta.namespace, &set.meta.name)) {
            Some(Object::DaemonSet(now)) if now.meta.uid != set.meta.uid => {
                Err(format!("original DaemonSet {name} is gone: got uid {}, wanted {}", now.meta.uid, set.meta.uid)
                    .into())
            }
            Some(Object::DaemonSet(now)) => match now.meta.deletion_timestamp() {
                Some(since) => Err(format!("{name} has just been deleted at {since}").into()),
                None => Ok(()),
            },
            _ => Err(failure(Status::not_found(Kind::DAEMON_SET, &set.meta.name))),
        }
    }

    /// The placement step; says whether it did anything, and what failed first.
    pub(super) fn place(
        &mut self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        state: &mut SetState,
        hash: &Str,
    ) -> (bool, Option<Failure>) {
        let now = ctx.api.time();
        // Nodes in the order they came; those that are gone first, so that their Pods are let go.
        let mut marked: Vec<(u64, u32)> =
            state.marked().map(|number| (state.numbered(number).order(), number)).collect();
        api::sort::ascending(&mut marked);
        state.clear_marked();
        let mut marked = marked.into_iter().peekable();
        let generation = set.template_generation();
        let updated = |pod: &Pod| template::is_updated(pod, hash, generation);
        let surge = self.surges(set);
        let mut create = Vec::new();
        let mut delete = Vec::new();
        let mut remarks = Vec::new();
        let mut backoff = std::mem::take(&mut state.backoff);
        let (mut again, mut put_off) = (Vec::new(), Vec::new());
        loop {
            // Those put off lie in the same order, and wait for a creation and nothing else.
            let first = state.first_put_off();
            let number = match (marked.peek(), first) {
                (None, None) => break,
                (None, Some(_)) if create.len() >= BURST => break,
                (Some(marked_first), Some(waiting)) if waiting < *marked_first => {
                    state.take_put_off();
                    if create.len() >= BURST {
                        put_off.push(waiting.1);
                        continue;
                    }
                    waiting.1
                }
                (None, Some(waiting)) => {
                    state.take_put_off();
                    waiting.1
                }
                (Some((_, number)), _) => {
                    let number = *number;
                    marked.next();
                    number
                }
            };
            let entry = state.decided(number, set, (self.placing, ctx.informers));
            let name = entry.name.clone();
            let pods = place::present(&entry.pods);
            if entry.node.is_none() {
                delete.extend(place::unbound(&pods));
                continue;
            }
            if let Some(why) = &entry.no_room {
                remarks.push((true, "FailedPlacement", format!("failed to place pod on {:?}: {why}", &*name)));
            }
            let mut due = None;
            let mut in_backoff = || {
                let key = (set.status.observed_generation, name.clone());
                due = open_backoff(&mut backoff, key, ctx.api.now());
                due.is_some()
            };
            let plan = place::plan(
                &pods,
                place::Situation {
                    should_run: entry.should_run && entry.no_room.is_none(),
                    should_continue_running: entry.should_continue_running,
                    surge,
                    min_ready_seconds: set.spec.min_ready_seconds,
                    now,
                    is_updated: &updated,
                    in_backoff: &mut in_backoff,
                },
            );
            if let Some(due) = due {
                again.push(number);
                self.queue.add_at(
                    Key::new(&set.meta.namespace, &set.meta.name),
                    due,
                    (0, Cause::clock(Actor::DaemonSetController)),
                );
                ctx.wakes.push(due, Wake::Timer(ControllerId::DaemonSet));
            }
            let over_burst = (plan.create && create.len() >= BURST) || delete.len() + plan.delete.len() > BURST;
            if over_burst {
                let only_creates =
                    plan.create && plan.delete.is_empty() && plan.failed.is_empty() && plan.succeeded.is_empty();
                if only_creates {
                    put_off.push(number)
                } else {
                    again.push(number)
                }
                continue;
            }
            let texts = plan.failed.iter().map(|pod| (true, pod)).chain(plan.succeeded.iter().map(|pod| (false, pod)));
            remarks.extend(texts.map(|(failed, pod)| remark(failed, pod, &name)));
            if plan.create {
                create.push(name);
            }
            delete.extend(plan.delete);
        }
        state.backoff = backoff;
        for number in again {
            state.mark_placement(number);
        }
        state.put_off(put_off);
        for (warning, reason, text) in remarks {
            self.say(ctx, set, warning, reason, text);
        }
        let acted = !create.is_empty() || !delete.is_empty();
        let failed = if acted { self.sync_nodes(ctx, set, state, create, delete).err() } else { None };
        (acted, failed)
    }

    /// Creates and deletes Pods; says what failed first. What failed is marked again.
    pub(super) fn sync_nodes(
        &self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        state: &mut SetState,
        create: Vec<Str>,
        delete: Vec<Rc<Pod>>,
    ) -> Done {
        state.expectations.set(create.len() as i64, delete.len() as i64, ctx.now());
        let mut outcome = Ok(());
        let owners = Rc::new(vec![controller_reference(Kind::DAEMON_SET, &set.meta)]);
        let mut rest = create.as_slice();
        let mut batch = SLOW_START;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(batch.min(rest.len()));
            for node in now {
                if let Err(status) = self.create_pod(ctx, set, state, node, &owners) {
                    state.expectations.creation_observed();
                    state.mark(node);
                    // A namespace on its way out is no surprise.
                    if !(status.reason == Reason::Forbidden && status.message.contains("being terminated")) {
                        self.say(ctx, set, true, "FailedCreate", format!("Error creating: {}", status.message));
                        outcome = outcome.and(Err(failure(status)));
                    }
                }
            }
            if outcome.is_err() {
                for node in later {
                    state.expectations.creation_observed();
                    state.mark(node);
                }
                break;
            }
            rest = later;
            batch *= 2;
        }
        for pod in delete {
            let key = Key::new(&pod.meta.namespace, &pod.meta.name);
            let uid = Some(pod.meta.uid);
            match ctx.api.delete(Kind::POD, &key, &api::request::DeleteOptions { uid, ..<_>::default() }) {
                Ok(()) => self.say(ctx, set, false, "SuccessfulDelete", format!("Deleted pod: {}", pod.meta.name)),
                Err(status) => {
                    state.expectations.deletion_observed();
                    if let Some(node) = template::target_node(&pod) {
                        state.mark(&node);
                    }
                    if !is_gone(&status) {
                        self.say(ctx, set, true, "FailedDelete", format!("Error deleting: {}", status.message));
                        outcome = outcome.and(Err(failure(status)));
                    }
                }
            }
        }
        outcome
    }

    pub(super) fn create_pod(
        &self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        state: &SetState,
        node: &Str,
        owners: &Rc<Vec<OwnerReference>>,
    ) -> Result<(), Status> {
        let mut pod = state.model().clone();
        pod.meta.owner_references = owners.clone();
        self.put_on(&mut pod, &set.spec.template, node);
        let created = ctx.api.create(Object::Pod(Rc::new(pod)))?;
        self.say(ctx, set, false, "SuccessfulCreate", EventMessage::CreatedPod(created.name()));
        Ok(())
    }

    /// A Pod is for a node: the controller asks for it, or says it.
    pub(super) fn put_on(&self, pod: &mut Pod, template: &PodTemplate, node: &Str) {
        match self.placing {
            Placing::ByScheduler => {
                pod.node_name = template.spec.node_name.clone();
                pod.pinned_node = Some(node.clone());
            }
            Placing::ByController => pod.node_name = node.clone(),
        }
    }

    /// Whether a new Pod may come before the old one goes.
    pub(super) fn surges(&self, set: &DaemonSet) -> bool {
        self.placing == Placing::ByScheduler && rollout::allows_surge(&set.spec.strategy)
    }

    /// The rolling-update step.
    pub(super) fn roll(&self, ctx: &mut Context<'_>, set: &DaemonSet, state: &mut SetState, hash: &Str) -> Done {
        if state.old_count == 0 {
            return Ok(());
        }
        let (max_unavailable, max_surge) = rollout::budgets(&set.spec.strategy, state.counts.desired());
        let generation = set.template_generation();
        let updated = |pod: &Pod| template::is_updated(pod, hash, generation);
        let (now, min_ready_seconds) = (ctx.api.time(), set.spec.min_ready_seconds);
        let plan = if self.surges(set) {
            let nodes = state.taking_part();
            rollout::with_surge(&nodes, max_surge, state.counts.desired(), min_ready_seconds, now, &updated)
                .map_err(Failure::from)?
        } else {
            let least = i64::from(self.placing == Placing::ByController);
            let (nodes, budget) = state.may_go(max_unavailable.max(least));
            rollout::without_surge(&nodes, budget, min_ready_seconds, now, &updated)
        };
        if plan.create.is_empty() && plan.delete.is_empty() {
            return Ok(());
        }
        let create = plan.create.into_iter().take(BURST).collect();
        let delete = plan.delete.into_iter().take(BURST).collect();
        self.sync_nodes(ctx, set, state, create, delete)
    }

    pub(super) fn write_status(
        &mut self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        state: &mut SetState,
        hash: &Str,
        generation: i64,
    ) -> Done {
        state.recount(set, hash, ctx.api.time(), (self.placing, ctx.informers));
        let mut status = state.counts.status(&set.status);
        status.observed_generation = status.observed_generation.max(generation);
        let key = Key::new(&set.meta.namespace, &set.meta.name);
        if status != set.status {
            store::store(&mut ctx.api, set, status).map_err(failure)?;
        }
        if set.spec.min_ready_seconds > 0 && state.counts.waits_for_availability() {
            let due = ctx.now() + Duration::from_secs(set.spec.min_ready_seconds as u64);
            self.queue.add_at(key, due, (0, Cause::clock(Actor::DaemonSetController)));
            ctx.wake_at(due, ControllerId::DaemonSet);
        }
        Ok(())
    }

    pub(super) fn say(
        &self,
        ctx: &mut Context<'_>,
        set: &DaemonSet,
        warning: bool,
        reason: &'static str,
        message: impl Into<EventMessage>,
    ) {
        let about = ObjectReference {
            kind: Kind::DAEMON_SET,
            namespace: set.meta.namespace.clone(),
            name: set.meta.name.clone(),
            uid: set.meta.uid,
            resource_version: set.meta.resource_version,
            by_name: false,
        };
        let say = Say {
            about: Rc::new(about),
            field_path: Text::default(),
            source: self.source.clone(),
            warning,
            reason: reason.into(),
            message: message.into(),
        };
        ctx.recorder.say(&mut ctx.api, say);
    }
}

fn remark(failed: bool, pod: &Pod, node: &Str) -> (bool, &'static str, String) {
    let (namespace, name) = (&pod.meta.namespace, &pod.meta.name);
    if failed {
        let text = format!("Found failed daemon pod {namespace}/{name} on node {node}, will try to kill it");
        (true, "FailedDaemonPod", text)
    } else {
        let text = format!("Found succeeded daemon pod {namespace}/{name} on node {node}, will try to delete it");
        (false, "SucceededDaemonPod", text)
    }
}

/// Whether a failed Pod on a node has to wait, and until when. If not, the next one will have to wait twice as long.
fn open_backoff(
    backoff: &mut BTreeMap<(i64, Str), (Duration, Instant)>,
    key: (i64, Str),
    now: Instant,
) -> Option<Instant> {
    match backoff.get_mut(&key) {
        Some((delay, since)) if now.since(*since) < *delay => Some(now + *delay),
        Some((delay, since)) => {
            let forgotten = now.since(*since) > BACKOFF_FORGOTTEN;
            *delay = if forgotten { BACKOFF_BASE } else { (*delay * 2).min(BACKOFF_MAX) };
            *since = now;
            None
        }
        None => {
            backoff.retain(|(generation, _), _| *generation == key.0);
            backoff.insert(key, (BACKOFF_BASE, now));
            None
        }
    }
}
