//! Commands that exist and have nothing to work on here: each says so by name, and most say what to do instead.

use super::options::{DRY_RUN, OUTPUT};
use super::{Command, Outcome};
use crate::Env;
use crate::args::{Args, Flag, Takes, flag};
use crate::error::Failure;
use crate::resource::FILES;

const fn command(name: &'static str, about: &'static str, run: fn(&Args, &mut Env) -> Outcome) -> Command {
    Command { name, about, text: about, usage: name, run: Some(run), takes_anything: true, ..Command::NONE }
}

/// The same with flags of its own, and no others.
const fn with_flags(flags: &'static [&'static [Flag]], command: Command) -> Command {
    Command { flags, takes_anything: false, ..command }
}

const ATTACH_FLAGS: &[Flag] = &[
    flag("container", 'c', Takes::Text, "''", "Container name."),
    flag(
        "pod-running-timeout",
        ' ',
        Takes::Duration,
        "1m0s",
        "The length of time to wait until at least one pod is running",
    ),
    flag("quiet", 'q', Takes::Switch, "false", "Only print output from the remote session"),
    flag("stdin", 'i', Takes::Switch, "false", "Pass stdin to the container"),
    flag("tty", 't', Takes::Switch, "false", "Stdin is a TTY"),
];

const CP_FLAGS: &[Flag] = &[
    flag("container", 'c', Takes::Text, "''", "Container name."),
    flag(
        "no-preserve",
        ' ',
        Takes::Switch,
        "false",
        "The copied file/directory's ownership and permissions will not be preserved in the container",
    ),
    flag("retries", ' ', Takes::Number, "0", "Set number of retries to complete a copy operation from a container."),
];

const PORT_FLAGS: &[Flag] = &[
    flag("address", ' ', Takes::List, "[localhost]", "Addresses to listen on (comma separated)."),
    flag(
        "pod-running-timeout",
        ' ',
        Takes::Duration,
        "1m0s",
        "The length of time to wait until at least one pod is running",
    ),
];

const RECONCILE_FLAGS: &[Flag] = &[
    flag("remove-extra-permissions", ' ', Takes::Switch, "false", "If true, removes extra permissions added to roles"),
    flag("remove-extra-subjects", ' ', Takes::Switch, "false", "If true, removes extra subjects added to rolebindings"),
];

fn refuse(what: &str) -> Outcome {
    Err(Failure::error(format!("everynode doesn't simulate {what}")))
}

/// `kubectl attach`
pub static ATTACH: Command = with_flags(
    &[ATTACH_FLAGS],
    command("attach", "Attach to a running container", |args, _| {
        if args.words.is_empty() {
            return Err(Failure::usage("kubectl attach", "at least 1 argument is required for attach"));
        }
        refuse("programs in containers; kubectl describe shows their states")
    }),
);
/// `kubectl certificate`
pub static CERTIFICATE: Command = command("certificate", "Modify certificate resources", |_, _| refuse("certificates"));
/// `kubectl auth reconcile`
pub static RECONCILE: Command = with_flags(
    &[FILES, DRY_RUN, OUTPUT, RECONCILE_FLAGS],
    command(
        "reconcile",
        "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
        |_, _| refuse("auth reconcile; kubectl apply -f does the same where nobody is refused anything"),
    ),
);
/// `kubectl completion`
pub static COMPLETION: Command = command(
    "completion",
    "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
    |_, env| {
        env.say("# completion is built into this terminal");
        Ok(crate::Progress::Done(0))
    },
);
/// What `config` could change in a kubeconfig that has more than contexts.
const KUBECONFIG: &str = "clusters and users of a kubeconfig; its contexts can be changed";
/// `kubectl config delete-cluster`
pub static DELETE_CLUSTER: Command =
    command("delete-cluster", "Delete the specified cluster from the kubeconfig", |_, _| refuse(KUBECONFIG));
/// `kubectl config delete-user`
pub static DELETE_USER: Command =
    command("delete-user", "Delete the specified user from the kubeconfig", |_, _| refuse(KUBECONFIG));
