//! Collects what validation refuses, in the order it is found.
//!
//! The server speaks of every mistake at once; so a check adds to the report and goes on.

use super::names::Problems;
use super::path::Path;
use api::Value;
use api::status::FieldError;

/// What may not change says this.
pub const IMMUTABLE: &str = "field is immutable";

/// Refusals so far.
#[derive(Default)]
pub struct Report(pub Vec<FieldError>);

impl Report {
    /// `Required value`, with an optional detail.
    pub fn required(&mut self, path: Path, detail: &str) {
        self.0.push(FieldError::required(path, detail));
    }

    /// `Invalid value: VALUE: DETAIL`
    pub fn invalid(&mut self, path: Path, value: impl Into<Value>, detail: &str) {
        self.0.push(FieldError::invalid(path, &value.into(), detail));
    }

    /// `Invalid value: TEXT: DETAIL`, where the text is a struct in the server's own spelling.
    pub fn invalid_struct(&mut self, path: Path, text: String, detail: &str) {
        self.0.push(FieldError::invalid_text(path, text, detail));
    }

    /// One `Invalid value` per problem.
    pub fn refuse(&mut self, path: Path, value: &str, problems: Problems) {
        for problem in problems {
            self.invalid(path, value, &problem);
        }
    }

    /// A name that may not be missing and must look right.
    pub fn required_name(&mut self, path: Path, name: &str, problems: fn(&str) -> Problems) {
        if name.is_empty() {
            self.required(path, "");
        } else {
            self.refuse(path, name, problems(name));
        }
    }

    /// A name that may be missing.
    pub fn optional_name(&mut self, path: Path, name: &str, problems: fn(&str) -> Problems) {
        if !name.is_empty() {
            self.refuse(path, name, problems(name));
        }
    }

    /// `Forbidden: DETAIL`
    pub fn forbidden(&mut self, path: Path, detail: &str) {
        self.0.push(FieldError::forbidden(path, detail));
    }

    /// `Duplicate value: "VALUE"`
    pub fn duplicate(&mut self, path: Path, value: &str) {
        self.duplicate_struct(path, quoted(value), "");
    }

    /// `Duplicate value: TEXT: DETAIL`
    pub fn duplicate_struct(&mut self, path: Path, text: String, detail: &str) {
        self.0.push(FieldError::duplicate(path, text, detail));
    }

    /// `Not found: "VALUE"`
    pub fn not_found(&mut self, path: Path, value: &str) {
        self.0.push(FieldError::not_found(path, quoted(value)));
    }

    /// `Too long: DETAIL`
    pub fn too_long(&mut self, path: Path, detail: &str) {
        self.0.push(FieldError::too_long(path, detail));
    }

    /// `Unsupported value: "VALUE": supported values: …`
    pub fn unsupported(&mut self, path: Path, value: &str, supported: &[&str]) {
        self.unsupported_struct(path, quoted(value), supported);
    }

    /// The same for a struct in the server's own spelling.
    pub fn unsupported_struct(&mut self, path: Path, text: String, supported: &[&str]) {
        self.0.push(FieldError::not_supported(path, text, supported));
    }

    /// A word out of a fixed set; a missing one is required.
    pub fn one_of(&mut self, path: Path, value: &str, supported: &[&str]) {
        if value.is_empty() {
            self.required(path, "");
        } else if !supported.contains(&value) {
            self.unsupported(path, value, supported);
        }
    }

    /// A number that counts something.
    pub fn non_negative(&mut self, path: Path, number: i64) {
        if number < 0 {
            self.invalid(path, number, "must be greater than or equal to 0");
        }
    }

    /// A field that keeps its value for ever.
    pub fn unchanged(&mut self, path: Path, new: &Value, old: &Value) {
        if !super::fields::same(new, old) {
            self.invalid(path, new.clone(), IMMUTABLE);
        }
    }
}

/// A string as the server prints it in a message.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
