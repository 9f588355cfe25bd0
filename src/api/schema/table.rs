//! The schema table, read once into flat arrays.
//!
//! A line is either a struct and its fields or a named type and what it is underneath:
//!
//! ```text
//! DaemonSetSpec minReadySeconds:i,revisionHistoryLimit?:i,selector!:LabelSelector,template!:PodTemplateSpec,…
//! Protocol=s SCTP|TCP|UDP
//! ```
//!
//! After a field's name `!` says that it is required and `?` that a written zero is kept, as behind a pointer.
//! Types: `s` string, `i` int32, `I` int64, `f` float64, `b` bool, `y` bytes, `q` Quantity, `x` IntOrString, `t` Time, `u`
//! MicroTime, `*` anything; `[]T` a list, `{}T` a map; else a name, Go's without its package `v1`. What follows a `/` is
//! the patch strategy ([`Merge`]). Lines are sorted, so a name is found by halving.
//! A `~` before a type's values says that OpenAPI doesn't list them.

use crate::resource::Kind;
use std::sync::OnceLock;

/// A type of the API: an index into the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Type(u16);

/// What values of a type look like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Also the named string types.
    String,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `float64`
    Float,
    /// `bool`
    Bool,
    /// Base64 text in JSON.
    Bytes,
    /// An amount such as `100m`.
    Quantity,
    /// A number, or a percentage or name.
    IntOrString,
    /// Whole seconds.
    Time,
    /// Microseconds.
    MicroTime,
    /// Kept as it came.
    Any,
    /// An object of known fields.
    Struct,
    /// A list of the given type.
    List(Type),
    /// An object of any keys and values of the given type.
    Map(Type),
}

/// One field of a struct.
#[derive(Debug)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// OpenAPI's `-required-`.
    pub required: bool,
    /// A written zero is kept: Go has a pointer here, or no `omitempty`.
    pub keeps_zero: bool,
    /// How a strategic merge patch treats it.
    pub merge: Merge,
}

/// A field's patch strategy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Merge {
    /// Maps and structs merge key by key, lists are replaced.
    Default,
    /// Replaced whole.
    Replace,
    /// A list of plain values, merged as a set.
    Set,
    /// A list whose items are told apart by the key; with `retain_keys` a patched item loses the fields the patch doesn't
    /// name.
    Key {
        /// `name`
        key: &'static str,
        /// `x-kubernetes-patch-strategy: merge,retainKeys`
        retain_keys: bool,
    },
    /// A struct that loses the fields the patch doesn't name.
    RetainKeys,
}

impl Type {
    /// The type of a kind's objects.
    pub fn of(kind: Kind) -> Option<Type> {
        match kind.info().version {
            "v1" => Type::named(kind.name()),
            version => Type::named(&format!("{version}.{}", kind.name())),
        }
    }

    /// The type of that name in the table: Go's, without the package `v1`.
    pub fn named(name: &str) -> Option<Type> {
        find(&table().nodes, name)
    }

    /// What its values look like.
    pub fn shape(self) -> Shape {
        self.node().shape
    }

