//! Blanks what differs from run to run, and nothing else: every tolerance of the comparison with a real cluster stands here.
//!
//! * Random parts: uids, resource versions, ids of containers and machines, suffixes of token volumes, stamps in events' names,
//!   numbers of temporary directories.
//! * The moment: dates, ages and durations, since the kubelets of the record were played by a program with timing of its own.
//! * Addresses of Pods and the ranges they come from, which depend on the order in which nodes registered by a hair.
//! * The address of a Pod whose containers haven't started: a real kubelet tells it as soon as it has it, those of the record later.
//! * How a kubelet tells of an image that can't be pulled, which changes with each try, and of a Pod that ends before it began:
//!   Failed for a real one, Pending for those of the record.
//! * The kernel's name, which that program made up; the names of the API server's and the scheduler's machines.
//! * Space between columns, which follows from the width of the above.
//! * The order of events, several of which share a second, and of evictions, which go on side by side. Container events aren't
//!   compared at all, nor CIDRAssignmentFailed: in the record's cluster two allocators raced for the nodes' ranges.
//! * The order of a Pod's conditions, which is that of its kubelet's last write.
//! * In scenarios where chance picks nodes ([`Nodes::Alike`]): the names of workers and Pods.
//! * The last states of an object, where they came about in a story's last half second: the record stops at some moment.
//! * States of a DaemonSet, ReplicaSet or Deployment that lasted a moment only: which counts a status write happens to catch.
//!   What lasted there must have come about here, and the other way round.

/// A line with its random parts blanked.
pub fn line(text: &str) -> String {
    let mut out = blanked(text, true);
    out = out.replace("ErrImagePull", "ImagePullBackOff");
    if out.contains("  ContainerCreating") {
        out = out.replace("<ip>", "<none>");
    }
    out.trim_end().to_string()
}

/// A line in which only uids, versions and times of day are blanked: every space of it counts.
pub fn but_ages(text: &str) -> String {
    blanked(text, false)
}

fn blanked(text: &str, ages: bool) -> String {
    let indent = text.len() - text.trim_start_matches(' ').len();
    let mut out = " ".repeat(indent);
    let mut rest = &text[indent..];
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        if ages && rest.starts_with("  ") {
            out.push_str("  ");
            rest = rest.trim_start_matches(' ');
            before = ' ';
            continue;
        }
        let at_start = !(before.is_ascii_alphanumeric() || before == '_');
        if at_start && let Some((blank, length)) = random(rest, &out, ages) {
            out.push_str(blank);
            rest = &rest[length..];
            before = 'x';
            continue;
        }
        out.push(letter);
        before = letter;
        rest = &rest[letter.len_utf8()..];
    }
    out
}

/// What stands for the random part that `rest` begins with, and its length.
fn random(rest: &str, before: &str, ages: bool) -> Option<(&'static str, usize)> {
    let word = |also: &str| rest.find(|c: char| !(c.is_ascii_alphanumeric() || also.contains(c))).unwrap_or(rest.len());
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if rest.starts_with("https://") {
        return Some(("<server>", rest.find([' ', '\n']).unwrap_or(rest.len())));
    }
    for (start, blank) in [
        ("6.1.0-fake", "<kernel>"),
        ("6.1.0-28-amd64", "<kernel>"),
        ("default-scheduler-vm", "<scheduler>"),
        ("default-scheduler-control-plane", "<scheduler>"),
    ] {
        if rest.starts_with(start) {
            return Some((blank, start.len()));
        }
    }
    if rest.starts_with("kube-api-access-") {
        return Some(("kube-api-access-<suffix>", "kube-api-access-".len() + 5));
    }
    for (start, blank) in [("LIVE-", "LIVE-<number>"), ("MERGED-", "MERGED-<number>")] {
        if rest.starts_with(start) {
            return Some((blank, word("-")));
        }
    }
    let dashed = word("-");
    if dashed == 36 && rest[..36].matches('-').count() == 4 && hex(&rest[..36].replace('-', "")) {
        return Some(("<uid>", 36));
    }
    let plain = word("");
    if matches!(plain, 16 | 32 | 64) && hex(&rest[..plain]) && rest[..plain].bytes().any(|b| b.is_ascii_digit()) {
        return Some(("<hex>", plain));
    }
    if before.ends_with("Resource Version:  ")
        || before.ends_with("resourceVersion: \"")
        || before.ends_with("resourceVersion\": \"")
        || before.ends_with("resourceVersion\":\"")
    {
        return Some(("<version>", plain));
    }
    let time = date(rest).map(|length| ("<time>", length));
    if ages { time.or_else(|| address(rest)).or_else(|| duration(rest, before)) } else { time }
}

