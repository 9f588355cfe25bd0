//! The line that an act stands for: the command a person would have typed, or a comment where there is no such command.

use crate::act::{Act, Moment, Preset, Trouble};
use crate::{Playground, stage};
use api::resource::Kind;
use cluster::apiserver::Key;

/// What may follow in a file name typed without quotes.
fn plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c))
}

/// A word as a shell needs it.
pub fn word(text: &str) -> String {
    if plain(text) && !text.is_empty() { text.to_string() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// The command of an act on one node or one file; `None` for any other act.
pub fn of(act: &Act) -> Option<String> {
    Some(match act {
        Act::Apply { file } => format!("kubectl apply -f {}", word(file)),
        Act::RemoveNode { node } => format!("kubectl delete node {}", word(node)),
        Act::Cordon { node } => format!("kubectl cordon {}", word(node)),
        Act::Uncordon { node } => format!("kubectl uncordon {}", word(node)),
        Act::Drain { node } => format!("kubectl drain {} --ignore-daemonsets", word(node)),
        // What a person would do on the node itself.
        Act::StopKubelet { node } => format!("ssh {} sudo systemctl stop kubelet", word(node)),
        Act::StartKubelet { node } => format!("ssh {} sudo systemctl start kubelet", word(node)),
        // Both refuse to change what is there unless they are told to.
        Act::Label { node, labels } => change("label", node, labels),
        Act::Taint { node, taints } => change("taint", node, taints),
        Act::SetTrouble { node, trouble, on } => format!("# on {node}: {}", trouble_words(*trouble, *on)),
        _ => return None,
    })
}

fn change(verb: &str, node: &str, changes: &str) -> String {
    let changes: Vec<String> = changes.split_whitespace().map(word).collect();
    format!("kubectl {verb} node {} {}", word(node), changes.join(" "))
}

fn trouble_words(trouble: Trouble, on: bool) -> &'static str {
    match (trouble, on) {
        (Trouble::Disk, true) => "the disk fills up",
        (Trouble::Disk, false) => "the disk has room again",
        (Trouble::Memory, true) => "memory runs short",
        (Trouble::Memory, false) => "there is memory again",
        (Trouble::Pid, true) => "process numbers run short",
        (Trouble::Pid, false) => "there are process numbers again",
        (Trouble::Network, true) => "the network plug-in breaks",
        (Trouble::Network, false) => "the network plug-in works again",
    }
}

/// What is noted for machines that join. There is no kubectl command that makes one.
pub fn of_joining(names: &[api::Str]) -> Option<String> {
    let who = match names {
        [only] => only.to_string(),
        [first, .., last] => format!("{first} … {last}"),
        [] => return None,
    };
    Some(format!("# on {who}: kubeadm join"))
}

/// The before/after switch.
pub fn of_moment(moment: Moment, file: &str) -> String {
    let verb = match moment {
        Moment::Before => "delete",
        Moment::After => "apply",
    };
    format!("kubectl {verb} -f {}", word(file))
}

impl Playground {
    /// The names that the next nodes of a preset get.
    pub(crate) fn free_names(&self, preset: Preset, count: u32) -> Vec<api::Str> {
        let base = stage::name_base(preset);
        let names = (1..).map(|number| api::Str::from(format!("{base}-{number}")));
        let free = names.filter(|name| {
            let key = Key::new(&"".into(), name);
            self.cluster.kubelets().get(name).is_none() && self.cluster.server().object(Kind::NODE, &key).is_none()
        });
        free.take(count.min(5000) as usize).collect()
    }
}