    /// A struct's fields, by name.
    pub fn fields(self) -> &'static [Field] {
        let node = self.node();
        &table().fields[node.fields.0 as usize..node.fields.1 as usize]
    }

    /// A struct's field.
    pub fn field(self, name: &str) -> Option<&'static Field> {
        let fields = self.fields();
        fields.binary_search_by(|f| f.name.cmp(name)).ok().map(|at| &fields[at])
    }

    /// The type of a list's items or a map's values.
    pub fn item(self) -> Option<Type> {
        match self.shape() {
            Shape::List(item) | Shape::Map(item) => Some(item),
            _ => None,
        }
    }

    /// The values a named string type knows; empty if any text will do.
    pub fn values(self) -> impl Iterator<Item = &'static str> {
        self.node().values.split('|').filter(|v| !matches!(*v, "" | "~"))
    }

    /// Whether OpenAPI lists the [`values`](Type::values), as `kubectl explain` then does.
    pub fn is_enum(self) -> bool {
        !matches!(self.node().values.split('|').next(), None | Some("" | "~"))
    }

    /// The type's name in the table, without what only tells groups apart; empty for lists, maps and plain types.
    pub fn name(self) -> &'static str {
        let name = self.node().name;
        let name = name.split('@').next().unwrap_or(name);
        name.rsplit('.').next().unwrap_or(name)
    }

    /// The type's name in the table: the key of its description.
    pub(super) fn key(self) -> &'static str {
        self.node().name
    }

    /// The type as Go prints it: `[]v1.Container`.
    pub fn go_name(self) -> String {
        let name = self.node().name.split('@').next().unwrap_or_default();
        if name.contains('.') {
            return name.to_string();
        }
        if !name.is_empty() {
            return format!("v1.{name}");
        }
        match self.shape() {
            Shape::List(item) => format!("[]{}", item.go_name()),
            Shape::Map(item) => format!("map[string]{}", item.go_name()),
            shape => BUILTINS.iter().find(|b| b.shape == shape).map_or("", |b| b.go_name).to_string(),
        }
    }

    /// The type as `kubectl explain` prints it: `[]Container`, `integer`.
    pub fn explain_name(self) -> String {
        match self.shape() {
            Shape::List(item) => format!("[]{}", item.explain_name()),
            Shape::Map(item) => format!("map[string]{}", item.explain_name()),
            Shape::Struct => self.name().to_string(),
            Shape::Any if !self.name().is_empty() => self.name().to_string(),
            shape => BUILTINS.iter().find(|b| b.shape == shape).map_or("", |b| b.explain_name).to_string(),
        }
    }

    fn node(self) -> &'static Node {
        &table().nodes[self.0 as usize]
    }
}

struct Node {
    /// Empty for lists, maps and plain types.
    name: &'static str,
    shape: Shape,
    /// From, to: a struct's part of the table's fields.
    fields: (u16, u16),
    values: &'static str,
}

struct Table {
    /// The lines, sorted by name; then one per builtin; then a list or map for each place that has one.
    nodes: Vec<Node>,
    fields: Vec<Field>,
}

struct Builtin {
    code: &'static str,
    shape: Shape,
    go_name: &'static str,
    explain_name: &'static str,
}

const fn builtin(code: &'static str, shape: Shape, go_name: &'static str, explain_name: &'static str) -> Builtin {
    Builtin { code, shape, go_name, explain_name }
}

static BUILTINS: [Builtin; 11] = [
    builtin("s", Shape::String, "string", "string"),
    builtin("i", Shape::Int32, "int32", "integer"),
    builtin("I", Shape::Int64, "int64", "integer"),
    builtin("f", Shape::Float, "float64", "number"),
    builtin("b", Shape::Bool, "bool", "boolean"),
    builtin("y", Shape::Bytes, "[]uint8", "string"),
    builtin("q", Shape::Quantity, "resource.Quantity", "Quantity"),
    builtin("x", Shape::IntOrString, "intstr.IntOrString", "IntOrString"),
    builtin("t", Shape::Time, "v1.Time", "string"),
    builtin("u", Shape::MicroTime, "v1.MicroTime", "string"),
    builtin("*", Shape::Any, "interface {}", "Object"),
];

static TEXT: &str = include_str!("table.txt");

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(read)
}

fn find(nodes: &[Node], name: &str) -> Option<Type> {
    // Behind the lines stand only nameless nodes, so the lines are those up to the first of them.
    let lines = nodes.partition_point(|n| !n.name.is_empty());
    nodes[..lines].binary_search_by(|n| n.name.cmp(name)).ok().map(|at| Type(at as u16))
}

