//! Tables of the kinds that are kept and shown without anybody acting on them.
//!
//! Models `pkg/printers/internalversion/printers.go`, Kubernetes v1.36.

use super::*;
use api::meta::quantity::Quantity;

pub const JOB: &[Column] = &[
    always("NAME"),
    always("STATUS"),
    always("COMPLETIONS"),
    always("DURATION"),
    always("AGE"),
    wide("CONTAINERS"),
    wide("IMAGES"),
    wide("SELECTOR"),
];

pub fn job(object: &Value, now: Time) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let succeeded = count(&status["succeeded"]);
    let completions = match (spec["completions"].as_i64(), spec["parallelism"].as_i64()) {
        (Some(wanted), _) => format!("{succeeded}/{wanted}"),
        (None, Some(parallel)) if parallel > 1 => format!("{succeeded}/1 of {parallel}"),
        (None, _) => format!("{succeeded}/1"),
    };
    let duration = match (Time::parse(text(&status["startTime"])), Time::parse(text(&status["completionTime"]))) {
        (None, _) => String::new(),
        (Some(start), end) => human::human_duration(end.unwrap_or(now).0 - start.0),
    };
    let has = |kind: &str| {
        items(&status["conditions"])
            .any(|condition| text(&condition["type"]) == kind && text(&condition["status"]) == "True")
    };
    let state = if has("Complete") {
        "Complete"
    } else if has("Failed") {
        "Failed"
    } else if !object["metadata"]["deletionTimestamp"].is_null() {
        "Terminating"
    } else if has("Suspended") {
        "Suspended"
    } else if has("FailureTarget") {
        "FailureTarget"
    } else if has("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    };
    let containers = &spec["template"]["spec"]["containers"];
    vec![
        name(object),
        state.into(),
        completions,
        duration,
        age(object, now),
        joined(containers, "name"),
        joined(containers, "image"),
        human::selector(&spec["selector"]),
    ]
}

pub const CRON_JOB: &[Column] = &[
    always("NAME"),
    always("SCHEDULE"),
    always("TIMEZONE"),
    always("SUSPEND"),
    always("ACTIVE"),
    always("LAST SCHEDULE"),
    always("AGE"),
    wide("CONTAINERS"),
    wide("IMAGES"),
    wide("SELECTOR"),
];

pub fn cron_job(object: &Value, now: Time) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let suspended = match spec["suspend"].as_bool() {
        None => "<unset>".to_string(),
        Some(true) => "True".to_string(),
        Some(false) => "False".to_string(),
    };
    let last = if status["lastScheduleTime"].is_null() {
        "<none>".into()
    } else {
        human::age(&status["lastScheduleTime"], now)
    };
    let job = &spec["jobTemplate"]["spec"];
    let containers = &job["template"]["spec"]["containers"];
    vec![
        name(object),
        text(&spec["schedule"]).into(),
        human::or_none(text(&spec["timeZone"])),
        suspended,
        items(&status["active"]).count().to_string(),
        last,
        age(object, now),
        joined(containers, "name"),
        joined(containers, "image"),
        human::selector(&job["selector"]),
    ]
}

pub const CLAIM: &[Column] = &[
    always("NAME"),
    always("STATUS"),
    always("VOLUME"),
    always("CAPACITY"),
    always("ACCESS MODES"),
    always("STORAGECLASS"),
    always("VOLUMEATTRIBUTESCLASS"),
    always("AGE"),
    wide("VOLUMEMODE"),
];

pub fn claim(object: &Value, now: Time) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let deleted = !object["metadata"]["deletionTimestamp"].is_null();
    let bound = !text(&spec["volumeName"]).is_empty();
    let shown = |value: &Value| if bound { text(value).to_string() } else { String::new() };
    vec![
        name(object),
        if deleted { "Terminating".into() } else { text(&status["phase"]).into() },
        text(&spec["volumeName"]).into(),
        shown(&status["capacity"]["storage"]),
        if bound { modes(&status["accessModes"]) } else { String::new() },
        text(&spec["storageClassName"]).into(),
        unset(&spec["volumeAttributesClassName"]),
        age(object, now),
        unset(&spec["volumeMode"]),
    ]
}

