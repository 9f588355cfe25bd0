//! Flags, read from a table in pflag's manner.
//!
//! A verb lists its [`Flag`]s; [`parse`] turns typed words into [`Args`], or says what pflag would say. Values are checked
//! for their form here (numbers, durations, booleans), their meaning is the verb's business.
//!
//! Models spf13/pflag as kubectl uses it. Left out: abbreviations, which pflag doesn't have either.

use crate::Env;
use api::float;
use std::collections::BTreeMap;

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing, or `=true`, `=false`.
    Switch,
    /// A text.
    Text,
    /// A text that may be left out, and what it then is; a value needs `=`.
    Maybe(&'static str),
    /// A whole number.
    Number,
    /// `30s`, `1m30s`.
    Duration,
    /// Texts, with commas or by repetition.
    List,
    /// Texts by repetition only.
    Repeat,
}

/// A flag of a verb.
#[derive(Debug)]
pub struct Flag {
    /// Without dashes.
    pub name: &'static str,
    /// The short form; `' '` for none.
    pub short: char,
    /// What follows it.
    pub takes: Takes,
    /// The value help shows as its default; empty for none.
    pub default: &'static str,
    /// One sentence for help.
    pub help: &'static str,
}

/// A flag, in one line of a table.
pub const fn flag(name: &'static str, short: char, takes: Takes, default: &'static str, help: &'static str) -> Flag {
    Flag { name, short, takes, default, help }
}

/// The flags every command has.
pub const GLOBAL: &[Flag] = &[
    flag("as", ' ', Takes::Text, "", "Username to impersonate for the operation."),
    flag("as-group", ' ', Takes::Repeat, "", "Group to impersonate for the operation."),
    flag("as-uid", ' ', Takes::Text, "", "UID to impersonate for the operation."),
    flag("cache-dir", ' ', Takes::Text, "'/root/.kube/cache'", "Default cache directory"),
    flag("certificate-authority", ' ', Takes::Text, "", "Path to a cert file for the certificate authority"),
    flag("client-certificate", ' ', Takes::Text, "", "Path to a client certificate file for TLS"),
    flag("client-key", ' ', Takes::Text, "", "Path to a client key file for TLS"),
    flag("cluster", ' ', Takes::Text, "", "The name of the kubeconfig cluster to use"),
    flag("context", ' ', Takes::Text, "", "The name of the kubeconfig context to use"),
    flag(
        "insecure-skip-tls-verify",
        ' ',
        Takes::Switch,
        "false",
        "If true, the server's certificate will not be checked.",
    ),
    flag("kubeconfig", ' ', Takes::Text, "", "Path to the kubeconfig file to use for CLI requests."),
    flag("match-server-version", ' ', Takes::Switch, "false", "Require server version to match client version"),
    flag("namespace", 'n', Takes::Text, "", "If present, the namespace scope for this CLI request"),
    flag(
        "request-timeout",
        ' ',
        Takes::Text,
        "0",
        "The length of time to wait before giving up on a single server request.",
    ),
    flag("server", 's', Takes::Text, "", "The address and port of the Kubernetes API server"),
    flag("tls-server-name", ' ', Takes::Text, "", "Server name to use for server certificate validation."),
    flag("token", ' ', Takes::Text, "", "Bearer token for authentication to the API server"),
    flag("user", ' ', Takes::Text, "", "The name of the kubeconfig user to use"),
    flag("v", 'v', Takes::Number, "0", "number for the log level verbosity"),
    flag("warnings-as-errors", ' ', Takes::Switch, "false", "Treat warnings received from the server as errors."),
    flag("help", 'h', Takes::Switch, "false", "help"),
];

/// What was typed, sorted out.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// The words that are no flags.
    pub words: Vec<String>,
    /// How many of them stood before `--`, if it was there.
    pub before_dash: Option<usize>,
    values: BTreeMap<&'static str, Vec<String>>,
}

