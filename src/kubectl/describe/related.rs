//! What describers need beside the object itself: its Pods, its Events, its ReplicaSets, a node's Lease.

use api::client::Client;
use api::objects::Object;
use api::request::{Request, Verb};
use api::resource::Kind;
use api::time::Time;
use api::{Str, Value};

/// Gives related objects. What can't be had is as good as absent, as in kubectl.
pub trait Related {
    /// Objects of a kind, in storage order; no namespace means all of them. Selectors are written as after `-l` and
    /// `--field-selector`.
    fn objects(
        &mut self,
        kind: Kind,
        namespace: Option<&str>,
        label_selector: &str,
        field_selector: &str,
    ) -> Vec<Object>;

    /// The same, written out.
    fn list(&mut self, kind: Kind, namespace: Option<&str>, label_selector: &str, field_selector: &str) -> Vec<Value> {
        self.objects(kind, namespace, label_selector, field_selector).iter().map(Object::to_value).collect()
    }

    /// One object.
    fn get(&mut self, kind: Kind, namespace: Option<&str>, name: &str) -> Option<Value>;

    /// The moment ages are counted to.
    fn now(&self) -> Time;
}

/// Asks the API server.
pub struct Server<'a>(pub &'a mut dyn Client);

impl Related for Server<'_> {
    fn objects(
        &mut self,
        kind: Kind,
        namespace: Option<&str>,
        label_selector: &str,
        field_selector: &str,
    ) -> Vec<Object> {
        let mut request = Request::new(Verb::List, kind);
        request.namespace = namespace.map(Str::from);
        request.label_selector = label_selector.to_string();
        request.field_selector = field_selector.to_string();
        self.0.request(request).map(|response| response.items()).unwrap_or_default()
    }

    fn get(&mut self, kind: Kind, namespace: Option<&str>, name: &str) -> Option<Value> {
        let mut request = Request::new(Verb::Get, kind).named(name);
        request.namespace = namespace.map(Str::from);
        self.0.request(request).ok()?.value()
    }

    fn now(&self) -> Time {
        self.0.now()
    }
}