/// `kubectl config set`
pub static SET: Command = command("set", "Set an individual value in a kubeconfig file", |_, _| refuse(KUBECONFIG));
/// `kubectl config set-cluster`
pub static SET_CLUSTER: Command =
    command("set-cluster", "Set a cluster entry in kubeconfig", |_, _| refuse(KUBECONFIG));
/// `kubectl config set-credentials`
pub static SET_CREDENTIALS: Command =
    command("set-credentials", "Set a user entry in kubeconfig", |_, _| refuse(KUBECONFIG));
/// `kubectl config unset`
pub static UNSET: Command =
    command("unset", "Unset an individual value in a kubeconfig file", |_, _| refuse(KUBECONFIG));
/// `kubectl cp`
pub static CP: Command = with_flags(
    &[CP_FLAGS],
    command("cp", "Copy files and directories to and from containers", |args, _| {
        let [from, to] = args.words.as_slice() else {
            return Err(Failure::error("source and destination are required"));
        };
        match (from.contains(':'), to.contains(':')) {
            (true, true) => Err(Failure::error("one of src or dest must be a local file specification")),
            (false, false) => Err(Failure::error("one of src or dest must be a remote file specification")),
            _ => refuse("files in containers"),
        }
    }),
);
const DEBUG_FLAGS: &[Flag] = &[
    flag("attach", ' ', Takes::Switch, "false", "If true, wait for the container to start running, and then attach."),
    flag(
        "arguments-only",
        ' ',
        Takes::Switch,
        "false",
        "If specified, everything after -- will be passed to the new container as Args instead of Command.",
    ),
    flag("container", 'c', Takes::Text, "''", "Container name to use for debug container."),
    flag(
        "custom",
        ' ',
        Takes::Text,
        "''",
        "Path to a JSON or YAML file containing a partial container spec to customize built-in debug profiles.",
    ),
    flag("filename", 'f', Takes::List, "[]", "identifying the resource to debug"),
    flag("image-pull-policy", ' ', Takes::Text, "''", "The image pull policy for the container."),
    flag(
        "keep-annotations",
        ' ',
        Takes::Switch,
        "false",
        "If true, keep the original pod annotations. (This flag only works when used with '--copy-to')",
    ),
    flag(
        "keep-init-containers",
        ' ',
        Takes::Switch,
        "true",
        "Run the init containers for the pod. Defaults to true. (This flag only works when used with '--copy-to')",
    ),
    flag(
        "keep-labels",
        ' ',
        Takes::Switch,
        "false",
        "If true, keep the original pod labels. (This flag only works when used with '--copy-to')",
    ),
    flag(
        "keep-liveness",
        ' ',
        Takes::Switch,
        "false",
        "If true, keep the original pod liveness probes. (This flag only works when used with '--copy-to')",
    ),
    flag(
        "keep-readiness",
        ' ',
        Takes::Switch,
        "false",
        "If true, keep the original pod readiness probes. (This flag only works when used with '--copy-to')",
    ),
    flag(
        "keep-startup",
        ' ',
        Takes::Switch,
        "false",
        "If true, keep the original startup probes. (This flag only works when used with '--copy-to')",
    ),
    flag("quiet", 'q', Takes::Switch, "false", "If true, suppress informational messages."),
    flag("replace", ' ', Takes::Switch, "false", "When used with '--copy-to', delete the original Pod."),
    flag(
        "same-node",
        ' ',
        Takes::Switch,
        "false",
        "When used with '--copy-to', schedule the copy of target Pod on the same node.",
    ),
    flag(
        "set-image",
        ' ',
        Takes::Repeat,
        "[]",
        "When used with '--copy-to', a list of name=image pairs for changing container images, similar to how 'kubectl set image' works.",
    ),
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
pub static PORT_FORWARD: Command = with_flags(
    &[PORT_FLAGS],
    command("port-forward", "Forward one or more local ports to a pod", |args, _| match args.words.len() {
        0 | 1 => {
            let text = "TYPE/NAME and list of ports are required for port-forward";
            Err(Failure::usage("kubectl port-forward", text))
        }
        _ => refuse("network traffic"),
    }),
);
/// `kubectl proxy`
pub static PROXY: Command =
    command("proxy", "Run a proxy to the Kubernetes API server", |_, _| refuse("network traffic"));
