//! A DaemonSet's templates of the past: one ControllerRevision each, found again by content, numbered by age.
//!
//! A revision that becomes current again (an undo) keeps its name and hash and gets the next number, which is why numbers in
//! `kubectl rollout history` have gaps.
//!
//! Models `constructHistory`, `dedupCurHistories` and `cleanupHistory` of `pkg/controller/daemon/update.go`, Kubernetes v1.36.

use super::super::Context;
use super::super::claim::{Claim, adopt, claim, controller_reference, release};
use super::template::HASH_LABEL;
use crate::apiserver::Key;
use api::meta::{Meta, Uid};
use api::objects::Object;
use api::objects::pod::Pod;
use api::objects::pod_spec::PodTemplate;
use api::objects::workload::{ControllerRevision, DaemonSet};
use api::resource::Kind;
use api::status::{Reason, Status};
use api::template_hash::template_hash;
use api::{Str, Value, json, sort};
use std::collections::BTreeSet;
use std::rc::Rc;

/// The revisions of a DaemonSet.
#[derive(Debug)]
pub struct History {
    /// The one of the present template.
    pub current: Rc<ControllerRevision>,
    /// The others, oldest first.
    pub old: Vec<Rc<ControllerRevision>>,
}

impl History {
    /// The hash that Pods of the present template carry.
    pub fn hash(&self) -> Str {
        self.current.hash().cloned().unwrap_or_default()
    }
}

/// Finds the revisions as [`construct`] does, or remembers them: while neither the template nor any revision has changed
/// since, nothing about them can have.
pub fn remembered(
    ctx: &mut Context<'_>,
    set: &DaemonSet,
    memory: &mut Option<(Rc<PodTemplate>, u64, Rc<History>)>,
) -> Result<Rc<History>, Status> {
    let changes = ctx.informers.revision_changes;
    if let Some((template, seen, history)) = memory
        && Rc::ptr_eq(template, &set.spec.template)
        && *seen == changes
    {
        return Ok(history.clone());
    }
    let version = ctx.api.version();
    let history = Rc::new(construct(ctx, set)?);
    // What was written now is still to be seen: until then the history is found anew.
    if ctx.api.version() == version {
        *memory = Some((set.spec.template.clone(), changes, history.clone()));
    }
    Ok(history)
}

/// Finds the revisions, making the present one if it is new and renumbering it if it is old.
pub fn construct(ctx: &mut Context<'_>, set: &DaemonSet) -> Result<History, Status> {
    let data = snapshot(set);
    let revisions = claimed(ctx, set)?;
    let (mut current, mut old): (Vec<_>, Vec<_>) = revisions.into_iter().partition(|r| *r.data == data);
    sort::by_key(&mut old, |revision| revision.revision);
    let next = old.last().map_or(0, |revision| revision.revision) + 1;
    sort::by_key(&mut current, |revision| revision.revision);
    let Some(kept) = current.pop() else {
        return Ok(History { current: create(ctx, set, data, next)?, old });
    };
    if !current.is_empty() {
        relabel_pods(ctx, set, &kept)?;
    }
    for duplicate in current {
        ctx.api.delete(
            Kind::CONTROLLER_REVISION,
            &Key::new(&kept.meta.namespace, &duplicate.meta.name),
            &<_>::default(),
        )?;
    }
    let current = if kept.revision < next { renumber(ctx, &kept, next)? } else { kept };
    Ok(History { current, old })
}

/// Removes old revisions beyond the limit, lowest first; those that Pods still carry don't count.
pub fn clean_up(ctx: &mut Context<'_>, set: &DaemonSet, history: &History) -> Result<(), Status> {
    let surplus = history.old.len() as i64 - set.spec.revision_history_limit;
    if surplus <= 0 {
        return Ok(());
    }
    let live: BTreeSet<&Str> = claimed_pods(ctx, set).filter_map(|pod| pod.meta.label(HASH_LABEL)).collect();
    let unused = history.old.iter().filter(|r| r.hash().is_none_or(|hash| !live.contains(hash)));
    let doomed: Vec<Key> = unused.take(surplus as usize).map(|r| Key::new(&r.meta.namespace, &r.meta.name)).collect();
    for key in doomed {
        ctx.api.delete(Kind::CONTROLLER_REVISION, &key, &<_>::default())?;
    }
    Ok(())
}

/// The patch that brings the present template back.
fn snapshot(set: &DaemonSet) -> Value {
    let mut template = set.spec.template.raw.clone();
    template["$patch"] = "replace".into();
    json!({"spec": {"template": template}})
}

