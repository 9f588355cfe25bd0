//! `kubectl taint`: puts taints on nodes and takes them off.
//!
//! A taint is known by key and effect; its value may only be changed with `--overwrite`.
//!
//! Models kubectl `pkg/cmd/taint/{taint,utils}.go`, Kubernetes v1.36.

use super::options::{self, DRY_RUN, DryRun, FIELD_MANAGER, OUTPUT, VALIDATE, report};
use super::{Command, Outcome};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::{self, ALL, Info, SELECTOR};
use crate::{Env, names};
use api::request::{PatchType, Verb};
use api::resource::Kind;
use api::{Value, json};

const FLAGS: &[Flag] = &[flag(
    "overwrite",
    ' ',
    Takes::Switch,
    "false",
    "If true, allow taints to be overwritten, otherwise reject taint updates that overwrite existing taints.",
)];

/// `kubectl taint`
pub static TAINT: Command = Command {
    name: "taint",
    about: "Update the taints on one or more nodes",
    text: "Update the taints on one or more nodes.\n\n  *  A taint consists of a key, value, and effect. As an argument here, it is \
           expressed as key=value:effect.\n  *  The effect must be NoSchedule, PreferNoSchedule or NoExecute.\n  *  Currently \
           taint can only apply to node.",
    examples: "  # Update node 'foo' with a taint with key 'dedicated' and value 'special-user' and effect 'NoSchedule'\n  \
               # If a taint with that key and effect already exists, its value is replaced as specified\n  \
               kubectl taint nodes foo dedicated=special-user:NoSchedule\n  \n  \
               # Remove from node 'foo' the taint with key 'dedicated' and effect 'NoSchedule' if one exists\n  \
               kubectl taint nodes foo dedicated:NoSchedule-\n  \n  \
               # Remove from node 'foo' all the taints with key 'dedicated'\n  kubectl taint nodes foo dedicated-",
    usage: "taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N [options]",
    flags: &[SELECTOR, ALL, DRY_RUN, VALIDATE, OUTPUT, FIELD_MANAGER, FLAGS],
    run: Some(run),
    ..Command::NONE
};

/// A taint as typed; an empty effect, in a removal, means every effect.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Taint {
    key: String,
    value: String,
    effect: String,
}

impl Taint {
    fn is(&self, other: &Value) -> bool {
        other["key"] == self.key && (self.effect.is_empty() || other["effect"] == self.effect)
    }

    fn to_value(&self) -> Value {
        let mut value = json!({"effect": self.effect, "key": self.key});
        if !self.value.is_empty() {
            value["value"] = self.value.as_str().into();
        }
        value
    }
}

fn run(args: &Args, env: &mut Env) -> Outcome {
    let dry_run = DryRun::of(args, env)?;
    let is_taint = |word: &String| word.contains(['=', ':']) || word.ends_with('-');
    let at = args.words.iter().position(is_taint).unwrap_or(args.words.len());
    let (words, specs) = args.words.split_at(at);
    if let Some(stray) = specs.iter().find(|word| !is_taint(word)) {
        return Err(Failure::error(format!("all resources must be specified before taint changes: {stray}")));
    }
    let Some(kind) = words.first() else {
        return Err(Failure::error("one or more resources must be specified as <resource> <name>"));
    };
    if specs.is_empty() {
        return Err(Failure::error("at least one taint update is required"));
    }
    let changes = Changes::read(specs, args.on("overwrite"))?;
    match Kind::of_word(kind) {
        Some(Kind::NODE) => {}
        Some(_) => {
            let text = format!("invalid resource type {kind}, only node types are supported");
            return Err(Failure::error(text));
        }
        None => return Err(Failure::plain(resource::unknown(kind))),
    }
    changes.check()?;
    if args.on("all") && args.has("selector") {
        return Err(Failure::error("setting 'all' parameter with a non empty selector is prohibited"));
    }
    if words.len() == 1 && !args.on("all") && !args.has("selector") {
        let text = "at least one resource name must be specified since 'all' parameter is not set";
        return Err(Failure::error(text));
    }
    let own = args.clone();
    resource::visit(args, words, None, env, move |info, env| changes.apply(info, dry_run, &own, env))
}

struct Changes {
    add: Vec<Taint>,
    remove: Vec<Taint>,
    overwrite: bool,
}

