//! Lines as learners type them. There's no cluster here: kubectl is met only where it needs no server.

use crate::{Host, Shell, Step};
use api::client::Client;
use api::request::{Request, Response};
use api::resource::Kind;
use api::status::Status;
use api::time::Time;

struct Nobody(i64);

impl Client for Nobody {
    fn request(&mut self, request: Request) -> Result<Response, Status> {
        Err(Status::not_found(Kind::POD, &request.name))
    }

    fn now(&self) -> Time {
        Time(self.0)
    }
}

impl Host for Nobody {
    fn kubelet(&self, machine: &str) -> Option<bool> {
        (machine == "node-1").then_some(true)
    }

    fn set_kubelet(&mut self, _machine: &str, running: bool) {
        assert!(!running, "only stopping is tried here");
    }
}

fn types(shell: &mut Shell, line: &str) -> String {
    let mut session = shell.start(line);
    match session.poll(shell, &mut Nobody(0)) {
        Step::Done(_) => session.out.all(),
        step => panic!("{line}: {step:?}, so far {}", session.out.all()),
    }
}

#[track_caller]
fn check(line: &str, expected: &str) {
    assert_eq!(types(&mut Shell::default(), line), expected, "$ {line}");
}

#[test]
fn quotes_hold_words_together() {
    check("echo a   b 'c   d' \"e $HOME\" f\\ g", "a b c   d e /root f g\n");
    check("x='1 2'; echo $x \"$x\" '$x' ${x}3", "1 2 1 2 $x 1 23\n");
}

#[test]
fn words_are_made_of_other_words() {
    check("x=5; echo $((x + 3)) $(( (x-1) * 2 )) $((7/2)) $((x > 4))", "8 8 3 1\n");
    check("echo `echo a` \"`echo 'b  c'`\"", "a b  c\n");
    check("echo {a,b}-{1,2} x{,.bak} {x} {1..3} '{a,b}'", "a-1 a-2 b-1 b-2 x x.bak {x} 1 2 3 {a,b}\n");
    check(
        "v=deploy/web; echo ${v#deploy/} ${v##*/} ${v%/*} ${#v} ${nope:-other} ${v/web/x}",
        "web web deploy 10 other deploy/x\n",
    );
}

#[test]
fn loops_stand_in_pipelines() {
    check("printf 'a 1 2\\nb 3\\n' | while read name rest; do echo $rest $name; done", "1 2 a\n3 b\n");
    check("for i in 1 2; do echo $i; done | sort -r", "2\n1\n");
    check("for i in 1 2; do echo $i; done > f; while read n; do echo got $n; done < f", "got 1\ngot 2\n");
    let refused = "everynode: a loop with a pipe or a file can't wait or go on for ever; run it without\n";
    check("while true; do sleep 1; done | cat", refused);
}

#[test]
fn conditions_are_joined() {
    check("[[ a == a && 1 -eq 1 ]] && echo yes", "yes\n");
    check("[[ a == b || 2 -gt 1 ]] && echo yes; [ a = a -a b = c ] || echo no", "yes\nno\n");
}

#[test]
fn what_a_name_means_is_told() {
    check(
        "type k cd cat nope",
        "k is aliased to `kubectl'\ncd is a shell builtin\ncat is /usr/bin/cat\nbash: type: nope: not found\n",
    );
    check("f() { echo a; }", "everynode doesn't simulate functions; an alias may stand for several words\n");
    check("printf '%5s|%-5s|%03d\\n' ab cd 7", "   ab|cd   |007\n");
    check("date", "Thu Jan  1 00:00:00 UTC 1970\n");
}

#[test]
fn lists_mind_the_status() {
    check("true && echo yes || echo no; false && echo yes || echo no", "yes\nno\n");
    check("false; echo $?; echo $?", "1\n0\n");
    check("nope", "bash: nope: command not found\n");
}

#[test]
fn pipes_and_files_carry_text() {
    check("printf 'b\\na\\nb\\n' | sort | uniq -c | awk '{print $2, $1}'", "a 1\nb 2\n");
    check("echo one > f; echo two >> f; wc -l < f; cat f | grep -v one", "2\ntwo\n");
    check("cat nope 2>/dev/null; cat nope 2>&1 | wc -l", "1\n");
    check("echo hi | tee x | tr a-z A-Z; cat x", "HI\nhi\n");
    check("echo a b | cut -d' ' -f2; echo daemonset.apps/x | cut -d/ -f2", "b\nx\n");
}

