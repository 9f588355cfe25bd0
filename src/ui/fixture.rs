//! A drawn cluster: a playground with no cluster behind it, for looking at the page.
//!
//! Built only with the feature `fixture`. It answers the few acts that change what the page looks like, so that states that
//! are hard to reach (fifty nodes, every filling of a disc, trouble) can be looked at and photographed.

use playground::act::{Act, Moment, Preset};
use playground::view::*;

/// Stands where the real one would.
pub struct Playground {
    revisions: Revisions,
    picture: Picture,
    files: Files,
    terminal: Terminal,
    timeline: Timeline,
    moment: Moment,
    next: u32,
}

const MANIFEST: &str = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: monitoring-daemon\nspec:\n  selector:\n    matchLabels:\n      \
app: monitoring-agent\n  template:\n    metadata:\n      labels:\n        app: monitoring-agent\n    spec:\n      containers:\n      - name: \
monitoring-agent\n        image: nginx\n        resources:\n          requests:\n            cpu: 100m\n            memory: 64Mi\n";

const ANSWER: &str = "NAME                DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE\n\
monitoring-daemon   4         4         3       4            3           <none>          8s\n";

impl Playground {
    pub fn new(_save: Option<&str>) -> Playground {
        let mut playground = Playground {
            revisions: Revisions::default(),
            picture: Picture::default(),
            files: Files {
                files: vec![
                    File { name: "monitoring-daemon.yaml".into(), text: MANIFEST.into(), changed: false },
                    File { name: "web.yaml".into(), text: "kind: Deployment\n".into(), changed: true },
                ],
                shown: 0,
                examples: ["Monitoring daemon", "Log collector", "Node exporter", "Cluster storage", "kube-proxy"]
                    .map(|title| Example { id: title.into(), title: title.into() })
                    .into(),
            },
            terminal: Terminal { prompt: "$ ".into(), ..Terminal::default() },
            timeline: Timeline { speed: 10.0, ..Timeline::default() },
            moment: Moment::After,
            next: 0,
        };
        let workload = |kind: &str, name: &str, letter, colour, desired| Workload {
            object: ObjectRef { kind: kind.into(), namespace: "default".into(), name: name.into() },
            letter,
            colour,
            desired,
            ready: desired,
        };
        playground.picture.workloads = vec![
            workload("Deployment", "web", 'w', 1, 6),
            workload("Deployment", "api", 'a', 2, 3),
            workload("Deployment", "cache", 'c', 3, 4),
            workload("Deployment", "jobs", 'j', 4, 3),
            workload("DaemonSet", "monitoring-daemon", 'm', 0, 4),
        ];
        for _ in 0..4 {
            playground.add(Preset::Worker);
        }
        playground.print(
            Origin::Page,
            "kubectl apply -f monitoring-daemon.yaml",
            "daemonset.apps/monitoring-daemon created\n",
        );
        playground
    }

    pub fn act(&mut self, act: Act) {
        match act {
            Act::AddNodes { preset, count } => (0..count).for_each(|_| self.add(preset)),
            Act::RemoveNode { node } => {
                self.picture.nodes.retain(|it| it.name != node);
                self.print(Origin::Page, &["kubectl delete node ", &node].concat(), "node deleted\n");
            }
            Act::Cordon { node } => self.change(&node, |it| {
                it.unschedulable = true;
                it.status = "Ready,SchedulingDisabled".into();
            }),
            Act::StopKubelet { node } => self.change(&node, |it| {
                it.kubelet_running = false;
                it.readiness = Readiness::Unknown;
                it.status = "NotReady".into();
            }),
            Act::Run { line } if line == "panic" => panic!("the drawing was asked to"),
            Act::Run { line } => self.print(Origin::Learner, &line, if line.contains("get") { ANSWER } else { "" }),
            Act::ClearTerminal => self.terminal.entries.clear(),
            Act::Pause => self.timeline.paused = true,
            Act::Resume => self.timeline.paused = false,
            Act::SetSpeed { speed } => self.timeline.speed = speed,
            Act::ShowMoment { moment } => self.moment = moment,
            Act::Select { object } => self.picture.selected = object,
            Act::ShowFile { name } => {
                self.files.shown = self.files.files.iter().position(|file| file.name == name).unwrap_or(0) as u32;
            }
            Act::EditFile { name, text } => {
                for file in self.files.files.iter_mut().filter(|file| file.name == name) {
                    file.text.clone_from(&text);
                    file.changed = true;
                }
            }
            Act::Apply { file } => self.print(Origin::Page, &["kubectl apply -f ", &file].concat(), "unchanged\n"),
            _ => {}
        }
        self.touch();
    }

