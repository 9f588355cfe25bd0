//! `watch COMMAND`: the same command again and again, each answer in the place of the one before, until Ctrl-C.
//!
//! Models procps' watch. Left out: `-d`'s marks, `-g`, and waiting for commands that take virtual time themselves.

use super::{Session, Step};
use crate::{Host, REDRAW, Shell};
use api::float;
use api::time::Time;
use kubectl::{Output, Stream};

/// Characters in a line of the terminal that the header is laid out for.
const WIDTH: usize = 80;

/// A watch that goes on.
pub struct Watch {
    line: String,
    every: f64,
    titled: bool,
    next: Time,
    /// The command, while it has more to do.
    looking: Option<Session>,
}

impl Watch {
    /// Reads the flags; `None` once it has said what is wrong with them.
    pub fn start(args: &[String], out: &mut Output) -> Option<Watch> {
        let mut watch = Watch { line: String::new(), every: 2.0, titled: true, next: Time(i64::MIN), looking: None };
        let mut rest = args;
        while let [flag, after @ ..] = rest
            && flag.starts_with('-')
        {
            rest = after;
            match flag.trim_start_matches('-') {
                "t" | "no-title" => watch.titled = false,
                "d" | "differences" | "c" | "color" | "x" | "exec" | "b" | "e" => {}
                name => {
                    let attached = name.strip_prefix('n').or(name.strip_prefix("interval="));
                    let value = match attached.map(|text| text.trim_start_matches('=')) {
                        Some(text) if !text.is_empty() && name != "interval" => text.to_string(),
                        _ if matches!(name, "n" | "interval") && !rest.is_empty() => {
                            rest = &rest[1..];
                            after[0].clone()
                        }
                        _ => return usage(name, out),
                    };
                    match float::parse(&value) {
                        Some(seconds) => watch.every = seconds.max(0.1),
                        None => {
                            let text = format!("watch: failed to parse argument: '{value}': Invalid argument\n");
                            out.write(Stream::Err, &text);
                            return None;
                        }
                    }
                }
            }
        }
        if rest.is_empty() {
            return usage("", out);
        }
        watch.line = rest.join(" ");
        Some(watch)
    }

    /// Whether a look isn't complete yet.
    pub fn busy(&self) -> bool {
        self.looking.is_some()
    }

    /// Looks again once it is time. A command that would wait is ended.
    pub fn poll(&mut self, shell: &mut Shell, host: &mut dyn Host, out: &mut Output) {
        let now = host.now();
        if now < self.next && self.looking.is_none() {
            return;
        }
        let mut session = self.looking.take().unwrap_or_else(|| Session::new(&self.line));
        let step = session.poll_part(shell, host);
        if session.busy() {
            self.looking = Some(session);
            return;
        }
        if !matches!(step, Step::Done(_)) {
            session.interrupt(shell);
        }
        // The terminal's clock has no finer grain than a second.
        self.next = Time(now.0.saturating_add(self.every.ceil() as i64));
        let answer = session.out.all();
        let title = if self.titled { self.title(&shell.host, now) } else { String::new() };
        out.write(Stream::Out, &[REDRAW, &title, &answer].concat());
    }

    /// `Every 2.0s: kubectl get pods            controlplane: Tue Nov 24 22:56:00 2026`
    fn title(&self, host: &str, now: Time) -> String {
        let left = format!("Every {:.1}s: {}", self.every, self.line);
        let stamp = now.rfc1123z();
        let parts: Vec<&str> = stamp.split([' ', ',']).filter(|part| !part.is_empty()).collect();
        let right = match parts.as_slice() {
            [weekday, day, month, year, clock, ..] => {
                format!("{host}: {weekday} {month} {:>2} {clock} {year}", day.trim_start_matches('0'))
            }
            _ => stamp,
        };
        let room = WIDTH.saturating_sub(right.len() + 1);
        let left: String = if left.chars().count() > room { left.chars().take(room.max(12)).collect() } else { left };
        format!("{left:<room$} {right}\n\n")
    }
}

fn usage(flag: &str, out: &mut Output) -> Option<Watch> {
    if let Some(letter) = flag.chars().next() {
        out.write(Stream::Err, &format!("watch: invalid option -- '{letter}'\n"));
    }
    out.write(Stream::Err, "\nUsage:\n watch [options] command\n\nOptions:\n  -n, --interval <secs>  seconds to wait between updates\n  -t, --no-title         turn off header\n");
    None
}