#[test]
fn here_strings_are_one_line_however_they_expand() {
    check("v='a  b'\ncat <<< \"x $v\"; cat <<<$v | tr a c; wc -l <<< ''", "x a  b\nc  b\n1\n");
}

#[test]
fn here_documents_expand_unless_quoted() {
    check("v=1\ncat <<EOF\na $v\nEOF\ncat <<'EOF'\nb $v\nEOF", "a 1\nb $v\n");
}

#[test]
fn loops_and_branches_run() {
    check("for n in a b; do echo $n; done", "a\nb\n");
    check("if test -f x; then echo yes; else echo no; fi", "no\n");
    check("touch a.yaml b.yaml c.txt; for f in *.yaml; do echo $f; done", "a.yaml\nb.yaml\n");
}

#[test]
fn sed_edits_manifests() {
    let text = "kind: Deployment\\nreplicas: 3\\nstrategy: {}\\n";
    let line =
        format!("printf '{text}' | sed -e 's/kind: Deployment/kind: DaemonSet/' -e '/replicas:/d' -e '/strategy:/d'");
    check(&line, "kind: DaemonSet\n");
    check("echo 'image: nginx' > f; sed -i 's/nginx$/nginx:1.27/' f; cat f", "image: nginx:1.27\n");
    check("printf '1\\n2\\n3\\n' | sed -n '2,3p'", "2\n3\n");
    check("echo a-b | sed -E 's/(a)-(b)/\\2-\\1/'", "b-a\n");
}

#[test]
fn grep_shows_lines_around_a_match() {
    check("printf 'a\\nupdateStrategy:\\nx\\ny\\nz\\n' | grep -A2 updateStrategy", "updateStrategy:\nx\ny\n");
    check("printf 'Taints: <none>\\n' | grep -i taint", "Taints: <none>\n");
    check("echo x | grep y; echo $?", "1\n");
}

#[test]
fn k_is_kubectl() {
    check("k gte 2>&1 | head -1", "error: unknown command \"gte\" for \"kubectl\"\n");
    check("alias kg='kubectl get'; kg pods x", "Error from server (NotFound): pods \"x\" not found\n");
    check("do='--dry-run=client -o name'; k delete pod x $do", "pod/x\n");
}

#[test]
fn history_is_recalled() {
    let mut shell = Shell::default();
    types(&mut shell, "echo a b");
    assert_eq!(types(&mut shell, "!!"), "echo a b\na b\n");
    assert_eq!(types(&mut shell, "echo !$"), "echo b\nb\n");
}

#[test]
fn sleeping_waits_for_virtual_time_and_can_be_interrupted() {
    let mut shell = Shell::default();
    let mut session = shell.start("sleep 5; echo woke");
    assert_eq!(session.poll(&mut shell, &mut Nobody(0)), Step::Running);
    assert_eq!(session.poll(&mut shell, &mut Nobody(5)), Step::Done(0));
    assert_eq!(session.out.all(), "woke\n");
    let mut session = shell.start("while true; do sleep 1; done");
    assert_eq!(session.poll(&mut shell, &mut Nobody(0)), Step::Running);
    session.interrupt(&mut shell);
    assert_eq!(session.poll(&mut shell, &mut Nobody(9)), Step::Done(130));
}

#[test]
fn an_editor_writes_the_file_it_was_opened_with() {
    let mut shell = Shell::default();
    let mut session = shell.start("vim x.yaml");
    let step = session.poll(&mut shell, &mut Nobody(0));
    assert_eq!(step, Step::Edit { path: "x.yaml".into(), text: String::new() });
    session.edited("a: 1\n", &mut shell, &mut Nobody(0));
    assert_eq!(session.poll(&mut shell, &mut Nobody(0)), Step::Done(0));
    assert_eq!(types(&mut shell, "cat x.yaml"), "a: 1\n");
}

