//! The hash of a Pod template, the same a real cluster gives: `controller-revision-hash`, `pod-template-hash`.
//!
//! Kubernetes prints the Go struct in full, types and unset fields included, and hashes that text. So this file prints
//! what Go would print, from the template's JSON and a table of the structs (`template_hash/structs.txt`). The template
//! must carry its defaults: they are part of the text.
//!
//! Models `controller.ComputeHash` (`pkg/controller/controller_utils.go`), apimachinery `pkg/util/dump` and the printer of
//! go-spew it uses, Kubernetes v1.36. Left out, since no template may have them: ephemeral containers, managed fields,
//! times.

use crate::Value;
use crate::meta::quantity::Quantity;
use crate::sort;
use std::fmt::Write;
use std::sync::OnceLock;

/// The hash of a defaulted `PodTemplateSpec`. `collision_count` is the owner's `status.collisionCount`, raised when two
/// templates have met in one name; a ReplicaSet's own label `pod-template-hash` must not be in the template.
pub fn template_hash(template: &Value, collision_count: Option<i32>) -> String {
    let mut text = String::from("(v1.PodTemplateSpec)");
    print(&mut text, "v1.PodTemplateSpec", template);
    let mut hash = fnv1a(0x811c_9dc5, text.as_bytes());
    if let Some(count) = collision_count {
        // Four bytes of number in a buffer of eight.
        hash = fnv1a(hash, &u64::from(count as u32).to_le_bytes());
    }
    hash.to_string().bytes().map(safe_letter).collect()
}

/// FNV-1a of 32 bits, continued.
fn fnv1a(hash: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Letters and digits that can't form a word or be mistaken for one another (apimachinery `pkg/util/rand`).
fn safe_letter(byte: u8) -> char {
    const SAFE: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    SAFE[byte as usize % SAFE.len()] as char
}

/// Prints `value` as Go's type `go_type`, without naming the type. What isn't there is the type's zero value; empty lists
/// and maps are nil, since the wire format between server and controller can't tell them apart.
fn print(out: &mut String, go_type: &str, value: &Value) {
    if let Some(inner) = go_type.strip_prefix('*') {
        return if value.is_null() { out.push_str("<nil>") } else { print(out, inner, value) };
    }
    if let Some(item) = go_type.strip_prefix("[]") {
        return print_list(out, item, value);
    }
    match go_type {
        "map[string]string" => print_map(out, "string", value),
        "v1.ResourceList" => print_map(out, "resource.Quantity", value),
        "resource.Quantity" => print_quantity(out, value),
        "intstr.IntOrString" => print_int_or_string(out, value),
        "v1.Time" => out.push_str("{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"),
        "bool" => out.push_str(if value == &Value::Bool(true) { "true" } else { "false" }),
        "string" => out.push_str(value.as_str().unwrap_or_default()),
        "int32" | "int64" => out.push_str(&value.as_i64().unwrap_or(0).to_string()),
        _ => match fields_of(go_type) {
            Some(fields) => print_struct(out, fields, value),
            // The many types that are strings to Go.
            None => out.push_str(value.as_str().unwrap_or_default()),
        },
    }
}

fn print_struct<'a>(out: &mut String, fields: impl Iterator<Item = Field<'a>>, value: &Value) {
    let mut separator = '{';
    for field in fields {
        out.push(separator);
        separator = ' ';
        for part in [field.name, ":(", field.go_type, ")"] {
            out.push_str(part);
        }
        print(out, field.go_type, field.json_name().map_or(value, |name| &value[&*name]));
    }
    out.push('}');
}

fn print_list(out: &mut String, item_type: &str, value: &Value) {
    let Some(items) = value.as_array().filter(|items| !items.is_empty()) else {
        return out.push_str("<nil>");
    };
    let mut separator = '[';
    for item in items {
        out.push(separator);
        separator = ' ';
        print(out, item_type, item);
    }
    out.push(']');
}

fn print_map(out: &mut String, item_type: &str, value: &Value) {
    let Some(entries) = value.as_object().filter(|entries| !entries.is_empty()) else {
        return out.push_str("<nil>");
    };
    let mut separator = "map[";
    for (key, item) in entries {
        out.push_str(separator);
        separator = " ";
        out.push_str(key);
        out.push(':');
        print(out, item_type, item);
    }
    out.push(']');
}