impl Args {
    /// The last value of a flag.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(|values| values.last()).map(String::as_str)
    }

    /// The last value of a flag, or nothing.
    pub fn text_or_empty(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    /// Every value of a flag.
    pub fn list(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// A switch that is off unless it is given.
    pub fn on(&self, name: &str) -> bool {
        self.switch(name, false)
    }

    /// A switch with a default of its own.
    pub fn switch(&self, name: &str, default: bool) -> bool {
        self.text(name).map_or(default, |text| truth(text).unwrap_or(default))
    }

    /// A number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name).and_then(|text| text.parse().ok())
    }

    /// A duration in whole seconds, rounded up: the clients' clock has no finer grain.
    pub fn seconds(&self, name: &str) -> Option<i64> {
        self.text(name).and_then(|text| duration_ms(text).ok()).map(|ms| (ms + 999).div_euclid(1000))
    }

    /// `--request-timeout` in seconds, if it limits anything.
    pub fn request_timeout(&self) -> Result<Option<i64>, &'static str> {
        let Some(text) = self.text("request-timeout") else { return Ok(None) };
        let seconds = text.parse().ok().or_else(|| self.seconds("request-timeout"));
        seconds.map(|seconds: i64| (seconds > 0).then_some(seconds)).ok_or(
            "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding \
             time unit (e.g. 1s | 2m | 3h)",
        )
    }

    /// Whether a flag was given at all.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The namespace to work in: `-n`, or the context's.
    pub fn namespace(&self, env: &Env) -> String {
        match self.text("namespace") {
            Some(namespace) if !namespace.is_empty() => namespace.to_string(),
            _ => env.config.namespace().to_string(),
        }
    }

    /// The namespace lists look in: empty with `-A`.
    pub fn list_namespace(&self, env: &Env) -> String {
        if self.on("all-namespaces") { String::new() } else { self.namespace(env) }
    }

    /// Goes on as if a flag had not been given.
    pub fn forget(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// Sets a value as if it had been typed.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.values.insert(name, vec![value.to_string()]);
    }
}

/// Sorts `words` into flags of `tables` and the rest; the error is pflag's text.
pub fn parse(words: &[String], tables: &[&[Flag]]) -> Result<Args, String> {
    let mut parser = Parser { tables, args: Args::default(), rest: words.iter() };
    while let Some(word) = parser.rest.next() {
        if word == "--" {
            parser.args.before_dash = Some(parser.args.words.len());
            parser.args.words.extend(parser.rest.by_ref().cloned());
        } else if let Some(long) = word.strip_prefix("--") {
            parser.long(word, long)?;
        } else if word.len() > 1 && word.starts_with('-') {
            parser.short(word)?;
        } else {
            parser.args.words.push(word.clone());
        }
    }
    Ok(parser.args)
}

struct Parser<'a> {
    tables: &'a [&'a [Flag]],
    args: Args,
    rest: std::slice::Iter<'a, String>,
}

impl<'a> Parser<'a> {
    fn find(&self, test: impl Fn(&Flag) -> bool) -> Option<&'a Flag> {
        self.tables.iter().flat_map(|table| table.iter()).find(|flag| test(flag))
    }

    fn long(&mut self, word: &str, long: &str) -> Result<(), String> {
        if long.starts_with('-') || long.starts_with('=') {
            return Err(format!("bad flag syntax: {word}"));
        }
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let flag = self.find(|flag| flag.name == name).ok_or_else(|| format!("unknown flag: --{name}"))?;
        match (value, flag.takes) {
            (Some(value), _) => self.put(flag, value),
            (None, Takes::Switch) => self.put(flag, "true"),
            (None, Takes::Maybe(value)) => self.put(flag, value),
            (None, _) => match self.rest.next() {
                Some(value) => self.put(flag, value),
                None => Err(format!("flag needs an argument: --{name}")),
            },
        }
    }

    /// `-o yaml`, `-oyaml`, `-o=yaml`, `-it`.
    fn short(&mut self, word: &str) -> Result<(), String> {
        let mut letters = &word[1..];
        while let Some(letter) = letters.chars().next() {
            let after = &letters[letter.len_utf8()..];
            let unknown = || format!("unknown shorthand flag: {letter:?} in -{letters}");
            let flag = self.find(|flag| flag.short == letter && letter != ' ').ok_or_else(unknown)?;
            if let Some(value) = after.strip_prefix('=') {
                return self.put(flag, value);
            }
            match flag.takes {
                Takes::Switch => self.put(flag, "true")?,
                Takes::Maybe(value) => self.put(flag, value)?,
                _ if !after.is_empty() => return self.put(flag, after),
                _ => {
                    let value = self.rest.next();
                    let value = value.ok_or_else(|| format!("flag needs an argument: {letter:?} in -{letters}"))?;
                    return self.put(flag, value);
                }
            }
            letters = after;
        }
        Ok(())
    }

    fn put(&mut self, flag: &Flag, value: &str) -> Result<(), String> {
        let wrong = match flag.takes {
            Takes::Switch if truth(value).is_none() => {
                Some(format!("strconv.ParseBool: parsing {value:?}: invalid syntax"))
            }
            Takes::Number if value.parse::<i64>().is_err() => {
                Some(format!("strconv.ParseInt: parsing {value:?}: invalid syntax"))
            }
            Takes::Duration => duration_ms(value).err(),
            _ => None,
        };
        if let Some(wrong) = wrong {
            let name = match flag.short {
                ' ' => format!("--{}", flag.name),
                short => format!("-{short}, --{}", flag.name),
            };
            return Err(format!("invalid argument {value:?} for \"{name}\" flag: {wrong}"));
        }
        let values = self.args.values.entry(flag.name).or_default();
        match flag.takes {
            Takes::List => values.extend(value.split(',').map(String::from)),
            _ => values.push(value.to_string()),
        }
        Ok(())
    }
}

