//! Admission: what the built-in plug-ins add to new objects, and what they refuse.
//!
//! ServiceAccount, Priority, DefaultTolerationSeconds and TaintNodesByCondition. A controller makes thousands of Pods from one
//! template, so the outcome for a spec is remembered, as long as the objects it was looked up in stay as they are.
//!
//! Source: plugin/pkg/admission/{serviceaccount,priority,defaulttolerationseconds,nodetaint}, Kubernetes v1.36.

use super::{ApiServer, Key, registry};
use api::objects::Object;
use api::objects::condition::{self, Condition, Truth};
use api::objects::node::Node;
use api::objects::pod::{Pod, TOKEN_MOUNT_PATH};
use api::objects::pod_spec::PodSpec;
use api::objects::scheduling::{Effect, Taint};
use api::resource::Kind;
use api::status::Status;
use api::{Str, Value, json};
use std::rc::Rc;

/// How many specs' outcomes are remembered.
const REMEMBERED: usize = 64;

/// `tolerationSeconds` of the tolerations added to every Pod: 300 s.
///
/// Source: kube-apiserver `--default-not-ready-toleration-seconds`.
const DEFAULT_TOLERATION_SECONDS: i64 = 300;

/// Outcomes for specs that were admitted before.
#[derive(Clone, Debug, Default)]
pub(super) struct Admitted(Vec<Outcome>);

#[derive(Clone, Debug)]
struct Outcome {
    given: Rc<PodSpec>,
    namespace: Str,
    looked_up: u64,
    made: Rc<PodSpec>,
    token: bool,
}

/// Every node starts out not ready; the node lifecycle controller lifts the taint.
pub(super) fn taint_new_node(node: &mut Node) {
    let taint = Taint::new("node.kubernetes.io/not-ready", "", Effect::NoSchedule);
    if !node.taints.iter().any(|t| t.same(&taint)) {
        Rc::make_mut(&mut node.taints).push(taint);
    }
}

impl ApiServer {
    /// Defaults, admits and validates a Pod that a controller made.
    pub(super) fn admit_pod(&mut self, pod: &mut Pod) -> Result<(), Status> {
        let looked_up = self.store.written(Kind::SERVICE_ACCOUNT).max(self.store.written(Kind::PRIORITY_CLASS));
        let known = self.admitted.0.iter().find(|outcome| {
            Rc::ptr_eq(&outcome.given, &pod.spec)
                && outcome.looked_up == looked_up
                && outcome.namespace == pod.meta.namespace
        });
        let (made, token) = match known {
            Some(outcome) => (outcome.made.clone(), outcome.token),
            None => self.admit_spec(pod, looked_up)?,
        };
        pod.spec = made;
        pod.token_suffix = token.then(|| self.rng.suffix());
        if !pod.spec.scheduling_gates.is_empty() {
            let (reason, message) = registry::GATED;
            let scheduled = Condition { kind: "PodScheduled".into(), status: Truth::False, ..Condition::default() };
            condition::set(&mut pod.status.conditions, scheduled.because(reason, message));
        }
        Ok(())
    }

    fn admit_spec(&mut self, pod: &Pod, looked_up: u64) -> Result<(Rc<PodSpec>, bool), Status> {
        let mut object =
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": pod.meta.to_value(), "spec": pod.spec.raw});
        registry::set_defaults(Kind::POD, &mut object);
        let name = if pod.meta.name.is_empty() { &pod.meta.generate_name } else { &pod.meta.name };
        let token = self.mutate_pod(&mut object, &pod.meta.namespace, name)?;
        // The name is made between admission and validation; a Pod that is stored gets its own in the end.
        let mut rng = self.rng.clone();
        let name = if pod.meta.name.is_empty() { rng.name(name) } else { name.clone() };
        object["metadata"]["name"] = (&*name).into();
        let errors = registry::validate(Kind::POD, &object);
        if !errors.is_empty() {
            self.rng = rng;
            return Err(Status::invalid(Kind::POD, &name, errors));
        }
        let made = Rc::new(PodSpec::from_value(&object["spec"]));
        let outcome = Outcome {
            given: pod.spec.clone(),
            namespace: pod.meta.namespace.clone(),
            looked_up,
            made: made.clone(),
            token,
        };
        let remembered = &mut Rc::make_mut(&mut self.admitted).0;
        if remembered.len() == REMEMBERED {
            remembered.remove(0);
        }
        remembered.push(outcome);
        Ok((made, token))
    }

    /// The mutating plug-ins, on a Pod as JSON; says whether it gets a token volume (a mirror Pod doesn't).
    pub(super) fn mutate_pod(&self, pod: &mut Value, namespace: &Str, name: &str) -> Result<bool, Status> {
        let mirror = !pod["metadata"]["annotations"]["kubernetes.io/config.mirror"].is_null();
        let token = !mirror && self.set_service_account(pod, namespace, name)?;
        self.set_priority(&mut pod["spec"], name)?;
        add_default_tolerations(&mut pod["spec"]);
        Ok(token)
    }

