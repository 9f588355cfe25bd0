//! Where things are: every key and value, and the way back from a field's path.

use yaml::{Document, Span, documents};

fn document(text: &str) -> Document {
    documents(text).into_iter().next().expect("a document").unwrap_or_else(|error| panic!("{error}"))
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.start.offset as usize..span.end.offset as usize]
}

const MANIFEST: &str = "\
# 몇 마디
kind: DaemonSet
metadata:
  labels: {app.kubernetes.io/name: agent, app: x}
spec:
  template:
    spec:
      containers:
      - name: 이름
        image: \"nginx\"   # here
        ports:
        - containerPort: 80
          hostPort: 80

      volumes:
";

#[test]
fn a_path_finds_key_and_value() {
    let document = document(MANIFEST);
    let table = [
        ("kind", "kind", "DaemonSet", 2, 1),
        ("metadata.labels", "labels", "{app.kubernetes.io/name: agent, app: x}", 4, 3),
        ("metadata.labels[app.kubernetes.io/name]", "app.kubernetes.io/name", "agent", 4, 12),
        ("metadata.labels.app.kubernetes.io/name", "app.kubernetes.io/name", "agent", 4, 12),
        ("metadata.labels.app", "app", "x", 4, 43),
        ("spec.template.spec.containers[0].name", "name", "이름", 9, 9),
        ("spec.template.spec.containers[0].image", "image", "\"nginx\"", 10, 9),
        ("spec.template.spec.containers[0].ports[0].hostPort", "hostPort", "80", 13, 11),
        ("spec.template.spec.containers[0].ports", "ports", "- containerPort: 80\n          hostPort: 80", 11, 9),
        ("spec.template.spec.volumes", "volumes", "", 15, 7),
    ];
    for (path, key, value, line, column) in table {
        let place = document.place(path);
        let at = place.key.expect("a key");
        assert!(place.exact, "{path}");
        assert_eq!((slice(MANIFEST, at), slice(MANIFEST, place.value)), (key, value), "{path}");
        assert_eq!((at.start.line, at.start.column), (line, column), "{path}");
    }
}

#[test]
fn an_item_has_a_place_but_no_key() {
    let place = document(MANIFEST).place("spec.template.spec.containers[0]");
    assert_eq!((place.key, place.exact), (None, true));
    assert!(slice(MANIFEST, place.value).starts_with("name: 이름"));
    assert_eq!(place.mark(), place.value);
}

#[test]
fn a_path_that_is_not_there_falls_back_to_its_parent() {
    let document = document(MANIFEST);
    let table = [
        ("spec.selector", "spec"),
        ("spec.template.spec.containers[0].resources.limits[cpu]", "spec.template.spec.containers[0]"),
        ("spec.template.spec.containers[7].name", "spec.template.spec.containers"),
        ("kind.of.nothing", "kind"),
        ("nothing", ""),
    ];
    for (path, parent) in table {
        let (place, parent) = (document.place(path), document.place(parent));
        assert!(!place.exact && parent.exact, "{path}");
        assert_eq!((place.key, place.value), (parent.key, parent.value), "{path}");
    }
}

#[test]
fn places_count_in_the_whole_text() {
    let text = "é: 1\n---\nb: [x, ü, z]\n";
    let second = documents(text).pop().expect("two documents").expect("which are right");
    let place = second.place("b[2]");
    assert_eq!((slice(text, place.value), place.value.start.line, place.value.start.column), ("z", 3, 11));
}

#[test]
fn aliases_and_merges_lead_to_what_they_name() {
    let text = "base: &b {k: {l: 1}}\nc: *b\nd:\n  <<: *b\n  z: 2\n";
    let document = document(text);
    for path in ["base.k.l", "c.k.l", "d.k.l"] {
        let place = document.place(path);
        assert!(place.exact, "{path}");
        assert_eq!(place.value.start.line, 1, "{path}");
    }
}

#[test]
fn json_has_places_too() {
    let text = "{\"kind\": \"é\",\n \"spec\": {\"ports\": [{\"port\": 80}]}}\n";
    let document = document(text);
    let place = document.place("spec.ports[0].port");
    assert_eq!((slice(text, place.key.expect("a key")), slice(text, place.value)), ("\"port\"", "80"));
    assert_eq!((place.value.start.line, place.value.start.column), (2, 30));
}

#[test]
fn duplicates_are_told_with_both_places_and_the_last_is_the_field() {
    let text = "a: 1\nspec:\n  image: nginx\n  port: 1\n  image: httpd\n<<: {a: 3}\n";
    let document = document(text);
    let [duplicate] = &document.duplicates[..] else { panic!("{:?}", document.duplicates) };
    assert_eq!((duplicate.key.as_str(), duplicate.first.start.line, duplicate.last.start.line), ("image", 3, 5));
    assert_eq!(slice(text, document.place("spec.image").value), "httpd");
}
