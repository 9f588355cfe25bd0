//! What is selected, in a line: its name, its state, why it isn't further, and its `describe`.

use playground::act::Act;
use playground::view::{Node, ObjectRef, Picture, Pod};
use yew::prelude::*;

use super::nodes_there;
use super::pod::{Token, names, view_token};
use crate::part::icon;
use crate::part::tool::tool;
use crate::text::{fill, text};

/// The line; nothing when nothing is selected.
pub fn view_selection(picture: &Picture, act: &Callback<Act>, read: &Callback<String>) -> Html {
    let Some(object) = &picture.selected else { return Html::default() };
    let command = describe(object);
    let onclick = {
        let command = command.clone();
        read.reform(move |_| command.clone())
    };
    html! {
        <div class="selection" role="group" aria-label={text("cluster.selection")}>
            { view_facts(picture, object) }
            <button type="button" class="command" {onclick}>{ command }</button>
            { tool("", text("cluster.unselect"), icon::CROSS, act.reform(|_| Act::Select { object: None })) }
        </div>
    }
}

fn view_facts(picture: &Picture, object: &ObjectRef) -> Html {
    let Some((pod, node)) = find_pod(picture, object) else {
        return html! {
            <p>
                <span class="kind">{ &object.kind }</span>{ " " }<b>{ &object.name }</b>
                { " " }<span class="status">{ counts(picture, object) }</span>
            </p>
        };
    };
    let workload = pod.workload.and_then(|index| picture.workloads.get(index as usize));
    html! {
        <>
            { view_token(Token::of(workload), Some(pod.look)) }
            <p>
                <b>{ &pod.name }</b>{ " " }<span class="status">{ &pod.status }</span>
                if let Some(node) = node {
                    { " " }{ fill("cluster.on", &[("node", &node.name)]) }
                }
                if !pod.message.is_empty() {
                    <span class="message">{ &pod.message }</span>
                }
            </p>
        </>
    }
}

/// What a workload wants and has.
fn counts(picture: &Picture, object: &ObjectRef) -> String {
    let Some(workload) = picture.workloads.iter().find(|workload| workload.object == *object) else {
        return String::new();
    };
    let there = nodes_there(picture) as u32;
    let key = match object.kind.as_str() {
        // Its status is written anew when something moves the controller; a Node that goes doesn't, its Pods' end does.
        "DaemonSet" if workload.desired > there => "cluster.selection.late",
        "DaemonSet" => "cluster.selection.daemon",
        _ => "cluster.selection.workload",
    };
    let number = |number: u32| number.to_string();
    fill(key, &[("desired", &number(workload.desired)), ("ready", &number(workload.ready)), ("nodes", &number(there))])
}

fn find_pod<'a>(picture: &'a Picture, object: &ObjectRef) -> Option<(&'a Pod, Option<&'a Node>)> {
    let placed = picture.nodes.iter().flat_map(|node| node.pods.iter().map(move |pod| (pod, Some(&**node))));
    placed.chain(picture.waiting.iter().map(|pod| (pod, None))).find(|(pod, _)| names(object, pod))
}

/// The command that says more. A namespace is named only when it isn't the one kubectl assumes.
fn describe(object: &ObjectRef) -> String {
    let kind = object.kind.to_ascii_lowercase();
    let mut command = ["kubectl describe ", &kind, " ", &object.name].concat();
    if !object.namespace.is_empty() && object.namespace != "default" {
        command.push_str(" -n ");
        command.push_str(&object.namespace);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn describe_names_a_namespace_only_where_kubectl_would_not_assume_it() {
        let object = |kind: &str, namespace: &str| ObjectRef {
            kind: kind.into(),
            namespace: namespace.into(),
            name: "x".into(),
        };
        assert_eq!(describe(&object("Node", "")), "kubectl describe node x");
        assert_eq!(describe(&object("Pod", "default")), "kubectl describe pod x");
        assert_eq!(describe(&object("DaemonSet", "kube-system")), "kubectl describe daemonset x -n kube-system");
    }
}
