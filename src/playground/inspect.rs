//! One object, from every side: as kubectl describes it, as YAML, its Events, its changes, its family, and what one may do to it.

use crate::Playground;
use crate::show;
use crate::view::{Inspection, ObjectRef, Offer, OfferKind, Relative, YamlLine};
use api::client::Client;
use api::meta::{Meta, Uid};
use api::objects::Object;
use api::request::{Request, Response};
use api::resource::Kind;
use api::status::Status;
use api::time::Time;
use cluster::Cluster;
use cluster::apiserver::Key;
use kubectl::{Config, Env, Output};
use shell::files::Folder;

/// Relatives shown.
const RELATIVES: usize = 120;

/// Looks at the selected object.
pub fn inspection(playground: &Playground) -> Inspection {
    let Some(object) = &playground.selected else { return Inspection::default() };
    let cluster: &Cluster = &playground.cluster;
    let mut out = Inspection {
        history: playground.story.history(&playground.cluster, object),
        events: show::events_of(cluster, playground.clock.began.time(), Some(object)).rows,
        object: Some(object.clone()),
        ..Inspection::default()
    };
    let Some(kind) = Kind::of_word(&object.kind.to_ascii_lowercase()) else { return out };
    let key = Key::new(&object.namespace.as_str().into(), &object.name.as_str().into());
    let Some(live) = cluster.server().object(kind, &key) else { return out };
    out.exists = true;
    out.described = described(cluster, object);
    out.yaml = yaml_lines(live, playground.story.before(&playground.cluster, live).as_ref());
    out.tree = tree(cluster, live);
    out.offers = offers(cluster, object, live);
    out
}

/// What `kubectl describe` answers. The clone shares everything with the cluster, and takes no part in its life.
fn described(cluster: &Cluster, object: &ObjectRef) -> String {
    struct Copy(Cluster);
    impl Client for Copy {
        fn request(&mut self, request: Request) -> Result<Response, Status> {
            self.0.request(&request)
        }
        fn now(&self) -> Time {
            self.0.now().time()
        }
    }
    let mut words = vec!["describe".to_string(), object.kind.to_ascii_lowercase(), object.name.clone()];
    if !object.namespace.is_empty() {
        words.extend(["-n".to_string(), object.namespace.clone()]);
    }
    let (mut files, mut config, mut out) = (Folder::default(), Config::default(), Output::default());
    let mut env = Env {
        client: &mut Copy(cluster.clone()),
        files: &mut files,
        stdin: None,
        config: &mut config,
        out: &mut out,
        descriptions: None,
        owners: false,
        warned: Vec::new(),
    };
    kubectl::run(&words, &mut env);
    out.all()
}

/// The object as `get -o yaml` shows it, and which lines the last change made.
fn yaml_lines(live: &Object, before: Option<&Object>) -> Vec<YamlLine> {
    let written = |object: &Object| {
        let mut value = object.to_value();
        if let Some(meta) = value["metadata"].as_object_mut() {
            meta.remove("managedFields");
        }
        yaml::to_string(&value)
    };
    let text = written(live);
    let new: Vec<&str> = text.lines().collect();
    let before = before.map(written);
    let old: Option<Vec<&str>> = before.as_ref().map(|text| text.lines().collect());
    let marks = old.map_or(vec![false; new.len()], |old| changed(&old, &new));
    new.iter().zip(marks).map(|(line, new)| YamlLine { text: (*line).to_string(), new }).collect()
}

/// Which of the new lines have no counterpart in the old ones: those outside the longest common run of lines in order.
fn changed(old: &[&str], new: &[&str]) -> Vec<bool> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let width = b.len() + 1;
    let mut common = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i * width + j] = if a[i] == b[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let mut marks = vec![false; new.len()];
    let (mut i, mut j) = (0, 0);
    while j < b.len() {
        if i < a.len() && a[i] == b[j] {
            (i, j) = (i + 1, j + 1);
        } else if i < a.len() && common[(i + 1) * width + j] >= common[i * width + j + 1] {
            i += 1;
        } else {
            marks[head + j] = true;
            j += 1;
        }
    }
    marks
}

