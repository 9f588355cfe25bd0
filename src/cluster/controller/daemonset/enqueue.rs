//! What puts a set into the queue: a change of the set itself, of its Pods, of Pods that it might take.

use super::DaemonSetController;
use super::set_state::SetState;
use crate::apiserver::Key;
use crate::clock::Instant;
use crate::controller::queue::Trigger;
use crate::informer::{Informers, owner_of};
use api::meta::Meta;
use api::objects::pod::Pod;
use api::objects::workload::DaemonSet;
use api::request::WatchType;
use std::rc::Rc;
use std::time::Duration;

impl DaemonSetController {
    pub(super) fn take_set(
        &mut self,
        set: &DaemonSet,
        known: bool,
        kind: WatchType,
        trigger: Trigger,
        informers: &Informers,
    ) {
        let key = Key::new(&set.meta.namespace, &set.meta.name);
        let another = self.sets.get(&key).is_some_and(|state| state.uid != set.meta.uid);
        if kind == WatchType::Deleted || another {
            self.sets.remove(&key);
        }
        if kind != WatchType::Deleted && (!known || another || !self.sets.contains_key(&key)) {
            let mut state = SetState::new(set.meta.uid);
            for pod in informers.pods_of(set.meta.uid) {
                state.take_pod(None, Some(pod));
            }
            state.take_nodes(informers);
            self.sets.insert(key.clone(), Rc::new(state));
        }
        self.queue.add(key, trigger);
    }

    pub(super) fn take_pod(
        &mut self,
        kind: WatchType,
        pod: &Rc<Pod>,
        old: Option<&Rc<Pod>>,
        trigger: Trigger,
        informers: &Informers,
        now: Instant,
    ) {
        let owner = self.set_of(&pod.meta, informers);
        let old_owner = match old {
            // Mostly the very same: a Pod's owners are shared by all of its versions.
            Some(old) if Rc::ptr_eq(&old.meta.owner_references, &pod.meta.owner_references) => owner.clone(),
            Some(old) => self.set_of(&old.meta, informers),
            None => None,
        };
        let gone = kind == WatchType::Deleted;
        if let Some(old_key) = old_owner.as_ref().filter(|key| owner.as_ref() != Some(key)) {
            self.with_state(old_key, |state| state.take_pod(old.map(|old| &**old), None));
            self.queue.add(old_key.clone(), trigger);
        }
        let Some(key) = owner else {
            self.take_orphan(kind, pod, old, trigger, informers);
            return;
        };
        let same_owner = old_owner.as_ref() == Some(&key);
        self.with_state(&key, |state| {
            state.take_pod(old.filter(|_| same_owner).map(|old| &**old), (!gone).then_some(pod));
            // An update of a Terminating Pod counts as its deletion.
            if gone || pod.meta.terminating() {
                state.expectations.deletion_observed();
            } else if old.is_none() {
                state.expectations.creation_observed();
            }
        });
        if let Some(set) = informers.daemon_sets.get(&key)
            && set.spec.min_ready_seconds > 0
            && pod.ready()
            && old.is_some_and(|old| !old.ready())
        {
            let later = now + Duration::from_secs(set.spec.min_ready_seconds as u64 + 1);
            self.queue.add_at(key.clone(), later, trigger);
            self.unannounced.push(later);
        }
        self.queue.add(key, trigger);
    }

    /// A Pod that nobody owns concerns every set that it matches.
    pub(super) fn take_orphan(
        &mut self,
        kind: WatchType,
        pod: &Pod,
        old: Option<&Rc<Pod>>,
        trigger: Trigger,
        informers: &Informers,
    ) {
        let going = kind == WatchType::Deleted || pod.meta.terminating();
        if pod.meta.controller().is_some() || going || pod.meta.labels.is_empty() {
            return;
        }
        let concerns =
            old.is_none_or(|old| old.meta.labels != pod.meta.labels || owner_of(&old.meta) != owner_of(&pod.meta));
        if !concerns {
            return;
        }
        let sets = informers.daemon_sets.iter().filter(|(key, set)| {
            let selector = &set.spec.selector;
            key.namespace == pod.meta.namespace && !selector.is_everything() && selector.matches(&pod.meta.labels)
        });
        for (key, _) in sets {
            self.queue.add(key.clone(), trigger);
        }
    }

    /// The set that controls an object, if kind, name and uid agree.
    pub(super) fn set_of(&self, meta: &Meta, informers: &Informers) -> Option<Key> {
        let owner = meta.controller().filter(|owner| &*owner.kind == "DaemonSet")?;
        let key = Key::new(&meta.namespace, &owner.name);
        let known = match self.sets.get(&key) {
            Some(state) => state.uid == owner.uid,
            None => informers.daemon_sets.get(&key).is_some_and(|set| set.meta.uid == owner.uid),
        };
        known.then_some(key)
    }
}
