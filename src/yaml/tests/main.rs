//! The room's long tests, by what they hold: meaning, documents, refusals, places, printing, and what a real kubectl said.

#![allow(missing_docs)]

mod documents;
mod limits;
mod places;
mod printing;
mod refusals;
mod scalars;
mod transcripts;

use api::Value;

/// The value of one document that is right.
fn read(text: &str) -> Value {
    yaml::value(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What kubectl says of a text that is wrong.
fn refusal(text: &str) -> String {
    match yaml::documents(text).into_iter().find_map(Result::err) {
        Some(error) => error.to_string(),
        None => panic!("this was read all the same:\n{text}"),
    }
}