pub const VOLUME: &[Column] = &[
    always("NAME"),
    always("CAPACITY"),
    always("ACCESS MODES"),
    always("RECLAIM POLICY"),
    always("STATUS"),
    always("CLAIM"),
    always("STORAGECLASS"),
    always("VOLUMEATTRIBUTESCLASS"),
    always("REASON"),
    always("AGE"),
    wide("VOLUMEMODE"),
];

pub fn volume(object: &Value, now: Time) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let claim = &spec["claimRef"];
    let deleted = !object["metadata"]["deletionTimestamp"].is_null();
    vec![
        name(object),
        text(&spec["capacity"]["storage"]).into(),
        modes(&spec["accessModes"]),
        text(&spec["persistentVolumeReclaimPolicy"]).into(),
        if deleted { "Terminating".into() } else { text(&status["phase"]).into() },
        if claim.is_null() { String::new() } else { format!("{}/{}", text(&claim["namespace"]), text(&claim["name"])) },
        text(&spec["storageClassName"]).into(),
        unset(&spec["volumeAttributesClassName"]),
        text(&status["reason"]).into(),
        age(object, now),
        unset(&spec["volumeMode"]),
    ]
}

fn unset(value: &Value) -> String {
    value.as_str().unwrap_or("<unset>").to_string()
}

/// `RWO,ROX`, in the order that upstream looks for them.
fn modes(list: &Value) -> String {
    let short =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];
    let found = short.iter().filter(|(long, _)| items(list).any(|mode| text(mode) == *long)).map(|(_, short)| *short);
    found.collect::<Vec<_>>().join(",")
}

pub const STORAGE_CLASS: &[Column] = &[
    always("NAME"),
    always("PROVISIONER"),
    always("RECLAIMPOLICY"),
    always("VOLUMEBINDINGMODE"),
    always("ALLOWVOLUMEEXPANSION"),
    always("AGE"),
];

pub fn storage_class(object: &Value, now: Time) -> Vec<String> {
    let note = &object["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"];
    let default = if text(note) == "true" { " (default)" } else { "" };
    vec![
        name(object) + default,
        text(&object["provisioner"]).into(),
        text(&object["reclaimPolicy"]).into(),
        text(&object["volumeBindingMode"]).into(),
        object["allowVolumeExpansion"].as_bool().unwrap_or(false).to_string(),
        age(object, now),
    ]
}

pub const INGRESS: &[Column] =
    &[always("NAME"), always("CLASS"), always("HOSTS"), always("ADDRESS"), always("PORTS"), always("AGE")];

pub fn ingress(object: &Value, now: Time) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let hosts: Vec<String> =
        items(&spec["rules"]).map(|rule| text(&rule["host"]).to_string()).filter(|host| !host.is_empty()).collect();
    let address: Vec<String> = items(&status["loadBalancer"]["ingress"])
        .map(|one| text(if one["ip"].is_null() { &one["hostname"] } else { &one["ip"] }).to_string())
        .collect();
    vec![
        name(object),
        human::or_none(text(&spec["ingressClassName"])),
        if hosts.is_empty() { "*".into() } else { first_three(&hosts) },
        address.join(","),
        if items(&spec["tls"]).next().is_some() { "80, 443".into() } else { "80".into() },
        age(object, now),
    ]
}

pub const INGRESS_CLASS: &[Column] = &[always("NAME"), always("CONTROLLER"), always("PARAMETERS"), always("AGE")];

