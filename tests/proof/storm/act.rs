//! One act, and how it is done.
//!
//! ```text
//! kubectl taint node node-2 maint=now:NoExecute     what a shell takes; `kubectl edit` changes the image
//! @wait 37                                          virtual time passes
//! @add node-7 small      @remove node-7             a machine is plugged in, or taken away together with its Node
//! @unplug node-7                                    a machine is taken away, its Node stays
//! @stop node-2           @start node-2              the kubelet
//! @pressure node-2 disk on                          the node runs short of something
//! @network node-2 off
//! @image web:2 crash                                from now on the image crashes: good, crash, late, never-ready, missing, deaf
//! @scheduler stop                                   until it is started, or a rest
//! @rest                                             time passes, then the whole must be in order
//! @mend                                             whatever is broken is mended, time passes, then all must be well
//! ```

use super::{MENDING, REST, rest, step};
use api::Str;
use api::client::Client;
use api::objects::scheduling::{Effect, Taint};
use api::request::{Request, Response};
use api::status::Status;
use api::time::Time;
use cluster::Cluster;
use cluster::clock::Instant;
use cluster::controller::daemonset::before_1_12::Placing;
use cluster::kubelet::eviction::Pressure;
use cluster::kubelet::images::{Exit, Image};
use cluster::kubelet::machine::Machine;
use shell::{Host, Session, Shell, Step};
use std::time::Duration;

/// A command that takes longer is given up, as with Ctrl-C.
const PATIENCE: Duration = Duration::from_secs(45);
/// Commands look at the clock, so they are asked so often.
const POLL: Duration = Duration::from_millis(500);
/// How long a cluster may still be busy with what time has brought before a rest counts as disturbed.
const LEEWAY: f64 = 60.0;

/// Images that acts speak of; mending makes them good.
pub const IMAGES: [&str; 4] = ["web:1", "web:2", "agent:1", "agent:2"];

/// Somebody at a shell in front of a cluster.
#[derive(Clone)]
pub struct Learner {
    /// The cluster.
    pub cluster: Cluster,
    /// What commands have printed.
    pub printed: String,
    /// A kubelet has had reason to turn daemon Pods away.
    pub has_refused: bool,
    changes: step::Changes,
}

impl Learner {
    /// In front of a new cluster of that seed.
    pub fn new(seed: u64) -> Learner {
        // A third of all storms are raised over the old way of placing daemon Pods.
        let placing = if seed % 3 == 2 { Placing::ByController } else { Placing::ByScheduler };
        let cluster = Cluster::new(seed).placing_daemons(placing);
        Learner { changes: step::Changes::new(&cluster), printed: String::new(), has_refused: false, cluster }
    }

    /// Does an act, and what follows from it at once.
    pub fn run(&mut self, act: &str) -> Result<(), String> {
        self.cluster.begin_act();
        match act.strip_prefix('@') {
            None => self.shell(act),
            Some(words) => {
                let mut words = words.split(' ');
                let mut word = || words.next().unwrap_or_default();
                let (verb, first, second, third) = (word(), word(), word(), word());
                self.by_hand(verb, first, second, third)
            }
        }?;
        self.changes.look(&self.cluster)
    }

    fn by_hand(&mut self, verb: &str, first: &str, second: &str, third: &str) -> Result<(), String> {
        let name: Str = first.into();
        match verb {
            "wait" => self.pass(first.parse().expect("seconds"))?,
            "add" => self.cluster.add_machine(machine(first, second)),
            "unplug" => self.cluster.remove_machine(&name),
            "remove" => {
                self.cluster.remove_machine(&name);
                self.shell(&format!("kubectl delete node {first} --wait=false"))?;
            }
            "stop" => self.cluster.stop_kubelet(&name),
            "start" => self.cluster.start_kubelet(&name),
            "pressure" => {
                self.has_refused |= second != "memory" && third == "on";
                self.cluster.set_pressure(&name, pressure(second), third == "on");
            }
            "network" => self.cluster.set_network(&name, second == "on"),
            "image" => self.cluster.set_image(name, image(second)),
            "scheduler" if first == "stop" => self.cluster.stop_scheduler(),
            "scheduler" => self.cluster.start_scheduler(),
            "rest" => {
                self.cluster.start_scheduler();
                self.pass(REST)?;
                self.at_rest(rest::check)?;
            }
            "mend" => {
                self.mend();
                self.pass(MENDING)?;
                self.at_rest(rest::check)?;
                self.at_rest(rest::check_all_well)?;
            }
            other => panic!("no act is called {other}"),
        }
        Ok(())
    }

    /// Runs a line of a shell until it ends, or for as long as anybody would wait.
    fn shell(&mut self, line: &str) -> Result<(), String> {
        let mut shell = Shell::default();
        let mut session = shell.start(line);
        let outcome = self.wait_for(&mut session, &mut shell);
        self.printed = session.out.all();
        outcome
    }

