//! What container images do: how large they are, whether they can be pulled, how long their process runs.
//!
//! A scenario may say so of any image. Otherwise a name speaks for itself (`…does-not-exist` can't be pulled, `crash` crashes),
//! a few well-known images have their real sizes, and any other has one that its name stands for.

use api::Str;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a container of an image does.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// Bytes to pull.
    pub size: u64,
    /// Whether a registry has it.
    pub exists: bool,
    /// From its start until it would pass a readiness probe.
    pub ready_after: Duration,
    /// Whether it ever passes one.
    pub ever_ready: bool,
    /// When and how its process ends by itself.
    pub exits: Option<Exit>,
    /// Whether it ends when told to (SIGTERM); otherwise it is killed after its grace period.
    pub heeds_term: bool,
}

/// How a process ends by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exit {
    /// From its start.
    pub after: Duration,
    /// 0: well.
    pub code: i64,
}

/// The images a cluster knows something of.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    known: BTreeMap<Str, Image>,
}

/// Sizes of well-known images in bytes (linux/amd64, rounded).
const SIZES: &[(&str, u64)] = &[
    ("nginx", 59_795_293),
    ("httpd", 58_000_000),
    ("busybox", 2_156_518),
    ("redis", 45_000_000),
    ("fluentd", 50_000_000),
    ("fluent-bit", 34_000_000),
    ("node-exporter", 12_000_000),
    ("kube-proxy", 30_000_000),
    ("pause", 320_000),
    ("alpine", 3_600_000),
];

impl Catalogue {
    /// Says what an image does.
    pub fn insert(&mut self, name: Str, image: Image) {
        self.known.insert(name, image);
    }

    /// What an image does.
    pub fn image(&self, name: &str) -> Image {
        match self.known.get(name) {
            Some(image) => image.clone(),
            None => guess(name),
        }
    }
}

fn guess(name: &str) -> Image {
    let repository = name.split('@').next().unwrap_or(name);
    let last = repository.rsplit('/').next().unwrap_or(repository);
    let short = last.split(':').next().unwrap_or(last);
    let says = |word: &str| last.contains(word);
    let size = SIZES.iter().find(|(known, _)| *known == short).map_or_else(
        // Between 10 and 90 MB, always the same for the same name.
        || 10_000_000 + name.bytes().fold(7u64, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into())) % 80_000_000,
        |(_, size)| *size,
    );
    Image {
        size,
        exists: !(says("does-not-exist") || says("doesnotexist") || says("nonexistent") || says("notexist")),
        ready_after: Duration::ZERO,
        ever_ready: !(says("never-ready") || says("notready")),
        exits: says("crash").then_some(Exit { after: Duration::from_secs(1), code: 1 }),
        heeds_term: !says("ignores-term"),
    }
}
