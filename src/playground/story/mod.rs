//! What happened: a record of every change that is more than a heartbeat, told under the act that led to it.
//!
//! Records are taken as changes come, each once, and the oldest go when there are too many. They are folded when they are
//! shown, each once as long as the same is asked for: changes of one kind by one actor to objects of one owner are one sentence with a count, so that a rollout over
//! thousands of nodes is a few lines.
//!
//! The act at the root is the [`Cause`](cluster::cause::Cause)'s. A kubelet that registers its node, or falls silent, has none: there it is the act that
//! switched the machine. When time is travelled the records of the line of events that was left are kept beside it.

mod deed;
#[cfg(test)]
mod tests;

use crate::run::Run;
use crate::view::{self, Chapter, Deed, ObjectRef, Step, StoryLink};
use api::Str;
use api::objects::Object;
use api::objects::text::Text;
use api::resource::Kind;
use cluster::apiserver::{Change, Key};
use cluster::cause::Actor;
use cluster::clock::Instant;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

/// Records kept.
const RECORDS: usize = 40_000;
/// Objects kept as they were before a change.
const BEFORE: usize = 4_000;
/// Chapters told, the newest.
const CHAPTERS: usize = 60;
/// Single changes shown of a sentence.
const STEPS: usize = 24;
/// Changes of an object that its history shows.
const HISTORY: usize = 100;
/// What nobody asked for belongs together while no more than this lies between.
const PAUSE: Duration = Duration::from_secs(15);

/// The records of the line of events that is looked at, and of those that were left.
#[derive(Default)]
pub struct Story {
    line: u32,
    pages: Pages,
    left: BTreeMap<u32, Pages>,
    /// What objects were before their last changes, by the version that each made; of the last changes only.
    before: VecDeque<(u64, Object)>,
    /// What was told last: what has happened since is added to it.
    tale: RefCell<Option<Tale>>,
}

#[derive(Clone, Default)]
struct Pages {
    /// By version.
    records: VecDeque<Record>,
    /// The learner's lines, by the act's number.
    heads: BTreeMap<u32, Rc<str>>,
    /// The version up to which changes were seen.
    seen: u64,
}

#[derive(Clone)]
struct Record {
    version: u64,
    at: Instant,
    actor: Actor,
    deed: Deed,
    trigger: u64,
    /// 0: nobody's.
    act: u32,
    kind: Kind,
    key: Key,
    /// The controlling owner's kind and name, and that one's.
    owners: [Option<(Kind, Str)>; 2],
    /// The node it is on.
    node: Str,
    detail: Text,
}

impl Record {
    fn object(&self) -> ObjectRef {
        reference(self.kind, &self.key.namespace, &self.key.name)
    }

    /// The owner by whose name objects are told together.
    fn owner(&self) -> Option<ObjectRef> {
        self.owners[0].as_ref().map(|(kind, name)| reference(*kind, &self.key.namespace, name))
    }

    /// Whether it is told in the same sentence: nodes together, Pods together by their owner, all else each by itself.
    fn continues(&self, link: &StoryLink) -> bool {
        let together = || match (&link.owner, &self.owners[0]) {
            (Some(owner), Some((kind, name))) => owner.kind == kind.name() && *owner.name == **name,
            (None, None) => {
                matches!(self.kind, Kind::NODE | Kind::POD)
                    || link.steps.first().is_some_and(|step| step.object.name == *self.key.name)
            }
            _ => false,
        };
        link.deed == self.deed && link.actor == self.actor.name() && link.kind == self.kind.name() && together()
    }

    fn is(&self, object: &ObjectRef) -> bool {
        self.kind.name() == object.kind && *self.key.name == *object.name && *self.key.namespace == *object.namespace
    }

    /// Whether it has to do with an object: is it, is owned by it, or is on it.
    fn concerns(&self, object: &ObjectRef) -> bool {
        let owned = |(kind, name): &(Kind, Str)| kind.name() == object.kind && **name == *object.name;
        self.is(object)
            || object.kind == "Node" && *self.node == *object.name
            || *self.key.namespace == *object.namespace && self.owners.iter().flatten().any(owned)
    }
}

fn reference(kind: Kind, namespace: &str, name: &str) -> ObjectRef {
    ObjectRef { kind: kind.name().into(), namespace: namespace.into(), name: name.into() }
}

impl Story {
    /// The line that the next changes under this act follow from.
    pub fn head(&mut self, act: u32, line: &str) {
        let line = line.lines().next().unwrap_or_default();
        self.pages.heads.insert(act, line.into());
    }

    /// Takes note of the changes after a version.
    pub fn note(&mut self, run: &Run, version_before: u64) {
        self.turn_to(run.line_id(), version_before);
        let Some(changes) = run.changes_after(version_before) else { return };
        for change in changes {
            if change.version > self.pages.seen {
                self.pages.seen = change.version;
                self.pages.take(run, change);
            }
            if let Some(old) = change.old.as_ref().filter(|old| !matches!(old, Object::Lease(_) | Object::Event(_))) {
                if self.before.len() == BEFORE {
                    self.before.pop_front();
                }
                self.before.push_back((change.version, old.clone()));
            }
        }
    }

