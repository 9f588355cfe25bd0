//! Verdicts, reasons, questions and ways in words. What Kubernetes says itself stays as it says it.

use playground::view::{Answer, By, Detail, Question, Reason, Tolerance, VerdictKind, WayKind};

use crate::text::{fill, text};

/// The verdict in a word.
pub fn verdict_word(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Runs => text("verdict.runs"),
        VerdictKind::Absent => text("verdict.absent"),
        VerdictKind::Kept => text("verdict.kept"),
        VerdictKind::Pending => text("verdict.pending"),
        VerdictKind::Misscheduled => text("verdict.misscheduled"),
        VerdictKind::Possible => text("verdict.possible"),
    }
}

/// The first reason, as half a sentence.
pub fn reason_words(reason: &Reason) -> String {
    match reason {
        Reason::NodeName(name) => fill("reason.node-name", &[("node", name)]),
        Reason::Label(label) => fill("reason.label", &[("label", label)]),
        Reason::Affinity => text("reason.affinity").to_owned(),
        Reason::Taint(taint) => fill("reason.taint", &[("taint", taint)]),
        Reason::Port => text("reason.port").to_owned(),
        Reason::Stopping(pod) => fill("reason.stopping", &[("pod", pod)]),
        Reason::Expected => text("reason.expected").to_owned(),
        Reason::Scheduler => text("reason.scheduler").to_owned(),
        Reason::Starting => text("reason.starting").to_owned(),
        Reason::NotReady => text("reason.not-ready").to_owned(),
        Reason::Said(said) => said.clone(),
    }
}

/// Who asks.
pub fn by_words(by: By) -> &'static str {
    match by {
        By::DaemonSetController => text("why.by.controller"),
        By::Scheduler => text("why.by.scheduler"),
        By::Kubelet => text("why.by.kubelet"),
    }
}

/// The answer, for those who don't see its mark.
pub fn answer_words(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => text("why.yes"),
        Answer::No => text("why.no"),
        Answer::Waits => text("why.waits"),
        Answer::Unasked => text("why.unasked"),
    }
}

/// What was asked and what came out, as a sentence.
pub fn question_words(question: &Question, answer: Answer) -> String {
    let no = answer == Answer::No;
    match question {
        Question::Nothing => text("why.nothing").to_owned(),
        Question::NodeName { wanted } => fill("why.node-name", &[("node", wanted)]),
        Question::Label { label, .. } if !no => fill("why.label", &[("label", label)]),
        Question::Label { label, found: None } => fill("why.label.missing", &[("label", label)]),
        Question::Label { label, found: Some(found) } => fill("why.label.other", &[("label", label), ("found", found)]),
        Question::Affinity => text(if no { "why.affinity.no" } else { "why.affinity" }).to_owned(),
        Question::Taint { taint, tolerated } => {
            let key = match tolerated {
                Tolerance::Nobody => "why.taint.no",
                Tolerance::Template => "why.taint.template",
                Tolerance::Controller => "why.taint.controller",
            };
            fill(key, &[("taint", taint)])
        }
        Question::Pod { name: None } => text("why.pod.none").to_owned(),
        Question::Pod { name: Some(name) } => fill("why.pod", &[("pod", name)]),
        Question::Newest { pod, on_delete } => {
            fill(if *on_delete { "why.old.on-delete" } else { "why.old" }, &[("pod", pod)])
        }
        Question::Filter { plugin, said } if said.is_empty() => (*plugin).to_owned(),
        Question::Filter { plugin, said } => [*plugin, ": ", &said.join(", ")].concat(),
        Question::Bound => text(if answer == Answer::Yes { "why.bound" } else { "why.bound.no" }).to_owned(),
        Question::Started { status, said } if said.is_empty() => fill("why.started", &[("status", status)]),
        Question::Started { status, said } => [status, ": ", said].concat(),
        Question::Ready => text(if answer == Answer::Yes { "why.ready" } else { "why.ready.no" }).to_owned(),
    }
}

/// A part of an answer as a sentence.
pub fn detail_words(detail: &Detail) -> String {
    match detail {
        Detail::Label { label, found: Some(found), holds: false } => {
            fill("why.label.other", &[("label", label), ("found", found)])
        }
        Detail::Label { label, holds: false, .. } => fill("why.label.missing", &[("label", label)]),
        Detail::Label { label, .. } => fill("why.label", &[("label", label)]),
        Detail::Term { expressions } => expressions.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join(", "),
        Detail::Resource { name, asked, free, has, .. } => {
            fill("why.resource", &[("name", name), ("asked", asked), ("free", free), ("has", has)])
        }
        Detail::Pods { place, known: false, apart: false, .. } => fill("why.pods.unknown", &[("key", place)]),
        Detail::Pods { selector, place, apart: false, .. } => {
            fill("why.pods", &[("selector", selector), ("place", place)])
        }
        Detail::Pods { selector, place, .. } => fill("why.pods.apart", &[("selector", selector), ("place", place)]),
        Detail::KeptOut { place } => fill("why.pods.out", &[("place", place)]),
    }
}

/// What a way does.
pub fn way_words(what: &WayKind) -> String {
    match what {
        WayKind::LabelNode(labels) => fill("way.label", &[("labels", labels)]),
        WayKind::RemoveTaint(taint) => fill("way.untaint", &[("taint", taint)]),
        WayKind::Tolerate(taint) => fill("way.tolerate", &[("taint", taint)]),
        WayKind::DropField(field) => fill("way.drop", &[("field", field)]),
        WayKind::Uncordon => text("way.uncordon").to_owned(),
        WayKind::StartKubelet => text("way.start").to_owned(),
        WayKind::DeletePod(pod) => fill("way.delete", &[("pod", pod)]),
    }
}
