//! What is said of a Pod: how it looks, its STATUS and its message.

use crate::view::PodLook;
use api::objects::Object;
use api::objects::condition::{self, Truth};
use api::objects::pod::{self, ContainerState, Phase};
use cluster::Cluster;
use cluster::apiserver::tables;
use std::rc::Rc;

/// As the STATUS column has it. What most Pods do is known without making their table's row.
pub(crate) fn status_word(cluster: &Cluster, pod: &Rc<pod::Pod>) -> String {
    plain_word(pod).map_or_else(|| word_of_table(cluster, pod), String::from)
}

/// The word for a Pod whose containers all do the same, without trouble or init containers; `None` for any other.
fn plain_word(pod: &pod::Pod) -> Option<&'static str> {
    let status = &pod.status;
    let all = |is: fn(&pod::ContainerStatus) -> bool| {
        !status.container_statuses.is_empty() && status.container_statuses.iter().all(is)
    };
    if !status.init_container_statuses.is_empty() || !status.reason.is_empty() {
        return None;
    }
    match status.phase {
        Phase::Running | Phase::Pending if pod.meta.terminating() => Some("Terminating"),
        Phase::Running if all(|c| matches!(c.state, ContainerState::Running { .. })) => Some("Running"),
        Phase::Pending if status.container_statuses.is_empty() && pod.spec.scheduling_gates.is_empty() => {
            Some("Pending")
        }
        Phase::Pending
            if all(|c| matches!(&c.state, ContainerState::Waiting(why) if &*why.reason == "ContainerCreating")) =>
        {
            Some("ContainerCreating")
        }
        Phase::Succeeded
            if all(
                |c| matches!(&c.state, ContainerState::Terminated(end) if end.exit_code == 0 && &*end.reason == "Completed"),
            ) =>
        {
            Some("Completed")
        }
        _ => None,
    }
}

pub(super) fn word_of_table(cluster: &Cluster, pod: &Rc<pod::Pod>) -> String {
    tables::cells_of(&Object::Pod(pod.clone()), cluster.now().time()).into_iter().nth(2).unwrap_or_default()
}

pub(crate) fn look(pod: &pod::Pod) -> PodLook {
    let status = &pod.status;
    let all = || status.init_container_statuses.iter().chain(&status.container_statuses);
    let in_trouble = all().any(|container| match &container.state {
        ContainerState::Waiting(why) => !matches!(&*why.reason, "ContainerCreating" | "PodInitializing"),
        ContainerState::Terminated(ended) => ended.exit_code != 0,
        _ => false,
    });
    match status.phase {
        _ if pod.meta.terminating() => PodLook::Terminating,
        Phase::Failed | Phase::Unknown => PodLook::Failing,
        Phase::Succeeded => PodLook::Completed,
        _ if in_trouble => PodLook::Failing,
        Phase::Pending if status.start_time.is_some() => PodLook::Starting,
        Phase::Pending => PodLook::Pending,
        Phase::Running if pod.ready() => PodLook::Ready,
        Phase::Running => PodLook::Running,
    }
}

/// Why a Pod isn't further, in the words of whoever says so.
pub(crate) fn message(pod: &pod::Pod) -> String {
    let status = &pod.status;
    let mut waiting =
        status.init_container_statuses.iter().chain(&status.container_statuses).filter_map(|c| match &c.state {
            ContainerState::Waiting(why) if !why.message.is_empty() => Some(why.message.to_string()),
            _ => None,
        });
    let unscheduled = || {
        condition::find(&status.conditions, "PodScheduled")
            .filter(|c| c.status == Truth::False)
            .map(|c| c.message.to_string())
    };
    if !status.message.is_empty() {
        return status.message.to_string();
    }
    unscheduled().or_else(|| waiting.next()).unwrap_or_default()
}