/// Its owners above it, what they own, and what it owns; for a node its Pods.
fn tree(cluster: &Cluster, object: &Object) -> Vec<Relative> {
    let mut out = Vec::new();
    if let Object::Node(node) = object {
        out.push(relative(cluster, object, 0));
        let pods = cluster.objects(Kind::POD);
        let here = pods.filter(|other| matches!(other, Object::Pod(pod) if pod.node_name == node.meta.name));
        out.extend(here.take(RELATIVES).map(|pod| relative(cluster, pod, 1)));
        return out;
    }
    let mut top = object;
    while let Some(above) = owner(cluster, top) {
        top = above;
    }
    descend(cluster, top, 0, &mut out);
    // Among very many it may not have come up.
    if let Some(meta) = object.meta_ref()
        && !out
            .iter()
            .any(|relative| relative.object.name == *meta.name && relative.object.kind == object.kind().name())
    {
        out.push(relative(cluster, object, 1));
    }
    out
}

fn owner<'a>(cluster: &'a Cluster, object: &Object) -> Option<&'a Object> {
    let meta = object.meta_ref()?;
    let owner = meta.controller()?;
    let kind = Kind::of_manifest(&owner.api_version, &owner.kind)?;
    cluster.server().object(kind, &Key::new(&meta.namespace, &owner.name))
}

fn descend(cluster: &Cluster, object: &Object, depth: u32, out: &mut Vec<Relative>) {
    if out.len() >= RELATIVES {
        return;
    }
    out.push(relative(cluster, object, depth));
    let Some(uid) = object.meta_ref().map(|meta| meta.uid) else { return };
    for kind in children_of(object.kind()) {
        for child in cluster.objects(*kind).filter(|child| controlled_by(child, uid)) {
            descend(cluster, child, depth + 1, out);
        }
    }
}

fn children_of(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::DAEMON_SET => &[Kind::CONTROLLER_REVISION, Kind::POD],
        Kind::DEPLOYMENT => &[Kind::REPLICA_SET],
        Kind::REPLICA_SET => &[Kind::POD],
        _ => &[],
    }
}

fn controlled_by(object: &Object, uid: Uid) -> bool {
    object.meta_ref().and_then(Meta::controller).is_some_and(|owner| owner.uid == uid)
}

fn relative(cluster: &Cluster, object: &Object, depth: u32) -> Relative {
    Relative { depth, object: reference(object), standing: crate::compare::standing(object.kind(), object, cluster) }
}

fn reference(object: &Object) -> ObjectRef {
    let key = Key::of(object);
    ObjectRef { kind: object.kind().name().into(), namespace: key.namespace.to_string(), name: key.name.to_string() }
}

/// `daemonset logs -n kube-system`: as kubectl takes it, the namespace only where it isn't assumed.
fn named(object: &ObjectRef) -> String {
    let namespace = match object.namespace.as_str() {
        "" | "default" => String::new(),
        other => format!(" -n {other}"),
    };
    format!("{} {}{namespace}", object.kind.to_ascii_lowercase(), object.name)
}

