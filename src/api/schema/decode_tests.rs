//! What strict decoding accepts, and what it refuses with which words.

use super::*;
use crate::json;

fn daemon_set() -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "monitoring-daemon"},
        "spec": {
            "selector": {"matchLabels": {"app": "monitoring-agent"}},
            "template": {
                "metadata": {"labels": {"app": "monitoring-agent"}},
                "spec": {"containers": [{"name": "monitoring-agent", "image": "nginx"}]},
            },
        },
    })
}

/// The DaemonSet with the value at the place of the JSON pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut object = daemon_set();
    let mut at = &mut object;
    for name in pointer.split('/').skip(1) {
        at = match name.parse::<usize>() {
            Ok(index) => &mut at[index],
            Err(_) => &mut at[name],
        };
    }
    *at = value;
    object
}

fn answer(kind: Kind, mut object: Value) -> String {
    match decode(kind, &mut object) {
        Err(error) => error.to_string(),
        Ok(unknown) if unknown.is_empty() => String::new(),
        Ok(unknown) => strict_error(&unknown),
    }
}

const CONTAINER: &str = "/spec/template/spec/containers/0";

/// Transcripts validation/13 to 26, 57, 62, 66, 67, and the tables of what kubectl and the API server say.
#[test]
fn wrong_types_and_unknown_fields_are_told_as_the_server_tells_them() {
    let quantity = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    let container = |rest: &str| format!("{CONTAINER}{rest}");
    let cases = [
        ("/spec/replicas".into(), json!(3), r#"strict decoding error: unknown field "spec.replicas""#),
        (
            "/spec/template/spec/nodeselector".into(),
            json!({"gpu": "true"}),
            r#"strict decoding error: unknown field "spec.template.spec.nodeselector""#,
        ),
        ("/metdata".into(), json!({"name": "x"}), r#"strict decoding error: unknown field "metdata""#),
        (
            container("/imagePullPolice"),
            json!("Always"),
            r#"strict decoding error: unknown field "spec.template.spec.containers[0].imagePullPolice""#,
        ),
        (
            container("/image"),
            json!(5),
            "json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.image of type string",
        ),
        (
            "/spec/template/spec/containers".into(),
            json!({"name": "x"}),
            "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
        ),
        (
            "/spec/selector/matchLabels".into(),
            json!(["app"]),
            "json: cannot unmarshal array into Go struct field LabelSelector.spec.selector.matchLabels of type map[string]string",
        ),
        (
            "/spec/minReadySeconds".into(),
            json!("5"),
            "json: cannot unmarshal string into Go struct field DaemonSetSpec.spec.minReadySeconds of type int32",
        ),
        (
            container("/ports"),
            json!([{"containerPort": "80"}]),
            "json: cannot unmarshal string into Go struct field ContainerPort.spec.template.spec.containers.ports.containerPort of type int32",
        ),
        (
            "/spec/template/spec/hostNetwork".into(),
            json!("yes"),
            "json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.hostNetwork of type bool",
        ),
        (
            "/spec/updateStrategy".into(),
            json!({"rollingUpdate": {"maxUnavailable": true}}),
            "json: cannot unmarshal bool into Go struct field RollingUpdateDaemonSet.spec.updateStrategy.rollingUpdate.maxUnavailable of type int32",
        ),
        (
            "/spec/updateStrategy".into(),
            json!("RollingUpdate"),
            "json: cannot unmarshal string into Go struct field DaemonSetSpec.spec.updateStrategy of type v1.DaemonSetUpdateStrategy",
        ),
        (
            "/spec/template/spec/tolerations".into(),
            json!([{"key": "a"}, {"key": "x", "effect": "Never"}, {"key": true, "effect": "NoSchedule"}]),
            "json: cannot unmarshal bool into Go struct field Toleration.spec.template.spec.tolerations.key of type string",
        ),
        (
            "/spec/template/spec/nodeSelector".into(),
            json!({"gpu": true}),
            "json: cannot unmarshal bool into Go struct field PodSpec.spec.template.spec.nodeSelector of type string",
        ),
        (
            "/spec/template/metadata/labels/app".into(),
            json!(5),
            "json: cannot unmarshal number into Go struct field ObjectMeta.spec.template.metadata.labels of type string",
        ),
        (
            container("/env"),
            json!([{"name": "A", "value": 5}]),
            "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
        ),
        (
            container("/command"),
            json!("sleep 5"),
            "json: cannot unmarshal string into Go struct field Container.spec.template.spec.containers.command of type []string",
        ),
        (container("/resources"), json!({"requests": {"cpu": "100x", "memory": "1GB"}}), quantity),
        (container("/resources"), json!({"requests": {"cpu": true}}), quantity),
        (container("/resources"), json!({"requests": {"memory": "64K"}}), "unable to parse quantity's suffix"),
        (
            container("/resources"),
            json!({"limits": ["cpu"]}),
            "json: cannot unmarshal array into Go struct field ResourceRequirements.spec.template.spec.containers.resources.limits of type v1.ResourceList",
        ),
        (
            container("/ports"),
            json!([{"containerPort": 80, "protocol": 6}]),
            "json: cannot unmarshal number into Go struct field ContainerPort.spec.template.spec.containers.ports.protocol of type v1.Protocol",
        ),
        (
            "/spec/minReadySeconds".into(),
            json!(1.5),
            "json: cannot unmarshal number 1.5 into Go struct field DaemonSetSpec.spec.minReadySeconds of type int32",
        ),
        (
            "/spec/minReadySeconds".into(),
            json!(3_000_000_000_u32),
            "json: cannot unmarshal number 3000000000 into Go struct field DaemonSetSpec.spec.minReadySeconds of type int32",
        ),
        (
            "/spec/template/spec/terminationGracePeriodSeconds".into(),
            json!(1e20),
            "json: cannot unmarshal number 100000000000000000000 into Go struct field PodSpec.spec.template.spec.terminationGracePeriodSeconds of type int64",
        ),
        (
            "/metadata/creationTimestamp".into(),
            json!(5),
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string",
        ),
    ];
    for (pointer, value, text) in cases {
        assert_eq!(answer(Kind::DAEMON_SET, with(&pointer, value)), text, "{pointer}");
    }
}

#[test]
fn fields_of_maps_are_told_without_their_key() {
    let config_map = json!({"data": {"a": 5}});
    let text = "json: cannot unmarshal number into Go struct field ConfigMap.data of type string";
    assert_eq!(answer(Kind::CONFIG_MAP, config_map), text);
}

#[test]
fn something_that_is_no_object_has_no_field_to_blame() {
    let text = "json: cannot unmarshal string into Go value of type v1.Pod";
    assert_eq!(answer(Kind::POD, json!("x")), text);
}

#[test]
fn the_first_wrong_type_is_told_and_before_unknown_fields() {
    let mut object = with("/spec/minReadySeconds", json!("5"));
    object["spec"]["template"]["spec"]["hostNetwork"] = json!("yes");
    object["spec"]["aaa"] = json!(1);
    assert!(answer(Kind::DAEMON_SET, object).contains("minReadySeconds"));
}

#[test]
fn a_bad_quantity_is_told_before_an_earlier_wrong_type() {
    let mut object = with("/spec/minReadySeconds", json!("5"));
    object["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({"limits": {"memory": "64mb"}});
    assert!(answer(Kind::DAEMON_SET, object).starts_with("quantities must match"));
}

#[test]
fn unknown_fields_are_dropped_and_told_in_the_order_of_keys() {
    let mut object = with("/spec/template/spec", json!({"containers": null, "image": "nginx", "name": "x"}));
    object["spec"]["replicas"] = json!(3);
    let unknown = decode(Kind::DAEMON_SET, &mut object).expect("types are right");
    let paths: Vec<&str> = unknown.iter().map(|u| u.0.as_str()).collect();
    assert_eq!(paths, ["spec.replicas", "spec.template.spec.image", "spec.template.spec.name"]);
    assert_eq!(object["spec"]["template"]["spec"], json!({}));
    assert_eq!(object["spec"].get("replicas"), None);
}

#[test]
fn null_is_absent_in_structs_and_zero_in_maps_and_lists() {
    let mut object = with("/spec/template/metadata/labels/app", Value::Null);
    object["spec"]["minReadySeconds"] = Value::Null;
    object["spec"]["template"]["spec"]["containers"][0]["command"] = json!(["a", null]);
    object["spec"]["template"]["spec"]["tolerations"] = json!([null]);
    object["metadata"]["creationTimestamp"] = Value::Null;
    assert_eq!(decode(Kind::DAEMON_SET, &mut object), Ok(Vec::new()));
    assert_eq!(object["spec"].get("minReadySeconds"), None);
    assert_eq!(object["metadata"], json!({"name": "monitoring-daemon"}));
    assert_eq!(object["spec"]["template"]["metadata"]["labels"], json!({"app": ""}));
    assert_eq!(object["spec"]["template"]["spec"]["containers"][0]["command"], json!(["a", ""]));
    assert_eq!(object["spec"]["template"]["spec"]["tolerations"], json!([{}]));
}

#[test]
fn values_become_canonical() {
    let mut object = with(&format!("{CONTAINER}/resources"), json!({"limits": {"cpu": "1000m", "memory": 1.5}}));
    object["spec"]["minReadySeconds"] = json!(5.0);
    object["metadata"]["creationTimestamp"] = json!("2026-11-24T23:00:00+01:00");
    assert_eq!(decode(Kind::DAEMON_SET, &mut object), Ok(Vec::new()));
    let limits = &object["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"];
    assert_eq!(*limits, json!({"cpu": "1", "memory": "1500m"}));
    assert_eq!(object["spec"]["minReadySeconds"], json!(5));
    assert_eq!(object["metadata"]["creationTimestamp"], "2026-11-24T22:00:00Z");
}

#[test]
fn what_omitempty_leaves_out_goes_and_zeros_behind_pointers_stay() {
    let mut object = with("/spec/template/spec/hostNetwork", json!(false));
    let pod = &mut object["spec"]["template"]["spec"];
    pod["tolerations"] = json!([]);
    pod["nodeSelector"] = json!({});
    pod["securityContext"] = json!({});
    pod["terminationGracePeriodSeconds"] = json!(0);
    pod["volumes"] = json!([{"name": "v", "emptyDir": {}}]);
    assert_eq!(decode(Kind::DAEMON_SET, &mut object), Ok(Vec::new()));
    let expected = json!({
        "containers": [{"name": "monitoring-agent", "image": "nginx"}],
        "securityContext": {},
        "terminationGracePeriodSeconds": 0,
        "volumes": [{"name": "v", "emptyDir": {}}],
    });
    assert_eq!(object["spec"]["template"]["spec"], expected);
}

#[test]
fn a_number_or_a_text_fits_int_or_string() {
    for value in [json!(1), json!("10%"), json!("anything")] {
        let strategy = json!({"rollingUpdate": {"maxUnavailable": value}});
        assert_eq!(answer(Kind::DAEMON_SET, with("/spec/updateStrategy", strategy)), "");
    }
}

#[test]
fn base64_is_checked_as_go_checks_it() {
    let cases = [
        ("YQ==", ""),
        ("YW\nI=", ""),
        ("", ""),
        ("hello!", "illegal base64 data at input byte 5"),
        ("YQ", "illegal base64 data at input byte 0"),
        ("YQ=", "illegal base64 data at input byte 3"),
        ("YQ==x", "illegal base64 data at input byte 4"),
        ("YQ=x", "illegal base64 data at input byte 2"),
        ("ä", "illegal base64 data at input byte 0"),
    ];
    for (data, text) in cases {
        assert_eq!(answer(Kind::SECRET, json!({"data": {"a": data}})), text, "{data}");
    }
}

#[test]
fn a_schema_that_never_ends_is_refused() {
    let mut schema = json!({});
    for _ in 0..1000 {
        schema = json!({"properties": {"a": schema}});
    }
    let crd = json!({"spec": {"versions": [{"schema": {"openAPIV3Schema": schema}}]}});
    assert_eq!(answer(Kind::CUSTOM_RESOURCE_DEFINITION, crd), "exceeded max depth");
}

/// What a real API server returned is known field by field and already in its stored form.
#[test]
fn objects_of_a_real_cluster_pass_unchanged() {
    let Some(snapshots) = snapshots() else {
        eprintln!("no recorded snapshots beside the repository: nothing to compare");
        return;
    };
    let mut count = 0;
    for file in snapshots {
        let text = std::fs::read_to_string(&file).expect("a file");
        let snapshot: Value = serde_json::from_str(&text).expect("JSON");
        for (kind, mut object) in objects(&snapshot) {
            let before = object.clone();
            assert_eq!(decode(kind, &mut object), Ok(Vec::new()), "{}", file.display());
            assert_eq!(object, before, "{}", file.display());
            count += 1;
        }
    }
    assert!(count > 100, "only {count} objects");
}

fn snapshots() -> Option<Vec<std::path::PathBuf>> {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/transcripts");
    let folders = std::fs::read_dir(shared).ok()?.flatten();
    let files = folders.filter_map(|f| std::fs::read_dir(f.path().join("snapshots")).ok()).flat_map(|d| d.flatten());
    Some(files.map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == "json")).collect())
}

/// The snapshot's objects, with times of day in place of the recorder's `t+1.3s` or `t-0.4s` and without nulls, which are
/// as good as absent.
fn objects(snapshot: &Value) -> Vec<(Kind, Value)> {
    let lists = snapshot.as_object().expect("lists by plural").iter();
    let objects = lists.flat_map(|(plural, list)| {
        let kind = Kind::of_word(plural).expect("a kind");
        list.as_array().expect("a list").iter().map(move |object| (kind, cleaned(object)))
    });
    objects.collect()
}

fn cleaned(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with("t+") || text.starts_with("t-") => "2026-11-24T22:00:00Z".into(),
        Value::Array(items) => items.iter().map(cleaned).collect(),
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| !value.is_null());
            let mut object: Map<String, Value> = kept.map(|(name, value)| (name.clone(), cleaned(value))).collect();
            // An Event's times that are MicroTimes.
            for name in ["eventTime", "lastObservedTime"] {
                if let Some(time) = object.get_mut(name) {
                    *time = "2026-11-24T22:00:00.000000Z".into();
                }
            }
            Value::Object(object)
        }
        other => other.clone(),
    }
}