/// `2026-11-24T23:53:55Z` and `Tue, 24 Nov 2026 23:49:52 +0000`.
fn date(rest: &str) -> Option<usize> {
    let shape = |pattern: &str| {
        let same = |(p, c): (u8, u8)| match p {
            b'0' => c.is_ascii_digit(),
            b'A' => c.is_ascii_alphabetic(),
            p => p == c,
        };
        rest.len() >= pattern.len() && pattern.bytes().zip(rest.bytes()).all(same)
    };
    let pattern = [
        "0000-00-00T00:00:00Z",
        "AAA, 00 AAA 0000 00:00:00 +0000",
        "0000-00-00T00:00:00.000000Z",
        "0000-00-00 00:00:00.000000000 +0000",
    ];
    pattern.iter().find(|pattern| shape(pattern)).map(|pattern| pattern.len())
}

/// Addresses of Pods; those of nodes are the same here and there.
fn address(rest: &str) -> Option<(&'static str, usize)> {
    let end = rest.find(|c: char| !(c.is_ascii_digit() || "./".contains(c))).unwrap_or(rest.len());
    rest.starts_with("10.244.").then_some(("<ip>", end))
}

/// The age that a row of events begins with, in seconds: `2m10s`.
pub fn age(row: &str) -> Option<f64> {
    row.split_whitespace().find_map(|word| {
        let (mut rest, mut seconds) = (word, 0.0);
        while !rest.is_empty() {
            let number = rest.find(|c: char| !c.is_ascii_digit()).filter(|length| *length > 0)?;
            let unit = [('s', 1.0), ('m', 60.0), ('h', 3600.0), ('d', 86400.0)];
            let (_, unit) = unit.into_iter().find(|(unit, _)| rest[number..].starts_with(*unit))?;
            seconds += rest[..number].parse::<f64>().ok()? * unit;
            rest = &rest[number + 1..];
        }
        Some(seconds)
    })
}

/// Ages and durations: `4s`, `3m12s`, `800ms`, `<invalid>`; but not what somebody wrote into a manifest (`for 300s`, `timeout=1s`).
fn duration(rest: &str, before: &str) -> Option<(&'static str, usize)> {
    if rest.starts_with("<invalid>") {
        return Some(("<age>", "<invalid>".len()));
    }
    if before.ends_with("for ") || before.ends_with('=') || before.ends_with(['-', '/', ':', '"', '%']) {
        return None;
    }
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
    let word = rest[..end].trim_end_matches('.');
    let mut left = word;
    while !left.is_empty() {
        let number = left.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        if number == 0 {
            return None;
        }
        let unit = ["ms", "s", "m", "h", "d", "y"].into_iter().find(|unit| left[number..].starts_with(unit))?;
        left = &left[number + unit.len()..];
    }
    (!word.is_empty()).then_some(("<age>", word.len()))
}

/// Whether it matters which node something happens on.
///
/// Which of several equal nodes a rollout takes first is the order of a map, and differs from run to run; so is the node of
/// a Pod that fits on several. What such a record is held to is the same, but for the names of nodes and Pods.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Nodes {
    /// It does.
    Told,
    /// It doesn't.
    Alike,
}

