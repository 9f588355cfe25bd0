//! What could stand at the cursor: fields that aren't there yet, values of an enum, names that the cluster has.

use super::{Sheet, ends_with};
use crate::view::{Suggestion, Suggestions};
use api::objects::Object;
use api::resource::Kind;
use api::schema::{Field, Shape, Type};
use api::sort;
use cluster::Cluster;
use yaml::outline::{Cursor, Stand, Step, cursor};

/// Fields of metadata that only the server writes.
const SERVERS_OWN: [&str; 8] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// What a node or container has amounts of.
const RESOURCES: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// What could stand at byte `offset` of a text.
pub fn suggest(text: &str, offset: usize, cluster: &Cluster) -> Suggestions {
    let cursor = cursor(text, offset);
    let sheet = Sheet::at(text, cursor.from);
    let completer =
        Completer { sheet: &sheet, cursor: &cursor, cluster, colon: text[offset.min(text.len())..].starts_with(':') };
    let mut items = match cursor.stand {
        Stand::Elsewhere => Vec::new(),
        Stand::Key => completer.keys(),
        Stand::Value => completer.values(),
    };
    items.retain(|item| fits(&item.label, &cursor.typed));
    sort::by_key(&mut items, |item| !begins(&item.label, &cursor.typed));
    Suggestions { from: cursor.from as u32, items }
}

fn begins(label: &str, typed: &str) -> bool {
    label.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}

/// Whether the letters typed stand in a label in their order.
fn fits(label: &str, typed: &str) -> bool {
    let mut letters = label.chars();
    typed.chars().all(|wanted| letters.any(|letter| letter.eq_ignore_ascii_case(&wanted)))
}

struct Completer<'a> {
    sheet: &'a Sheet<'a>,
    cursor: &'a Cursor,
    cluster: &'a Cluster,
    /// A colon stands behind the cursor already.
    colon: bool,
}

