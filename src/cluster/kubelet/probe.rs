//! Probes: what they ask, what the process answers, and when the next one is.
//!
//! Ticks fall on whole periods after the container's start; a readiness probe without a delay is also tried at the start. A
//! probe whose answers won't change is not asked again: nothing is woken for it until the process would answer otherwise.
//!
//! Source: pkg/kubelet/prober/worker.go, Kubernetes v1.36.

use super::images::Image;
use super::process::Process;
use crate::clock::Instant;
use api::Value;
use std::net::Ipv4Addr;
use std::time::Duration;

/// Never.
pub(super) const NEVER: Instant = Instant(u64::MAX);

/// What a probe is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Startup,
    Liveness,
    Readiness,
}

impl Purpose {
    /// As events begin with it.
    pub fn title(self) -> &'static str {
        match self {
            Purpose::Startup => "Startup",
            Purpose::Liveness => "Liveness",
            Purpose::Readiness => "Readiness",
        }
    }
}

#[derive(Clone, Debug)]
enum Action {
    Http { port: i64, path: String },
    Tcp(i64),
    Grpc(i64),
    Exec(Vec<String>),
}

/// A probe of a container.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub purpose: Purpose,
    delay: Duration,
    period: Duration,
    success: u32,
    failure: u32,
    /// Its own grace period for the kill, in seconds.
    pub grace: Option<u64>,
    action: Action,
}

/// What has come of a probe so far.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    /// When it is tried next.
    pub next: Instant,
    good: u32,
    bad: u32,
    /// It has passed.
    pub passed: bool,
}

/// What one try means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It answered.
    Good,
    /// It didn't, with these words; `true`: once too often.
    Bad(String, bool),
}

/// The probes of a container, startup first.
pub(super) fn probes(container: &Value) -> Vec<Probe> {
    let all = [
        (Purpose::Startup, "startupProbe"),
        (Purpose::Liveness, "livenessProbe"),
        (Purpose::Readiness, "readinessProbe"),
    ];
    all.into_iter().filter_map(|(purpose, key)| probe(purpose, container.get(key)?, container)).collect()
}

fn probe(purpose: Purpose, value: &Value, container: &Value) -> Option<Probe> {
    let number = |key: &str, default: u64| value[key].as_u64().unwrap_or(default);
    let port = |port: &Value| -> i64 {
        let named = |name: &str| {
            let mut ports = container["ports"].as_array().into_iter().flatten();
            ports.find(|port| port["name"] == *name).and_then(|port| port["containerPort"].as_i64())
        };
        port.as_i64().or_else(|| named(port.as_str()?)).unwrap_or(0)
    };
    let action = if let Some(http) = value.get("httpGet") {
        let path = http["path"].as_str().filter(|path| !path.is_empty()).unwrap_or("/");
        Action::Http { port: port(&http["port"]), path: path.to_string() }
    } else if let Some(tcp) = value.get("tcpSocket") {
        Action::Tcp(port(&tcp["port"]))
    } else if let Some(grpc) = value.get("grpc") {
        Action::Grpc(port(&grpc["port"]))
    } else {
        let words = value.get("exec")?["command"].as_array().into_iter().flatten();
        Action::Exec(words.filter_map(Value::as_str).map(String::from).collect())
    };
    Some(Probe {
        purpose,
        delay: Duration::from_secs(number("initialDelaySeconds", 0)),
        period: Duration::from_secs(number("periodSeconds", 10).max(1)),
        success: number("successThreshold", 1).max(1) as u32,
        failure: number("failureThreshold", 3).max(1) as u32,
        grace: value["terminationGracePeriodSeconds"].as_u64(),
        action,
    })
}

impl Tried {
    /// Nothing yet. A liveness probe passes until it fails.
    pub fn new(probe: &Probe) -> Tried {
        Tried { next: NEVER, good: 0, bad: 0, passed: probe.purpose == Purpose::Liveness }
    }
}

impl Probe {
    /// The first try of a container that runs since then, once the probe may begin (`now`).
    pub fn first(&self, since: Instant, now: Instant) -> Instant {
        if self.purpose == Purpose::Readiness && now >= since + self.delay {
            return now;
        }
        self.tick(since, (since + self.delay).max(now))
    }

    /// The first tick at that moment or later; the start itself isn't one.
    fn tick(&self, since: Instant, from: Instant) -> Instant {
        let periods = from.since(since).as_nanos().div_ceil(self.period.as_nanos()).max(1);
        since + Duration::from_nanos((periods * self.period.as_nanos()) as u64)
    }

