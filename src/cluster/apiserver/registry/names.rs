//! What names, keys and values may look like, with the server's sentences.
//!
//! Each function returns what is wrong, in the server's order; nothing when all is well.
//!
//! Models apimachinery `pkg/util/validation/validation.go` and `pkg/api/validate/content`.

/// What is wrong with a value.
pub type Problems = Vec<String>;

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_1035: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED_NAME: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const CONFIG_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const ENV_NAME: &str =
    "a valid environment variable name must consist only of printable ASCII characters other than '='";

/// Bytes in an object's name or a key's prefix.
pub const SUBDOMAIN_MAX: usize = 253;
/// Bytes in a DNS label: names of namespaces, containers, volumes.
const LABEL_MAX: usize = 63;
/// Bytes in the name part of a key, and in a label's value.
const NAME_PART_MAX: usize = 63;
/// Bytes in the name of a port.
const PORT_NAME_MAX: usize = 15;

/// Most objects' names.
pub fn subdomain(name: &str) -> Problems {
    let mut problems = Problems::new();
    if name.len() > SUBDOMAIN_MAX {
        problems.push(too_long(SUBDOMAIN_MAX));
    }
    if !name.split('.').all(is_label) {
        problems.push(SUBDOMAIN.into());
    }
    problems
}

/// Names of namespaces, containers, volumes and hosts.
pub fn label(name: &str) -> Problems {
    let mut problems = Problems::new();
    if name.len() > LABEL_MAX {
        problems.push(too_long(LABEL_MAX));
    }
    if !is_label(name) {
        let only_dots = name.split('.').all(is_label);
        problems.push(if only_dots { "must not contain dots" } else { LABEL }.into());
    }
    problems
}

/// Names of Services, which become DNS names of an older standard.
pub fn label_1035(name: &str) -> Problems {
    let mut problems = Problems::new();
    if name.len() > LABEL_MAX {
        problems.push(too_long(LABEL_MAX));
    }
    if !is_label(name) || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        problems.push(LABEL_1035.into());
    }
    problems
}

/// Names of roles and bindings: anything that fits between two slashes of a path.
pub fn path_segment(name: &str) -> Problems {
    let mut problems = Problems::new();
    if name == "." || name == ".." {
        problems.push(format!("may not be '{name}'"));
    }
    for part in ["/", "%"] {
        if name.contains(part) {
            problems.push(format!("may not contain '{part}'"));
        }
    }
    problems
}

/// Keys of labels, annotations, taints: `name` or `prefix/name`.
pub fn qualified_name(key: &str) -> Problems {
    let mut problems = Problems::new();
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if name.contains('/') {
        problems.push(format!(
            "a qualified name {QUALIFIED_NAME} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        ));
        return problems;
    }
    match prefix {
        Some("") => problems.push("prefix part must be non-empty".into()),
        Some(prefix) => problems.extend(subdomain(prefix).into_iter().map(|text| format!("prefix part {text}"))),
        None => {}
    }
    if name.is_empty() {
        problems.push("name part must be non-empty".into());
    } else if name.len() > NAME_PART_MAX {
        problems.push(format!("name part {}", too_many_bytes(NAME_PART_MAX)));
    }
    if !is_word(name) {
        problems.push(format!("name part {QUALIFIED_NAME}"));
    }
    problems
}

/// Values of labels and taints.
pub fn label_value(value: &str) -> Problems {
    let mut problems = Problems::new();
    if value.len() > NAME_PART_MAX {
        problems.push(too_many_bytes(NAME_PART_MAX));
    }
    if !value.is_empty() && !is_word(value) {
        problems.push(LABEL_VALUE.into());
    }
    problems
}

/// Keys in the data of ConfigMaps and Secrets.
pub fn config_key(key: &str) -> Problems {
    let mut problems = Problems::new();
    if key.len() > SUBDOMAIN_MAX {
        problems.push(too_long(SUBDOMAIN_MAX));
    }
    if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
        problems.push(CONFIG_KEY.into());
    }
    match key {
        "." | ".." => problems.push(format!("must not be '{key}'")),
        _ if key.starts_with("..") => problems.push("must not start with '..'".into()),
        _ => {}
    }
    problems
}

/// Names of environment variables.
pub fn env_name(name: &str) -> Problems {
    let fine = !name.is_empty() && name.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'=');
    if fine { Problems::new() } else { vec![ENV_NAME.into()] }
}

/// Names of ports.
pub fn port_name(name: &str) -> Problems {
    let mut problems = Problems::new();
    if name.len() > PORT_NAME_MAX {
        problems.push(too_long(PORT_NAME_MAX));
    }
    let mut refuse = |wrong: bool, text: &str| {
        if wrong {
            problems.push(text.into());
        }
    };
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    refuse(
        name.is_empty() || !name.bytes().all(allowed),
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    );
    refuse(!name.bytes().any(|b| b.is_ascii_lowercase()), "must contain at least one letter (a-z)");
    refuse(name.contains("--"), "must not contain consecutive hyphens");
    refuse(name.starts_with('-') || name.ends_with('-'), "must not begin or end with a hyphen");
    problems
}

/// Numbers of ports.
pub fn port_number(port: i64) -> Option<String> {
    in_range(port, 1, 65535)
}

/// A number between two others.
pub fn in_range(number: i64, low: i64, high: i64) -> Option<String> {
    (!(low..=high).contains(&number)).then(|| format!("must be between {low} and {high}, inclusive"))
}

/// What a value over a length limit is told.
pub fn too_long(limit: usize) -> String {
    format!("must be no more than {limit} characters")
}

/// The same, where the release already counts bytes aloud.
fn too_many_bytes(limit: usize) -> String {
    format!("must be no more than {limit} bytes")
}

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
fn is_label(text: &str) -> bool {
    let alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    framed(text, alphanumeric, |b| alphanumeric(b) || b == b'-')
}

/// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`
fn is_word(text: &str) -> bool {
    framed(text, |b| b.is_ascii_alphanumeric(), |b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// Whether the text begins and ends with one class of bytes and consists of another.
fn framed(text: &str, edge: impl Fn(u8) -> bool, inner: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|b| edge(*b)) && bytes.last().is_some_and(|b| edge(*b)) && text.bytes().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_pass() {
        for name in ["a", "monitoring-daemon", "a.b-c.d", "0"] {
            assert!(subdomain(name).is_empty(), "{name}");
        }
        for key in ["app", "kubernetes.io/os", "a_b.C-d", "9"] {
            assert!(qualified_name(key).is_empty(), "{key}");
        }
        for value in ["", "v1.2_3", "X"] {
            assert!(label_value(value).is_empty(), "{value}");
        }
    }

    #[test]
    fn names_at_their_limit_pass_and_one_more_fails() {
        assert!(subdomain(&"a".repeat(253)).is_empty());
        assert_eq!(subdomain(&"a".repeat(254)), ["must be no more than 253 characters"]);
        assert!(label(&"a".repeat(63)).is_empty());
        assert_eq!(qualified_name(&"a".repeat(64)), ["name part must be no more than 63 bytes"]);
    }

    #[test]
    fn a_label_that_is_a_subdomain_is_told_about_its_dots() {
        assert_eq!(label("a.b"), ["must not contain dots"]);
        assert_eq!(label("A.b"), [LABEL]);
    }

    #[test]
    fn a_key_may_have_one_slash() {
        assert_eq!(qualified_name("/a"), ["prefix part must be non-empty"]);
        assert!(qualified_name("a/b/c")[0].starts_with("a qualified name must consist of"));
    }
}
