//! `kubectl config`: contexts and the current namespace.
//!
//! Models kubectl `pkg/cmd/config/`, Kubernetes v1.36, over a kubeconfig as kubeadm writes it. Left out: clusters and users of one's own.

use super::{Command, Outcome, help, unsimulated};
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::print::columns::align;
use crate::{Config, Context, Env, Progress, print};
use api::{Value, json};

const SET_CONTEXT_FLAGS: &[Flag] = &[flag("current", ' ', Takes::Switch, "false", "Modify the current context")];
const GET_CONTEXTS_FLAGS: &[Flag] = &[
    flag(
        "no-headers",
        ' ',
        Takes::Switch,
        "false",
        "When using the default or custom-column output format, don't print headers (default print headers).",
    ),
    flag("output", 'o', Takes::Text, "''", "Output format. One of: (name)."),
];
const VIEW_FLAGS: &[Flag] = &[
    flag(
        "flatten",
        ' ',
        Takes::Switch,
        "false",
        "Flatten the resulting kubeconfig file into self-contained output (useful for creating portable kubeconfig files)",
    ),
    flag("minify", ' ', Takes::Switch, "false", "Remove all information not used by current-context from the output"),
    flag("output", 'o', Takes::Text, "'yaml'", "Output format."),
    flag("raw", ' ', Takes::Switch, "false", "Display raw byte data and sensitive data"),
];
/// Where a learner's contexts would lie.
const KUBECONFIG: &str = "/root/.kube/config";

/// `kubectl config`
pub static CONFIG: Command = Command {
    name: "config",
    about: "Modify kubeconfig files",
    text: "Modify kubeconfig files using subcommands like \"kubectl config set current-context my-context\".",
    usage: "config SUBCOMMAND [options]",
    commands: &[
        &Command {
            name: "current-context",
            about: "Display the current-context",
            text: "Display the current-context.",
            usage: "config current-context [flags] [options]",
            run: Some(current_context),
            ..Command::NONE
        },
        &Command {
            name: "delete-context",
            about: "Delete the specified context from the kubeconfig",
            text: "Delete the specified context from the kubeconfig.",
            usage: "config delete-context NAME [options]",
            run: Some(delete_context),
            ..Command::NONE
        },
        &unsimulated::DELETE_CLUSTER,
        &unsimulated::DELETE_USER,
        &Command {
            name: "get-clusters",
            about: "Display clusters defined in the kubeconfig",
            text: "Display clusters defined in the kubeconfig.",
            usage: "config get-clusters [options]",
            run: Some(|_, env| {
                let names = env.config.clusters.join("\n");
                env.say(&format!("NAME\n{names}"));
                Ok(Progress::Done(0))
            }),
            ..Command::NONE
        },
        &Command {
            name: "get-contexts",
            about: "Describe one or many contexts",
            text: "Display one or many contexts from the kubeconfig file.",
            usage: "config get-contexts [(-o|--output=)name)] [options]",
            flags: &[GET_CONTEXTS_FLAGS],
            run: Some(get_contexts),
            ..Command::NONE
        },
        &Command {
            name: "get-users",
            about: "Display users defined in the kubeconfig",
            text: "Display users defined in the kubeconfig.",
            usage: "config get-users [options]",
            run: Some(|_, env| {
                env.say("NAME\nkubernetes-admin");
                Ok(Progress::Done(0))
            }),
            ..Command::NONE
        },
        &Command {
            name: "rename-context",
            about: "Rename a context from the kubeconfig file",
            text: "Renames a context from the kubeconfig file.",
            usage: "config rename-context CONTEXT_NAME NEW_NAME [options]",
            run: Some(rename_context),
            ..Command::NONE
        },
        &unsimulated::SET,
        &unsimulated::SET_CLUSTER,
        &Command {
            name: "set-context",
            about: "Set a context entry in kubeconfig",
            text: "Set a context entry in kubeconfig.\n\n Specifying a name that already exists will merge new fields on top of \
                   existing values for those fields.",
            usage: "config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace] [options]",
            flags: &[SET_CONTEXT_FLAGS],
            run: Some(set_context),
            ..Command::NONE
        },
        &unsimulated::SET_CREDENTIALS,
        &unsimulated::UNSET,
        &Command {
            name: "use-context",
            aliases: &["use"],
            about: "Set the current-context in a kubeconfig file",
            text: "Set the current-context in a kubeconfig file.",
            usage: "config use-context CONTEXT_NAME [options]",
            run: Some(use_context),
            ..Command::NONE
        },
        &Command {
            name: "view",
            about: "Display merged kubeconfig settings or a specified kubeconfig file",
            text: "Display merged kubeconfig settings or a specified kubeconfig file.",
            usage: "config view [flags] [options]",
            flags: &[VIEW_FLAGS],
            run: Some(view),
            ..Command::NONE
        },
    ],
    ..Command::NONE
};

fn current_context(_: &Args, env: &mut Env) -> Outcome {
    let name = env.config.current.clone();
    if name.is_empty() {
        return Err(Failure::error("current-context is not set"));
    }
    env.say(&name);
    Ok(Progress::Done(0))
}