/// Two rounds, since a line may name a later one: the names, then what they are.
fn read() -> Table {
    let plain = |name, shape| Node { name, shape, fields: (0, 0), values: "" };
    let name_of = |line: &'static str| line.find([' ', '=']).map_or(line, |end| &line[..end]);
    let mut nodes: Vec<Node> = TEXT.lines().map(|line| plain(name_of(line), Shape::Struct)).collect();
    nodes.extend(BUILTINS.iter().map(|b| plain("", b.shape)));
    let mut table = Table { nodes, fields: Vec::new() };
    for (at, line) in TEXT.lines().enumerate() {
        let rest = &line[name_of(line).len() + 1..];
        if line.as_bytes()[name_of(line).len()] == b'=' {
            let (underlying, values) = rest.split_once(' ').unwrap_or((rest, ""));
            let underlying = table.read_type(underlying);
            table.nodes[at].shape = table.nodes[underlying.0 as usize].shape;
            table.nodes[at].values = values;
            continue;
        }
        let from = table.fields.len() as u16;
        for field in rest.split(',').filter(|f| !f.is_empty()) {
            let field = table.read_field(field);
            table.fields.push(field);
        }
        table.nodes[at].fields = (from, table.fields.len() as u16);
    }
    table
}

impl Table {
    fn read_field(&mut self, text: &'static str) -> Field {
        let (name, ty) = text.split_once(':').expect("a field has a type");
        let (ty, strategy) = ty.split_once('/').unwrap_or((ty, ""));
        let required = name.ends_with('!');
        let keeps_zero = name.ends_with('?');
        Field {
            name: name.trim_end_matches(['!', '?']),
            ty: self.read_type(ty),
            required,
            keeps_zero,
            merge: match (strategy.strip_suffix('+'), strategy) {
                (Some(""), _) => Merge::RetainKeys,
                (Some(key), _) => Merge::Key { key, retain_keys: true },
                (None, "") => Merge::Default,
                (None, "-") => Merge::Replace,
                (None, "=") => Merge::Set,
                (None, key) => Merge::Key { key, retain_keys: false },
            },
        }
    }

    fn read_type(&mut self, text: &str) -> Type {
        let wrapped = text.strip_prefix("[]").or(text.strip_prefix("{}"));
        if let Some(item) = wrapped {
            let item = self.read_type(item);
            let shape = if text.starts_with('[') { Shape::List(item) } else { Shape::Map(item) };
            self.nodes.push(Node { name: "", shape, fields: (0, 0), values: "" });
            return Type(self.nodes.len() as u16 - 1);
        }
        match BUILTINS.iter().position(|b| b.code == text) {
            Some(at) => Type((self.nodes.partition_point(|n| !n.name.is_empty()) + at) as u16),
            None => find(&self.nodes, text).expect("the table names only what it holds"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_in_the_table() {
        for kind in Kind::all() {
            let ty = Type::of(kind).unwrap_or_else(|| panic!("no line for {kind:?}"));
            assert!(ty.field("metadata").is_some(), "{kind:?}");
        }
    }

    #[test]
    fn lines_and_fields_are_sorted() {
        let names: Vec<&str> = TEXT.lines().map(|l| l.split([' ', '=']).next().unwrap()).collect();
        assert!(names.is_sorted());
        for name in names {
            assert!(Type::named(name).expect(name).fields().is_sorted_by_key(|f| f.name), "{name}");
        }
    }

    #[test]
    fn types_are_named_as_go_and_as_explain_name_them() {
        let cases = [
            ("PodSpec", "containers", "[]v1.Container", "[]Container"),
            ("ObjectMeta", "labels", "map[string]string", "map[string]string"),
            ("ObjectMeta", "uid", "types.UID", "string"),
            ("ContainerPort", "protocol", "v1.Protocol", "string"),
            ("Capabilities", "add", "[]v1.Capability", "[]string"),
            ("ResourceRequirements", "limits", "v1.ResourceList", "map[string]Quantity"),
            ("RoleBinding", "subjects", "[]v1.Subject", "[]Subject"),
            ("v2.HorizontalPodAutoscalerSpec", "metrics", "[]v2.MetricSpec", "[]MetricSpec"),
            ("DaemonSetSpec", "minReadySeconds", "int32", "integer"),
        ];
        for (ty, field, go, explain) in cases {
            let field = Type::named(ty).and_then(|t| t.field(field)).expect(field);
            assert_eq!((field.ty.go_name().as_str(), field.ty.explain_name().as_str()), (go, explain));
        }
    }
}
