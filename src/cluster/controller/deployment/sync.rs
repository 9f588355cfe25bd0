//! One sync of a Deployment, from reading its ReplicaSets to writing its status.
//!
//! A write to the Deployment itself, or the making of a ReplicaSet, ends the sync: what comes next is decided when that was
//! seen. (Upstream goes on with its outdated copy, is refused with a conflict, and starts over.) The status is counted from
//! what was read, so a resized set counts with its new size only in the next sync.
//!
//! Models `syncDeployment` and what it calls, of `pkg/controller/deployment/{deployment_controller,sync,rolling,recreate}.go`,
//! Kubernetes v1.36.

use super::super::claim::{Claim, adopt, claim, controller_reference, release};
use super::super::{Context, namespace_is_going};
use super::{DeploymentController, budget, replica_set, revision, rollout, scale, status, total};
use crate::apiserver::Key;
use crate::apiserver::typed::is_gone;
use crate::cause::{Actor, Cause};
use crate::clock::ControllerId;
use api::meta::Meta;
use api::objects::Object;
use api::objects::condition::{Condition, Truth};
use api::objects::workload::{Deployment, DeploymentStatus, ReplicaSet, Strategy};
use api::request::DeleteOptions;
use api::resource::Kind;
use api::sort;
use api::status::{Reason, Status};
use std::rc::Rc;

/// Why a sync ends early.
pub(super) enum Stop {
    /// An API call failed, or what was read is out of date: the key is tried again.
    Failed,
    /// The Deployment or its new ReplicaSet was written; seeing that brings the next sync.
    Written,
}

impl From<Status> for Stop {
    fn from(_: Status) -> Stop {
        Stop::Failed
    }
}

/// A Deployment with its ReplicaSets as the informers have them.
struct Family<'a> {
    deployment: &'a Rc<Deployment>,
    new: Option<Rc<ReplicaSet>>,
    old: Vec<Rc<ReplicaSet>>,
}

impl DeploymentController {
    pub(super) fn sync(&mut self, ctx: &mut Context<'_>, key: &Key, deployment: &Rc<Deployment>) -> Result<(), Stop> {
        if deployment.spec.selector.is_everything() {
            return self.refuse(ctx, deployment);
        }
        let family = claim_sets(ctx, deployment)?;
        if deployment.meta.terminating() {
            return self.write_counts(ctx, &family);
        }
        note_pause(ctx, deployment)?;
        keep_up(ctx, &family)?;
        if deployment.spec.paused || family.scaling_wanted() {
            let plan = scale::plan(deployment, family.new.as_ref(), &family.old);
            for (set, size) in plan {
                self.resize(ctx, deployment, &set, size)?;
            }
            if deployment.spec.paused {
                clean_up(ctx, &family)?;
            }
            return self.write_counts(ctx, &family);
        }
        match deployment.spec.strategy {
            Strategy::Recreate => self.recreate(ctx, &family)?,
            _ => self.roll(ctx, &family)?,
        }
        self.write_progress(ctx, key, &family)
    }

    /// A selector that matches everything is refused; so is the thought of it.
    fn refuse(&self, ctx: &mut Context<'_>, deployment: &Deployment) -> Result<(), Stop> {
        let text = "This deployment is selecting all pods. A non-empty selector is required.";
        self.say(ctx, deployment, true, "SelectingAll", text.to_string());
        let generation = deployment.meta.generation;
        if deployment.status.observed_generation < generation {
            write(ctx, deployment, |deployment| deployment.status.observed_generation = generation)?;
        }
        Ok(())
    }
}

impl Family<'_> {
    fn all(&self) -> Vec<Rc<ReplicaSet>> {
        self.old.iter().chain(&self.new).cloned().collect()
    }

    fn active_old(&self) -> Vec<Rc<ReplicaSet>> {
        rollout::oldest_first(self.old.iter().filter(|set| set.spec.replicas > 0).cloned())
    }

    fn scaling_wanted(&self) -> bool {
        scale::is_wanted(self.deployment, &self.all())
    }
}

// The two strategies.
impl DeploymentController {
    /// One step of a rolling update: the new set grows, or else the old ones shrink, or else all is done.
    fn roll(&self, ctx: &mut Context<'_>, family: &Family<'_>) -> Result<(), Stop> {
        let deployment = family.deployment;
        let Some(new) = &family.new else { return Err(self.create_set(ctx, family)) };
        let size = budget::next_size(&deployment.spec, total(&family.all()), new.spec.replicas);
        if size != new.spec.replicas {
            self.resize(ctx, deployment, new, size)?;
            return Ok(());
        }
        let mut old = family.active_old();
        let steps = rollout::shrink_old(&deployment.spec, new, &old);
        let done = steps.is_empty() && status::complete(deployment, &deployment.status);
        for (index, size) in steps {
            old[index] = self.resize(ctx, deployment, &old[index], size)?;
        }
        if done { clean_up(ctx, family) } else { Ok(()) }
    }

