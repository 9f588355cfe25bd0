//! What is done to a cluster from outside, as plain data, with the step and the moment at which it was done.

use super::Place;
use api::Str;
use api::request::Request;
use cluster::Cluster;
use cluster::kubelet::eviction::Pressure;
use cluster::kubelet::machine::Machine;
use std::rc::Rc;

/// One input.
#[derive(Clone)]
pub struct Input {
    /// After which step, and when.
    pub at: Place,
    /// The number of the learner's act in the cluster's own count.
    pub act: u32,
    /// Which act of the learner it belongs to; 0: what a command did later on.
    pub turn: u32,
    /// What was done.
    pub what: Rc<What>,
}

/// Everything that can be done to a cluster.
pub enum What {
    /// Asked of the API server.
    Request(Request),
    /// A machine was plugged in.
    AddMachine(Machine),
    /// A machine was taken away.
    RemoveMachine(Str),
    /// A kubelet was stopped.
    StopKubelet(Str),
    /// A kubelet was started.
    StartKubelet(Str),
    /// A machine runs short of something, or no longer does.
    SetPressure(Str, Pressure, bool),
    /// A machine's network works, or doesn't.
    SetNetwork(Str, bool),
}

impl Input {
    /// Does it again.
    pub fn play(&self, cluster: &mut Cluster) {
        while cluster.act() < self.act {
            cluster.begin_act();
        }
        self.what.play(cluster);
    }
}

impl What {
    /// The machine it switches on or off.
    pub fn machine(&self) -> Option<&Str> {
        match self {
            What::Request(_) => None,
            What::AddMachine(machine) => Some(&machine.name),
            What::RemoveMachine(name) | What::StopKubelet(name) | What::StartKubelet(name) => Some(name),
            What::SetPressure(name, ..) | What::SetNetwork(name, _) => Some(name),
        }
    }

    /// Does it.
    pub fn play(&self, cluster: &mut Cluster) {
        match self {
            What::Request(request) => {
                // What was refused is refused again; it took its random numbers all the same.
                let _ = cluster.request(request);
            }
            What::AddMachine(machine) => cluster.add_machine(machine.clone()),
            What::RemoveMachine(name) => cluster.remove_machine(name),
            What::StopKubelet(name) => cluster.stop_kubelet(name),
            What::StartKubelet(name) => cluster.start_kubelet(name),
            What::SetPressure(name, pressure, short) => cluster.set_pressure(name, *pressure, *short),
            What::SetNetwork(name, works) => cluster.set_network(name, *works),
        }
    }
}
