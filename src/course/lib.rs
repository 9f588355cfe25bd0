//! Scenarios, lessons, checks and hints: formats and judging. The formats themselves are described in `docs/formats`.
//!
//! In reading order: [`read`] (strictly, with the line of every fault), [`scenario`] (what is on stage when the curtain rises),
//! [`moves`] (what somebody does there: a scenario's acts, a lesson's solution), [`check`] (what has to be so), [`judge`] (whether it
//! is so, and what is so instead), [`lesson`] (steps with checks, hints and a solution), [`prose`] (the text around them).
//!
//! One thing from beginning to end: the line `- {object: daemonset/agent, jsonpath: "{.status.numberReady}", is: 3}` of a lesson's front
//! matter is read into a [`check::Check`]; [`judge::judge`] asks a [`judge::World`] for the object and for what the path prints, and
//! answers "not yet: 2". The playground is that world, and the page shows the answer beside the check.

pub mod check;
pub mod exam;
pub mod judge;
pub mod lesson;
pub mod moves;
pub mod prose;
pub mod read;
pub mod scenario;