    /// All old Pods go, and only then come the new ones.
    fn recreate(&self, ctx: &mut Context<'_>, family: &Family<'_>) -> Result<(), Stop> {
        let deployment = family.deployment;
        let old = family.active_old();
        for set in &old {
            self.resize(ctx, deployment, set, 0)?;
        }
        if !old.is_empty() || old_pods_running(ctx, family) {
            return Ok(());
        }
        let Some(new) = &family.new else { return Err(self.create_set(ctx, family)) };
        if new.spec.replicas != deployment.spec.replicas {
            self.resize(ctx, deployment, new, deployment.spec.replicas)?;
        }
        if status::complete(deployment, &deployment.status) { clean_up(ctx, family) } else { Ok(()) }
    }
}

// Writing ReplicaSets.
impl DeploymentController {
    /// Makes the ReplicaSet of the present template, of the size it may have at once. Never without a reason to stop.
    fn create_set(&self, ctx: &mut Context<'_>, family: &Family<'_>) -> Stop {
        let deployment = family.deployment;
        let number = revision::next(&family.old);
        let mut set = replica_set::make(deployment, number);
        let size = budget::new_size(&deployment.spec, total(&family.old), 0);
        set.spec = Rc::new(set.spec.with_replicas(size));
        let name = set.meta.name.clone();
        match ctx.api.create(Object::ReplicaSet(Rc::new(set))) {
            Ok(_) => {}
            Err(status) if status.reason == Reason::AlreadyExists => return met_another(ctx, family, &name),
            Err(status) if namespace_is_going(&status) => return Stop::Failed,
            Err(status) => return self.not_created(ctx, deployment, &name, &status),
        }
        if size > 0 {
            self.say(
                ctx,
                deployment,
                false,
                "ScalingReplicaSet",
                format!("Scaled up replica set {name} from 0 to {size}"),
            );
        }
        let now = ctx.api.time();
        let written = write(ctx, deployment, |deployment| {
            set_revision(deployment, &number.to_string());
            if status::has_deadline(deployment) {
                let text = format!("Created new replica set \"{name}\"");
                let created =
                    Condition::new(status::PROGRESSING, Truth::True, now).because("NewReplicaSetCreated", text);
                status::set(&mut deployment.status, created);
            }
        });
        written.err().unwrap_or(Stop::Written)
    }

    fn not_created(&self, ctx: &mut Context<'_>, deployment: &Deployment, name: &str, why: &Status) -> Stop {
        let text = format!("Failed to create new replica set \"{name}\": {}", why.message);
        if status::has_deadline(deployment) {
            let condition = Condition::new(status::PROGRESSING, Truth::False, ctx.api.time());
            let condition = condition.because(CREATE_ERROR, text.clone());
            // The failure is what counts; that it can't be written down changes nothing.
            let _ = write(ctx, deployment, |deployment| status::set(&mut deployment.status, condition));
        }
        self.say(ctx, deployment, true, CREATE_ERROR, text);
        Stop::Failed
    }

    /// Gives a set a new size and the annotations that go with it; returns it as stored.
    fn resize(
        &self,
        ctx: &mut Context<'_>,
        deployment: &Deployment,
        set: &Rc<ReplicaSet>,
        size: i64,
    ) -> Result<Rc<ReplicaSet>, Stop> {
        let annotations = revision::with_sizes(deployment, &set.meta.annotations);
        let before = set.spec.replicas;
        if before == size && annotations == set.meta.annotations {
            return Ok(set.clone());
        }
        let stored = write_set(ctx, set, |set| {
            set.meta.annotations = annotations;
            if before != size {
                set.spec = Rc::new(set.spec.with_replicas(size));
            }
        })?;
        if before != size {
            let way = if before < size { "up" } else { "down" };
            let text = format!("Scaled {way} replica set {} from {before} to {size}", set.meta.name);
            self.say(ctx, deployment, false, "ScalingReplicaSet", text);
        }
        Ok(stored)
    }
}

/// Reason of the event and the condition when a ReplicaSet can't be made.
const CREATE_ERROR: &str = "ReplicaSetCreateError";

/// The name of the set to be made is taken: by one that the informers have yet to bring, or by other content, which makes the
/// next try hash differently.
fn met_another(ctx: &mut Context<'_>, family: &Family<'_>, name: &api::Str) -> Stop {
    let deployment = family.deployment;
    let key = Key::new(&deployment.meta.namespace, name);
    if let Some(Object::ReplicaSet(found)) = ctx.api.get(Kind::REPLICA_SET, &key)
        && found.meta.controller().is_some_and(|owner| owner.uid == deployment.meta.uid)
        && replica_set::same(&found.spec.template, &deployment.spec.template)
    {
        return Stop::Failed;
    }
    let _ = write(ctx, deployment, |deployment| {
        let count = &mut deployment.status.collision_count;
        *count = Some(count.unwrap_or(0) + 1);
    });
    Stop::Failed
}