fn get_contexts(args: &Args, env: &mut Env) -> Outcome {
    let name_only = args.text("output") == Some("name");
    if let Some(other) = args.text("output").filter(|format| !matches!(*format, "" | "name")) {
        return Err(Failure::error(format!(
            "--output {other} is not available in kubectl config get-contexts; resetting to default output format"
        )));
    }
    let mut table = String::new();
    if !args.on("no-headers") && !name_only {
        table.push_str("CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n");
    }
    for name in &args.words {
        if !env.config.contexts.iter().any(|context| context.name == *name) {
            return Err(Failure::error(format!("context {name} not found")));
        }
    }
    let Config { contexts, current, .. } = &*env.config;
    for context in contexts.iter().filter(|c| args.words.is_empty() || args.words.contains(&c.name)) {
        let Context { name, cluster, user, namespace } = context;
        if name_only {
            table.push_str(&format!("{name}\n"));
        } else {
            let mark = if name == current { "*" } else { "" };
            table.push_str(&format!("{mark}\t{name}\t{cluster}\t{user}\t{namespace}\n"));
        }
    }
    env.put(&align(&table, 6, 3));
    Ok(Progress::Done(0))
}

fn set_context(args: &Args, env: &mut Env) -> Outcome {
    let name = match (args.words.as_slice(), args.on("current")) {
        ([name], false) => name.clone(),
        ([], true) => env.config.current.clone(),
        ([_, ..], true) => return Err(Failure::error("you cannot specify both a context name and --current")),
        _ => return Err(Failure::error("you must specify a non-empty context name or --current")),
    };
    let known = env.config.contexts.iter().position(|context| context.name == name);
    let index = known.unwrap_or_else(|| {
        let (cluster, user, namespace) = Default::default();
        env.config.contexts.push(Context { name: name.clone(), cluster, user, namespace });
        env.config.contexts.len() - 1
    });
    let context = &mut env.config.contexts[index];
    for (flag, field) in
        [("namespace", &mut context.namespace), ("cluster", &mut context.cluster), ("user", &mut context.user)]
    {
        if let Some(text) = args.text(flag) {
            *field = text.to_string();
        }
    }
    env.say(&format!("Context {name:?} {}.", if known.is_some() { "modified" } else { "created" }));
    Ok(Progress::Done(0))
}

fn delete_context(args: &Args, env: &mut Env) -> Outcome {
    let [name] = args.words.as_slice() else {
        if let Some(command) = CONFIG.below("delete-context") {
            env.put(&help::of(command, "kubectl config delete-context"));
        }
        return Ok(Progress::Done(0));
    };
    let Some(at) = env.config.contexts.iter().position(|context| context.name == *name) else {
        return Err(Failure::error(format!("cannot delete context {name}, not in {KUBECONFIG}")));
    };
    env.config.contexts.remove(at);
    if env.config.current == *name {
        env.complain(
            "warning: this removed your active context, use \"kubectl config use-context\" to select a different one",
        );
    }
    env.say(&format!("deleted context {name} from {KUBECONFIG}"));
    Ok(Progress::Done(0))
}

fn rename_context(args: &Args, env: &mut Env) -> Outcome {
    let [old, new] = args.words.as_slice() else { return Err(unexpected("rename-context", args, env)) };
    if !env.config.contexts.iter().any(|context| context.name == *old) {
        return Err(Failure::error(format!("cannot rename the context {old:?}, it's not in {KUBECONFIG}")));
    }
    if env.config.contexts.iter().any(|context| context.name == *new) {
        return Err(Failure::error(format!(
            "cannot rename the context {old:?}, the context {new:?} already exists in {KUBECONFIG}"
        )));
    }
    for context in env.config.contexts.iter_mut().filter(|context| context.name == *old) {
        context.name.clone_from(new);
    }
    if env.config.current == *old {
        env.config.current.clone_from(new);
    }
    env.say(&format!("Context {old:?} renamed to {new:?}."));
    Ok(Progress::Done(0))
}

/// The wrong number of words: the command's help, and what is wrong.
fn unexpected(name: &str, args: &Args, env: &mut Env) -> Failure {
    if let Some(command) = CONFIG.below(name) {
        env.put(&help::of(command, &format!("kubectl config {name}")));
    }
    Failure::error(format!("Unexpected args: [{}]", args.words.join(" ")))
}

fn use_context(args: &Args, env: &mut Env) -> Outcome {
    let [name] = args.words.as_slice() else { return Err(unexpected("use-context", args, env)) };
    if !env.config.contexts.iter().any(|context| context.name == *name) {
        return Err(Failure::error(format!("no context exists with the name: {name:?}")));
    }
    env.config.current = name.clone();
    env.say(&format!("Switched to context {name:?}."));
    Ok(Progress::Done(0))
}

fn view(args: &Args, env: &mut Env) -> Outcome {
    let config = &*env.config;
    let shown = config.contexts.iter().filter(|context| !args.on("minify") || context.name == config.current);
    let contexts: Vec<Value> = shown
        .map(|context| {
            let mut inner = json!({"cluster": context.cluster, "user": context.user});
            if !context.namespace.is_empty() {
                inner["namespace"] = context.namespace.as_str().into();
            }
            json!({"context": inner, "name": context.name})
        })
        .collect();
    let names = config.clusters.iter().filter(|name| !args.on("minify") || *name == config.cluster());
    let cluster = |name: &String| {
        let inner = json!({"certificate-authority-data": "DATA+OMITTED", "server": config.server});
        json!({"cluster": inner, "name": name})
    };
    let value = json!({
        "apiVersion": "v1",
        "clusters": names.map(cluster).collect::<Vec<Value>>(),
        "contexts": contexts,
        "current-context": config.current,
        "kind": "Config",
        "users": [{
            "name": "kubernetes-admin",
            "user": {"client-certificate-data": "DATA+OMITTED", "client-key-data": "DATA+OMITTED"},
        }],
    });
    let format = args.text("output").unwrap_or("yaml");
    print::check_object(format).map_err(Failure::error)?;
    let text = print::object(format, &value, false).map_err(Failure::error)?;
    env.put(&text);
    Ok(Progress::Done(0))
}
