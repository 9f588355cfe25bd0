//! `kubectl diff`: what `apply` would change, as `diff -u` shows it. Exit 1 when there is a difference.
//!
//! The merged object is what the server answers to a dry run, so defaults and counters show too.
//!
//! Models kubectl `pkg/cmd/diff/diff.go`, Kubernetes v1.36. The hunks are those of GNU diff with three lines around.

pub use super::apply::LAST_APPLIED;
use super::apply::remembered;
use super::{Command, Outcome, server_side};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::manifest::{self, Manifest};
use crate::resource::{FILES, SELECTOR};
use crate::{Env, Progress};
use api::Value;
use api::patch::strategic;
use api::request::{PatchType, Request, Verb};
use api::resource::Kind;
use api::status::Reason;

/// Lines shown around a change.
const CONTEXT: usize = 3;

const FLAGS: &[Flag] = &[
    flag(
        "prune",
        ' ',
        Takes::Switch,
        "false",
        "Include resources that would be deleted by pruning. Can be used with -l and default shows all resources would be pruned",
    ),
    flag(
        "prune-allowlist",
        ' ',
        Takes::Repeat,
        "[]",
        "Overwrite the default allowlist with <group/version/kind> for --prune",
    ),
    flag(
        "concurrency",
        ' ',
        Takes::Number,
        "1",
        "Number of objects to process in parallel when diffing against the live version.",
    ),
    flag(
        "field-manager",
        ' ',
        Takes::Text,
        "'kubectl-client-side-apply'",
        "Name of the manager used to track field ownership.",
    ),
    flag(
        "force-conflicts",
        ' ',
        Takes::Switch,
        "false",
        "If true, server-side apply will force the changes against conflicts.",
    ),
    flag("server-side", ' ', Takes::Switch, "false", "If true, apply runs in the server instead of the client."),
    flag("show-managed-fields", ' ', Takes::Switch, "false", "If true, include managed fields in the diff."),
];

/// `kubectl diff`
pub static DIFF: Command = Command {
    name: "diff",
    about: "Diff the live version against a would-be applied version",
    text: "Diff configurations specified by file name or stdin between the current online configuration, and the configuration as\n\
           it would be if applied.\n\n The output is always YAML.",
    examples: "  # Diff resources included in pod.json\n  kubectl diff -f pod.json\n  \n  \
               # Diff file read from stdin\n  cat service.yaml | kubectl diff -f -",
    usage: "diff -f FILENAME [options]",
    flags: &[FILES, SELECTOR, FLAGS],
    run: Some(run),
    ..Command::NONE
};

fn run(args: &Args, env: &mut Env) -> Outcome {
    // A failure is told apart from a difference by its code.
    let differs = differs(args, env).map_err(|failure| Failure { code: failure.code + 1, ..failure })?;
    Ok(Progress::Done(u8::from(differs)))
}

fn differs(args: &Args, env: &mut Env) -> Result<bool, Failure> {
    if args.on("prune") {
        return Err(Failure::error("everynode doesn't simulate diff --prune, as apply --prune isn't simulated"));
    }
    if !args.has("filename") {
        return Err(Failure::error("must specify one of -f and -k"));
    }
    if args.on("force-conflicts") && !args.on("server-side") {
        return Err(Failure::error("--force-conflicts only works with --server-side"));
    }
    if !args.words.is_empty() {
        let text = format!("Unexpected args: [{}]", args.words.join(" "));
        return Err(Failure::usage("kubectl diff", text));
    }
    let mut differs = false;
    for document in manifest::load(args, env, true)? {
        differs |= document.and_then(|manifest| diff(&manifest, args, env))?;
    }
    Ok(differs)
}