/// Brings the new set and the Deployment up to date with each other: annotations, revision, `minReadySeconds`.
fn keep_up(ctx: &mut Context<'_>, family: &Family<'_>) -> Result<(), Stop> {
    let Family { deployment, new: Some(new), old } = family else { return Ok(()) };
    let annotations = revision::annotations(deployment, &new.meta.annotations, revision::next(old));
    let seconds = deployment.spec.min_ready_seconds;
    if annotations != new.meta.annotations || new.spec.min_ready_seconds != seconds {
        write_set(ctx, new, |set| {
            set.meta.annotations = annotations;
            if set.spec.min_ready_seconds != seconds {
                set.spec = Rc::new(set.spec.with_min_ready_seconds(seconds));
            }
        })?;
        return Err(Stop::Written);
    }
    let number = new.meta.annotations.get(revision::REVISION).cloned().unwrap_or_default();
    let unknown = status::has_deadline(deployment) && status::progress(deployment).is_none();
    if deployment.meta.annotations.get(revision::REVISION) == Some(&number) && !unknown {
        return Ok(());
    }
    let now = ctx.api.time();
    write(ctx, deployment, |deployment| {
        set_revision(deployment, &number);
        if unknown {
            let text = format!("Found new replica set \"{}\"", new.meta.name);
            let found = Condition::new(status::PROGRESSING, Truth::True, now).because("FoundNewReplicaSet", text);
            status::set(&mut deployment.status, found);
        }
    })?;
    Err(Stop::Written)
}

fn set_revision(deployment: &mut Deployment, number: &str) {
    Rc::make_mut(&mut deployment.meta.annotations).insert(revision::REVISION.into(), number.into());
}

/// Keeps in the condition Progressing that the learner has paused or resumed the rollout, so that the pause is not late.
fn note_pause(ctx: &mut Context<'_>, deployment: &Deployment) -> Result<(), Stop> {
    let reason = status::progress(deployment).map(|condition| condition.reason.clone()).unwrap_or_default();
    if !status::has_deadline(deployment) || reason == status::TIMED_OUT {
        return Ok(());
    }
    let (reason, text) = match (deployment.spec.paused, reason == status::PAUSED) {
        (true, false) => (status::PAUSED, "Deployment is paused"),
        (false, true) => ("DeploymentResumed", "Deployment is resumed"),
        _ => return Ok(()),
    };
    let condition = Condition::new(status::PROGRESSING, Truth::Unknown, ctx.api.time()).because(reason, text);
    write(ctx, deployment, |deployment| status::set(&mut deployment.status, condition))?;
    Err(Stop::Written)
}

