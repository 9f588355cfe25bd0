//! What Tab offers in a line: commands, variables, files; after `kubectl` what kubectl itself offers.
//!
//! The line up to the cursor is read as far as completion needs it: which simple command the cursor is in, its words without
//! their quotes, and where the word being typed begins. Aliases are followed, so `k get po` completes as kubectl does.
//!
//! Models readline with kubectl's own completion script. Left out: `${…`, commands inside quotes.

use crate::Shell;
use crate::session::{builtin, remote};
use api::resource::Kind;
use api::sort;
use kubectl::Files;
pub use kubectl::complete::{Candidate, Sight};
use kubectl::complete::{Offer, complete as complete_kubectl};

/// What could stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Byte offset in the line from which a candidate replaces what is there, up to the cursor.
    pub from: usize,
    /// In the order to show them.
    pub candidates: Vec<Candidate>,
}

/// Words after which a command begins anew.
const OPENERS: [&str; 9] = ["do", "then", "else", "if", "while", "until", "!", "{", "time"];
/// Commands whose words are another command.
const CARRIERS: [&str; 4] = ["sudo", "watch", "xargs", "nohup"];

/// What could stand at byte `cursor` of a line.
pub fn complete(line: &str, cursor: usize, shell: &Shell, sight: &Sight) -> Completion {
    let before = line.get(..cursor).unwrap_or(line);
    let scan = Scan::read(before);
    let typed = scan.typed.as_str();
    let mut candidates = match scan.offer(shell, sight) {
        Offer::Words(words) => words,
        Offer::Files(endings) => files(typed, endings, shell),
    };
    candidates.retain(|candidate| candidate.text.starts_with(typed));
    sort::by(&mut candidates, |a, b| a.text.cmp(&b.text));
    candidates.dedup_by(|a, b| a.text == b.text);
    Completion { from: scan.from, candidates }
}

/// The simple command the cursor is in.
#[derive(Default)]
struct Scan {
    words: Vec<String>,
    /// Of the word being typed, without quotes.
    typed: String,
    /// Where that word begins.
    from: usize,
    /// It is the file of a `>` or `<`.
    redirects: bool,
}

impl Scan {
    fn read(text: &str) -> Scan {
        let mut scan = Scan::default();
        let (mut quote, mut within) = (None, false);
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match (quote, c) {
                (Some(open), c) if open == c => quote = None,
                (Some('"') | None, '\\') => scan.typed.extend(chars.next().map(|(_, c)| c)),
                (Some(_), c) => scan.typed.push(c),
                (None, '\'' | '"') => (quote, within) = (Some(c), true),
                (None, ' ' | '\t') => {
                    scan.end(within, at + 1);
                    within = false;
                }
                (None, '|' | '&' | ';' | '\n' | '(' | ')' | '`') => {
                    scan = Scan { from: at + 1, ..Scan::default() };
                    within = false;
                }
                (None, '<' | '>') => {
                    scan.typed.clear();
                    scan = Scan { from: at + 1, redirects: true, ..scan };
                    within = false;
                }
                (None, c) => {
                    within = true;
                    scan.typed.push(c);
                }
            }
        }
        scan
    }

    /// A blank: the word before it is complete.
    fn end(&mut self, within: bool, next: usize) {
        self.from = next;
        if !within {
            return;
        }
        let word = std::mem::take(&mut self.typed);
        if !std::mem::take(&mut self.redirects) {
            self.words.push(word);
        }
    }

    fn offer(&self, shell: &Shell, sight: &Sight) -> Offer {
        if self.typed.starts_with('$') {
            return Offer::Words(shell.variables.keys().map(|name| Candidate::word(&format!("${name}"))).collect());
        }
        if self.redirects {
            return Offer::Files(&[]);
        }
        let words = command_words(&self.words, shell);
        let Some((name, args)) = words.split_first() else { return Offer::Words(commands(shell)) };
        match name.as_str() {
            "kubectl" if shell.remote.is_none() => complete_kubectl(args, &self.typed, sight),
            "cd" | "mkdir" => Offer::Words(files(&self.typed, &["/"], shell)),
            "ssh" if args.is_empty() => nodes(sight),
            "ssh" => Offer::Words(["crictl", "journalctl", "sudo", "systemctl"].map(Candidate::word).into()),
            "systemctl" => match args {
                [] => Offer::Words(["restart", "start", "status", "stop"].map(Candidate::word).into()),
                _ => Offer::Words(vec![Candidate::word("kubelet")]),
            },
            "export" | "unset" => {
                Offer::Words(shell.variables.keys().map(|name| Candidate::part(name.clone())).collect())
            }
            "unalias" => Offer::Words(shell.aliases.keys().map(|name| Candidate::word(name)).collect()),
            "which" | "type" | "man" | "alias" => Offer::Words(commands(shell)),
            _ if shell.remote.is_some() => Offer::Words(Vec::new()),
            _ => Offer::Files(&[]),
        }
    }
}

