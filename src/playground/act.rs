//! Everything a learner can do, as one closed enum.
//!
//! An act is plain data: the page sends it, a test writes it, replay repeats it. An act that stands for a `kubectl`
//! command is carried out by running that command in the terminal, where the learner can read it; so the picture teaches
//! the command. Nothing here says what Kubernetes makes of an act.

#![expect(missing_docs, reason = "an act says what was done; its fields are named as what they carry")]

use crate::view::{ObjectRef, Outcome};

/// Something the learner did.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Wrote in a file of the editor: its whole new text.
    EditFile { name: String, text: String },
    /// Opened a new, empty file; the playground names it.
    NewFile,
    /// Brought a file to the front.
    ShowFile { name: String },
    /// Closed a file. Its text is gone from the terminal's folder too.
    CloseFile { name: String },
    /// Opened one of the [examples](crate::view::Files::examples) as a file.
    LoadExample { id: String },
    /// `kubectl apply -f FILE`.
    Apply { file: String },

    /// Entered a line in the terminal.
    Run { line: String },
    /// Pressed Ctrl-C there.
    Interrupt,
    /// Pressed Ctrl-L there.
    ClearTerminal,

    /// Added `count` nodes of a kind.
    AddNodes { preset: Preset, count: u32 },
    /// `kubectl delete node NAME`, and the machine goes with it.
    RemoveNode { node: String },
    /// `kubectl cordon NAME`.
    Cordon { node: String },
    /// `kubectl uncordon NAME`.
    Uncordon { node: String },
    /// `kubectl drain NAME --ignore-daemonsets`.
    Drain { node: String },
    /// Stopped the node's kubelet: the node goes NotReady after its grace period.
    StopKubelet { node: String },
    /// Started it again.
    StartKubelet { node: String },
    /// `kubectl label node NAME …`: labels as one types them, apart by blanks; `disktype-` takes one off.
    Label { node: String, labels: String },
    /// `kubectl taint node NAME …`: taints likewise.
    Taint { node: String, taints: String },
    /// Brought a node into trouble, or out of it.
    SetTrouble { node: String, trouble: Trouble, on: bool },

    /// Held virtual time.
    Pause,
    /// Let it run again.
    Resume,
    /// Took the one next step of any component, to look at it.
    StepLoop,
    /// Handled the one next wake.
    StepOne,
    /// Ran until some object changed.
    JumpToNextChange,
    /// Ran, as fast as it goes, until nothing but heartbeats happens.
    RunUntilSettled,
    /// Looked at another moment of the run, in milliseconds since its beginning.
    Seek { at_ms: f64 },
    /// Went back to where the run has come to.
    ReturnToNow,
    /// Took the last act back: time goes back to just before it.
    Undo,
    /// Returned to what was undone.
    Redo,
    /// Went to a line of events that was left, by its [number](crate::view::Branch::id).
    ShowBranch { branch: u32 },
    /// Kept the moment that is looked at, to compare others with it.
    PinMoment,
    /// Let it go.
    UnpinMoment,
    /// Chose how many virtual seconds pass in one of the wall clock.
    SetSpeed { speed: f64 },

    /// Opened one of the [scenarios](crate::view::Scene::scenarios), in place of the present cluster.
    LoadScenario { id: String },
    /// Started the present scenario over as [another release](crate::view::Scene::releases).
    ShowRelease { release: String },
    /// Switched to the scenario's cluster without its DaemonSet, or with it.
    ShowMoment { moment: Moment },
    /// Started the present scenario over, and the lesson if one is on.
    Reset,
    /// Opened a scenario file in place of the present cluster.
    OpenScenario { text: String },

    /// Began a lesson on its own cluster.
    StartLesson { files: LessonFiles },
    /// Chose another language for the lesson's texts.
    TranslateLesson { language: String, translation: Option<String> },
    /// Ended the lesson. The cluster stays.
    LeaveLesson,
    /// Answered the question of a lesson's step, by the id of a choice.
    Answer { choice: String },
    /// Asked for the next hint.
    ShowHint,
    /// Asked to see the step done.
    ShowSolution,
    /// Went on to the next step.
    NextStep,

    /// Did something with an exam.
    Exam(ExamAct),

    /// Selected an object everywhere at once, or nothing.
    Select { object: Option<ObjectRef> },

    /// From now on, or no longer, what changes the cluster waits until it was foretold what comes of it.
    PredictFirst { on: bool },
    /// Foretold what comes of it on one node, or on all nodes not yet spoken of; nothing takes it back.
    Guess { node: Option<String>, outcome: Option<Outcome> },
    /// Enough was foretold: the act that waits is done.
    CarryOut,
    /// The act that waits is not done after all; or what came of it was read.
    DropPrediction,
}