fn print_int_or_string(out: &mut String, value: &Value) {
    let (is_string, text) = (value.is_string() as u8, value.as_str().unwrap_or_default());
    let number = value.as_i64().unwrap_or(0);
    let _ = write!(out, "{{Type:(intstr.Type){is_string} IntVal:(int32){number} StrVal:(string){text}}}");
}

/// A quantity as it lies in memory after its canonical spelling was read: an integer with a decimal scale, or a big decimal
/// where the parser fears for its 64 bits. The spelling is kept too when the parser sees at a glance that it is canonical;
/// for binary suffixes it looks whether the number is a multiple of eight.
fn print_quantity(out: &mut String, value: &Value) {
    let text = Quantity::from_value(value).unwrap_or_default().to_string();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    // An exponent's digits stand behind its letter.
    let number = digits.split('e').next().unwrap_or_default();
    let suffix = &text[number.len()..];
    let length = number.trim_start_matches('-').len();
    let number: i128 = number.parse().unwrap_or(0);
    let (format, integer, scale, fits, kept) = match "KMGTPE".find(suffix.strip_suffix('i').unwrap_or(" ")) {
        Some(place) => {
            let bits = (place + 1) * 10;
            ("BinarySI", number << bits, 0, length + bits * 3 / 10 <= 14, number & 7 != 0)
        }
        None => match suffix.strip_prefix('e') {
            Some(exponent) => ("DecimalExponent", number, exponent.parse().unwrap_or(0), length <= 18, true),
            None => ("DecimalSI", number, decimal_scale(suffix), length <= 18, true),
        },
    };
    if fits {
        let _ = write!(out, "{{i:(resource.int64Amount){{value:(int64){integer} scale:(resource.Scale){scale}}} ");
        out.push_str("d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>}");
    } else {
        out.push_str(
            "{i:(resource.int64Amount){value:(int64)0 scale:(resource.Scale)0} d:(resource.infDecAmount){Dec:",
        );
        print_big_decimal(out, integer, scale);
        out.push('}');
    }
    let spelling = if fits && kept { &text } else { "" };
    let _ = write!(out, " s:(string){spelling} Format:(resource.Format){format}}}");
}

fn decimal_scale(suffix: &str) -> i32 {
    "m kMGTPE".find(if suffix.is_empty() { " " } else { suffix }).map_or(0, |place| place as i32 * 3 - 3)
}

/// The parser brings every big decimal to nine places: `integer`·10^(`scale` + 9), in machine words, lowest first.
fn print_big_decimal(out: &mut String, integer: i128, scale: i32) {
    let unscaled = 10_u128.saturating_pow((scale + 9) as u32).saturating_mul(integer.unsigned_abs());
    let (low, high) = (unscaled as u64, (unscaled >> 64) as u64);
    let _ = write!(out, "(*inf.Dec){{unscaled:(big.Int){{neg:(bool){} abs:(big.nat)[{low}", integer < 0);
    if high != 0 {
        let _ = write!(out, " {high}");
    }
    out.push_str("]} scale:(inf.Scale)9}");
}

/// One field of a Go struct.
struct Field<'a> {
    name: &'a str,
    /// Where it isn't the name with a small initial.
    json: Option<&'a str>,
    go_type: &'a str,
    /// Its own fields lie among its parent's in JSON.
    inline: bool,
}

/// The fields of a struct, in Go's order; `None` for types that aren't in the table.
fn fields_of(go_type: &str) -> Option<impl Iterator<Item = Field<'static>>> {
    static STRUCTS: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    let structs = STRUCTS.get_or_init(|| structs(include_str!("template_hash/structs.txt")));
    let place = structs.binary_search_by(|(name, _)| name.cmp(&go_type)).ok()?;
    Some(structs[place].1.lines().take_while(|line| !line.ends_with(':')).map(Field::read))
}

/// The table's structs by name, each with the text from its fields on. Most types that are asked for aren't there.
fn structs(mut text: &str) -> Vec<(&str, &str)> {
    let mut structs = Vec::new();
    while let Some((line, rest)) = text.split_once('\n') {
        structs.extend(line.strip_suffix(':').map(|name| (name, rest)));
        text = rest;
    }
    sort::by_key(&mut structs, |(name, _)| *name);
    structs
}

