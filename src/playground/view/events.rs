//! Events, as `kubectl get events` shows them.

/// The newest first, as many as are worth a look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventTable {
    pub rows: Vec<EventRow>,
}

/// One Event; the columns' words are kubectl's.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// The Event's uid and count: equal while the row means the same.
    pub key: String,
    /// When it was seen last, in seconds of virtual time since the scenario's beginning; negative before that.
    pub seen_s: i64,
    /// `Normal` or `Warning`.
    pub event_type: String,
    pub reason: String,
    /// `pod/monitoring-daemon-x7k2p`.
    pub object: String,
    pub message: String,
}