    pub fn advance(&mut self, wall_ms: f64) {
        if !self.timeline.paused {
            self.timeline.now_ms += wall_ms * self.timeline.speed;
            self.revisions.timeline += 1;
        }
    }

    pub fn revisions(&self) -> Revisions {
        self.revisions
    }

    pub fn scene(&self) -> Scene {
        let name = |id: &str, title: &str| ScenarioName { id: id.into(), title: title.into() };
        Scene {
            scenario: "four".into(),
            scenarios: vec![name("four", "Four nodes, one daemon"), name("gpu", "Two kinds of hardware")],
            moment: Some(self.moment),
            kubernetes: "1.36".into(),
        }
    }

    pub fn picture(&self) -> Picture {
        self.picture.clone()
    }

    pub fn files(&self) -> Files {
        self.files.clone()
    }

    pub fn terminal(&self) -> Terminal {
        self.terminal.clone()
    }

    pub fn timeline(&self) -> Timeline {
        self.timeline.clone()
    }

    pub fn events(&self) -> EventTable {
        let row = |seen: &str, event_type: &str, reason: &str, object: &str, message: &str| EventRow {
            key: [reason, object].concat(),
            last_seen: seen.into(),
            event_type: event_type.into(),
            reason: reason.into(),
            object: object.into(),
            message: message.into(),
        };
        EventTable {
            rows: vec![
                row("2s", "Normal", "Started", "pod/monitoring-daemon-x7k2p", "Container started"),
                row(
                    "4s",
                    "Normal",
                    "Pulled",
                    "pod/monitoring-daemon-x7k2p",
                    "Successfully pulled image \"nginx\" in 1.2s (1.2s including waiting). Image size: 72 bytes.",
                ),
                row(
                    "9s",
                    "Warning",
                    "FailedScheduling",
                    "pod/monitoring-daemon-9wz4c",
                    "0/5 nodes are available: 1 Insufficient cpu, 4 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate",
                ),
                row(
                    "12s",
                    "Normal",
                    "SuccessfulCreate",
                    "daemonset/monitoring-daemon",
                    "Created pod: monitoring-daemon-x7k2p",
                ),
                row(
                    "41s",
                    "Normal",
                    "RegisteredNode",
                    "node/node-5",
                    "Node node-5 event: Registered Node node-5 in Controller",
                ),
            ],
        }
    }

    pub fn save(&self) -> String {
        "a drawing".into()
    }

    pub fn diagnose(&self, text: &str) -> Vec<Diagnostic> {
        let line = text.lines().position(|line| line.contains("tolerattions")).unwrap_or(usize::MAX);
        if line == usize::MAX {
            return Vec::new();
        }
        let place = |column| Place { line: line as u32 + 1, column };
        let message = "unknown field \"tolerattions\"; a similar one exists: \"tolerations\"".into();
        vec![Diagnostic { severity: Severity::Error, start: place(7), end: place(19), message }]
    }

    pub fn complete(&self, line: &str, cursor: usize) -> Completion {
        let from = line[..cursor].rfind(' ').map_or(0, |at| at + 1);
        let words = ["kubectl ", "get ", "daemonsets ", "deployments ", "describe "];
        let fits = words.into_iter().filter(|word| word.starts_with(&line[from..cursor]));
        Completion { from: from as u32, candidates: fits.map(str::to_owned).collect() }
    }