    fn set_service_account(&self, pod: &mut Value, namespace: &Str, name: &str) -> Result<bool, Status> {
        let spec = &mut pod["spec"];
        let account: Str = match spec["serviceAccountName"].as_str() {
            None | Some("") => "default".into(),
            Some(account) => account.into(),
        };
        let key = Key::new(namespace, &account);
        let Some(found) = self.store.get(Kind::SERVICE_ACCOUNT, &key) else {
            let why = format!(
                "error looking up service account {namespace}/{account}: serviceaccount \"{account}\" not found"
            );
            return Err(Status::forbidden(Kind::POD, name, &why));
        };
        spec["serviceAccountName"] = Value::from(&*account);
        spec["serviceAccount"] = Value::from(&*account);
        let wanted = spec["automountServiceAccountToken"].as_bool().or(match found {
            Object::Other(account) => account.body.get("automountServiceAccountToken").and_then(Value::as_bool),
            _ => None,
        });
        Ok(wanted.unwrap_or(true) && !has_token(spec))
    }

    fn set_priority(&self, spec: &mut Value, name: &str) -> Result<(), Status> {
        let class = spec["priorityClassName"].as_str().unwrap_or_default();
        let (value, policy) = match class {
            "" => match self.global_default_class() {
                Some((class, value, policy)) => {
                    spec["priorityClassName"] = Value::from(&*class);
                    (value, policy)
                }
                None => (0, "PreemptLowerPriority".into()),
            },
            class => match self.priority_class(class) {
                Some(found) => found,
                None => {
                    let why = format!("no PriorityClass with name {class} was found");
                    return Err(Status::forbidden(Kind::POD, name, &why));
                }
            },
        };
        let computed = |given: String, right: &str| {
            let why = format!(
                "the {given} must not be provided in pod spec; priority admission controller computed {right} from \
                 the given PriorityClass name"
            );
            Err(Status::forbidden(Kind::POD, name, &why))
        };
        if let Some(given) = spec["priority"].as_i64().filter(|given| *given != value) {
            return computed(format!("integer value of priority ({given})"), &value.to_string());
        }
        if let Some(given) = spec["preemptionPolicy"].as_str().filter(|given| *given != &*policy) {
            return computed(format!("string value of PreemptionPolicy ({given})"), &policy);
        }
        spec["priority"] = value.into();
        spec["preemptionPolicy"] = Value::from(&*policy);
        Ok(())
    }

    /// The refusal of a second default among the PriorityClasses.
    pub(super) fn check_default_class(&self, class: &Value, new: bool) -> Result<(), Status> {
        let name = class["metadata"]["name"].as_str().unwrap_or_default();
        match self.global_default_class() {
            Some((default, ..)) if class["globalDefault"] == true && (new || *default != *name) => {
                let why = format!("PriorityClass {default} is already marked as default. Only one default can exist");
                Err(Status::forbidden(Kind::PRIORITY_CLASS, name, &why))
            }
            _ => Ok(()),
        }
    }

    fn priority_class(&self, name: &str) -> Option<(i64, Str)> {
        let key = Key::of_cluster(&name.into());
        class_facts(self.store.get(Kind::PRIORITY_CLASS, &key)?).map(|(_, value, policy)| (value, policy))
    }

    /// The class that Pods without one get: of several, the one with the lowest value.
    fn global_default_class(&self) -> Option<(Str, i64, Str)> {
        let classes = self.objects(Kind::PRIORITY_CLASS).filter(|object| match object {
            Object::Other(class) => class.body.get("globalDefault").is_some_and(|v| *v == true),
            _ => false,
        });
        classes.filter_map(class_facts).min_by_key(|(_, value, _)| *value)
    }
}

fn class_facts(object: &Object) -> Option<(Str, i64, Str)> {
    let Object::Other(class) = object else { return None };
    let policy = class.body.get("preemptionPolicy").and_then(Value::as_str).unwrap_or("PreemptLowerPriority");
    Some((class.meta.name.clone(), class.body.get("value")?.as_i64()?, policy.into()))
}

/// Whether every container already mounts a token, as in a manifest copied from `get -o yaml`.
fn has_token(spec: &Value) -> bool {
    let containers = spec["containers"].as_array().into_iter().flatten();
    let mut mounts = containers
        .map(|c| c["volumeMounts"].as_array().into_iter().flatten().any(|m| m["mountPath"] == TOKEN_MOUNT_PATH));
    mounts.all(|mounted| mounted)
}

/// `not-ready` and `unreachable`, `NoExecute`, for 300 s each, unless the Pod says something of them itself.
fn add_default_tolerations(spec: &mut Value) {
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let listed = spec["tolerations"].as_array().is_some_and(|tolerations| {
            tolerations.iter().any(|t| {
                let text = |field: &str| t[field].as_str().unwrap_or_default().to_string();
                (text("key") == key || text("key").is_empty()) && matches!(&*text("effect"), "" | "NoExecute")
            })
        });
        if listed {
            continue;
        }
        let added = json!({"effect": "NoExecute", "key": key, "operator": "Exists",
            "tolerationSeconds": DEFAULT_TOLERATION_SECONDS});
        match spec["tolerations"].as_array_mut() {
            Some(tolerations) => tolerations.push(added),
            None => spec["tolerations"] = json!([added]),
        }
    }
}
