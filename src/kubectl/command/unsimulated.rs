//! Commands that exist and have nothing to work on here: each says so by name, and most say what to do instead.

use super::{Command, Outcome};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;

const fn command(name: &'static str, about: &'static str, run: fn(&Args, &mut Env) -> Outcome) -> Command {
    Command { name, about, text: about, usage: name, run: Some(run), takes_anything: true, ..Command::NONE }
}

fn refuse(what: &str) -> Outcome {
    Err(Failure::error(format!("everynode doesn't simulate {what}")))
}

/// `kubectl attach`
pub static ATTACH: Command = command("attach", "Attach to a running container", |_, _| {
    refuse("programs in containers; kubectl describe shows their states")
});
/// `kubectl certificate`
pub static CERTIFICATE: Command = command("certificate", "Modify certificate resources", |_, _| refuse("certificates"));
/// `kubectl completion`
pub static COMPLETION: Command = command(
    "completion",
    "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
    |_, env| {
        env.say("# completion is built into this terminal");
        Ok(crate::Progress::Done(0))
    },
);
/// `kubectl cp`
pub static CP: Command =
    command("cp", "Copy files and directories to and from containers", |_, _| refuse("files in containers"));
const DEBUG_FLAGS: &[Flag] = &[
    flag("attach", ' ', Takes::Switch, "false", "If true, wait for the container to start running, and then attach."),
    flag("container", 'c', Takes::Text, "''", "Container name to use for debug container."),
    flag("copy-to", ' ', Takes::Text, "''", "Create a copy of the target Pod with this name."),
    flag("env", ' ', Takes::Repeat, "[]", "Environment variables to set in the container."),
    flag("image", ' ', Takes::Text, "''", "Container image to use for debug container."),
    flag(
        "profile",
        ' ',
        Takes::Text,
        "'general'",
        "Options are \"general\", \"baseline\", \"restricted\", \"netadmin\" or \"sysadmin\".",
    ),
    flag(
        "share-processes",
        ' ',
        Takes::Switch,
        "true",
        "When used with '--copy-to', enable process namespace sharing in the copy.",
    ),
    flag(
        "stdin",
        'i',
        Takes::Switch,
        "false",
        "Keep stdin open on the container(s) in the pod, even if nothing is attached.",
    ),
    flag(
        "target",
        ' ',
        Takes::Text,
        "''",
        "When using an ephemeral container, target processes in this container name.",
    ),
    flag("tty", 't', Takes::Switch, "false", "Allocate a TTY for the debugging container."),
];

/// `kubectl debug`
pub static DEBUG: Command = Command {
    flags: &[DEBUG_FLAGS],
    usage: "debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ] [options]",
    takes_anything: false,
    ..command("debug", "Create debugging sessions for troubleshooting workloads and nodes", |args, _| {
        if !args.has("image") && !args.has("copy-to") {
            return Err(Failure::error("you must specify --image when not using --copy-to."));
        }
        refuse("debugging sessions; kubectl describe and kubectl events show what happened")
    })
};
/// `kubectl kuberc`
pub static KUBERC: Command = command("kuberc", "Manage kuberc configuration files", |_, _| refuse("kuberc files"));
/// `kubectl kustomize`
pub static KUSTOMIZE: Command = command("kustomize", "Build a kustomization target from a directory or URL", |_, _| {
    refuse("kustomizations; apply the files with kubectl apply -f")
});
/// `kubectl plugin`
pub static PLUGIN: Command = command("plugin", "Provides utilities for interacting with plugins", |_, _| {
    Err(Failure::error("unable to find any kubectl plugins in your PATH"))
});
/// `kubectl port-forward`
pub static PORT_FORWARD: Command =
    command("port-forward", "Forward one or more local ports to a pod", |_, _| refuse("network traffic"));
/// `kubectl proxy`
pub static PROXY: Command =
    command("proxy", "Run a proxy to the Kubernetes API server", |_, _| refuse("network traffic"));