/// Removes old sets beyond the limit, lowest revision first; those that still have something to do stay.
fn clean_up(ctx: &mut Context<'_>, family: &Family<'_>) -> Result<(), Stop> {
    let mut old: Vec<_> = family.old.iter().filter(|set| !set.meta.terminating()).collect();
    let surplus = old.len() as i64 - family.deployment.spec.revision_history_limit;
    sort::by(&mut old, |a, b| revision::of(a).cmp(&revision::of(b)).then_with(|| super::by_age(a, b)));
    for set in old.into_iter().take(surplus.max(0) as usize) {
        let idle = set.status.replicas == 0 && set.spec.replicas == 0;
        if !idle || set.meta.generation > set.status.observed_generation {
            continue;
        }
        let key = Key::new(&set.meta.namespace, &set.meta.name);
        match ctx.api.delete(Kind::REPLICA_SET, &key, &DeleteOptions::default()) {
            Err(status) if !is_gone(&status) => return Err(status.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a Pod of another template still runs, be it on its way out.
fn old_pods_running(ctx: &Context<'_>, family: &Family<'_>) -> bool {
    let selector = &family.deployment.spec.selector;
    family.old.iter().any(|set| {
        let mut pods = ctx.informers.pods_of(set.meta.uid);
        set.status.replicas > 0 || pods.any(|pod| selector.matches(&pod.meta.labels) && !pod.terminal())
    })
}

// Writing the Deployment.
impl DeploymentController {
    /// The status of a Deployment that is not rolling out: counts, and Available.
    fn write_counts(&self, ctx: &mut Context<'_>, family: &Family<'_>) -> Result<(), Stop> {
        let status = status::calculate(family.deployment, family.new.as_ref(), &family.old, ctx.api.time());
        write_status(ctx, family.deployment, status).map(|_| ())
    }

    /// The status of a rollout; if nothing has changed, its deadline is watched.
    fn write_progress(&mut self, ctx: &mut Context<'_>, key: &Key, family: &Family<'_>) -> Result<(), Stop> {
        let deployment = family.deployment;
        let status = status::of_rollout(deployment, family.new.as_ref(), &family.old, ctx.now());
        let next_look = status::next_look(deployment, &status);
        if write_status(ctx, deployment, status)? {
            return Ok(());
        }
        let Some(due) = next_look.map(|due| due.max(ctx.now())) else { return Ok(()) };
        if self.deadlines.get(key) != Some(&due) {
            self.deadlines.insert(key.clone(), due);
            self.queue.add_at(key.clone(), due, (0, Cause::clock(Actor::DeploymentController)));
            ctx.wake_at(due, ControllerId::Deployment);
        }
        Ok(())
    }
}

/// Writes a status that differs from the one read; says whether it did.
fn write_status(ctx: &mut Context<'_>, deployment: &Deployment, status: DeploymentStatus) -> Result<bool, Stop> {
    if status == deployment.status {
        return Ok(false);
    }
    write(ctx, deployment, |deployment| deployment.status = status)?;
    Ok(true)
}

/// Changes the Deployment, unless somebody else has since it was read.
fn write(ctx: &mut Context<'_>, deployment: &Deployment, change: impl FnOnce(&mut Deployment)) -> Result<(), Stop> {
    let key = check_unchanged(ctx, Kind::DEPLOYMENT, &deployment.meta)?;
    ctx.api.update(Kind::DEPLOYMENT, &key, |object| {
        let Object::Deployment(deployment) = object else { return false };
        change(Rc::make_mut(deployment));
        true
    })?;
    Ok(())
}

/// Changes a ReplicaSet, unless somebody else has since it was read; returns it as stored.
fn write_set(
    ctx: &mut Context<'_>,
    set: &ReplicaSet,
    change: impl FnOnce(&mut ReplicaSet),
) -> Result<Rc<ReplicaSet>, Stop> {
    let key = check_unchanged(ctx, Kind::REPLICA_SET, &set.meta)?;
    let stored = ctx.api.update(Kind::REPLICA_SET, &key, |object| {
        let Object::ReplicaSet(set) = object else { return false };
        change(Rc::make_mut(set));
        true
    })?;
    match stored {
        Object::ReplicaSet(set) => Ok(set),
        _ => Err(Stop::Failed),
    }
}

/// What the server calls a conflict: the object is not the one that was read.
fn check_unchanged(ctx: &Context<'_>, kind: Kind, meta: &Meta) -> Result<Key, Stop> {
    let key = Key::new(&meta.namespace, &meta.name);
    let now = ctx.api.get(kind, &key).and_then(Object::meta_ref);
    let same = now.is_some_and(|now| now.resource_version == meta.resource_version);
    same.then_some(key).ok_or(Stop::Failed)
}

/// The Deployment's ReplicaSets, after taking those that nobody owns and giving up those that no longer match.
fn claim_sets<'a>(ctx: &mut Context<'_>, deployment: &'a Rc<Deployment>) -> Result<Family<'a>, Stop> {
    let (uid, selector) = (deployment.meta.uid, &deployment.spec.selector);
    let known = ctx.informers.replica_sets.values().filter(|set| set.meta.namespace == deployment.meta.namespace);
    let judged: Vec<_> = known.map(|set| (claim(uid, selector, &set.meta), set.clone())).collect();
    let mut sets = Vec::new();
    for (judgement, set) in judged {
        match judgement {
            Claim::Mine => sets.push(set),
            Claim::Adopt => {
                check_alive(ctx, deployment)?;
                let owner = controller_reference(Kind::DEPLOYMENT, &deployment.meta);
                sets.push(write_set(ctx, &set, |set| adopt(&mut set.meta, owner))?);
            }
            Claim::Release => {
                write_set(ctx, &set, |set| release(&mut set.meta, uid))?;
            }
            Claim::Ignore => {}
        }
    }
    let new = replica_set::find_new(deployment, &sets).cloned();
    sets.retain(|set| new.as_ref().is_none_or(|new| new.meta.uid != set.meta.uid));
    Ok(Family { deployment, new, old: sets })
}

/// Before adopting, the Deployment is read once more from the server: a deleted one must not take anything.
fn check_alive(ctx: &Context<'_>, deployment: &Deployment) -> Result<(), Stop> {
    let key = Key::new(&deployment.meta.namespace, &deployment.meta.name);
    let now = ctx.api.get(Kind::DEPLOYMENT, &key).and_then(Object::meta_ref);
    let alive = now.is_some_and(|now| now.uid == deployment.meta.uid && !now.terminating());
    if alive { Ok(()) } else { Err(Stop::Failed) }
}
