//! Security contexts, of Pods and of containers. everynode enforces none of it; contradictions are refused as they would be.
//!
//! Models core `ValidateSecurityContext`, `ValidatePodSecurityContext`. Left out: sysctls, SELinux, Windows.

use super::fields::{flag, given, list, text};
use super::names;
use super::path::Path;
use super::report::Report;
use api::Value;

const SECCOMP_TYPES: [&str; 3] = ["Localhost", "RuntimeDefault", "Unconfined"];
const FS_GROUP_POLICIES: [&str; 2] = ["Always", "OnRootMismatch"];

/// The server's struct, field by field, as it shows one in a message.
#[rustfmt::skip]
const SHOWN_FIELDS: [(&str, &str); 12] = [
    ("Capabilities", "capabilities"), ("Privileged", "privileged"), ("SELinuxOptions", "seLinuxOptions"),
    ("WindowsOptions", "windowsOptions"), ("RunAsUser", "runAsUser"), ("RunAsGroup", "runAsGroup"),
    ("RunAsNonRoot", "runAsNonRoot"), ("ReadOnlyRootFilesystem", "readOnlyRootFilesystem"),
    ("AllowPrivilegeEscalation", "allowPrivilegeEscalation"), ("ProcMount", "procMount"),
    ("SeccompProfile", "seccompProfile"), ("AppArmorProfile", "appArmorProfile"),
];

/// Checks a Pod's context, and what of the Pod contradicts it.
pub fn validate_pod(report: &mut Report, spec_path: Path, spec: &Value) {
    let context = &spec["securityContext"];
    let path = spec_path.child("securityContext");
    for field in ["fsGroup", "runAsUser", "runAsGroup"] {
        validate_id(report, path.child(field), &context[field]);
    }
    let groups_path = path.child("supplementalGroups");
    for (i, group) in list(context, "supplementalGroups").iter().enumerate() {
        validate_id(report, groups_path.index(i), group);
    }
    if flag(spec, "hostPID") && flag(spec, "shareProcessNamespace") {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        report.invalid(path.child("shareProcessNamespace"), true, detail);
    }
    if given(context, "fsGroupChangePolicy") {
        let policy = text(context, "fsGroupChangePolicy");
        report.one_of(path.child("fsGroupChangePolicy"), policy, &FS_GROUP_POLICIES);
    }
    validate_seccomp(report, path.child("seccompProfile"), &context["seccompProfile"]);
    if given(context, "supplementalGroupsPolicy") {
        let policy = text(context, "supplementalGroupsPolicy");
        report.one_of(path.child("supplementalGroupsPolicy"), policy, &["Merge", "Strict"]);
    }
    validate_app_armor(report, path.child("appArmorProfile"), &context["appArmorProfile"]);
}

/// Checks a container's context.
pub fn validate_container(report: &mut Report, path: Path, context: &Value) {
    for field in ["runAsUser", "runAsGroup"] {
        validate_id(report, path.child(field), &context[field]);
    }
    if given(context, "procMount") {
        report.one_of(path.child("procMount"), text(context, "procMount"), &["Default", "Unmasked"]);
    }
    validate_seccomp(report, path.child("seccompProfile"), &context["seccompProfile"]);
    validate_app_armor(report, path.child("appArmorProfile"), &context["appArmorProfile"]);
    if context["allowPrivilegeEscalation"] != false {
        return;
    }
    if flag(context, "privileged") {
        let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
        report.invalid_struct(path, shown(context), detail);
    }
    if list(&context["capabilities"], "add").iter().any(|capability| capability == "CAP_SYS_ADMIN") {
        let detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
        report.invalid_struct(path, shown(context), detail);
    }
}

/// Users and groups are numbers of the kernel.
fn validate_id(report: &mut Report, path: Path, id: &Value) {
    if let Some(id) = id.as_i64()
        && let Some(problem) = names::in_range(id, 0, i32::MAX as i64)
    {
        report.invalid(path, id, &problem);
    }
}

fn validate_seccomp(report: &mut Report, path: Path, profile: &Value) {
    if profile.is_null() {
        return;
    }
    let local = text(profile, "localhostProfile");
    let local_path = path.child("localhostProfile");
    match text(profile, "type") {
        "" => return report.required(path.child("type"), "type is required when seccompProfile is set"),
        "Localhost" if local.is_empty() => report.required(local_path, "must be set when seccomp type is Localhost"),
        "Localhost" => super::volumes::validate_relative(report, local_path, local),
        _ if !local.is_empty() => report.invalid(local_path, local, "can only be set when seccomp type is Localhost"),
        _ => {}
    }
    report.one_of(path.child("type"), text(profile, "type"), &SECCOMP_TYPES);
}

fn validate_app_armor(report: &mut Report, path: Path, profile: &Value) {
    if profile.is_null() {
        return;
    }
    let local = text(profile, "localhostProfile");
    let local_path = path.child("localhostProfile");
    match text(profile, "type") {
        "" => report.required(path.child("type"), "type is required when appArmorProfile is set"),
        "Localhost" if local.trim().is_empty() => {
            report.required(local_path, "must be set when AppArmor type is Localhost");
        }
        "Localhost" => {}
        "RuntimeDefault" | "Unconfined" if !local.is_empty() => {
            report.invalid(local_path, local, "can only be set when AppArmor type is Localhost");
        }
        kind => report.one_of(path.child("type"), kind, &SECCOMP_TYPES),
    }
}

fn shown(context: &Value) -> String {
    let fields = SHOWN_FIELDS.iter().map(|(name, field)| {
        let value = &context[*field];
        let shown = match *field {
            _ if value.is_null() => "null".to_string(),
            "capabilities" => format!("{{\"Add\":{},\"Drop\":{}}}", value["add"], value["drop"]),
            "seccompProfile" | "appArmorProfile" => {
                format!("{{\"Type\":{},\"LocalhostProfile\":{}}}", value["type"], value["localhostProfile"])
            }
            _ => value.to_string(),
        };
        format!("\"{name}\":{shown}")
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}