    fn add(&mut self, preset: Preset) {
        self.next += 1;
        let n = self.next;
        let name = ["node-", &n.to_string()].concat();
        let pod = |owner: u32, look: PodLook, index: u32| Pod {
            namespace: "default".into(),
            name: [&self.picture.workloads[owner as usize].object.name, "-", &n.to_string(), "-", &index.to_string()]
                .concat(),
            workload: Some(owner),
            look,
            status: match look {
                PodLook::Starting => "ContainerCreating",
                PodLook::Pending => "Pending",
                PodLook::Failing => "CrashLoopBackOff",
                PodLook::Terminating => "Terminating",
                PodLook::Completed => "Completed",
                PodLook::Ready | PodLook::Running => "Running",
            }
            .into(),
            message: if look == PodLook::Failing {
                "back-off 40s restarting failed container".into()
            } else {
                String::new()
            },
        };
        let looks = [
            PodLook::Ready,
            PodLook::Starting,
            PodLook::Running,
            PodLook::Failing,
            PodLook::Terminating,
            PodLook::Pending,
            PodLook::Completed,
        ];
        let mut pods: Vec<Pod> =
            if n <= 4 { (0..4).map(|i| pod((n * 3 + i * i) % 4, PodLook::Ready, i)).collect() } else { Vec::new() };
        pods.push(pod(4, if n <= 4 { PodLook::Ready } else { looks[n as usize % 7] }, 9));
        if preset == Preset::Gpu {
            self.picture.waiting.push(Pod {
                message:
                    "0/5 nodes are available: 1 Insufficient cpu, 4 node(s) didn't satisfy plugin(s) [NodeAffinity]."
                        .into(),
                ..pod(4, PodLook::Pending, 8)
            });
        }
        self.picture.nodes.push(Node {
            name,
            roles: if preset == Preset::ControlPlane { "control-plane".into() } else { "<none>".into() },
            status: "Ready".into(),
            readiness: Readiness::Ready,
            unschedulable: false,
            kubelet_running: true,
            labels: vec![
                "kubernetes.io/arch=amd64".into(),
                "kubernetes.io/hostname=node-1".into(),
                "kubernetes.io/os=linux".into(),
            ],
            taints: if preset == Preset::Gpu { vec!["nvidia.com/gpu=present:NoSchedule".into()] } else { vec![] },
            cpu: Usage { percent: 11 * (n % 7) + 10, text: "850m of 2".into() },
            memory: Usage { percent: 7 * (n % 9) + 5, text: "300Mi of 4Gi".into() },
            pods,
            verdict: (preset == Preset::Gpu).then(|| Verdict {
                kind: VerdictKind::Absent,
                reason: "Taint nvidia.com/gpu=present:NoSchedule isn't tolerated.".into(),
            }),
        });
    }

    fn change(&mut self, node: &str, change: impl Fn(&mut Node)) {
        self.picture.nodes.iter_mut().filter(|it| it.name == node).for_each(change);
    }

    fn print(&mut self, origin: Origin, command: &str, output: &str) {
        let number = self.terminal.entries.last().map_or(1, |last| last.number + 1);
        let output = vec![Chunk { stream: Stream::Out, text: output.into() }];
        self.terminal.entries.push(Entry {
            number,
            revision: 0,
            origin,
            prompt: "$ ".into(),
            command: command.into(),
            output,
        });
        if origin == Origin::Learner {
            self.terminal.history.push(command.into());
        }
        self.timeline.marks.push(Mark { at_ms: self.timeline.now_ms, kind: MarkKind::Act, text: command.into() });
    }

    fn touch(&mut self) {
        let next = self.revisions.picture + 1;
        self.revisions = Revisions {
            scene: next,
            picture: next,
            files: next,
            terminal: next,
            timeline: self.revisions.timeline + 1,
            events: next,
        };
    }
}
