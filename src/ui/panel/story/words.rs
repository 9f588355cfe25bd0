//! The story's words: who did what to what.

use playground::view::{Deed, ObjectRef, Step, StoryLink};
use yew::prelude::*;

use crate::text::{Piece, fill, pieces, text};

/// Who acts. Components that a newcomer meets have a name in words; the others Kubernetes' own.
pub fn actor_words(actor: &'static str) -> &'static str {
    match actor {
        "you" => text("story.you"),
        "daemonset-controller" => text("story.daemonset-controller"),
        "replicaset-controller" => text("story.replicaset-controller"),
        "deployment-controller" => text("story.deployment-controller"),
        "default-scheduler" => text("story.scheduler"),
        "node-controller" => text("story.node-controller"),
        "taint-eviction-controller" => text("story.taint-eviction"),
        "garbage-collector-controller" => text("story.garbage-collector"),
        "pod-garbage-collector" => text("story.pod-gc"),
        "namespace-controller" => text("story.namespace-controller"),
        "disruption-controller" => text("story.disruption-controller"),
        "bootstrap" => text("story.bootstrap"),
        other => other,
    }
}

/// What was done to `what`.
pub fn deed_html(deed: Deed, what: Html) -> Html {
    let piece = |piece: Piece| match piece {
        Piece::Text(text) => html! { text },
        Piece::Blank(_) => what.clone(),
    };
    html! { <>{ for pieces(deed_key(deed)).into_iter().map(piece) }</> }
}

fn deed_key(deed: Deed) -> &'static str {
    match deed {
        Deed::Created => "story.created",
        Deed::Changed => "story.changed",
        Deed::Deleted => "story.deleted",
        Deed::Ending => "story.ending",
        Deed::Bound => "story.bound",
        Deed::Unschedulable => "story.unschedulable",
        Deed::Accepted => "story.accepted",
        Deed::Started => "story.started",
        Deed::Ready => "story.ready",
        Deed::Unready => "story.unready",
        Deed::Failing => "story.failing",
        Deed::Completed => "story.completed",
        Deed::Joined => "story.joined",
        Deed::NodeReady => "story.node-ready",
        Deed::NodeUnready => "story.node-unready",
        Deed::Tainted => "story.tainted",
        Deed::Untainted => "story.untainted",
        Deed::Cordoned => "story.cordoned",
        Deed::Uncordoned => "story.uncordoned",
        Deed::Labelled => "story.labelled",
        Deed::Counted => "story.counted",
    }
}

/// Several objects, by what they have in common.
pub fn many(link: &StoryLink) -> String {
    let count = link.objects.to_string();
    match &link.owner {
        Some(owner) => fill("story.many.owned", &[("count", &count), ("kind", &link.kind), ("owner", &owner.name)]),
        None => fill("story.many", &[("count", &count), ("kind", &link.kind)]),
    }
}

/// What an act was, for a chapter's head: the command, or what it stands for where there is none.
pub fn act_words(act: Option<&str>) -> Result<String, String> {
    let Some(line) = act else { return Err(text("story.time").to_owned()) };
    let joined = line.strip_prefix("# on ").and_then(|rest| rest.strip_suffix(": kubeadm join"));
    match joined {
        Some(nodes) => Err(fill("story.added", &[("nodes", nodes)])),
        None => Ok(line.to_owned()),
    }
}

/// What a change answered: `DaemonSet monitoring-daemon`, unless it is the object itself.
pub fn because(step: &Step) -> Option<String> {
    let (object, _) = step.because.as_ref().filter(|(object, _)| *object != step.object)?;
    Some(fill("story.because", &[("what", &titled(object))]))
}

/// `Node node-5`
pub fn titled(object: &ObjectRef) -> String {
    [object.kind.as_str(), " ", &object.name].concat()
}
