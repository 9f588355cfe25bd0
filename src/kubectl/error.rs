//! What goes to standard error when a command fails, and the exit code it fails with.
//!
//! A failure is its finished text, since every place words it differently: `error: …`, `Error from server (NotFound): …`,
//! `The DaemonSet "x" is invalid: …`. Several failures of one command are printed one after the other, and then some are worded
//! differently: without `error:`, and an invalid object as any other refusal of the server.
//!
//! Models kubectl `pkg/cmd/util/helpers.go` (`checkErr`, `StandardErrorMessage`), Kubernetes v1.36.

use crate::ExitCode;
use api::status::{Reason, Status};

/// Why a command failed: text for standard error, without the last line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Empty: nothing is printed.
    pub text: String,
    /// What is printed instead when it is one of several.
    pub among: Option<String>,
    /// Not 0.
    pub code: ExitCode,
}

impl Failure {
    /// A text as it is.
    pub fn plain(text: impl Into<String>) -> Failure {
        Failure { text: text.into(), among: None, code: 1 }
    }

    /// `error: TEXT`
    pub fn error(text: impl AsRef<str>) -> Failure {
        let text = text.as_ref();
        Failure { among: Some(text.into()), ..Failure::plain(format!("error: {text}")) }
    }

    /// A refusal by a command's own check of its words.
    pub fn usage(command: &str, text: impl AsRef<str>) -> Failure {
        Failure::error(format!("{}\nSee '{command} -h' for help and examples", text.as_ref()))
    }

    /// The same, after some words of advice.
    pub fn usage_after(advice: &str, command: &str, text: &str) -> Failure {
        let Failure { text, code, .. } = Failure::usage(command, text);
        Failure { text: format!("{advice}{text}"), among: None, code }
    }

    /// A refusal by the flag parser.
    pub fn flag(command: &str, text: impl AsRef<str>) -> Failure {
        Failure::error(format!("{}\nSee '{command} --help' for usage.", text.as_ref()))
    }

    /// An exit code without a text.
    pub fn silent(code: ExitCode) -> Failure {
        Failure { text: String::new(), among: None, code }
    }

    /// A refusal by the server, said to have happened while doing `what` (`error when creating "x.yaml"`).
    ///
    /// An invalid object is reported without it, as kubectl does.
    pub fn while_doing(what: &str, status: &Status) -> Failure {
        let text = format!("Error from server ({}): {what}: {}", status.reason.as_str(), status.message);
        match status.reason {
            Reason::Invalid => Failure { among: Some(text), ..status.clone().into() },
            _ => Failure::plain(text),
        }
    }

    /// All of them as one; `None` when there are none.
    pub fn all(failures: Vec<Failure>) -> Option<Failure> {
        let code = failures.iter().map(|failure| failure.code).max()?;
        if failures.len() == 1 {
            return failures.into_iter().next();
        }
        let texts: Vec<String> = failures.into_iter().map(|failure| failure.among.unwrap_or(failure.text)).collect();
        Some(Failure { text: texts.join("\n"), among: None, code })
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Failure {
        if status.reason == Reason::Unknown {
            return Failure::plain(format!("Error from server: {}", status.message));
        }
        if status.reason != Reason::Invalid {
            return Failure::plain(format!("Error from server ({}): {}", status.reason.as_str(), status.message));
        }
        let about = match status.kind.as_str() {
            "" => "The request is invalid".to_string(),
            kind => format!("The {kind} {:?} is invalid", status.name),
        };
        let mut causes: Vec<String> = Vec::new();
        for cause in status.causes.iter().map(ToString::to_string) {
            if !causes.contains(&cause) {
                causes.push(cause);
            }
        }
        let text = match causes.as_slice() {
            [] => format!("{about}: {}", status.message),
            [cause] => format!("{about}: {cause}"),
            causes => format!("{about}: \n* {}", causes.join("\n* ")),
        };
        Failure { among: Some(format!("Error from server (Invalid): {}", status.message)), ..Failure::plain(text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::resource::Kind;
    use api::status::FieldError;

    #[test]
    fn one_cause_stands_on_the_line_and_several_below_it() {
        let required = |field: &str| FieldError::required(field, "");
        let one = Status::invalid(Kind::DAEMON_SET, "x", vec![required("a")]);
        assert_eq!(Failure::from(one).text, "The DaemonSet \"x\" is invalid: a: Required value");
        let two = Status::invalid(Kind::DAEMON_SET, "x", vec![required("a"), required("b"), required("a")]);
        let text = "The DaemonSet \"x\" is invalid: \n* a: Required value\n* b: Required value";
        assert_eq!(Failure::from(two).text, text);
    }

    #[test]
    fn one_of_several_is_worded_differently() {
        let invalid = Status::invalid(Kind::DAEMON_SET, "x", vec![FieldError::required("a", "")]);
        let several = Failure::all(vec![Failure::error("first"), Failure::error("first"), invalid.into()]);
        let text = "first\nfirst\nError from server (Invalid): DaemonSet.apps \"x\" is invalid: a: Required value";
        assert_eq!(several.map(|failure| failure.text).as_deref(), Some(text));
        let one = Failure::all(vec![Failure::error("only")]);
        assert_eq!(one.map(|failure| failure.text).as_deref(), Some("error: only"));
    }

    #[test]
    fn only_refusals_that_are_not_invalid_name_the_file() {
        let missing = Status::not_found(Kind::POD, "x");
        let text = "Error from server (NotFound): error when deleting \"x.yaml\": pods \"x\" not found";
        assert_eq!(Failure::while_doing("error when deleting \"x.yaml\"", &missing).text, text);
    }
}
