//! The Pods that wait: ready to be tried, in back-off, in the pool of those that fit nowhere, or held by a gate.
//!
//! Ready Pods are tried by priority, then by when they came (or were put back). A Pod that fits nowhere stays in the pool until
//! something happens that could help it; then it is ready again, or in back-off if it has failed a moment ago. When nothing is
//! ready, Pods come out of back-off early, so on a quiet cluster a retry is immediate.
//!
//! Each Pod carries the change that made it ready, so that what the scheduler writes can say what it answers.
//!
//! Source: pkg/scheduler/backend/queue, Kubernetes v1.36.

use super::filter::Plugins;
use super::hint::Classes;
use crate::cause::Cause;
use crate::clock::Instant;
use crate::table::Table;
use api::Str;
use api::meta::Uid;
use api::objects::pod::Pod;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// The first back-off: 1 s. Source: `podInitialBackoffSeconds`.
const INITIAL_BACKOFF: Duration = Duration::from_secs(1);
/// The longest: 10 s. Source: `podMaxBackoffSeconds`.
const MAX_BACKOFF: Duration = Duration::from_secs(10);
/// A Pod that has been in the pool this long is tried again in any case: 5 min.
const MAX_IN_POOL: Duration = Duration::from_secs(300);
/// How often the pool is looked through for those: every 30 s.
const FLUSH_PERIOD: Duration = Duration::from_secs(30);

/// What made a Pod ready: a change's version and its cause.
pub type Trigger = (u64, Cause);

/// A Pod that waits, and what is known of its attempts.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The Pod as last seen.
    pub pod: Rc<Pod>,
    /// What made it ready.
    pub trigger: Trigger,
    /// When it came, or was put back last.
    pub since: Instant,
    /// How often it fitted nowhere.
    pub failures: u32,
    /// How often in a row something else went wrong.
    pub errors: u32,
    /// Who turned it down last.
    pub rejected_by: Plugins,
    /// Where preemption made room for it, or empty.
    pub nominated: Str,
    place: Place,
}

impl Waiting {
    /// Where it waits.
    pub fn place(&self) -> Place {
        self.place
    }
}

/// Where a Pod waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Ready, at its turn.
    Active(Turn),
    /// In back-off until then.
    Backoff(Instant, u64),
    /// In back-off after an error: it really waits.
    ErrorBackoff(Instant, u64),
    /// Fits nowhere for now.
    Pool(u64),
    /// Held by its gates.
    Gated,
}

/// A ready Pod's turn: the smallest is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    priority: Reverse<i32>,
    since: Instant,
    number: u64,
}

/// All Pods that wait.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    pods: Table<Uid, Rc<Waiting>>,
    active: BTreeMap<Turn, Uid>,
    backoff: BTreeMap<(Instant, u64), Uid>,
    error_backoff: BTreeMap<(Instant, u64), Uid>,
    /// With the kinds of happenings each waits for.
    pool: BTreeMap<u64, (Uid, Classes)>,
    /// Per class how many in the pool wait for it.
    wanted: [u32; Classes::COUNT],
    nominations: Nominations,
    numbers: u64,
}

/// Room that preemption made: the Pods nominated to each node.
#[derive(Clone, Debug, Default)]
pub struct Nominations(BTreeMap<(Str, Uid), Rc<Pod>>);

impl Nominations {
    /// The Pods nominated to a node.
    pub fn on<'a>(&'a self, node: &'a Str) -> impl Iterator<Item = &'a Rc<Pod>> {
        let some = (!self.0.is_empty()).then(|| self.0.range((node.clone(), Uid::default())..));
        some.into_iter().flatten().take_while(move |((name, _), _)| name == node).map(|(_, pod)| pod)
    }

    fn set(&mut self, old: &Str, new: &Str, pod: &Rc<Pod>) {
        if !old.is_empty() {
            self.0.remove(&(old.clone(), pod.meta.uid));
        }
        if !new.is_empty() {
            self.0.insert((new.clone(), pod.meta.uid), pod.clone());
        }
    }
}

impl Queue {
    /// Room that preemption made.
    pub fn nominations(&self) -> &Nominations {
        &self.nominations
    }

    /// The Pods whose turn it is, in order.
    pub fn active(&self) -> impl Iterator<Item = &Rc<Pod>> {
        self.active.values().filter_map(|uid| self.pods.get(uid)).map(|waiting| &waiting.pod)
    }

    /// How many are in back-off, and how many fit nowhere for now.
    pub fn held(&self) -> (usize, usize) {
        (self.backoff.len() + self.error_backoff.len(), self.pool.len())
    }

    /// A Pod that waits.
    pub fn get(&self, uid: Uid) -> Option<&Waiting> {
        self.pods.get(&uid).map(|waiting| &**waiting)
    }