    fn wait_for(&mut self, session: &mut Session, shell: &mut Shell) -> Result<(), String> {
        let until = self.cluster.now() + PATIENCE;
        loop {
            match session.poll(shell, &mut Connection(&mut self.cluster)) {
                Step::Done(_) => return Ok(()),
                Step::Edit { text, .. } => {
                    let changed = match text.contains("image: agent:1") {
                        true => text.replace("image: agent:1", "image: agent:2"),
                        false => text.replace("image: agent:2", "image: agent:1"),
                    };
                    session.edited(&changed, shell, &mut Connection(&mut self.cluster));
                }
                Step::Running if self.cluster.now() >= until => {
                    session.interrupt(shell);
                    return Ok(());
                }
                Step::Running => self.pass_until(until.min(self.cluster.now() + POLL))?,
            }
        }
    }

    /// Lets so many seconds pass.
    fn pass(&mut self, seconds: f64) -> Result<(), String> {
        self.pass_until(self.cluster.now() + Duration::from_secs_f64(seconds))
    }

    fn pass_until(&mut self, moment: Instant) -> Result<(), String> {
        while self.cluster.next_at().is_some_and(|at| at <= moment) {
            self.cluster.step();
            self.changes.look(&self.cluster)?;
        }
        self.cluster.run_until(moment);
        Ok(())
    }

    /// There must be a moment, soon, at which the whole is in order.
    fn at_rest(&mut self, check: fn(&Cluster) -> Result<(), String>) -> Result<(), String> {
        // A taint alone doesn't make the DaemonSet controller count again (a node's deletion neither); any change does.
        self.shell("kubectl annotate ds --all -A storm- ; kubectl annotate ds --all -A storm=over")?;
        let until = self.cluster.now() + Duration::from_secs_f64(LEEWAY);
        self.pass(1.0)?;
        loop {
            match check(&self.cluster) {
                Err(_) if self.cluster.now() < until => self.pass(0.3)?,
                outcome => return outcome.map_err(|what| format!("at rest: {what}")),
            }
        }
    }

    /// Starts, frees and repairs what is stopped, short of something or broken.
    fn mend(&mut self) {
        self.cluster.start_scheduler();
        for name in self.cluster.kubelets().names().cloned().collect::<Vec<_>>() {
            for pressure in Pressure::ALL {
                self.cluster.set_pressure(&name, pressure, false);
            }
            self.cluster.set_network(&name, true);
            self.cluster.start_kubelet(&name);
        }
        for name in IMAGES {
            self.cluster.set_image(name.into(), Image::default());
        }
    }
}

/// The learner's connection to the API server.
struct Connection<'a>(&'a mut Cluster);

impl Client for Connection<'_> {
    fn request(&mut self, request: Request) -> Result<Response, Status> {
        self.0.request(&request)
    }

    fn now(&self) -> Time {
        self.0.now().time()
    }
}

impl Host for Connection<'_> {
    fn kubelet(&self, machine: &str) -> Option<bool> {
        self.0.kubelets().get(&machine.into()).map(|kubelet| kubelet.running)
    }

    fn set_kubelet(&mut self, machine: &str, running: bool) {
        match running {
            true => self.0.start_kubelet(&machine.into()),
            false => self.0.stop_kubelet(&machine.into()),
        }
    }
}

fn machine(name: &str, preset: &str) -> Machine {
    let mut machine = Machine::worker(name);
    match preset {
        "small" => (machine.cpu, machine.memory, machine.pods) = ("1".into(), "1Gi".into(), 6),
        "gpu" => {
            machine.extended.insert("nvidia.com/gpu".into(), "1".into());
            machine.taints.push(Taint::new("nvidia.com/gpu", "present", Effect::NoSchedule));
            machine.labels.insert("disk".into(), "ssd".into());
        }
        "edge" => machine.taints.push(Taint::new("edge", "", Effect::NoExecute)),
        "control-plane" => machine = Machine::control_plane(name),
        _ => {}
    }
    machine
}

fn pressure(word: &str) -> Pressure {
    match word {
        "memory" => Pressure::Memory,
        "disk" => Pressure::Disk,
        _ => Pressure::Pid,
    }
}

fn image(what: &str) -> Image {
    let good = Image::default();
    match what {
        "crash" => Image { exits: Some(Exit { after: Duration::from_secs(2), code: 1 }), ..good },
        "late" => Image { ready_after: Duration::from_secs(20), ..good },
        "never-ready" => Image { ever_ready: false, ..good },
        "missing" => Image { exists: false, ..good },
        "deaf" => Image { on_term: None, ..good },
        _ => good,
    }
}
