//! What a new node is given: a range of Pod addresses, and how long its kubelet may keep Secrets and ConfigMaps in
//! mind.
//!
//! Upstream these are two controllers of their own (`node-ipam-controller`, which writes as node-controller, and
//! `ttl-controller`); their two writes are the two changes one sees between a node's arrival and its first status.
//!
//! Difference: `--cluster-cidr` 10.244.0.0/16 has 256 ranges only, and upstream refuses the 257th node
//! (`CIDRNotAvailable`); here the ranges go on through 10.0.0.0/8, leaving out the Services' 10.96.0.0/12.
//!
//! Models pkg/controller/nodeipam/ipam (range allocator) and pkg/controller/ttl, Kubernetes v1.36.

use std::collections::BTreeSet;

/// The annotation of the ttl controller.
pub const TTL_ANNOTATION: &str = "node.alpha.kubernetes.io/ttl";

/// 10.244.0.0/24 is the first range.
const FIRST: u32 = 244 * 256;
/// How many /24 ranges 10.0.0.0/8 has.
const ALL: u32 = 256 * 256;
/// 10.96.0.0/12 belongs to Services.
const SERVICES: std::ops::Range<u32> = 96 * 256..112 * 256;

/// Hands out ranges in order; one that has come back is used again only when its turn comes round.
#[derive(Clone, Debug)]
pub struct Ranges {
    next: u32,
    taken: BTreeSet<u32>,
}

impl Default for Ranges {
    fn default() -> Ranges {
        Ranges { next: FIRST, taken: BTreeSet::new() }
    }
}

impl Ranges {
    /// The next free range, as text; `None` if there is none.
    pub fn allocate(&mut self) -> Option<String> {
        for _ in 0..ALL {
            let range = self.next;
            self.next = (self.next + 1) % ALL;
            if !SERVICES.contains(&range) && self.taken.insert(range) {
                return Some(format!("10.{}.{}.0/24", range / 256, range % 256));
            }
        }
        None
    }

    /// A node came with a range.
    pub fn take(&mut self, range: &str) {
        if let Some(number) = number_of(range) {
            self.taken.insert(number);
        }
    }

    /// A node with that range is gone.
    pub fn give_back(&mut self, range: &str) {
        if let Some(number) = number_of(range) {
            self.taken.remove(&number);
        }
    }
}

fn number_of(range: &str) -> Option<u32> {
    let mut parts = range.strip_prefix("10.")?.strip_suffix(".0/24")?.split('.');
    let mut part = || parts.next()?.parse::<u8>().ok();
    Some(u32::from(part()?) * 256 + u32::from(part()?))
}

/// Sizes of a cluster at which the time to live changes: from (on the way down), up to, seconds.
const STEPS: [(usize, usize, u32); 5] =
    [(0, 100, 0), (90, 500, 15), (450, 1000, 30), (900, 2000, 60), (1800, usize::MAX, 300)];

/// Where on [`STEPS`] the cluster is.
#[derive(Clone, Copy, Debug, Default)]
pub struct TimeToLive(usize);

impl TimeToLive {
    /// The cluster has so many nodes now.
    pub fn resize(&mut self, nodes: usize) {
        while nodes > STEPS[self.0].1 {
            self.0 += 1;
        }
        while nodes < STEPS[self.0].0 {
            self.0 -= 1;
        }
    }

    /// What the annotation should say.
    pub fn seconds(self) -> u32 {
        STEPS[self.0].2
    }
}
