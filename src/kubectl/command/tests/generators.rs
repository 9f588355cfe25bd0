//! What the generators below `create` make out of flags.

use super::Terminal;

/// The YAML of a generator's client-side dry run.
fn makes(line: &str, yaml: &str) {
    Terminal::new().says(&format!("create {line} --dry-run=client -o yaml"), yaml);
}

#[test]
fn role_has_one_rule_for_each_api_group() {
    makes(
        "role reader --verb=get,list --verb=get --resource=pods,deployments.apps,pods/log --resource-name=web",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: reader\nrules:\n- apiGroups:\n  - \"\"\n  \
         resourceNames:\n  - web\n  resources:\n  - pods\n  - pods/log\n  verbs:\n  - get\n  - list\n- apiGroups:\n  - apps\n  \
         resourceNames:\n  - web\n  resources:\n  - deployments\n  verbs:\n  - get\n  - list\n",
    );
    let mut terminal = Terminal::new();
    terminal.refuses("create role r --resource=pods", "error: at least one verb must be specified\n");
    terminal.refuses("create role r --verb=get", "error: at least one resource must be specified\n");
    terminal.refuses(
        "create role r --verb=get --resource=foos",
        "error: the server doesn't have a resource type \"foos\"\n",
    );
}

#[test]
fn bindings_name_a_role_and_those_who_have_it() {
    makes(
        "rolebinding read --role=reader --user=ann --serviceaccount=lab:bot",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: read\nroleRef:\n  \
         apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: reader\nsubjects:\n- apiGroup: rbac.authorization.k8s.io\n  \
         kind: User\n  name: ann\n- kind: ServiceAccount\n  name: bot\n  namespace: lab\n",
    );
    let mut terminal = Terminal::new();
    let both = "error: exactly one of clusterrole or role must be specified\n";
    terminal.refuses("create rolebinding b --role=a --clusterrole=b", both);
    terminal.refuses(
        "create clusterrolebinding b --clusterrole=view --serviceaccount=bot",
        "error: serviceaccount must be <namespace>:<name>\n",
    );
}

#[test]
fn jobs_run_a_command_once_or_on_a_schedule() {
    let job = |rest: &str| {
        format!(
            "template:\n{rest}metadata: {{}}\n{rest}spec:\n{rest}  containers:\n{rest}  - command:\n{rest}    - date\n{rest}    image: busybox\n{rest}    name: once\n{rest}    resources: {{}}\n"
        )
    };
    let mut terminal = Terminal::new();
    terminal.says(
        "create job once --image=busybox --dry-run=client -o yaml -- date",
        &format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: once\nspec:\n  {}      restartPolicy: Never\nstatus: {{}}\n",
            job("    ")
        ),
    );
    terminal.says(
        "create cronjob once --image=busybox --schedule='*/5 * * * *' --dry-run=client -o yaml -- date",
        &format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: once\nspec:\n  jobTemplate:\n    metadata:\n      name: once\n    \
             spec:\n      {}          restartPolicy: OnFailure\n  schedule: '*/5 * * * *'\nstatus: {{}}\n",
            job("        ")
        ),
    );
    terminal.refuses("create job once", "error: either --image or --from must be specified\n");
    terminal.refuses("create cronjob once --image=busybox", "error: required flag(s) \"schedule\" not set\n");
}

#[test]
fn quota_and_ingress_are_made_of_pairs() {
    makes(
        "quota small --hard=pods=2,cpu=1 --scopes=BestEffort",
        "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: small\nspec:\n  hard:\n    cpu: \"1\"\n    pods: \"2\"\n  \
         scopes:\n  - BestEffort\nstatus: {}\n",
    );
    makes(
        "ingress web --class=nginx --rule=shop.example/cart*=web:80",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  ingressClassName: nginx\n  rules:\n  \
         - host: shop.example\n    http:\n      paths:\n      - backend:\n          service:\n            name: web\n            \
         port:\n              number: 80\n        path: /cart\n        pathType: Prefix\nstatus:\n  loadBalancer: {}\n",
    );
    Terminal::new()
        .refuses("create quota q --hard=pods", "error: Invalid argument syntax pods, expected <resource>=<value>\n");
}

#[test]
fn what_refuses_does_so_whatever_its_flags() {
    let mut terminal = Terminal::new();
    for line in ["debug node/w1 -it --image=busybox", "create token bot --duration=1h", "cp -c app p:/a b"] {
        assert!(terminal.types(line).0.contains("everynode doesn't simulate"), "{line}");
    }
}