/// Go's `strconv.ParseBool`.
fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Go's `time.ParseDuration`, in milliseconds; the error is Go's.
pub fn duration_ms(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {text:?}");
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number = float::parse(&rest[..digits]).ok_or_else(invalid)?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "" => return Err(format!("time: missing unit in duration {text:?}")),
            "h" => 3_600_000.0,
            "m" => 60_000.0,
            "s" => 1000.0,
            "ms" => 1.0,
            "us" | "µs" => 0.001,
            "ns" => 0.000_001,
            unit => return Err(format!("time: unknown unit {unit:?} in duration {text:?}")),
        };
        total += number * unit;
        rest = &rest[letters..];
    }
    // Go counts nanoseconds in 64 bits.
    if total > (i64::MAX / 1_000_000) as f64 {
        return Err(invalid());
    }
    Ok((sign * total) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: &[Flag] = &[
        flag("output", 'o', Takes::Text, "", ""),
        flag("stdin", 'i', Takes::Switch, "false", ""),
        flag("tty", 't', Takes::Switch, "false", ""),
        flag("wait", ' ', Takes::Switch, "true", ""),
        flag("dry-run", ' ', Takes::Maybe("unchanged"), "none", ""),
        flag("filename", 'f', Takes::List, "", ""),
        flag("replicas", 'r', Takes::Number, "", ""),
        flag("timeout", ' ', Takes::Duration, "0s", ""),
    ];

    fn read(line: &str) -> Result<Args, String> {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        parse(&words, &[FLAGS, GLOBAL])
    }

    #[test]
    fn every_way_to_give_a_value_is_the_same() {
        for line in ["-o yaml", "-oyaml", "-o=yaml", "--output yaml", "--output=yaml"] {
            assert_eq!(read(line).expect(line).text("output"), Some("yaml"), "{line}");
        }
    }

    #[test]
    fn words_and_flags_may_be_mixed() {
        let args = read("pod -it x --wait=false -f a,b --dry-run -f c -- ls -l").expect("reads");
        assert_eq!(args.words, ["pod", "x", "ls", "-l"]);
        assert_eq!(args.before_dash, Some(2));
        assert!(args.on("stdin") && args.on("tty") && !args.switch("wait", true));
        assert_eq!(args.list("filename"), ["a", "b", "c"]);
        assert_eq!(args.text("dry-run"), Some("unchanged"));
    }

    #[test]
    fn mistakes_are_told_as_pflag_tells_them() {
        for (line, text) in [
            ("--foo", "unknown flag: --foo"),
            ("--foo=1", "unknown flag: --foo"),
            ("-Z", "unknown shorthand flag: 'Z' in -Z"),
            ("-iZ", "unknown shorthand flag: 'Z' in -Z"),
            ("-n", "flag needs an argument: 'n' in -n"),
            ("--output", "flag needs an argument: --output"),
            (
                "--wait=x",
                "invalid argument \"x\" for \"--wait\" flag: strconv.ParseBool: parsing \"x\": invalid syntax",
            ),
            (
                "-r x",
                "invalid argument \"x\" for \"-r, --replicas\" flag: strconv.ParseInt: parsing \"x\": invalid syntax",
            ),
            (
                "--timeout=104815641549332221s",
                "invalid argument \"104815641549332221s\" for \"--timeout\" flag: time: invalid duration \"104815641549332221s\"",
            ),
            ("--timeout=5", "invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\""),
        ] {
            assert_eq!(read(line).err().as_deref(), Some(text), "{line}");
        }
    }

    #[test]
    fn durations_are_gos() {
        for (text, ms) in [("30s", 30_000), ("1m30s", 90_000), ("1.5h", 5_400_000), ("0", 0), ("-1s", -1000)] {
            assert_eq!(duration_ms(text), Ok(ms), "{text}");
        }
    }
}
