//! The only way in for whoever is outside the cluster: kubectl, the page, a test.

use crate::request::{Request, Response};
use crate::status::Status;
use crate::time::Time;

/// Someone who can ask an API server. Nothing here blocks: what takes time is asked again as virtual time passes.
pub trait Client {
    /// Asks, and has the answer at once.
    fn request(&mut self, request: Request) -> Result<Response, Status>;

    /// The virtual time now (whole seconds), for ages.
    fn now(&self) -> Time;
}