impl<'a> Field<'a> {
    fn read(line: &'a str) -> Field<'a> {
        if let Some(go_type) = line.strip_prefix('+') {
            let name = go_type.split_once('.').map_or(go_type, |(_, name)| name);
            return Field { name, json: None, go_type, inline: true };
        }
        let (name, go_type) = line.split_once(' ').unwrap_or((line, ""));
        let (name, json) = name.split_once('/').map_or((name, None), |(name, json)| (name, Some(json)));
        Field { name, json, go_type, inline: false }
    }

    /// The key in JSON; `None` for the parent's own object.
    fn json_name(&self) -> Option<String> {
        match self.json {
            _ if self.inline => None,
            Some(json) => Some(json.to_string()),
            None => Some(small_initial(self.name)),
        }
    }
}

/// `RunAsUser` is `runAsUser`, `DNSPolicy` is `dnsPolicy`, `TTY` is `tty`.
fn small_initial(name: &str) -> String {
    let capitals = name.bytes().take_while(u8::is_ascii_uppercase).count();
    let small = if capitals > 1 && name.as_bytes().get(capitals).is_some_and(u8::is_ascii_lowercase) {
        capitals - 1
    } else {
        capitals
    };
    name[..small].to_ascii_lowercase() + &name[small..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    /// Templates and their hashes as a real v1.36 cluster had them: images, resources, ports, tolerations, affinity, …
    #[test]
    fn hashes_are_those_of_a_real_cluster() {
        let cases: Vec<(String, Value)> = serde_json::from_str(include_str!("template_hash/cases.json")).unwrap();
        for (hash, template) in cases {
            assert_eq!(template_hash(&template, None), hash, "{template}");
        }
    }

    #[test]
    fn a_collision_gives_another_name() {
        let template = json!({"spec": {"containers": [{"name": "a", "image": "b"}]}});
        let hashes = [None, Some(0), Some(1)].map(|count| template_hash(&template, count));
        assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2]);
    }

    #[test]
    fn quantities_lie_in_memory_as_the_parser_leaves_them() {
        let printed = |text: &str| {
            let mut out = String::new();
            print_quantity(&mut out, &text.into());
            out.replace("resource.", "").replace("d:(infDecAmount){Dec:(*inf.Dec)<nil>} ", "")
        };
        assert_eq!(
            printed("0"),
            "{i:(int64Amount){value:(int64)0 scale:(Scale)0} s:(string)0 Format:(Format)DecimalSI}"
        );
        assert_eq!(
            printed("250m"),
            "{i:(int64Amount){value:(int64)250 scale:(Scale)-3} s:(string)250m Format:(Format)DecimalSI}"
        );
        assert_eq!(
            printed("128Mi"),
            "{i:(int64Amount){value:(int64)134217728 scale:(Scale)0} s:(string) Format:(Format)BinarySI}"
        );
        assert_eq!(
            printed("100Mi"),
            "{i:(int64Amount){value:(int64)104857600 scale:(Scale)0} s:(string)100Mi Format:(Format)BinarySI}"
        );
        assert_eq!(
            printed("1e3"),
            "{i:(int64Amount){value:(int64)1 scale:(Scale)3} s:(string)1e3 Format:(Format)DecimalExponent}"
        );
        assert_eq!(
            printed("1Pi"),
            "{i:(int64Amount){value:(int64)0 scale:(Scale)0} d:(infDecAmount){Dec:(*inf.Dec){unscaled:(big.Int){\
             neg:(bool)false abs:(big.nat)[2882303761517117440 61035]} scale:(inf.Scale)9}} s:(string) Format:(Format)BinarySI}"
        );
    }

    #[test]
    fn json_names_follow_from_go_names() {
        for (go, json) in [("RunAsUser", "runAsUser"), ("DNSPolicy", "dnsPolicy"), ("SELinuxOptions", "seLinuxOptions")]
        {
            assert_eq!(small_initial(go), json);
        }
        assert_eq!((small_initial("TTY"), small_initial("HostPID")), ("tty".into(), "hostPID".into()));
    }
}