/// A lesson as it was fetched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LessonFiles {
    /// The name of its file, without its ending.
    pub id: String,
    /// The language of its texts: `en`.
    pub language: String,
    /// The file with its structure.
    pub original: String,
    /// The file with its texts, where they are in another language.
    pub translation: Option<String>,
}

/// What is done with an exam, beside the work itself.
#[derive(Clone, Debug, PartialEq)]
pub enum ExamAct {
    /// Began one.
    Begin { paper: ExamPaper },
    /// `kubectl config use-context` of a task's cluster.
    GoTo { task: u32 },
    /// Marked the present task to come back to, or took the mark off.
    Flag { on: bool },
    /// Held the clock.
    Hold,
    /// Let it run again.
    GoOn,
    /// Handed in.
    End,
    /// Looked at a task again, after the end.
    Review { task: u32 },
    /// Looked at a moment of one's own way there, or of the model answer.
    LookAt { model: bool, at_ms: f64 },
    /// Went back to the results.
    LeaveReview,
    /// Put the results away.
    Leave,
    /// Chose another language for the tasks' texts: one for each.
    Translate { language: String, translations: Vec<Option<String>> },
}

/// An exam as it was drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExamPaper {
    /// What it was drawn by.
    pub seed: String,
    /// The learner's name, for the results.
    pub name: String,
    /// 0: as long as one likes.
    pub minutes: u32,
    /// The wall clock, in milliseconds since 1970.
    pub now_ms: f64,
    /// The tasks, and what each counts.
    pub tasks: Vec<(LessonFiles, u32)>,
}

/// A kind of node that is added at a click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    Worker,
    Gpu,
    Arm64,
    Windows,
    Edge,
    ControlPlane,
    Small,
    /// Its network plug-in never works: it stays NotReady.
    NotReady,
}

impl Preset {
    /// In the order a menu shows them.
    pub const ALL: [Preset; 8] = [
        Preset::Worker,
        Preset::Gpu,
        Preset::Arm64,
        Preset::Windows,
        Preset::Edge,
        Preset::ControlPlane,
        Preset::Small,
        Preset::NotReady,
    ];

    /// The short name that saves, links and texts use.
    pub fn id(self) -> &'static str {
        match self {
            Preset::Worker => "worker",
            Preset::Gpu => "gpu",
            Preset::Arm64 => "arm64",
            Preset::Windows => "windows",
            Preset::Edge => "edge",
            Preset::ControlPlane => "control-plane",
            Preset::Small => "small",
            Preset::NotReady => "not-ready",
        }
    }
}

/// What can go wrong with a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Its disk is nearly full: DiskPressure.
    Disk,
    /// It runs short of memory: MemoryPressure.
    Memory,
    /// It runs short of process numbers: PIDPressure.
    Pid,
    /// Its network plug-in doesn't work: NotReady.
    Network,
}

impl Trouble {
    /// In the order a menu shows them.
    pub const ALL: [Trouble; 4] = [Trouble::Disk, Trouble::Memory, Trouble::Pid, Trouble::Network];

    /// The short name that saves and texts use.
    pub fn id(self) -> &'static str {
        match self {
            Trouble::Disk => "disk",
            Trouble::Memory => "memory",
            Trouble::Pid => "pid",
            Trouble::Network => "network",
        }
    }
}

/// The two sides of the before/after switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Before,
    After,
}