    /// Another moment is looked at, perhaps on another line of events.
    pub fn travelled(&mut self, run: &Run) {
        self.turn_to(run.line_id(), run.server().version());
        self.before.clear();
    }

    /// An object as it was before its last change, if that isn't long ago.
    pub fn before(&self, run: &Run, object: &Object) -> Option<Object> {
        let version = object.meta_ref()?.resource_version;
        if let Ok(place) = self.before.binary_search_by_key(&version, |(version, _)| *version) {
            return Some(self.before[place].1.clone());
        }
        // After a journey the server's own log is all there is.
        let mut changes = run.changes_after(version.checked_sub(1)?)?;
        changes.next().filter(|change| change.version == version)?.old.clone()
    }

    /// The line of events is this one; a new one shares what came up to `version` with the one before.
    fn turn_to(&mut self, line: u32, version: u64) {
        if line == self.line {
            return;
        }
        let pages = self.left.remove(&line).unwrap_or_else(|| self.pages.up_to(version));
        self.left.insert(self.line, std::mem::replace(&mut self.pages, pages));
        self.line = line;
        // Lines that can't be gone back to any more are the oldest.
        while self.left.len() > 13 {
            self.left.pop_first();
        }
    }

    /// What happened up to the moment that is looked at, the newest first.
    ///
    /// Of a Pod or a node only its own changes are told; of a workload everything that followed from an act that moved it.
    pub fn told(&self, run: &Run, about: Option<&ObjectRef>) -> view::Story {
        let mut tale = self.tale.borrow_mut();
        let goes_on = tale.as_ref().is_some_and(|tale| tale.goes_on(self.line, run.now(), about));
        let known = if goes_on { tale.take() } else { None };
        let told = known.and_then(|known| known.read_on(run, &self.pages));
        let told = told.unwrap_or_else(|| Tale::from_the_beginning(run, &self.pages, self.line, about));
        let newest = told.chapters.iter().rev().take(CHAPTERS).cloned().collect();
        *tale = Some(told);
        view::Story { about: about.cloned(), chapters: newest }
    }

    /// The changes of one object up to the moment that is looked at, the newest first.
    pub fn history(&self, run: &Run, object: &ObjectRef) -> Vec<Step> {
        let now = run.now();
        let its = self.pages.records.iter().rev().filter(|record| record.at <= now && record.is(object));
        its.take(HISTORY).map(|record| self.pages.step(run, record)).collect()
    }
}

/// Chapters in the making, of all that happened or of what has to do with one object.
#[derive(Default)]
struct Tale {
    line: u32,
    about: Option<ObjectRef>,
    /// The last record that was looked at, and the moment that was looked at then.
    read: u64,
    now: Instant,
    /// The acts that moved the object, where all that followed from them is told.
    acts: BTreeSet<u32>,
    chapters: Vec<Rc<Chapter>>,
    /// The chapter of each act; of what nobody asked for, of each stretch of it.
    places: BTreeMap<(u32, u32), usize>,
    stretch: u32,
    last: Option<Instant>,
    /// The objects of each sentence.
    objects: BTreeMap<(usize, usize), BTreeSet<Key>>,
}

impl Tale {
    /// Whether this is the beginning of what is to be told.
    fn goes_on(&self, line: u32, now: Instant, about: Option<&ObjectRef>) -> bool {
        let overlong = self.chapters.len() > 8 * CHAPTERS;
        self.line == line && self.now <= now && self.about.as_ref() == about && !overlong
    }

    fn from_the_beginning(run: &Run, pages: &Pages, line: u32, about: Option<&ObjectRef>) -> Tale {
        let mut tale = Tale { line, about: about.cloned(), ..Tale::default() };
        if let Some(object) = tale.of_a_workload() {
            let so_far = pages.records.iter().filter(|record| record.at <= run.now());
            tale.acts = so_far.filter(|record| record.concerns(&object)).map(|record| record.act).collect();
        }
        // All acts are known, so that nothing read makes it begin anew.
        tale.read_on(run, pages).unwrap_or_default()
    }

    /// The object, if it isn't a Pod or a node: of those only their own changes are told.
    fn of_a_workload(&self) -> Option<ObjectRef> {
        self.about.clone().filter(|object| !matches!(object.kind.as_str(), "Pod" | "Node"))
    }

    /// Tells what has happened since; `None` when an act turns out to have moved the object after some of what followed was passed over.
    fn read_on(mut self, run: &Run, pages: &Pages) -> Option<Tale> {
        let now = run.now();
        self.now = now;
        let workload = self.of_a_workload();
        let first = pages.records.partition_point(|record| record.version <= self.read);
        for record in pages.records.range(first..).take_while(|record| record.at <= now) {
            self.read = record.version;
            let told = match (&workload, &self.about) {
                (Some(object), _) if record.act == 0 => record.concerns(object),
                (Some(object), _) if !self.acts.contains(&record.act) => {
                    if record.concerns(object) {
                        return None;
                    }
                    false
                }
                (None, Some(object)) => record.concerns(object),
                _ => true,
            };
            if told {
                self.add(run, pages, record);
            }
        }
        Some(self)
    }

