//! What a Pod's spec means to a kubelet, worked out once and shared by all Pods of the spec on all nodes.
//!
//! Ten thousand daemon Pods of one template have the same images, processes, probes and texts. A worker only keeps what differs.

use super::images::{Catalogue, Image};
use super::probe::{Probe, probes};
use super::process::{Process, process};
use api::Value;
use api::objects::pod::Waiting;
use api::objects::pod_spec::{Container, PodSpec, RestartPolicy};
use api::objects::text::Text;
use std::rc::Rc;
use std::time::Duration;

/// How many specs are remembered.
const REMEMBERED: usize = 64;

/// A Pod's spec, worked out.
#[derive(Debug)]
pub(super) struct Plan {
    spec: Rc<PodSpec>,
    catalogue: u32,
    /// Init containers, then containers.
    pub parts: Vec<Part>,
    /// How many of them are init containers.
    pub inits: usize,
    /// Why a container that was never started waits.
    pub not_started: Rc<Waiting>,
    /// `containers with unready status: […]`, as long as none is ready.
    pub none_ready: Text,
    /// `containers with incomplete status: […]`, as long as none is complete.
    pub none_complete: Text,
}

/// A container, worked out.
#[derive(Debug)]
pub(super) struct Part {
    pub container: Container,
    pub image: Image,
    pub process: Process,
    pub probes: Vec<Probe>,
    /// An init container that isn't a sidecar: the next waits for its end.
    pub step: bool,
    /// When it is started again.
    pub restarts: RestartPolicy,
    /// How long its `preStop` hook takes.
    pub pre_stop: Duration,
    /// `spec.containers{nginx}`
    pub field_path: Text,
    /// `Pulling image "nginx"`
    pub pulling: Text,
    /// `Container image "nginx" already present …`
    pub present: Text,
    /// Why its image's name is none.
    pub misnamed: Option<&'static str>,
}

/// The plans in use.
#[derive(Clone, Debug, Default)]
pub(super) struct Plans(Rc<Vec<Rc<Plan>>>);

impl Plans {
    /// The plan for a spec, with what images do by now.
    pub fn plan(&mut self, spec: &Rc<PodSpec>, catalogue: &Catalogue) -> Rc<Plan> {
        match self.0.iter().rev().find(|plan| plan.is_for(spec, catalogue)) {
            Some(plan) => plan.clone(),
            None => {
                let plan = Rc::new(Plan::new(spec, catalogue));
                let plans = Rc::make_mut(&mut self.0);
                if plans.len() == REMEMBERED {
                    plans.remove(0);
                }
                plans.push(plan.clone());
                plan
            }
        }
    }
}

impl Plan {
    fn new(spec: &Rc<PodSpec>, catalogue: &Catalogue) -> Plan {
        let inits = spec.init_containers.len();
        let containers = spec.init_containers.iter().chain(&spec.containers).enumerate();
        let parts: Vec<Part> =
            containers.map(|(index, container)| Part::new(container, index < inits, spec, catalogue)).collect();
        let unready = parts.iter().filter(|part| !part.step).map(|part| &*part.container.name);
        let incomplete = parts[..inits].iter().map(|part| &*part.container.name);
        let setting_up = if inits > 0 { "PodInitializing" } else { "ContainerCreating" };
        Plan {
            not_started: Rc::new(Waiting { reason: setting_up.into(), message: Text::default() }),
            none_ready: unready_text(unready),
            none_complete: incomplete_text(incomplete),
            spec: spec.clone(),
            catalogue: catalogue.version(),
            inits,
            parts,
        }
    }

    /// Whether it still is the plan for a spec.
    pub fn is_for(&self, spec: &Rc<PodSpec>, catalogue: &Catalogue) -> bool {
        Rc::ptr_eq(&self.spec, spec) && self.catalogue == catalogue.version()
    }
}

impl Part {
    fn new(container: &Container, init: bool, spec: &PodSpec, catalogue: &Catalogue) -> Part {
        let image = catalogue.image(&container.image);
        let step = init && !container.sidecar;
        let kind = if init { "initContainers" } else { "containers" };
        let present = format!(
            "Container image \"{}\" already present on machine and can be accessed by the pod",
            container.image
        );
        Part {
            process: process(&container.raw, &image, step),
            probes: if step { Vec::new() } else { probes(&container.raw) },
            step,
            restarts: match spec.restart_policy {
                _ if container.sidecar => RestartPolicy::Always,
                RestartPolicy::Always if init => RestartPolicy::OnFailure,
                policy => policy,
            },
            pre_stop: pre_stop(&container.raw["lifecycle"]["preStop"]),
            field_path: format!("spec.{kind}{{{}}}", container.name).into(),
            pulling: format!("Pulling image \"{}\"", container.image).into(),
            present: present.into(),
            misnamed: misnamed(&container.image),
            image,
            container: container.clone(),
        }
    }
}

/// `containers with unready status: [a b]`
pub(super) fn unready_text<'a>(names: impl Iterator<Item = &'a str>) -> Text {
    format!("containers with unready status: [{}]", names.collect::<Vec<_>>().join(" ")).into()
}

/// `containers with incomplete status: [a b]`
pub(super) fn incomplete_text<'a>(names: impl Iterator<Item = &'a str>) -> Text {
    format!("containers with incomplete status: [{}]", names.collect::<Vec<_>>().join(" ")).into()
}

fn pre_stop(hook: &Value) -> Duration {
    if let Some(seconds) = hook["sleep"]["seconds"].as_u64() {
        return Duration::from_secs(seconds);
    }
    let words = hook["exec"]["command"].as_array().into_iter().flatten();
    let argv: Vec<String> = words.filter_map(Value::as_str).map(String::from).collect();
    Process::duration_of(&argv)
}

/// What is wrong with an image's name, if anything is. Source: distribution/reference.
fn misnamed(image: &str) -> Option<&'static str> {
    let (name, digest) = image.split_once('@').map_or((image, None), |(name, digest)| (name, Some(digest)));
    let last = name.rsplit('/').next().unwrap_or(name);
    let (repository, tag) = match last.split_once(':') {
        Some((short, tag)) => (&name[..name.len() - last.len() + short.len()], Some(tag)),
        None => (name, None),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let tag_fits = tag.is_none_or(|tag| !tag.is_empty() && tag.len() <= 128 && tag.chars().all(plain));
    let digest_fits = digest.is_none_or(|digest| digest.contains(':'));
    let path_fits = repository.split('/').enumerate().all(|(place, part)| {
        // The first part may be a host with a port.
        let part = if place == 0 { part.split(':').next().unwrap_or(part) } else { part };
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        ends(part.chars().next()) && ends(part.chars().last()) && part.chars().all(plain)
    });
    if !tag_fits || !digest_fits || !path_fits {
        return Some("invalid reference format");
    }
    let path =
        repository.split_once('/').filter(|(host, _)| host.contains(['.', ':'])).map_or(repository, |(_, path)| path);
    path.chars()
        .any(|c| c.is_ascii_uppercase())
        .then_some("invalid reference format: repository name must be lowercase")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_images_are_checked_as_registries_do() {
        for name in ["nginx", "nginx:1.27", "localhost:5000/a/b:c", "docker.io/library/x@sha256:12", "Registry.IO/a"] {
            assert_eq!(misnamed(name), None, "{name}");
        }
        for name in ["Nginx", "nginx:", "nginx:1:2", "ng inx", "-x", "a//b", "x@y"] {
            assert!(misnamed(name).is_some(), "{name}");
        }
    }
}
