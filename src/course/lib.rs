//! Scenarios, lessons, checks and hints: formats and judging.
//!
//! So far [`scenario`]: what is on stage when the curtain rises. Lessons and checks come with the course.

pub mod scenario;