fn diff(manifest: &Manifest, args: &Args, env: &mut Env) -> Result<bool, Failure> {
    let live = match env.get_value(manifest.kind, &manifest.namespace, &manifest.name) {
        Ok(live) => Some(live),
        Err(status) if status.reason == Reason::NotFound => None,
        Err(status) => return Err(status.into()),
    };
    let mut merged = merged(manifest, live.as_ref(), args, env)?;
    let mut live = live;
    if manifest.kind == Kind::SECRET {
        mask(&mut live, &mut merged);
    }
    let lines = |value: &Value| yaml::to_string(value).lines().map(String::from).collect::<Vec<_>>();
    let (old, new) = (live.as_ref().map(lines).unwrap_or_default(), lines(&merged));
    let as_str = |lines: &'_ [String]| lines.iter().map(String::clone).collect::<Vec<_>>();
    let (old, new) = (as_str(&old), as_str(&new));
    let old: Vec<&str> = old.iter().map(String::as_str).collect();
    let new: Vec<&str> = new.iter().map(String::as_str).collect();
    let hunks = unified(&old, &new);
    if hunks.is_empty() {
        return Ok(false);
    }
    env.put(&header(manifest, env));
    env.put(&hunks);
    Ok(true)
}

/// Hides what a Secret holds, and shows which of it differs.
fn mask(live: &mut Option<Value>, merged: &mut Value) {
    let old = live.as_mut().and_then(|live| live.get_mut("data")).and_then(Value::as_object_mut);
    let new = merged.get_mut("data").and_then(Value::as_object_mut);
    let (mut none, mut no) = (api::Map::new(), api::Map::new());
    let (old, new) = (old.unwrap_or(&mut none), new.unwrap_or(&mut no));
    for (key, value) in old.iter_mut() {
        let (before, after) = match new.get(key) {
            Some(other) if other != value => ("*** (before)", "*** (after)"),
            _ => ("***", "***"),
        };
        *value = before.into();
        if let Some(other) = new.get_mut(key) {
            *other = after.into();
        }
    }
    new.iter_mut().filter(|(key, _)| !old.contains_key(*key)).for_each(|(_, value)| *value = "***".into());
}

fn merged(manifest: &Manifest, live: Option<&Value>, args: &Args, env: &mut Env) -> Result<Value, Failure> {
    if args.on("server-side") {
        let mut request = manifest.id().request(Verb::Patch).with_json(manifest.value.clone());
        request.patch_type = Some(PatchType::Apply);
        request.field_manager = args.text("field-manager").unwrap_or(server_side::MANAGER).into();
        request.force = args.on("force-conflicts");
        request.dry_run = true;
        return Ok(env.ask(request)?.value().unwrap_or_default());
    }
    let verb = if live.is_some() { Verb::Patch } else { Verb::Create };
    let mut request = fill(manifest.id().request(verb), manifest, live).map_err(Failure::error)?;
    request.dry_run = true;
    let response = env.ask(request)?;
    Ok(response.value().unwrap_or_default())
}

/// The request by which `apply` would create an object, or patch the live one.
pub fn fill(mut request: Request, manifest: &Manifest, live: Option<&Value>) -> Result<Request, String> {
    let wanted = remembered(&manifest.value);
    request.field_manager = "kubectl-client-side-apply".into();
    let Some(live) = live else {
        request.name = "".into();
        return Ok(request.with_json(wanted));
    };
    let original = live["metadata"]["annotations"][LAST_APPLIED].as_str();
    let original: Value = original.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let mut patch = strategic::three_way(&original, &wanted, live)?;
    // The annotation is kubectl's own business and would show in every difference.
    if let Some(annotations) = patch.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.remove(LAST_APPLIED);
    }
    request = request.with_json(patch);
    request.patch_type = Some(PatchType::Strategic);
    Ok(request)
}

