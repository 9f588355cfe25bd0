//! What the tests of the whole share: a cluster with a learner in front of it, and transcripts of real ones.
//!
//! [`world`] is the learner's verbs; [`transcript`] reads a record of a real cluster, [`replay`] does the same again here,
//! [`names`] lets both speak of the same Pods, [`objects`] keeps what was stored, [`changes`] puts what changed into the record's words,
//! [`snapshot`] and [`compare`] say where they differ, [`mask`] blanks what differs from run to run, and [`gaps`] knows what came about
//! where no section of the record tells of it.

pub mod changes;
pub mod compare;
pub mod gaps;
pub mod mask;
pub mod names;
pub mod objects;
pub mod replay;
pub mod snapshot;
pub mod transcript;
pub mod world;
