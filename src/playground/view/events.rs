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
    pub last_seen: String,
    /// `Normal` or `Warning`.
    pub event_type: String,
    pub reason: String,
    /// `pod/monitoring-daemon-x7k2p`.
    pub object: String,
    pub message: String,
}