/// A text in which every worker is called the same, and every Pod of an owner.
pub fn alike(text: &str) -> String {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(address) = rest.strip_prefix(NODE_ADDRESSES) {
            out.push_str("<node>");
            rest = address.trim_start_matches(|c: char| c.is_ascii_digit());
            continue;
        }
        let word = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(word);
        match name.rsplit_once('-') {
            Some(("worker", _)) => out.push_str("worker-N"),
            Some((base, suffix)) if is_random(suffix) => {
                out.push_str(&format!("{base}-PODNO"));
            }
            _ => out.push_str(name),
        }
        let next = after.find(is_letter).unwrap_or(after.len());
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

/// A text in which no Pod's random end is told.
pub fn any_pod(text: &str) -> String {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c| !is_letter(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (name, after) = rest.split_at(word);
        match name.rsplit_once('-') {
            Some((base, end)) if is_random(end) => out.push_str(&format!("{base}-PODNO")),
            _ => out.push_str(name),
        }
        rest = after;
    }
    out
}

fn is_random(end: &str) -> bool {
    end.len() == 5 && end.chars().all(|c| SUFFIX_LETTERS.contains(c))
}

/// A Pod's state in a record's words, without what is its kubelet's way of telling.
pub fn pod_state(text: &str) -> String {
    let mut out = text.replace("ErrImagePull", "ImagePullBackOff");
    if out.contains("=waiting:") && out.contains("DELETING") {
        out = out.replace("phase=Failed", "phase=Pending").replace("(PodFailed)", "(ContainersNotReady)");
    }
    out
}

/// Whether a row of a Pod on its way out says that no container of it has begun: a real kubelet then calls it Failed, which shows the
/// reason once more; those of the record left it Pending, which doesn't.
pub fn never_began(row: &str) -> bool {
    [" ImagePullBackOff ", " ContainerCreating "].iter().any(|reason| row.contains(reason))
}

/// Where the addresses of the record's nodes begin, and of ours.
const NODE_ADDRESSES: &str = "192.168.10.";

/// What random suffixes are made of. Source: apimachinery `pkg/util/rand`.
const SUFFIX_LETTERS: &str = "bcdfghjklmnpqrstvwxz2456789";

/// Whether an event is left out: one of a container's life, which the record's kubelets made up, or one of a race.
pub fn leaves_out(reason: &str, of_a_pod: bool) -> bool {
    let of_a_container = ["Pulling", "Pulled", "Created", "Started", "Killing", "BackOff", "Failed", "Unhealthy"];
    of_a_pod && of_a_container.contains(&reason) || reason == "CIDRAssignmentFailed"
}

/// Kinds whose counts are caught in passing.
pub fn is_counting(kind: &str) -> bool {
    ["daemonset", "replicaset", "deployment"].contains(&kind)
}

/// What comes about so many seconds before a story's end may be told there and not here, or the other way round.
pub const CUT_OFF: f64 = 0.5;

/// How long a state must last, in seconds, to be more than a count caught in passing.
pub const RESTING: f64 = 2.0;

#[test]
fn only_random_parts_are_blanked() {
    for (text, blanked) in [
        ("web   1/1   Running   0   4s   10.244.1.2", "web  1/1  Running  0  <age>  <ip>"),
        ("    key op=Exists for 300s", "    key op=Exists for 300s"),
        ("uid: 13c99873-7889-4790-8d82-2195b3305bd4", "uid: <uid>"),
        ("  resourceVersion: \"207\"", "  resourceVersion: \"<version>\""),
        ("Started:  Tue, 24 Nov 2026 23:49:58 +0000", "Started:  <time>"),
        (
            "pulled image \"nginx\" in 800ms (800ms including waiting).",
            "pulled image \"nginx\" in <age> (<age> including waiting).",
        ),
        ("monitoring-daemon-659595d494", "monitoring-daemon-659595d494"),
        ("control-plane.18eb201e63f5c9c8", "control-plane.<hex>"),
    ] {
        assert_eq!(line(text), blanked);
    }
}