    /// Tries it.
    pub fn attempt(
        &self,
        tried: &mut Tried,
        process: &Process,
        image: &Image,
        address: Ipv4Addr,
        since: Instant,
        now: Instant,
    ) -> Verdict {
        let age = now.since(since);
        let answer = self.answer(process, image, address, age);
        // Whatever changes later, changes at one of these moments.
        let changes = [Some(image.ready_after), image.hangs_after].into_iter().flatten();
        let changes = changes.chain(process.files.iter().map(|(at, ..)| *at));
        let change = changes.filter(|at| *at > age).min().map_or(NEVER, |at| since + at);
        let (verdict, settled) = match answer {
            None => {
                (tried.good, tried.bad) = (tried.good.saturating_add(1), 0);
                tried.passed |= tried.good >= self.success;
                (Verdict::Good, tried.passed)
            }
            Some(words) => {
                (tried.good, tried.bad) = (0, tried.bad.saturating_add(1));
                let too_often = tried.bad >= self.failure;
                tried.passed &= !too_often;
                (Verdict::Bad(words, too_often), false)
            }
        };
        let soonest = self.tick(since, Instant(now.0 + 1));
        tried.next = if !settled {
            soonest
        } else if change == NEVER || self.purpose == Purpose::Startup {
            NEVER
        } else {
            self.tick(since, change).max(soonest)
        };
        verdict
    }

    /// What is wrong; `None`: it answers as it should.
    fn answer(&self, process: &Process, image: &Image, address: Ipv4Addr, age: Duration) -> Option<String> {
        let hangs = image.hangs_after.is_some_and(|after| age >= after);
        let listens = age >= image.ready_after;
        let well = listens && !hangs && (self.purpose != Purpose::Readiness || image.ever_ready);
        let serves = image.serves.filter(|_| !process.own_command);
        let refused = |port: i64| format!("dial tcp {address}:{port}: connect: connection refused");
        match &self.action {
            Action::Exec(argv) => exec(argv, process, well, age),
            Action::Http { port, path } if !listens || serves.is_some_and(|serves| serves.port != *port) => {
                Some(format!("Get \"http://{address}:{port}{path}\": {}", refused(*port)))
            }
            Action::Http { .. } if !well => {
                let code = if hangs { 500 } else { 503 };
                Some(format!("HTTP probe failed with statuscode: {code}"))
            }
            Action::Http { path, .. } => {
                let known = |paths: &[&str]| paths.contains(&path.split('?').next().unwrap_or(path));
                let missing = serves.is_some_and(|serves| !known(serves.paths));
                missing.then(|| String::from("HTTP probe failed with statuscode: 404"))
            }
            Action::Tcp(port) if !well || serves.is_some_and(|serves| serves.port != *port) => Some(refused(*port)),
            Action::Grpc(port) if !well => Some(format!(
                "timeout: failed to connect service \"{address}:{port}\" within 1s: context deadline exceeded"
            )),
            Action::Tcp(_) | Action::Grpc(_) => None,
        }
    }
}

/// What a command run in the container says: files are looked for among those the process makes.
fn exec(argv: &[String], process: &Process, well: bool, age: Duration) -> Option<String> {
    let words: Vec<&str> = argv.iter().flat_map(|word| word.split_whitespace()).collect();
    let program = words
        .iter()
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .find(|word| !matches!(*word, "sh" | "bash") && !word.starts_with('-'));
    if program == Some("false") {
        return Some(String::new());
    }
    for file in words.iter().filter(|word| word.starts_with('/')) {
        if process.has_file(file, age) == Some(false) {
            return Some(match program {
                Some("cat") => format!("cat: can't open '{file}': No such file or directory\n"),
                Some("ls") => format!("ls: {file}: No such file or directory\n"),
                _ => String::new(),
            });
        }
    }
    (!well).then(String::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    #[test]
    fn ticks_fall_on_whole_periods_after_the_start() {
        let container = json!({"readinessProbe": {"tcpSocket": {"port": 1}, "initialDelaySeconds": 5}});
        let probe = &probes(&container)[0];
        let second = |n: u64| Instant(n * 1_000_000_000);
        assert_eq!(probe.first(second(0), second(0)), second(10));
        assert_eq!(probe.first(second(0), second(7)), second(7), "an extra try once the delay is over");
        assert_eq!(probe.tick(second(3), second(24)), second(33));
    }
}