/// The lines `diff` prints first. The directories' numbers are random on a real machine; here the object's name decides.
fn header(manifest: &Manifest, env: &Env) -> String {
    let kind = manifest.kind;
    let version = kind.api_version().replace('/', ".");
    let namespace = if manifest.namespace.is_empty() { String::new() } else { format!("{}.", manifest.namespace) };
    let name = format!("{version}.{}.{namespace}{}", kind.name(), manifest.name);
    let number = name.bytes().fold(2_166_136_261_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    let (live, merged) =
        (format!("/tmp/LIVE-{number}/{name}"), format!("/tmp/MERGED-{}/{name}", number.rotate_left(16)));
    let time = env.now().to_string().replace('T', " ").replace('Z', ".000000000 +0000");
    format!("diff -u -N {live} {merged}\n--- {live}\t{time}\n+++ {merged}\t{time}\n")
}

/// The hunks of a unified diff; empty when there's no difference.
pub fn unified(old: &[&str], new: &[&str]) -> String {
    let edits = edits(old, new);
    let mut out = String::new();
    let mut at = 0;
    while let Some(first) = (at..edits.len()).find(|i| !matches!(edits[*i], Edit::Keep(..))) {
        let start = first.saturating_sub(CONTEXT).max(at);
        let mut end = first + 1;
        // Changes that are no further apart than their context share a hunk.
        while let Some(next) =
            (end..edits.len().min(end + 2 * CONTEXT + 1)).find(|i| !matches!(edits[*i], Edit::Keep(..)))
        {
            end = next + 1;
        }
        let stop = (end + CONTEXT).min(edits.len());
        hunk(&edits[start..stop], old, new, &mut out);
        at = end;
        if stop == edits.len() {
            break;
        }
    }
    out
}

enum Edit {
    Keep(usize, usize),
    Remove(usize, usize),
    Add(usize, usize),
}

fn hunk(edits: &[Edit], old: &[&str], new: &[&str], out: &mut String) {
    let (mut body, mut removed, mut added) = (String::new(), 0, 0);
    let (Edit::Keep(from, to) | Edit::Remove(from, to) | Edit::Add(from, to)) = edits[0];
    for edit in edits {
        let (sign, line) = match edit {
            Edit::Keep(i, _) => (' ', old[*i]),
            Edit::Remove(i, _) => ('-', old[*i]),
            Edit::Add(_, j) => ('+', new[*j]),
        };
        removed += usize::from(sign != '+');
        added += usize::from(sign != '-');
        body.push(sign);
        body.push_str(line);
        body.push('\n');
    }
    let range = |start: usize, count: usize| match count {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        _ => format!("{},{count}", start + 1),
    };
    out.push_str(&format!("@@ -{} +{} @@\n{body}", range(from, removed), range(to, added)));
}

/// The shortest way from `old` to `new`, by the longest common subsequence of what lies between equal ends.
fn edits(old: &[&str], new: &[&str]) -> Vec<Edit> {
    let same_start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - same_start;
    let same_end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (a, b) = (&old[same_start..old.len() - same_end], &new[same_start..new.len() - same_end]);
    let mut table = vec![vec![0_u32; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            table[i][j] = if a[i] == b[j] { table[i + 1][j + 1] + 1 } else { table[i + 1][j].max(table[i][j + 1]) };
        }
    }
    let mut out: Vec<Edit> = (0..same_start).map(|i| Edit::Keep(i, i)).collect();
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let (from, to) = (same_start + i, same_start + j);
        if i < a.len() && j < b.len() && a[i] == b[j] {
            out.push(Edit::Keep(from, to));
            (i, j) = (i + 1, j + 1);
        } else if i < a.len() && (j == b.len() || table[i + 1][j] >= table[i][j + 1]) {
            out.push(Edit::Remove(from, to));
            i += 1;
        } else {
            out.push(Edit::Add(from, to));
            j += 1;
        }
    }
    let (from, to) = (old.len() - same_end, new.len() - same_end);
    out.extend((0..same_end).map(|k| Edit::Keep(from + k, to + k)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_have_three_lines_around_and_join_when_near() {
        let old: Vec<String> = (1..=20).map(|n| n.to_string()).collect();
        let mut new = old.clone();
        new[4] = "five".into();
        new[10] = "eleven".into();
        let (old, new): (Vec<&str>, Vec<&str>) =
            (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
        let text = unified(&old, &new);
        assert_eq!(text.matches("@@ -").count(), 1);
        assert!(text.starts_with("@@ -2,13 +2,13 @@\n 2\n 3\n 4\n-5\n+five\n 6\n"), "{text}");
        assert_eq!(unified(&old, &old), "");
        assert_eq!(unified(&[], &["a"]), "@@ -0,0 +1 @@\n+a\n");
    }
}
