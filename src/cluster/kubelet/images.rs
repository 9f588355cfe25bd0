//! What container images do: how large they are, whether they can be pulled, how long their process runs and what it prints.
//!
//! A scenario may say so of any image. Otherwise a name speaks for itself (`…does-not-exist` can't be pulled, `crash`
//! crashes), a few well-known images have their real sizes and newest versions, and any other is a server of a size that its
//! name stands for. What a container's own `command` changes about this is told in `process`.

use api::Str;
use std::collections::BTreeMap;
use std::time::Duration;

/// What SIGTERM takes to be heeded: 300 ms. A free choice; real servers show this magnitude.
const TERM_REACTION: Duration = Duration::from_millis(300);

/// What a container of an image does.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// Bytes to pull.
    pub size: u64,
    /// Whether a registry has it.
    pub exists: bool,
    /// From its start until it answers probes.
    pub ready_after: Duration,
    /// Whether it ever passes a readiness probe (liveness and startup probes it answers all the same).
    pub ever_ready: bool,
    /// From then on, counted from its start, it answers no probe any more.
    pub hangs_after: Option<Duration>,
    /// When and how its process ends by itself.
    pub exits: Option<Exit>,
    /// How long after SIGTERM it ends, and how; `None`: it doesn't listen and is killed after its grace period.
    pub on_term: Option<Exit>,
    /// Bytes of memory it uses, as node-pressure eviction sees it.
    pub memory: i64,
    /// Without a command it is a shell, which has nothing to read and ends at once.
    pub shell: bool,
    /// Where its server listens, and which paths it knows; `None`: wherever it is asked.
    pub serves: Option<Serves>,
    /// What it prints when it starts.
    pub log: &'static str,
}

/// How a process ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exit {
    /// From its start, or from the signal.
    pub after: Duration,
    /// 0: well.
    pub code: i64,
}

/// What a server answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Serves {
    /// The port it listens on.
    pub port: i64,
    /// The paths it has; others are 404.
    pub paths: &'static [&'static str],
}

impl Default for Image {
    /// A server that starts at once, runs for ever and ends well when told to.
    fn default() -> Image {
        Image {
            size: 20_000_000,
            exists: true,
            ready_after: Duration::ZERO,
            ever_ready: true,
            hangs_after: None,
            exits: None,
            on_term: Some(Exit { after: TERM_REACTION, code: 0 }),
            memory: 24 << 20,
            shell: false,
            serves: None,
            log: "",
        }
    }
}

/// The images a cluster knows something of.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    known: BTreeMap<Str, Image>,
    version: u32,
}

impl Catalogue {
    /// Says what an image does.
    pub fn insert(&mut self, name: Str, image: Image) {
        self.known.insert(name, image);
        self.version += 1;
    }

    /// Raised by every change.
    pub(super) fn version(&self) -> u32 {
        self.version
    }

    /// What an image does.
    pub fn image(&self, name: &str) -> Image {
        match self.known.get(name) {
            Some(image) => image.clone(),
            None => guess(name),
        }
    }
}

