//! `describe pvc`, `describe pv` and `describe storageclass`. Nobody binds volumes here.

use super::fields::{self, is_empty, items, text};
use super::related::Related;
use super::volume;
use super::writer::Writer;
use api::resource::Kind;
use api::{Value, json};

pub fn describe_claim(w: &mut Writer, object: &Value, related: &mut dyn Related) {
    let (meta, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    let bound = !text(&spec["volumeName"]).is_empty();
    fields::name_and_namespace(w, object);
    w.text_field(0, "StorageClass", &spec["storageClassName"]);
    let deleted = !meta["deletionTimestamp"].is_null();
    w.field(0, "Status", if deleted { "Terminating" } else { text(&status["phase"]) });
    w.text_field(0, "Volume", &spec["volumeName"]);
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.field(0, "Finalizers", list(&meta["finalizers"]));
    w.field(0, "Capacity", if bound { text(&status["capacity"]["storage"]) } else { "" });
    w.field(0, "Access Modes", if bound { modes(&status["accessModes"]) } else { String::new() });
    w.optional_field(0, "VolumeMode", &spec["volumeMode"]);
    let name = text(&meta["name"]);
    let uses = |pod: &Value| {
        items(&pod["spec"]["volumes"]).iter().any(|one| text(&one["persistentVolumeClaim"]["claimName"]) == name)
    };
    let pods = related.list(Kind::POD, meta["namespace"].as_str(), "", "");
    let users: Vec<&str> = pods.iter().filter(|pod| uses(pod)).map(|pod| text(&pod["metadata"]["name"])).collect();
    w.put("Used By:");
    if users.is_empty() {
        w.line(0, "\t<none>");
    }
    for user in users {
        w.line(0, &format!("\t{user}"));
    }
}

pub fn describe_volume(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    let (meta, spec, status) = (&object["metadata"], &object["spec"], &object["status"]);
    w.text_field(0, "Name", &meta["name"]);
    fields::labels(w, "Labels", &meta["labels"]);
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.field(0, "Finalizers", list(&meta["finalizers"]));
    w.text_field(0, "StorageClass", &spec["storageClassName"]);
    let deleted = !meta["deletionTimestamp"].is_null();
    w.field(0, "Status", if deleted { "Terminating" } else { text(&status["phase"]) });
    let claim = &spec["claimRef"];
    let shown =
        if claim.is_null() { String::new() } else { format!("{}/{}", text(&claim["namespace"]), text(&claim["name"])) };
    w.field(0, "Claim", shown);
    w.text_field(0, "Reclaim Policy", &spec["persistentVolumeReclaimPolicy"]);
    w.field(0, "Access Modes", modes(&spec["accessModes"]));
    w.optional_field(0, "VolumeMode", &spec["volumeMode"]);
    w.text_field(0, "Capacity", &spec["capacity"]["storage"]);
    w.field(0, "Node Affinity", "<none>");
    w.text_field(0, "Message", &status["message"]);
    w.line(0, "Source:");
    let sources = ["hostPath", "nfs", "csi", "local", "iscsi", "fc"];
    match sources.iter().find(|source| !spec[**source].is_null()) {
        Some(source) => volume::source(w, &json!({"name": "", (*source): spec[*source].clone()})),
        None => w.line(2, "<unknown>"),
    }
}

pub fn describe_class(w: &mut Writer, object: &Value, _: &mut dyn Related) {
    let meta = &object["metadata"];
    let default = text(&meta["annotations"]["storageclass.kubernetes.io/is-default-class"]) == "true";
    w.text_field(0, "Name", &meta["name"]);
    w.field(0, "IsDefaultClass", if default { "Yes" } else { "No" });
    fields::annotations(w, "Annotations", &meta["annotations"]);
    w.text_field(0, "Provisioner", &object["provisioner"]);
    let parameters: Vec<String> = object["parameters"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", text(value)))
        .collect();
    w.field(0, "Parameters", if parameters.is_empty() { "<none>".into() } else { parameters.join(",") });
    let grows = match object["allowVolumeExpansion"].as_bool() {
        None => "<unset>",
        Some(true) => "True",
        Some(false) => "False",
    };
    w.field(0, "AllowVolumeExpansion", grows);
    if is_empty(&object["mountOptions"]) {
        w.field(0, "MountOptions", "<none>");
    } else {
        w.line(0, "MountOptions:");
        items(&object["mountOptions"]).iter().for_each(|option| w.line(1, text(option)));
    }
    w.text_field(0, "ReclaimPolicy", &object["reclaimPolicy"]);
    w.text_field(0, "VolumeBindingMode", &object["volumeBindingMode"]);
}

fn list(value: &Value) -> String {
    format!("[{}]", items(value).iter().map(text).collect::<Vec<_>>().join(" "))
}

fn modes(value: &Value) -> String {
    let short =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];
    let found = short.iter().filter(|(long, _)| items(value).iter().any(|mode| text(mode) == *long));
    found.map(|(_, short)| *short).collect::<Vec<_>>().join(",")
}
