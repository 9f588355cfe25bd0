//! The columns `get` shows, per kind.