/// The command's own words: without assignments and carriers in front, and with its alias followed.
fn command_words(words: &[String], shell: &Shell) -> Vec<String> {
    let assigns = |word: &String| word.split_once('=').is_some_and(|(name, _)| !name.starts_with('-'));
    let mut rest = words;
    while let [first, after @ ..] = rest {
        if assigns(first) || OPENERS.contains(&first.as_str()) {
            rest = after;
        } else if first == "ssh" && after.len() > 1 {
            rest = &after[1..];
        } else if CARRIERS.contains(&first.as_str()) {
            rest = after;
            while let [flag, after @ ..] = rest
                && flag.starts_with('-')
            {
                let valued = flag.as_str() == "-n";
                rest = after.get(usize::from(valued)..).unwrap_or(&[]);
            }
        } else {
            break;
        }
    }
    let Some((first, args)) = rest.split_first() else { return Vec::new() };
    let followed = shell.aliases.get(first).map_or(first.as_str(), String::as_str);
    followed.split_whitespace().map(String::from).chain(args.iter().cloned()).collect()
}

fn nodes(sight: &Sight) -> Offer {
    let names = (sight.objects)(Kind::NODE);
    Offer::Words(names.iter().map(|node| Candidate::word(&node.name())).collect())
}

fn commands(shell: &Shell) -> Vec<Candidate> {
    let own = shell.aliases.keys().map(String::as_str);
    let known = if shell.remote.is_some() { remote::NAMES } else { builtin::NAMES };
    own.chain(known.iter().copied()).map(Candidate::word).collect()
}

/// What is in the directory that `typed` names, each as it would be typed. `/` among the endings stands for directories alone.
fn files(typed: &str, endings: &[&str], shell: &Shell) -> Vec<Candidate> {
    let (directory, name) =
        typed.rsplit_once('/').map_or(("", typed), |(_, name)| (&typed[..typed.len() - name.len()], name));
    let looked = match directory.strip_prefix("~/") {
        Some(rest) => format!("{}/{rest}", crate::files::HOME),
        None if directory.is_empty() => ".".into(),
        None => directory.into(),
    };
    let names = shell.files.list(&looked).unwrap_or_default();
    let shown = names.into_iter().filter(|entry| name.starts_with('.') || !entry.starts_with('.'));
    let offered = shown.filter_map(|entry| {
        let fits = || endings.is_empty() || entry.rsplit_once('.').is_some_and(|(_, end)| endings.contains(&end));
        if shell.files.is_directory(&format!("{looked}/{entry}")) {
            return Some(Candidate::part(format!("{directory}{entry}/")));
        }
        fits().then(|| Candidate::word(&format!("{directory}{entry}")))
    });
    offered.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;
    use api::objects::Object;

    fn objects(kind: Kind) -> Vec<Object> {
        let names: &[&str] = if kind == Kind::NODE { &["node-1", "node-2"] } else { &[] };
        names.iter().map(|name| Object::from_value(kind, &json!({"metadata": {"name": name}}))).collect()
    }

    fn shell() -> Shell {
        let mut shell = Shell::default();
        shell.files.make_directory("manifests", false).expect("makes it");
        for path in ["web.yaml", "notes.txt", "manifests/ds.yaml", ".hidden"] {
            shell.files.write(path, "").expect("writes");
        }
        shell.aliases.insert("kd".into(), "kubectl describe".into());
        shell.variables.insert("do".into(), "--dry-run=client".into());
        shell
    }

    /// The line with each candidate in place; the cursor is at its end.
    fn offered(before: &str) -> Vec<String> {
        let shell = shell();
        let found = complete(before, before.len(), &shell, &Sight { config: &shell.config, objects: &objects });
        found.candidates.iter().map(|it| [&before[..found.from], &it.text].concat()).collect()
    }

    #[test]
    fn each_word_of_a_line_is_completed_by_what_it_is() {
        let cases: &[(&str, &[&str])] = &[
            ("kub", &["kubectl "]),
            ("k descr", &["k describe "]),
            ("ls; kubectl des", &["ls; kubectl describe "]),
            ("k get ds | gre", &["k get ds | grep "]),
            ("x=$(k desc", &["x=$(k describe "]),
            ("kd no n", &["kd no node-1 ", "kd no node-2 "]),
            ("sudo kubectl cordon node-1 ", &["sudo kubectl cordon node-1 node-2 "]),
            ("watch -n 1 kubectl descr", &["watch -n 1 kubectl describe "]),
            ("for n in a; do kubectl descr", &["for n in a; do kubectl describe "]),
            ("NS=x kubectl descr", &["NS=x kubectl describe "]),
            ("cat w", &["cat web.yaml "]),
            ("cat manifests/", &["cat manifests/ds.yaml "]),
            ("cat ~/man", &["cat ~/manifests/"]),
            ("cat .h", &["cat .hidden "]),
            ("vi no", &["vi notes.txt "]),
            ("k apply -f ", &["k apply -f manifests/", "k apply -f web.yaml "]),
            ("k apply -f web.yaml", &["k apply -f web.yaml "]),
            ("k get ds > no", &["k get ds > notes.txt "]),
            ("cd ", &["cd manifests/"]),
            ("echo $d", &["echo $do "]),
            ("ssh ", &["ssh node-1 ", "ssh node-2 "]),
            (
                "ssh node-1 sudo systemctl st",
                &[
                    "ssh node-1 sudo systemctl start ",
                    "ssh node-1 sudo systemctl status ",
                    "ssh node-1 sudo systemctl stop ",
                ],
            ),
            ("echo 'a b' w", &["echo 'a b' web.yaml "]),
            ("kubectl get nodes node-1", &["kubectl get nodes node-1 "]),
            ("nope xyz", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(offered(text), *expected, "$ {text}");
        }
    }
}