pub fn ingress_class(object: &Value, now: Time) -> Vec<String> {
    let parameters = &object["spec"]["parameters"];
    let shown = match (parameters.is_null(), parameters["apiGroup"].as_str()) {
        (true, _) => "<none>".to_string(),
        (_, Some(group)) => format!("{}.{group}/{}", text(&parameters["kind"]), text(&parameters["name"])),
        (_, None) => format!("{}/{}", text(&parameters["kind"]), text(&parameters["name"])),
    };
    vec![name(object), text(&object["spec"]["controller"]).into(), shown, age(object, now)]
}

pub const NETWORK_POLICY: &[Column] = &[always("NAME"), always("POD-SELECTOR"), always("AGE")];

pub fn network_policy(object: &Value, now: Time) -> Vec<String> {
    vec![name(object), human::selector(&object["spec"]["podSelector"]), age(object, now)]
}

pub const AUTOSCALER: &[Column] = &[
    always("NAME"),
    always("REFERENCE"),
    always("TARGETS"),
    always("MINPODS"),
    always("MAXPODS"),
    always("REPLICAS"),
    always("AGE"),
];

pub fn autoscaler(object: &Value, now: Time) -> Vec<String> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let target = &spec["scaleTargetRef"];
    let targets: Vec<String> = items(&spec["metrics"]).map(metric).collect();
    let shown = match targets.len() {
        0 => "<none>".to_string(),
        1 | 2 => targets.join(", "),
        n => format!("{} + {} more...", targets[..2].join(", "), n - 2),
    };
    let least = spec["minReplicas"].as_i64().map_or("<unset>".to_string(), |least| least.to_string());
    vec![
        name(object),
        format!("{}/{}", text(&target["kind"]), text(&target["name"])),
        shown,
        least,
        count(&spec["maxReplicas"]),
        count(&status["currentReplicas"]),
        age(object, now),
    ]
}

/// Nobody measures here, so what is now is unknown.
fn metric(metric: &Value) -> String {
    let (resource, target) = (&metric["resource"], &metric["resource"]["target"]);
    match (target["averageUtilization"].as_i64(), target["averageValue"].as_str()) {
        (Some(percent), _) => format!("{}: <unknown>/{percent}%", text(&resource["name"])),
        (_, Some(value)) => format!("{}: <unknown>/{value}", text(&resource["name"])),
        _ => "<unknown type>".into(),
    }
}

pub const QUOTA: &[Column] = &[always("NAME"), always("REQUEST"), always("LIMIT"), always("AGE")];

/// Requests and limits apart, each `name: used/hard` in the order of names.
pub fn quota(object: &Value, now: Time) -> Vec<String> {
    let (hard, used) = (&object["spec"]["hard"], &object["status"]["used"]);
    let (mut requests, mut limits) = (Vec::new(), Vec::new());
    for (resource, amount) in hard.as_object().into_iter().flatten() {
        let used = used[resource].as_str().and_then(Quantity::parse).map_or("0".to_string(), |used| used.to_string());
        let line = format!("{resource}: {used}/{}", text(amount));
        if resource.starts_with("limits") { limits.push(line) } else { requests.push(line) }
    }
    vec![name(object), requests.join(", "), limits.join(", "), age(object, now)]
}

pub const CREATED_AT: &[Column] = &[always("NAME"), always("CREATED AT")];

pub fn created_at(object: &Value, _: Time) -> Vec<String> {
    vec![name(object), text(&object["metadata"]["creationTimestamp"]).into()]
}

pub const POD_TEMPLATE: &[Column] =
    &[always("NAME"), always("CONTAINERS"), always("IMAGES"), always("POD LABELS"), always("AGE")];

pub fn pod_template(object: &Value, now: Time) -> Vec<String> {
    let template = &object["template"];
    let containers = &template["spec"]["containers"];
    vec![
        name(object),
        joined(containers, "name"),
        joined(containers, "image"),
        human::labels(&template["metadata"]["labels"]),
        age(object, now),
    ]
}