#[test]
fn syntax_errors_are_bashs() {
    check("echo (x)", "bash: syntax error near unexpected token `('\n");
    let shell = Shell::default();
    assert!(shell.wants_more("kubectl apply -f - <<EOF\nkind: Pod"));
    assert!(!shell.wants_more("kubectl apply -f - <<EOF\nkind: Pod\nEOF"));
}

#[test]
fn a_node_is_logged_in_to_and_left() {
    let mut shell = Shell::default();
    assert_eq!(types(&mut shell, "ssh node-1"), "");
    assert_eq!(shell.prompt(), "node-1:~$ ");
    assert_eq!(types(&mut shell, "hostname | tr a-z A-Z"), "NODE-1\n");
    assert!(types(&mut shell, "sudo systemctl status kubelet | grep Active").contains("active (running)"));
    assert_eq!(types(&mut shell, "systemctl stop kubelet"), "");
    assert!(types(&mut shell, "kubectl get po").starts_with("The connection to the server localhost:8080"));
    assert_eq!(
        types(&mut shell, "systemctl stop nope; echo $?"),
        "Failed to stop nope.service: Unit nope.service not found.\n5\n"
    );
    assert_eq!(types(&mut shell, "exit"), "logout\nConnection to node-1 closed.\n");
    assert_eq!(shell.prompt(), "controlplane:~$ ");
    check("ssh node-1 'sudo systemctl stop kubelet' && echo stopped", "stopped\n");
    check("ssh node-9", "ssh: Could not resolve hostname node-9: Name or service not known\n");
}

#[test]
fn watching_looks_again_when_it_is_time() {
    let mut shell = Shell::default();
    let mut session = shell.start("watch -n 2 'echo a | tr a b'");
    let frame =
        "\u{1b}[H\u{1b}[JEvery 2.0s: echo a | tr a b                controlplane: Thu Jan 1 00:00:00 1970\n\nb\n";
    assert_eq!(session.poll(&mut shell, &mut Nobody(0)), Step::Running);
    assert_eq!(
        session.out.all().replace("  1 00", " 1 00").split_whitespace().collect::<Vec<_>>(),
        frame.split_whitespace().collect::<Vec<_>>()
    );
    session.poll(&mut shell, &mut Nobody(1));
    assert_eq!(session.out.all().matches("Every").count(), 1);
    session.poll(&mut shell, &mut Nobody(2));
    assert_eq!(session.out.all().matches("Every").count(), 2);
    check(
        "watch",
        "\nUsage:\n watch [options] command\n\nOptions:\n  -n, --interval <secs>  seconds to wait between updates\n  -t, --no-title         turn off header\n",
    );
}

#[test]
fn what_tab_offers_as_a_command_is_one() {
    for name in crate::session::builtin::NAMES {
        let said = types(&mut Shell::default(), &format!("type {name}"));
        let built_in =
            crate::session::builtin::run(name, &[], &mut Shell::default(), Time(0), &mut kubectl::Output::default());
        assert!(!said.is_empty() || built_in.is_some() || *name == "sleep", "{name}");
    }
}

#[test]
fn xargs_runs_a_command_for_some_words_or_each_line() {
    check("printf 'a b\\nc\\n' | xargs echo", "a b c\n");
    check("printf 'a b\\nc\\n' | xargs -n1 echo x", "x a\nx b\nx c\n");
    check("printf 'a b\\nc\\n' | xargs -n 2", "a b\nc\n");
    check("printf 'a b\\nc\\n' | xargs -I{} echo '<{}>'", "<a b>\n<c>\n");
    check(
        "printf 'a\\nb\\n' | xargs -n1 cat; echo $?",
        "cat: a: No such file or directory\ncat: b: No such file or directory\n123\n",
    );
    check("printf '' | xargs echo hi", "hi\n");
}

#[test]
fn base64_goes_both_ways() {
    check("echo hello | base64", "aGVsbG8K\n");
    check("echo -n hello | base64 -w0", "aGVsbG8=");
    check("echo aGVsbG8= | base64 -d", "hello");
    check("echo 'a!' | base64 --decode", "base64: invalid input\n");
}

#[test]
fn seq_counts() {
    check("for i in $(seq 3); do echo -n $i; done; seq 4 -2 0 | tr '\\n' ' '", "1234 2 0 ");
}