    /// Takes in a new Pod.
    pub fn add(&mut self, pod: &Rc<Pod>, trigger: Trigger, now: Instant) {
        let nominated = pod.status.nominated_node_name.clone();
        self.nominations.set(&"".into(), &nominated, pod);
        let waiting = Waiting {
            pod: pod.clone(),
            trigger,
            since: now,
            failures: 0,
            errors: 0,
            rejected_by: Plugins::default(),
            nominated,
            place: Place::Gated,
        };
        if pod.spec.scheduling_gates.is_empty() {
            self.put_active(waiting);
        } else {
            self.pods.insert(pod.meta.uid, Rc::new(waiting));
        }
    }

    /// Takes in a newer form of a Pod that waits.
    pub fn update(&mut self, old: &Pod, pod: &Rc<Pod>, trigger: Trigger, now: Instant) {
        let Some(waiting) = self.pods.get_mut(&pod.meta.uid) else { return };
        let waiting = Rc::make_mut(waiting);
        if old.status.nominated_node_name != pod.status.nominated_node_name {
            let nominated = pod.status.nominated_node_name.clone();
            self.nominations.set(&waiting.nominated, &nominated, pod);
            waiting.nominated = nominated;
        }
        waiting.pod = pod.clone();
        let may_help = !Rc::ptr_eq(&old.spec, &pod.spec) || old.meta.labels != pod.meta.labels;
        match waiting.place {
            Place::Gated if pod.spec.scheduling_gates.is_empty() => {
                waiting.since = now;
                self.wake(pod.meta.uid, trigger, now);
            }
            Place::Pool(_) if may_help => self.wake(pod.meta.uid, trigger, now),
            _ => {}
        }
    }

    /// Forgets a Pod that is bound or gone.
    pub fn remove(&mut self, uid: Uid) -> Option<Rc<Waiting>> {
        let waiting = self.take_out(uid)?;
        self.nominations.set(&waiting.nominated, &"".into(), &waiting.pod);
        Some(waiting)
    }

    /// Takes the Pod whose turn it is.
    pub fn pop(&mut self, now: Instant) -> Option<Rc<Waiting>> {
        self.release(now);
        if self.active.is_empty() {
            // Nothing better to do: whoever is next in back-off need not wait for its end.
            let uid = *self.backoff.first_key_value()?.1;
            self.activate(uid);
        }
        let uid = *self.active.first_key_value()?.1;
        self.take_out(uid)
    }

    /// A Pod waits no longer.
    fn take_out(&mut self, uid: Uid) -> Option<Rc<Waiting>> {
        let waiting = self.pods.remove(&uid)?;
        self.leave(waiting.place);
        Some(waiting)
    }

    /// Whether a Pod could be taken now.
    pub fn is_ready(&self) -> bool {
        !self.active.is_empty() || !self.backoff.is_empty()
    }

    /// Puts a Pod that fits nowhere into the pool.
    pub fn put_in_pool(&mut self, mut waiting: Waiting, now: Instant) {
        waiting.failures += 1;
        waiting.errors = 0;
        waiting.since = now;
        let number = self.next_number();
        waiting.place = Place::Pool(number);
        let uid = waiting.pod.meta.uid;
        let classes = Classes::that_help(waiting.rejected_by);
        classes.indices().for_each(|class| self.wanted[class] += 1);
        self.pool.insert(number, (uid, classes));
        self.pods.insert(uid, Rc::new(waiting));
    }

    /// Puts a Pod back for which something went wrong: it waits, whatever happens.
    pub fn put_back_after_error(&mut self, mut waiting: Waiting, now: Instant) {
        waiting.errors += 1;
        waiting.since = now;
        let until = whole_seconds(now + backoff(waiting.errors, INITIAL_BACKOFF, MAX_BACKOFF));
        let number = self.next_number();
        waiting.place = Place::ErrorBackoff(until, number);
        self.error_backoff.insert((until, number), waiting.pod.meta.uid);
        self.pods.insert(waiting.pod.meta.uid, Rc::new(waiting));
    }

    /// Says where room was made for a Pod (empty: nowhere any more).
    pub fn nominate(&mut self, waiting: &mut Waiting, node: &Str) {
        self.nominations.set(&waiting.nominated, node, &waiting.pod);
        waiting.nominated = node.clone();
    }

    /// Takes a nomination away from a Pod that waits.
    pub fn withdraw_nomination(&mut self, uid: Uid) {
        let Some(waiting) = self.pods.get_mut(&uid) else { return };
        let waiting = Rc::make_mut(waiting);
        self.nominations.set(&waiting.nominated, &"".into(), &waiting.pod);
        waiting.nominated = "".into();
    }

