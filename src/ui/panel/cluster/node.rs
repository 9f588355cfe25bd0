//! A node's card: name, state, Pods, what is requested of it, taints, labels on demand, and what one may do to it.
//!
//! Redrawn only when this node, the workloads or the selection differ from before.

use std::rc::Rc;

use playground::act::{Act, Trouble};
use playground::view::{
    Foretold, Node, ObjectRef, Picture, PredictionStage, Readiness, Usage, Verdict, VerdictKind, Workload,
};
use yew::prelude::*;

use super::form::{Form, NodeForm};
use super::pod::view_pods;
use super::predict::view_on_node;
use super::stamps::Stamp;
use super::{pressed, select};
use crate::panel::why::words::{reason_words, verdict_word};
use crate::part::icon::{self, icon};
use crate::part::menu::{Item, Menu};
use crate::part::shown::Shown;
use crate::part::tool::tool;
use crate::text::{fill, text};

#[derive(Properties)]
pub struct Props {
    pub picture: Shown<Picture>,
    pub index: usize,
    /// What is foretold of it.
    pub foretold: Option<Foretold>,
    pub stage: PredictionStage,
    /// The taint that is pointed at.
    pub lit: Option<String>,
    /// What is about to be put on it.
    pub held: Option<Stamp>,
    pub act: Callback<Act>,
    pub why: Callback<String>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        let (new, old) = (&self.picture, &other.picture);
        (self.foretold == other.foretold
            && self.stage == other.stage
            && self.held == other.held
            && self.lit == other.lit)
            && (new == old
                || same(new.nodes.get(self.index), old.nodes.get(other.index))
                    && same_looks(&new.workloads, &old.workloads)
                    && new.selected == old.selected
                    && new.asked == old.asked)
    }
}

/// Whether Pods of all workloads look as before. How many are ready is the legend's business: it changes at every moment of a rollout.
fn same_looks(new: &[Workload], old: &[Workload]) -> bool {
    let look = |workload: &Workload| (workload.letter, workload.colour);
    new.len() == old.len() && new.iter().zip(old).all(|(new, old)| look(new) == look(old) && new.object == old.object)
}

/// Whether two nodes are one in memory, which they are unless something changed.
fn same(new: Option<&Rc<Node>>, old: Option<&Rc<Node>>) -> bool {
    match (new, old) {
        (Some(new), Some(old)) => Rc::ptr_eq(new, old) || new == old,
        (new, old) => new.is_none() && old.is_none(),
    }
}

/// The card.
#[component]
pub fn NodeCard(props: &Props) -> Html {
    let Some(node) = props.picture.nodes.get(props.index) else { return Html::default() };
    let picture = &props.picture;
    let form = use_state(|| None::<Form>);
    let object = node_ref(node);
    let selected = picture.selected.as_ref() == Some(&object);
    // With something in the hand, a press puts it down; the panel sees to that.
    let (name, onclick) = match &props.held {
        Some(stamp) => (Some(fill("stamps.put", &[("what", &stamp.0), ("node", &node.name)])), Callback::noop()),
        None => (None, select(picture, &props.act, &object)),
    };
    html! {
        <li class={classes!("node", state_class(node), selected.then_some("selected"))} data-node={node.name.clone()}>
            <div class="name">
                <button type="button" class="plain" aria-pressed={pressed(picture, &object)} aria-label={name} {onclick}>
                    <span class="lamp" aria-hidden="true" /><h3>{ &node.name }</h3>
                </button>
                { view_menu(node, &props.act, &form) }
                if node.readiness != Readiness::Removed {
                    { view_remove(node, &props.act) }
                }
            </div>
            <p class="state">{ state_words(node) }</p>
            if let Some(open) = *form {
                <NodeForm form={open} node={node.name.clone()} there={if open == Form::Label { node.labels.clone() } else { node.taints.clone() }} act={props.act.clone()}
                    close={{ let form = form.clone(); Callback::from(move |()| form.set(None)) }} />
            }
            if node.pods.is_empty() {
                <p class="pods none">{ text("cluster.no-pods") }</p>
            } else {
                { view_pods(&node.pods, picture, &props.act, &fill("cluster.pods", &[("node", &node.name)])) }
            }
            { props.foretold.as_ref().map(|foretold| view_on_node(foretold, props.stage, &props.act)).unwrap_or_default() }
            { node.verdict.as_ref().map(|verdict| view_verdict(verdict, &node.name, &props.why)).unwrap_or_default() }
            if node.readiness != Readiness::Removed {
                { view_taints(node, props.lit.as_deref(), &props.act) }
                <div class="requests">
                    { view_meter(text("cluster.cpu"), text("cluster.cpu"), &node.cpu) }
                    { view_meter(text("cluster.memory.short"), text("cluster.memory"), &node.memory) }
                    { view_labels(node, &props.act) }
                </div>
            }
        </li>
    }
}