/// The revisions that are, or become, the set's.
fn claimed(ctx: &mut Context<'_>, set: &DaemonSet) -> Result<Vec<Rc<ControllerRevision>>, Status> {
    let selector = &set.spec.selector;
    let mine = ctx.informers.revisions_of(set.meta.uid);
    let orphans = ctx.informers.revisions_of(Uid::default()).filter(|r| r.meta.namespace == set.meta.namespace);
    let judged: Vec<(Claim, Rc<ControllerRevision>)> =
        mine.chain(orphans).map(|r| (claim(set.meta.uid, selector, &r.meta), r.clone())).collect();
    let mut out = Vec::new();
    for (judgement, revision) in judged {
        match judgement {
            Claim::Mine => out.push(labelled(ctx, &revision)?),
            Claim::Adopt => {
                let owner = controller_reference(Kind::DAEMON_SET, &set.meta);
                let adopted = edit(ctx, &revision, |revision| adopt(&mut revision.meta, owner))?;
                out.push(labelled(ctx, &adopted)?);
            }
            Claim::Release => {
                edit(ctx, &revision, |revision| release(&mut revision.meta, set.meta.uid))?;
            }
            Claim::Ignore => {}
        }
    }
    Ok(out)
}

/// A revision without a hash label gets its name as one.
fn labelled(ctx: &mut Context<'_>, revision: &Rc<ControllerRevision>) -> Result<Rc<ControllerRevision>, Status> {
    if revision.hash().is_some() {
        return Ok(revision.clone());
    }
    edit(ctx, revision, |revision| {
        let name = revision.meta.name.clone();
        Rc::make_mut(&mut revision.meta.labels).insert(HASH_LABEL.into(), name);
    })
}

fn create(ctx: &mut Context<'_>, set: &DaemonSet, data: Value, number: i64) -> Result<Rc<ControllerRevision>, Status> {
    let hash = template_hash(&set.spec.template.raw, set.status.collision_count);
    let mut labels = (*set.spec.template.labels).clone();
    labels.insert(HASH_LABEL.into(), hash.as_str().into());
    let meta = Meta {
        name: format!("{}-{hash}", set.meta.name).into(),
        namespace: set.meta.namespace.clone(),
        labels: Rc::new(labels),
        annotations: set.meta.annotations.clone(),
        owner_references: Rc::new(vec![controller_reference(Kind::DAEMON_SET, &set.meta)]),
        ..Meta::default()
    };
    let key = Key::new(&meta.namespace, &meta.name);
    let revision = ControllerRevision { meta, data: Rc::new(data), revision: number };
    match ctx.api.create(Object::ControllerRevision(Rc::new(revision.clone()))) {
        Ok(Object::ControllerRevision(created)) => Ok(created),
        Ok(_) => Ok(Rc::new(revision)),
        Err(status) if status.reason == Reason::AlreadyExists => match ctx.api.get(Kind::CONTROLLER_REVISION, &key) {
            Some(Object::ControllerRevision(found)) if found.data == revision.data => Ok(found.clone()),
            _ => {
                count_collision(ctx, set)?;
                Err(status)
            }
        },
        Err(status) => Err(status),
    }
}

/// The name is taken by other content: the next try hashes with a higher count.
fn count_collision(ctx: &mut Context<'_>, set: &DaemonSet) -> Result<(), Status> {
    ctx.api.update(Kind::DAEMON_SET, &Key::new(&set.meta.namespace, &set.meta.name), |object| {
        let Object::DaemonSet(set) = object else { return false };
        let count = &mut Rc::make_mut(set).status.collision_count;
        *count = Some(count.unwrap_or(0) + 1);
        true
    })?;
    Ok(())
}

fn renumber(
    ctx: &mut Context<'_>,
    revision: &Rc<ControllerRevision>,
    number: i64,
) -> Result<Rc<ControllerRevision>, Status> {
    edit(ctx, revision, |revision| revision.revision = number)
}

/// Where one template has several revisions, all Pods carry the kept one's hash from now on; those of other templates too.
fn relabel_pods(ctx: &mut Context<'_>, set: &DaemonSet, kept: &ControllerRevision) -> Result<(), Status> {
    let hash = kept.hash().cloned().unwrap_or_default();
    let others = claimed_pods(ctx, set).filter(|pod| pod.meta.label(HASH_LABEL) != Some(&hash));
    let keys: Vec<Key> = others.map(|pod| Key::new(&pod.meta.namespace, &pod.meta.name)).collect();
    for key in keys {
        ctx.api.update_pod(&key, |pod| {
            Rc::make_mut(&mut pod.meta.labels).insert(HASH_LABEL.into(), hash.clone());
            true
        })?;
    }
    Ok(())
}

/// The set's Pods that match its selector, those that have ended and are on their way out included.
fn claimed_pods<'a>(ctx: &'a Context<'_>, set: &'a DaemonSet) -> impl Iterator<Item = &'a Rc<Pod>> {
    ctx.informers.pods_of(set.meta.uid).filter(|pod| set.spec.selector.matches(&pod.meta.labels))
}

fn edit(
    ctx: &mut Context<'_>,
    revision: &Rc<ControllerRevision>,
    change: impl FnOnce(&mut ControllerRevision),
) -> Result<Rc<ControllerRevision>, Status> {
    let key = Key::new(&revision.meta.namespace, &revision.meta.name);
    let stored = ctx.api.update(Kind::CONTROLLER_REVISION, &key, |object| {
        let Object::ControllerRevision(revision) = object else { return false };
        change(Rc::make_mut(revision));
        true
    })?;
    Ok(match stored {
        Object::ControllerRevision(stored) => stored,
        _ => revision.clone(),
    })
}
