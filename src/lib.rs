//! everynode: a Kubernetes cluster in a browser tab, made to teach DaemonSets.
//!
//! The front door: it only names the rooms, in reading order. `docs/architecture.md` follows one act through them.

pub use api;
pub use cluster;
pub use course;
pub use kubectl;
pub use playground;
pub use shell;
pub use yaml;