fn state_class(node: &Node) -> &'static str {
    match node.readiness {
        Readiness::Ready if node.unschedulable => "cordoned",
        Readiness::Ready => "ready",
        Readiness::NotReady | Readiness::Unknown => "unready",
        Readiness::Removed => "removed",
    }
}

fn state_words(node: &Node) -> Html {
    if node.readiness == Readiness::Removed {
        return html! { text("cluster.removed") };
    }
    html! {
        <>
            <span class="status">{ &node.status }</span>
            if node.roles != "<none>" {
                <span class="roles">{ &node.roles }</span>
            }
            if !node.kubelet_running {
                <span class="stopped">{ text("cluster.kubelet.stopped") }</span>
            }
            { for node.troubles.iter().map(|trouble| html! { <span class="stopped">{ trouble_words(*trouble).0 }</span> }) }
        </>
    }
}

fn view_menu(node: &Node, act: &Callback<Act>, form: &UseStateHandle<Option<Form>>) -> Html {
    if node.readiness == Readiness::Removed {
        return Html::default();
    }
    let item = |name: &'static str, what: Act| Item::new(name, act.reform(move |()| what.clone()));
    let node_name = || node.name.clone();
    let open = |name: &'static str, which: Form| {
        let form = form.clone();
        Item::new(name, Callback::from(move |()| form.set(Some(which))))
    };
    let trouble = |trouble: Trouble| {
        let on = !node.troubles.contains(&trouble);
        let (_, begins, ends) = trouble_words(trouble);
        item(if on { begins } else { ends }, Act::SetTrouble { node: node_name(), trouble, on })
    };
    let mut items = vec![
        if node.unschedulable {
            item(text("cluster.node.uncordon"), Act::Uncordon { node: node_name() })
        } else {
            item(text("cluster.node.cordon"), Act::Cordon { node: node_name() })
        },
        item(text("cluster.node.drain"), Act::Drain { node: node_name() }),
        open(text("cluster.node.label"), Form::Label),
        open(text("cluster.node.taint"), Form::Taint),
        if node.kubelet_running {
            item(text("cluster.node.stop"), Act::StopKubelet { node: node_name() })
        } else {
            item(text("cluster.node.start"), Act::StartKubelet { node: node_name() })
        },
    ];
    items.extend(Trouble::ALL.into_iter().map(trouble));
    let label = fill("cluster.node.menu", &[("node", &node.name)]);
    html! { <Menu id={["menu-", &node.name].concat()} class="quiet round" {label} {items}>{ icon(icon::MORE) }</Menu> }
}

fn view_remove(node: &Node, act: &Callback<Act>) -> Html {
    let label = fill("cluster.node.remove", &[("node", &node.name)]);
    let name = node.name.clone();
    tool("remove", label, icon::CROSS, act.reform(move |_| Act::RemoveNode { node: name.clone() }))
}