impl Completer<'_> {
    fn keys(&self) -> Vec<Suggestion> {
        let path = &self.cursor.path;
        if path.is_empty() && self.sheet.kind.is_none() {
            return self.beginnings();
        }
        let Some(ty) = self.sheet.type_at(path) else { return Vec::new() };
        match ty.shape() {
            Shape::Struct => self.fields(ty),
            Shape::Map(item) => self.map_keys(item),
            Shape::List(item) if self.cursor.fresh => self.first_item(item),
            // A scalar in a list stands where a key would.
            _ if matches!(path.last(), Some(Step::Item(_))) => self.values(),
            _ => Vec::new(),
        }
    }

    /// The fields that aren't there yet, those that must be first.
    fn fields(&self, ty: Type) -> Vec<Suggestion> {
        let path = &self.cursor.path;
        let there: Vec<&str> = self
            .sheet
            .below(path)
            .filter(|(entry, _)| entry.at.start != self.cursor.from)
            .map(|(entry, _)| entry.key.as_str())
            .collect();
        let servers = |name: &str| match path.is_empty() {
            true => name == "status",
            false => ty.name() == "ObjectMeta" && SERVERS_OWN.contains(&name),
        };
        let wanted = |field: &&Field| !there.contains(&field.name) && !servers(field.name);
        let mut fields: Vec<&Field> = ty.fields().iter().filter(wanted).collect();
        sort::by_key(&mut fields, |field| !self.required(field));
        fields.into_iter().map(|field| self.field(field)).collect()
    }

    /// OpenAPI calls no field of the document's own required, though nothing goes without these.
    fn required(&self, field: &Field) -> bool {
        field.required
            || self.cursor.path.is_empty() && matches!(field.name, "apiVersion" | "kind" | "metadata" | "spec")
    }

    fn field(&self, field: &Field) -> Suggestion {
        Suggestion {
            label: field.name.into(),
            insert: self.with_rest(field.name, field.ty),
            detail: field.ty.explain_name(),
            required: self.required(field),
        }
    }

    /// A key, and what its value begins with.
    fn with_rest(&self, key: &str, ty: Type) -> String {
        let indent = " ".repeat(self.cursor.column);
        match ty.shape() {
            _ if self.colon => key.to_string(),
            Shape::Struct | Shape::Map(_) => format!("{key}:\n{indent}  "),
            Shape::List(_) => format!("{key}:\n{indent}- "),
            _ => format!("{key}: "),
        }
    }

    fn first_item(&self, item: Type) -> Vec<Suggestion> {
        let first = item.fields().iter().find(|field| field.name == "name").map(|field| format!("- {}: ", field.name));
        let insert = first.unwrap_or_else(|| "- ".into());
        vec![Suggestion { label: "-".into(), insert, detail: item.explain_name(), required: false }]
    }

    /// A whole object's beginning, by its kind.
    fn beginnings(&self) -> Vec<Suggestion> {
        let given = self.sheet.top("apiVersion");
        let there = |key: &str| self.sheet.below(&[]).any(|(entry, _)| entry.key == key);
        let keys = ["apiVersion", "kind", "metadata", "spec"].into_iter().filter(|key| !there(key));
        let keys = keys.map(|key| {
            let nested = matches!(key, "metadata" | "spec");
            let rest = if self.colon {
                ""
            } else if nested {
                ":\n  "
            } else {
                ": "
            };
            Suggestion { label: key.into(), insert: [key, rest].concat(), detail: String::new(), required: true }
        });
        let whole = Kind::all().filter(|_| given.is_empty() && !there("kind")).map(|kind| Suggestion {
            label: kind.name().into(),
            insert: format!("apiVersion: {}\nkind: {}\nmetadata:\n  name: ", kind.api_version(), kind.name()),
            detail: kind.api_version(),
            required: false,
        });
        keys.chain(whole).collect()
    }

    fn map_keys(&self, item: Type) -> Vec<Suggestion> {
        let path = &self.cursor.path;
        let names = if item.shape() == Shape::Quantity {
            RESOURCES.map(String::from).to_vec()
        } else if ends_with(path, &["nodeSelector"]) {
            self.node_labels(None)
        } else if ends_with(path, &["template", "metadata", "labels"]) {
            self.selector_labels().map(|(key, _)| key).collect()
        } else {
            Vec::new()
        };
        let there: Vec<&str> = self.sheet.below(path).map(|(entry, _)| entry.key.as_str()).collect();
        let missing = names.into_iter().filter(|name| !there.contains(&name.as_str()) || *name == self.cursor.typed);
        missing.map(|name| Suggestion { insert: self.with_rest(&name, item), ..from_cluster(name) }).collect()
    }

    fn values(&self) -> Vec<Suggestion> {
        let path = &self.cursor.path;
        let Some(Step::Key(key)) = path.iter().rev().find(|step| matches!(step, Step::Key(_))) else {
            return Vec::new();
        };
        if path.len() == 1 && key == "kind" {
            let version = self.sheet.top("apiVersion");
            let kinds = Kind::all().filter(|kind| version.is_empty() || kind.api_version() == version);
            return kinds.map(|kind| value(kind.name(), &kind.api_version())).collect();
        }
        if path.len() == 1 && key == "apiVersion" {
            return self.versions();
        }
        let Some(ty) = self.sheet.type_at(path) else { return Vec::new() };
        let listed: Vec<Suggestion> = ty.values().map(|word| value(word, "")).collect();
        match ty.shape() {
            Shape::Bool => vec![value("true", ""), value("false", "")],
            Shape::String if listed.is_empty() => self.names(key).into_iter().map(from_cluster).collect(),
            _ => listed,
        }
    }

    fn versions(&self) -> Vec<Suggestion> {
        let kind = self.sheet.top("kind");
        let mut versions: Vec<String> =
            Kind::all().filter(|known| kind.is_empty() || known.name() == kind).map(Kind::api_version).collect();
        sort::ascending(&mut versions);
        versions.dedup();
        versions.iter().map(|version| value(version, "")).collect()
    }

    /// What the cluster has for a field of this name.
    fn names(&self, key: &str) -> Vec<String> {
        let path = &self.cursor.path;
        let of = |kind: Kind| self.cluster.objects(kind).map(|object| object.name().to_string()).collect();
        let taints = |part: fn(&api::objects::scheduling::Taint) -> String| {
            let nodes = self.cluster.objects(Kind::NODE).filter_map(|object| match object {
                Object::Node(node) => Some(node),
                _ => None,
            });
            distinct(nodes.flat_map(|node| node.taints.iter().map(part).collect::<Vec<_>>()).collect())
        };
        match key {
            "nodeName" => of(Kind::NODE),
            "namespace" => of(Kind::NAMESPACE),
            "priorityClassName" => of(Kind::PRIORITY_CLASS),
            "serviceAccountName" | "serviceAccount" => distinct(of(Kind::SERVICE_ACCOUNT)),
            "topologyKey" => self.node_labels(None),
            "key" if ends_with(path, &["tolerations", "key"]) => taints(|taint| taint.key.to_string()),
            "value" if ends_with(path, &["tolerations", "value"]) => taints(|taint| taint.value.to_string()),
            "key" if ends_with(path, &["matchExpressions", "key"]) && self.of_nodes() => self.node_labels(None),
            key if ends_with(path, &["nodeSelector", key]) => self.node_labels(Some(key)),
            key if ends_with(path, &["template", "metadata", "labels", key]) => {
                self.selector_labels().filter(|(known, _)| known == key).map(|(_, value)| value).collect()
            }
            _ => Vec::new(),
        }
    }

    fn of_nodes(&self) -> bool {
        self.cursor.path.iter().any(|step| *step == Step::Key("nodeAffinity".into()))
    }

    /// The keys of the nodes' labels, or the values of one of them.
    fn node_labels(&self, key: Option<&str>) -> Vec<String> {
        let metas = self.cluster.objects(Kind::NODE).map(Object::meta);
        let labels = metas.flat_map(|meta| {
            let pairs = meta.labels.iter().map(|(name, value)| (name.to_string(), value.to_string()));
            pairs.collect::<Vec<_>>()
        });
        distinct(match key {
            None => labels.map(|(name, _)| name).collect(),
            Some(key) => labels.filter(|(name, _)| name == key).map(|(_, value)| value).collect(),
        })
    }

    /// What the object's own selector asks of its Pods' labels.
    fn selector_labels(&self) -> impl Iterator<Item = (String, String)> {
        let path = ["spec", "selector", "matchLabels"].map(|key| Step::Key(key.into()));
        let labels = self.sheet.below(&path).map(|(entry, value)| (entry.key.clone(), value.to_string()));
        labels.collect::<Vec<_>>().into_iter()
    }
}

fn distinct(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| !name.is_empty());
    sort::ascending(&mut names);
    names.dedup();
    names
}

fn value(word: &str, detail: &str) -> Suggestion {
    Suggestion { label: word.into(), insert: word.into(), detail: detail.into(), required: false }
}

fn from_cluster(name: String) -> Suggestion {
    Suggestion { insert: name.clone(), label: name, detail: String::new(), required: false }
}