    /// The Pods in the pool that wait for happenings of these classes, in the order they came.
    pub fn waiting_for(&self, classes: Classes) -> Vec<Rc<Waiting>> {
        if classes.indices().all(|class| self.wanted[class] == 0) {
            return Vec::new();
        }
        let concerned = self.pool.iter().filter(|(_, (_, wanted))| wanted.meets(classes));
        concerned.filter_map(|(_, (uid, _))| self.pods.get(uid).cloned()).collect()
    }

    /// Moves a Pod out of the pool (or lets it through the gate): ready, or in back-off if it has failed a moment ago.
    pub fn wake(&mut self, uid: Uid, trigger: Trigger, now: Instant) {
        let Some(waiting) = self.pods.get_mut(&uid) else { return };
        let waiting = Rc::make_mut(waiting);
        waiting.trigger = trigger;
        let until = whole_seconds(waiting.since + backoff(waiting.failures, INITIAL_BACKOFF, MAX_BACKOFF));
        if waiting.failures == 0 || until <= now {
            return self.activate(uid);
        }
        let place = waiting.place;
        self.leave(place);
        let number = self.next_number();
        self.backoff.insert((until, number), uid);
        self.set_place(uid, Place::Backoff(until, number));
    }

    /// When the next Pod comes out of back-off after an error, or the pool is looked through.
    pub fn next_due(&self) -> Option<Instant> {
        let error = self.error_backoff.first_key_value().map(|((until, _), _)| *until);
        let oldest = self.pool.first_key_value().and_then(|(_, (uid, _))| self.pods.get(uid)).map(|waiting| {
            let period = FLUSH_PERIOD.as_nanos() as u64;
            Instant(((waiting.since + MAX_IN_POOL).0 / period + 1) * period)
        });
        error.into_iter().chain(oldest).min()
    }

    /// Makes ready whose back-off is over, and who has been in the pool for too long.
    pub fn flush(&mut self, now: Instant, trigger: Trigger) {
        self.release(now);
        while let Some((uid, _)) = self.pool.first_key_value().map(|(_, waiting)| *waiting) {
            if self.pods.get(&uid).is_none_or(|waiting| now.since(waiting.since) <= MAX_IN_POOL) {
                break;
            }
            self.wake(uid, trigger, now);
        }
    }

    /// Makes ready whose back-off is over.
    fn release(&mut self, now: Instant) {
        let over = |queue: &BTreeMap<(Instant, u64), Uid>| {
            queue.first_key_value().filter(|((until, _), _)| *until <= now).map(|(_, uid)| *uid)
        };
        while let Some(uid) = over(&self.backoff).or_else(|| over(&self.error_backoff)) {
            self.activate(uid);
        }
    }

    /// Forgets all back-offs: everybody is ready.
    pub fn restart(&mut self) {
        let waiting = self.pods.iter().filter(|(_, waiting)| waiting.place != Place::Gated);
        for uid in waiting.map(|(uid, _)| *uid).collect::<Vec<_>>() {
            self.activate(uid);
        }
    }

    fn activate(&mut self, uid: Uid) {
        let Some(waiting) = self.pods.get(&uid).cloned() else { return };
        self.leave(waiting.place);
        self.put_active(Rc::unwrap_or_clone(waiting));
    }

    fn put_active(&mut self, mut waiting: Waiting) {
        let number = self.next_number();
        let turn = Turn { priority: Reverse(waiting.pod.spec.priority), since: waiting.since, number };
        waiting.place = Place::Active(turn);
        self.active.insert(turn, waiting.pod.meta.uid);
        self.pods.insert(waiting.pod.meta.uid, Rc::new(waiting));
    }

    fn set_place(&mut self, uid: Uid, place: Place) {
        if let Some(waiting) = self.pods.get_mut(&uid) {
            Rc::make_mut(waiting).place = place;
        }
    }

    fn leave(&mut self, place: Place) {
        match place {
            Place::Active(turn) => drop(self.active.remove(&turn)),
            Place::Backoff(until, number) => drop(self.backoff.remove(&(until, number))),
            Place::ErrorBackoff(until, number) => drop(self.error_backoff.remove(&(until, number))),
            Place::Pool(number) => {
                let classes = self.pool.remove(&number).map(|(_, classes)| classes).unwrap_or_default();
                classes.indices().for_each(|class| self.wanted[class] -= 1);
            }
            Place::Gated => {}
        }
    }

    fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }
}

/// How long to wait after so many failures: doubling from `initial` to `max`.
pub fn backoff(failures: u32, initial: Duration, max: Duration) -> Duration {
    match failures {
        0 => Duration::ZERO,
        n => initial.saturating_mul(1_u32.checked_shl(n - 1).unwrap_or(u32::MAX)).min(max),
    }
}

/// Back-offs end at whole seconds, so that Pods of one second stay in order of priority.
fn whole_seconds(at: Instant) -> Instant {
    Instant(at.0 / 1_000_000_000 * 1_000_000_000)
}