fn view_meter(short: &'static str, name: &'static str, usage: &Usage) -> Html {
    let label = fill("cluster.usage", &[("resource", name), ("text", &usage.text)]);
    html! {
        <span class="meter" title={label.clone()}>
            <span aria-hidden="true">{ short }</span>
            <progress max="100" value={usage.percent.to_string()} aria-label={label} />
        </span>
    }
}

/// A trouble as a state, as what begins it, and as what ends it.
fn trouble_words(trouble: Trouble) -> (&'static str, &'static str, &'static str) {
    match trouble {
        Trouble::Disk => (text("trouble.disk"), text("trouble.disk.begin"), text("trouble.disk.end")),
        Trouble::Memory => (text("trouble.memory"), text("trouble.memory.begin"), text("trouble.memory.end")),
        Trouble::Pid => (text("trouble.pid"), text("trouble.pid.begin"), text("trouble.pid.end")),
        Trouble::Network => (text("trouble.network"), text("trouble.network.begin"), text("trouble.network.end")),
    }
}

fn view_taints(node: &Node, lit: Option<&str>, act: &Callback<Act>) -> Html {
    if node.taints.is_empty() {
        return Html::default();
    }
    let taint = |taint: &String| {
        let off = Act::Taint { node: node.name.clone(), taints: [taint, "-"].concat() };
        // Those of a condition would come back.
        let given = !taint.starts_with("node.kubernetes.io/");
        let class = (lit == Some(taint)).then_some("lit");
        html! { <li {class}>{ breaking(taint) }if given { { take_off(taint, &node.name, off, act) } }</li> }
    };
    html! { <ul class="taints" aria-label={text("cluster.taints")}>{ for node.taints.iter().map(taint) }</ul> }
}

fn view_labels(node: &Node, act: &Callback<Act>) -> Html {
    let label = |label: &String| {
        let key = label.split('=').next().unwrap_or_default();
        let off = Act::Label { node: node.name.clone(), labels: [key, "-"].concat() };
        // A kubelet would put its own ones back.
        let given = !OF_THE_KUBELET.iter().any(|own| key.starts_with(own));
        html! { <li>{ breaking(label) }if given { { take_off(label, &node.name, off, act) } }</li> }
    };
    html! {
        <details class="labels">
            <summary>{ text("cluster.labels") }{ " " }<span class="count">{ node.labels.len() }</span></summary>
            <ul>{ for node.labels.iter().map(label) }</ul>
        </details>
    }
}

/// A key, value and effect, which may be broken after each of their parts.
fn breaking(text: &str) -> Html {
    html! { { for text.split_inclusive(['/', '=', ':']).map(|part| html! { <>{ part }<wbr /></> }) } }
}

/// Labels that a kubelet gives its node.
const OF_THE_KUBELET: [&str; 4] =
    ["beta.kubernetes.io/", "kubernetes.io/arch", "kubernetes.io/hostname", "kubernetes.io/os"];

fn take_off(what: &str, node: &str, off: Act, act: &Callback<Act>) -> Html {
    tool(
        "off",
        fill("cluster.node.take-off", &[("what", what), ("node", node)]),
        icon::CROSS,
        act.reform(move |_| off.clone()),
    )
}

/// The verdict and its first reason; a click opens all of them.
fn view_verdict(verdict: &Verdict, node: &str, why: &Callback<String>) -> Html {
    let class = if verdict.kind == VerdictKind::Runs { "verdict good" } else { "verdict warn" };
    let reason = verdict.reason.as_ref().map(reason_words).unwrap_or_default();
    let separator = if reason.is_empty() { "" } else { ": " };
    let asked = node.to_owned();
    html! {
        <button type="button" {class} title={fill("why.ask", &[("node", node)])} onclick={why.reform(move |_| asked.clone())}>
            <b>{ verdict_word(verdict.kind) }</b>{ separator }{ breaking(&reason) }
            { " " }<span class="ask">{ text("why.mark") }</span>
        </button>
    }
}

fn node_ref(node: &Node) -> ObjectRef {
    ObjectRef { kind: "Node".to_owned(), namespace: String::new(), name: node.name.clone() }
}