/// What one may do to it, each as the command it is.
fn offers(cluster: &Cluster, object: &ObjectRef, live: &Object) -> Vec<Offer> {
    let (named, name) = (named(object), &object.name);
    let offer = |kind, command: String| Offer { kind, command };
    let delete = || offer(OfferKind::Delete, format!("kubectl delete {named}"));
    let scale = |kind, replicas: i64| offer(kind, format!("kubectl scale {named} --replicas={replicas}"));
    let scales = |replicas: i64| {
        let down = (replicas > 0).then(|| scale(OfferKind::ScaleDown, replicas - 1));
        [Some(scale(OfferKind::ScaleUp, replicas + 1)), down].into_iter().flatten()
    };
    let rollout = || {
        [
            offer(OfferKind::Restart, format!("kubectl rollout restart {named}")),
            offer(OfferKind::UndoRollout, format!("kubectl rollout undo {named}")),
        ]
    };
    match live {
        Object::Node(node) => {
            let runs = cluster.kubelets().get(&node.meta.name).is_some_and(|kubelet| kubelet.running);
            vec![
                match node.unschedulable {
                    true => offer(OfferKind::Uncordon, format!("kubectl uncordon {name}")),
                    false => offer(OfferKind::Cordon, format!("kubectl cordon {name}")),
                },
                offer(OfferKind::Drain, format!("kubectl drain {name} --ignore-daemonsets")),
                match runs {
                    true => offer(OfferKind::StopKubelet, format!("ssh {name} sudo systemctl stop kubelet")),
                    false => offer(OfferKind::StartKubelet, format!("ssh {name} sudo systemctl start kubelet")),
                },
                offer(OfferKind::RemoveNode, format!("kubectl delete node {name}")),
            ]
        }
        Object::DaemonSet(_) => rollout().into_iter().chain([delete()]).collect(),
        Object::Deployment(deployment) => scales(deployment.spec.replicas).chain(rollout()).chain([delete()]).collect(),
        Object::ReplicaSet(set) if set.meta.controller().is_none() => {
            scales(set.spec.replicas).chain([delete()]).collect()
        }
        _ => vec![delete()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::Act;
    use crate::view::Deed;

    fn settle(playground: &mut Playground) {
        playground.act(Act::RunUntilSettled);
        for _ in 0..400 {
            playground.advance(16.0);
        }
    }

    fn select(playground: &mut Playground, kind: &str, namespace: &str, name: &str) -> Inspection {
        let object = ObjectRef { kind: kind.into(), namespace: namespace.into(), name: name.into() };
        playground.act(Act::Select { object: Some(object) });
        playground.inspection()
    }

    #[test]
    fn lines_that_changed_are_those_without_a_counterpart() {
        let marks = changed(&["a", "b", "c", "d"], &["a", "x", "c", "y", "z", "d"]);
        assert_eq!(marks, [false, true, false, true, true, false]);
        assert_eq!(changed(&["a", "b"], &["a"]), [false]);
    }

    #[test]
    fn a_daemon_set_shows_its_revisions_and_pods_and_the_line_that_changed() {
        let mut playground = Playground::new(None);
        settle(&mut playground);
        playground.act(Act::Run { line: "kubectl label ds monitoring-daemon tier=base".into() });
        let found = select(&mut playground, "DaemonSet", "default", "monitoring-daemon");
        let kinds: Vec<&str> = found.tree.iter().map(|relative| relative.object.kind.as_str()).collect();
        assert_eq!(kinds, ["DaemonSet", "ControllerRevision", "Pod", "Pod", "Pod", "Pod"]);
        let new: Vec<&str> = found.yaml.iter().filter(|line| line.new).map(|line| line.text.trim()).collect();
        assert!(new.contains(&"tier: base"), "{new:?}");
        assert!(found.described.contains("Desired Number of Nodes Scheduled: 4"), "{}", found.described);
        assert!(found.events.iter().all(|event| event.object == "daemonset/monitoring-daemon"));
        assert!(!found.events.is_empty());
        assert!(found.history.iter().any(|step| step.deed == Deed::Created));
    }

    #[test]
    fn a_pod_knows_its_family_and_what_brought_it_about() {
        let mut playground = Playground::new(None);
        settle(&mut playground);
        let node = playground.picture().nodes[0].clone();
        let name = node.pods.iter().map(|pod| &pod.name).find(|name| name.starts_with("monitoring")).unwrap().clone();
        let found = select(&mut playground, "Pod", "default", &name);
        assert_eq!(found.tree[0].object.kind, "DaemonSet");
        let created = found.history.last().unwrap();
        assert_eq!((created.deed, created.actor), (Deed::Created, "daemonset-controller"));
        assert_eq!(created.act.as_deref(), Some("kubectl apply -f monitoring-daemon.yaml"));
        // As it was then.
        let bound = found.history.iter().find(|step| step.deed == Deed::Bound).unwrap().at_ms;
        playground.act(Act::Seek { at_ms: bound });
        let then = playground.inspection();
        assert!(then.exists && then.described.contains("Status:           Pending"), "{}", then.described);
        assert!(then.yaml.iter().any(|line| line.new && line.text.contains("nodeName")), "what was bound is marked");
    }

    #[test]
    fn every_offer_is_a_command_that_works() {
        for (kind, namespace, name) in
            [("Node", "", "node-1"), ("DaemonSet", "default", "monitoring-daemon"), ("Deployment", "default", "web")]
        {
            let mut playground = Playground::new(None);
            settle(&mut playground);
            for offer in select(&mut playground, kind, namespace, name).offers {
                // A first revision has none before it.
                if offer.kind == OfferKind::UndoRollout {
                    continue;
                }
                let mut again = Playground::new(Some(&playground.save()));
                again.act(Act::Run { line: offer.command.clone() });
                let said = again.terminal().entries.pop().unwrap();
                let bad = said.output.iter().any(|chunk| chunk.text.contains("error:"));
                assert!(!bad, "{}: {:?}", offer.command, said.output);
            }
        }
    }
}
