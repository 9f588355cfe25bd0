//! What the tests of the whole share: a cluster with a learner in front of it, and transcripts of real ones.
//!
//! [`world`] is the learner's verbs; [`transcript`] reads a record of a real cluster, [`replay`] does the same again here,
//! [`names`] lets both speak of the same Pods, [`objects`] keeps what was stored, [`changes`] puts what changed into the record's words, [`snapshot`] and
//! [`compare`] say where they differ, and [`mask`] blanks what differs from run to run.

pub mod changes;
pub mod compare;
pub mod mask;
pub mod names;
pub mod objects;
pub mod replay;
pub mod snapshot;
pub mod transcript;
pub mod world;
