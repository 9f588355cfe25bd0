//! The one test binary: what must hold across rooms. Each room's own tests stand at the foot of its files.
//!
//! In reading order: `support` is a cluster with a learner in front of it, `story` a walk through it; `transcripts` does again
//! what was done to a real cluster; `examples` types the specification's; `learners` lives through what puzzles learners; `lessons` takes the course, `exam` its exams; `manifests` applies what real projects ship; `upstream` holds the DaemonSet controller's
//! steps to upstream's own tables; `portable` compares the core here and in wasm; `storm` does random acts and checks what must
//! always hold, `fuzz` gives random texts to whatever reads texts; `tidy` holds the house rules, among them that no file of this folder is forgotten below.

mod exam;
mod examples;
mod fuzz;
mod learners;
mod lessons;
mod manifests;
mod owners;
mod portable;
mod storm;
mod story;
mod support;
mod tidy;
mod transcripts;
mod upstream;