impl Changes {
    fn read(specs: &[String], overwrite: bool) -> Result<Changes, Failure> {
        let mut changes = Changes { add: Vec::new(), remove: Vec::new(), overwrite };
        let wrong = |text: String| Failure::usage("kubectl taint", text);
        for spec in specs {
            if let Some(rest) = spec.strip_suffix('-') {
                changes.remove.push(parse(rest).map_err(wrong)?);
                continue;
            }
            let taint = parse(spec).map_err(wrong)?;
            if taint.effect.is_empty() {
                return Err(wrong(format!("invalid taint spec: {spec}")));
            }
            if changes.add.iter().any(|other| other.is(&taint.to_value())) {
                return Err(wrong(format!(
                    "duplicated taints with the same key and effect: {{{} {} {} <nil>}}",
                    taint.key, taint.value, taint.effect
                )));
            }
            changes.add.push(taint);
        }
        Ok(changes)
    }

    fn check(&self) -> Result<(), Failure> {
        let both: Vec<String> = (self.add.iter())
            .filter(|taint| self.remove.iter().any(|gone| gone.is(&taint.to_value())))
            .map(|taint| format!("{}={}", taint.key, ""))
            .collect();
        if both.is_empty() {
            return Ok(());
        }
        let text = "can not both modify and remove the following taint(s) in the same command:";
        Err(Failure::error(format!("{text} {}", both.join(", "))))
    }

    fn apply(&self, info: Info, dry_run: DryRun, args: &Args, env: &mut Env) -> Result<(), Failure> {
        let old = info.value["spec"]["taints"].as_array().cloned().unwrap_or_default();
        let (word, taints) = self.reorganize(&info.id.name, &old)?;
        let mut value = info.value;
        if dry_run != DryRun::Client {
            let taints = if taints.is_empty() { Value::Null } else { Value::Array(taints) };
            let body = json!({"spec": {"taints": taints}});
            let mut request =
                options::write(info.id.request(Verb::Patch), args, dry_run, "kubectl-taint").with_json(body);
            request.patch_type = Some(PatchType::Strategic);
            value = env.ask(request)?.value().unwrap_or(value);
        }
        report(env, args, &info.id, &value, word, dry_run)
    }

    /// The node's taints afterwards, new ones first, and the word for what happened.
    fn reorganize(&self, node: &str, old: &[Value]) -> Result<(&'static str, Vec<Value>), Failure> {
        let is_old = |taint: &&Taint| old.iter().any(|before| taint.is(before));
        if !self.overwrite {
            let taken: Vec<&str> = self.add.iter().filter(is_old).map(|taint| taint.key.as_str()).collect();
            if !taken.is_empty() {
                return Err(Failure::error(format!(
                    "node {node} already has {} taint(s) with same effect(s) and --overwrite is false",
                    taken.join(",")
                )));
            }
        }
        let mut taints: Vec<Value> = self.add.iter().map(Taint::to_value).collect();
        taints.extend(old.iter().filter(|before| !self.add.iter().any(|taint| taint.is(before))).cloned());
        let added = taints.len() != old.len();
        let (mut deleted, mut missing) = (false, Vec::new());
        for gone in &self.remove {
            let before = taints.len();
            taints.retain(|taint| !gone.is(taint));
            if taints.len() < before {
                deleted = true;
            } else if gone.effect.is_empty() {
                missing.push(format!("taint {:?} not found", gone.key));
            } else {
                missing.push(format!("taint \"{}:{}\" not found", gone.key, gone.effect));
            }
        }
        match missing.as_slice() {
            [] => {}
            [one] => return Err(Failure::error(one)),
            several => return Err(Failure::error(format!("[{}]", several.join(", ")))),
        }
        let word = match (added && deleted || self.overwrite, added) {
            (true, _) => "modified",
            (_, true) => "tainted",
            _ => "untainted",
        };
        Ok((word, taints))
    }
}

/// `KEY`, `KEY:EFFECT`, `KEY=VALUE:EFFECT`
fn parse(spec: &str) -> Result<Taint, String> {
    let invalid = || format!("invalid taint spec: {spec}");
    let parts: Vec<&str> = spec.split(':').collect();
    let (key, value, effect) = match parts.as_slice() {
        [key] => (*key, "", ""),
        [pair, effect] => {
            if !matches!(*effect, "NoSchedule" | "PreferNoSchedule" | "NoExecute") {
                return Err(format!("invalid taint effect: {effect}, unsupported taint effect"));
            }
            match pair.split('=').collect::<Vec<_>>().as_slice() {
                [key] => (*key, "", *effect),
                [key, value] => (*key, *value, *effect),
                _ => return Err(invalid()),
            }
        }
        _ => return Err(invalid()),
    };
    let wrong = [names::label_value(value), names::qualified_name(key)].concat();
    if !wrong.is_empty() {
        return Err(format!("{}, {}", invalid(), wrong.join("; ")));
    }
    Ok(Taint { key: key.into(), value: value.into(), effect: effect.into() })
}
