//! Small pieces that know nothing of Kubernetes.

pub mod hint;
pub mod icon;
pub mod menu;
pub mod shown;
pub mod split;
pub mod tool;