/// A well-known image: name, bytes (linux/amd64, rounded), newest version, whether it is only a shell.
type Known = (&'static str, u64, (u32, u32), bool);

const KNOWN: &[Known] = &[
    ("nginx", 59_795_293, (1, 31), false),
    ("httpd", 58_000_000, (2, 4), false),
    ("redis", 45_000_000, (8, 99), false),
    ("postgres", 158_000_000, (18, 99), false),
    ("mysql", 230_000_000, (9, 99), false),
    ("memcached", 32_000_000, (1, 6), false),
    ("fluentd", 50_000_000, (1, 19), false),
    ("busybox", 2_156_518, (1, 37), true),
    ("alpine", 3_600_000, (3, 24), true),
    ("debian", 48_000_000, (13, 99), true),
    ("ubuntu", 30_000_000, (26, 99), true),
    ("bash", 6_500_000, (5, 3), true),
    ("pause", 320_000, (3, 10), false),
    ("fluent-bit", 34_000_000, (99, 0), false),
    ("node-exporter", 12_000_000, (99, 0), false),
    ("kube-proxy", 30_000_000, (99, 0), false),
    ("etcd", 23_000_000, (99, 0), false),
    ("kube-apiserver", 29_000_000, (99, 0), false),
    ("kube-controller-manager", 24_000_000, (99, 0), false),
    ("kube-scheduler", 20_000_000, (99, 0), false),
];

const NGINX_LOG: &str =
    "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/
/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh
10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf
10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf
/docker-entrypoint.sh: Configuration complete; ready for start up
start worker processes
";

fn guess(name: &str) -> Image {
    let repository = name.split('@').next().unwrap_or(name);
    let last = repository.rsplit('/').next().unwrap_or(repository);
    let (short, tag) = last.split_once(':').unwrap_or((last, "latest"));
    let says = |word: &str| last.contains(word);
    let known = KNOWN.iter().find(|(known, ..)| *known == short);
    let refused = ["does-not-exist", "doesnotexist", "nonexistent", "not-exist", "notexist", "typo"];
    let library = repository == last || repository.starts_with("docker.io/library/") || short == "pause";
    let exists = !refused.iter().any(|word| says(word))
        && known.is_none_or(|(_, _, newest, _)| !library || name.contains('@') || tag_exists(tag, *newest));
    let web = matches!(short, "nginx" | "httpd");
    Image {
        size: known.map_or_else(|| size_of(name), |(_, size, ..)| *size),
        exists,
        ever_ready: !(says("never-ready") || says("notready") || says("not-ready")),
        hangs_after: says("unhealthy").then_some(Duration::ZERO),
        exits: says("crash").then_some(Exit { after: Duration::from_secs(1), code: 1 }),
        on_term: if says("ignores-term") { None } else { Image::default().on_term },
        shell: known.is_some_and(|(.., shell)| *shell),
        serves: web.then_some(Serves { port: 80, paths: &["/", "/index.html"] }),
        log: match short {
            "nginx" => NGINX_LOG,
            "redis" => "* Server initialized\n* Ready to accept connections tcp\n",
            "httpd" => "AH00558: httpd: Could not reliably determine the server's fully qualified domain name\n",
            _ if says("crash") => "fatal: giving up\n",
            _ => "",
        },
        ..Image::default()
    }
}

/// Between 10 and 90 MB, always the same for the same name.
fn size_of(name: &str) -> u64 {
    10_000_000 + name.bytes().fold(7u64, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into())) % 80_000_000
}

/// Whether a well-known image has a tag: a version up to the newest, or one of the words such tags are made of.
fn tag_exists(tag: &str, newest: (u32, u32)) -> bool {
    const WORDS: [&str; 12] = [
        "latest", "stable", "mainline", "alpine", "slim", "edge", "bookworm", "bullseye", "trixie", "noble", "jammy",
        "perl",
    ];
    let first = tag.split('-').next().unwrap_or(tag);
    let mut numbers = first.trim_start_matches('v').split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), minor) => {
            let minor = minor.unwrap_or(Ok(0));
            minor.is_ok_and(|minor| (major, minor) <= newest)
        }
        _ => WORDS.iter().any(|word| first.starts_with(word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_images_have_the_tags_they_have() {
        let exists = |name| Catalogue::default().image(name).exists;
        for name in [
            "nginx",
            "nginx:1.27",
            "nginx:1.14.2",
            "nginx:alpine",
            "busybox:1.36",
            "registry.k8s.io/pause:3.10",
            "mine:blue",
        ] {
            assert!(exists(name), "{name}");
        }
        for name in ["nginx:1.161", "nginx:nope", "registry.k8s.io/pause:nope", "mine:does-not-exist"] {
            assert!(!exists(name), "{name}");
        }
    }

    #[test]
    fn a_scenario_has_the_last_word() {
        let mut catalogue = Catalogue::default();
        catalogue.insert("nginx".into(), Image { exists: false, ..Image::default() });
        assert!(!catalogue.image("nginx").exists);
    }
}