    fn add(&mut self, run: &Run, pages: &Pages, record: &Record) {
        if record.act == 0 {
            let apart = self.last.is_some_and(|last| record.at.since(last) > PAUSE);
            self.stretch += u32::from(apart);
            self.last = Some(record.at);
        }
        let key = (record.act, if record.act == 0 { self.stretch } else { 0 });
        let chapters = &mut self.chapters;
        let chapter = *self.places.entry(key).or_insert_with(|| {
            let (act, at_ms) = (pages.head(record), run.ms_since_began(record.at));
            chapters.push(Rc::new(Chapter { number: chapters.len(), act, at_ms, links: Vec::new() }));
            chapters.len() - 1
        });
        let links = &mut Rc::make_mut(&mut self.chapters[chapter]).links;
        let found = links.iter().position(|link| record.continues(link));
        let at_ms = run.ms_since_began(record.at);
        let place = found.unwrap_or_else(|| {
            links.push(StoryLink {
                actor: record.actor.name(),
                deed: record.deed,
                count: 0,
                objects: 0,
                owner: record.owner(),
                kind: record.kind.name().into(),
                first_ms: at_ms,
                last_ms: at_ms,
                steps: Vec::new(),
            });
            links.len() - 1
        });
        let link = &mut links[place];
        let objects = self.objects.entry((chapter, place)).or_default();
        link.objects += u32::from(objects.insert(record.key.clone()));
        link.count += 1;
        link.last_ms = at_ms;
        if link.steps.len() < STEPS {
            link.steps.push(pages.step(run, record));
        }
    }
}

impl Pages {
    /// The learner's line at the root of a record.
    fn head(&self, record: &Record) -> Option<String> {
        self.heads.get(&record.act).map(ToString::to_string)
    }

    fn step(&self, run: &Run, record: &Record) -> Step {
        let because = self.find(record.trigger).map(|cause| (cause.object(), cause.deed));
        Step {
            at_ms: run.ms_since_began(record.at),
            version: record.version,
            actor: record.actor.name(),
            deed: record.deed,
            object: record.object(),
            detail: record.detail.to_string(),
            because,
            act: self.head(record),
        }
    }

    fn up_to(&self, version: u64) -> Pages {
        let mut pages = self.clone();
        pages.records.truncate(self.records.partition_point(|record| record.version <= version));
        pages.seen = pages.seen.min(version);
        pages
    }

    fn find(&self, version: u64) -> Option<&Record> {
        let place = self.records.binary_search_by_key(&version, |record| record.version).ok()?;
        self.records.get(place)
    }

    fn take(&mut self, run: &Run, change: &Change) {
        let Some((deed, detail)) = deed::of(change) else { return };
        let Some(meta) = change.object.meta_ref() else { return };
        let node = match &change.object {
            Object::Pod(pod) => {
                pod.pinned_node.clone().filter(|_| pod.node_name.is_empty()).unwrap_or(pod.node_name.clone())
            }
            Object::Node(node) => node.meta.name.clone(),
            _ => "".into(),
        };
        let record = Record {
            version: change.version,
            at: change.at,
            actor: change.cause.actor,
            deed,
            trigger: change.cause.trigger,
            act: self.root(run, change, &node),
            kind: change.object.kind(),
            key: Key::of(&change.object),
            owners: owners(run, meta),
            node,
            detail,
        };
        if self.records.len() == RECORDS {
            self.records.pop_front();
        }
        self.records.push_back(record);
    }

    /// The act at the root of a change.
    fn root(&self, run: &Run, change: &Change, node: &Str) -> u32 {
        let cause = change.cause;
        if cause.act != 0 {
            return cause.act;
        }
        if let Some(record) = self.find(cause.trigger).filter(|record| record.act != 0) {
            return record.act;
        }
        match cause.actor {
            Actor::Kubelet | Actor::NodeController | Actor::PodGarbageCollector | Actor::TaintEvictionController => {
                run.switched_by(node)
            }
            _ => 0,
        }
    }
}

/// The controlling owner of an object, and that one's.
fn owners(run: &Run, meta: &api::meta::Meta) -> [Option<(Kind, Str)>; 2] {
    let above = |meta: &api::meta::Meta| {
        let owner = meta.controller()?;
        Some((Kind::of_manifest(&owner.api_version, &owner.kind)?, owner.name.clone()))
    };
    let first = above(meta);
    let second = first
        .as_ref()
        .filter(|(kind, _)| *kind == Kind::REPLICA_SET)
        .and_then(|(kind, name)| above(run.server().object(*kind, &Key::new(&meta.namespace, name))?.meta_ref()?));
    [first, second]
}
