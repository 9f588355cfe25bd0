//! Finds a field by its path, and the name that somebody may have meant.

use super::table::{Field, Type};
use crate::resource::Kind;

/// The field at a dotted path without indexes, as `kubectl explain` takes it: `spec.template.spec.containers.name`.
pub fn field(kind: Kind, path: &str) -> Option<&'static Field> {
    let mut ty = Type::of(kind)?;
    let mut found = None;
    for name in path.split('.') {
        while let Some(item) = ty.item() {
            ty = item;
        }
        let field = ty.field(name)?;
        ty = field.ty;
        found = Some(field);
    }
    found
}

/// The candidate nearest to `word`, ignoring case, if it is near enough to be a slip.
pub fn closest<'a>(word: &str, candidates: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the letters may be wrong; of short words one.
    let slips_max = (word.chars().count() / 3).max(1);
    let (slips, candidate) = candidates.map(|c| (distance(word, c), c)).min_by_key(|(slips, _)| *slips)?;
    (slips <= slips_max).then_some(candidate)
}

/// The Levenshtein distance, ignoring case.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_ascii_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.to_ascii_lowercase().chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::super::table::Merge;
    use super::*;

    #[test]
    fn a_path_leads_through_lists() {
        let image = field(Kind::DAEMON_SET, "spec.template.spec.containers.image").expect("a field");
        assert_eq!(image.ty.go_name(), "string");
        assert!(field(Kind::DAEMON_SET, "spec.selector").expect("a field").required);
        assert!(field(Kind::DAEMON_SET, "spec.foo").is_none());
        assert!(field(Kind::DAEMON_SET, "").is_none());
        assert!(field(Kind::DAEMON_SET, "metadata.labels.app").is_none());
    }

    #[test]
    fn fields_know_their_values_and_patch_strategy() {
        let pod = |path: &str| field(Kind::POD, path).expect("a field");
        let effects: Vec<&str> = pod("spec.tolerations.effect").ty.values().collect();
        assert_eq!(effects, ["NoExecute", "NoSchedule", "PreferNoSchedule"]);
        assert!(pod("spec.tolerations.effect").ty.is_enum());
        let status = pod("status.conditions.status").ty;
        assert_eq!(status.values().collect::<Vec<_>>(), ["False", "True", "Unknown"]);
        assert!(!status.is_enum());
        assert!(!pod("spec.nodeName").ty.is_enum());
        assert_eq!(pod("spec.tolerations").merge, Merge::Default);
        assert_eq!(pod("spec.containers").merge, Merge::Key { key: "name", retain_keys: false });
        assert_eq!(pod("spec.volumes").merge, Merge::Key { key: "name", retain_keys: true });
        assert_eq!(pod("metadata.finalizers").merge, Merge::Set);
        assert_eq!(field(Kind::DEPLOYMENT, "spec.strategy").expect("a field").merge, Merge::RetainKeys);
    }

    #[test]
    fn a_slip_finds_what_was_meant() {
        let fields = || Type::named("PodSpec").expect("a type").fields().iter().map(|f| f.name);
        for (word, meant) in [
            ("tolerattions", Some("tolerations")),
            ("nodeselector", Some("nodeSelector")),
            ("conainers", Some("containers")),
            ("replicas", None),
            ("image", None),
        ] {
            assert_eq!(closest(word, &mut fields()), meant, "{word}");
        }
    }
}
