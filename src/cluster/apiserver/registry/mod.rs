//! What the server does per kind: defaults and validation over the dynamic value.
