//! How long it takes what nobody promises a time for: a kubelet's looks, a Pod's sandbox, a pull, a start, an end.
//!
//! The default is of the magnitude that real clusters show. Whoever compares with a record whose kubelets were quicker or slower sets
//! theirs. What Kubernetes does promise (back-offs, periods, graces) isn't here; only the first back-off is, since a record's
//! kubelets may not pull again at all.

use std::time::Duration;

/// What a kubelet takes for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From the delivery of a bound or changed Pod to the kubelet's look at it: 95 ms (with the watch's 5, 100 ms).
    pub look: Duration,
    /// To set up a Pod's sandbox and network: 400 ms.
    pub sandbox: Duration,
    /// What a pull takes besides the transfer: 1 s.
    pub pull: Duration,
    /// For an image that is there already, its check: 300 ms.
    pub pull_check: Duration,
    /// To create and start one container, and to tell the API: 300 ms.
    pub start: Duration,
    /// From a failure to the next sync, which speaks of the back-off: 1 s.
    pub next_sync: Duration,
    /// The wait after the first failed pull: 10 s. Source: `imageBackOff` of pkg/kubelet/kubelet.go.
    pub pull_back_off: Duration,
    /// From the last container's end to the removal of the object: 500 ms.
    pub removal: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            look: Duration::from_millis(95),
            sandbox: Duration::from_millis(400),
            pull: Duration::from_secs(1),
            pull_check: Duration::from_millis(300),
            start: Duration::from_millis(300),
            next_sync: Duration::from_secs(1),
            pull_back_off: Duration::from_secs(10),
            removal: Duration::from_millis(500),
        }
    }
}
