//! Reads times in RFC 3339 and refuses others in the words of Go's `time.Parse`.
//!
//! Models `src/time/format.go` for the two layouts of the API.

use crate::time::{MicroTime, Time};

/// The layout's elements, and for numbers the digits, what range errors call them, and the largest and smallest value.
const ELEMENTS: [(&str, usize, &str, u32, u32); 11] = [
    ("2006", 4, "", 0, 9999),
    ("-", 0, "", 0, 0),
    ("01", 2, "month", 1, 12),
    ("-", 0, "", 0, 0),
    ("02", 2, "day", 1, 31),
    ("T", 0, "", 0, 0),
    ("15", 2, "hour", 0, 23),
    (":", 0, "", 0, 0),
    ("04", 2, "minute", 0, 59),
    (":", 0, "", 0, 0),
    ("05", 2, "second", 0, 59),
];

/// The time in the form it is stored in, in UTC.
pub fn canonical(text: &str, micro: bool) -> Result<String, String> {
    if let Some(problem) = problem(text, micro) {
        let layout = if micro { "2006-01-02T15:04:05.000000Z07:00" } else { "2006-01-02T15:04:05Z07:00" };
        return Err(match problem {
            Problem::At(rest, element) => {
                format!("parsing time {text:?} as {layout:?}: cannot parse {rest:?} as {element:?}")
            }
            Problem::Range(what) => format!("parsing time {text:?}: {what} out of range"),
            Problem::Extra(rest) => format!("parsing time {text:?}: extra text: {rest:?}"),
        });
    }
    let read =
        if micro { MicroTime::parse(text).map(|t| t.to_string()) } else { Time::parse(text).map(|t| t.to_string()) };
    read.ok_or_else(|| format!("parsing time {text:?}: day out of range"))
}

enum Problem<'a> {
    At(&'a str, &'static str),
    Range(&'static str),
    Extra(&'a str),
}

fn problem(text: &str, micro: bool) -> Option<Problem<'_>> {
    let mut rest = text;
    let mut date = Vec::new();
    for (element, digits, range, min, max) in ELEMENTS {
        if digits == 0 {
            let Some(after) = rest.strip_prefix(element) else { return Some(Problem::At(rest, element)) };
            rest = after;
            continue;
        }
        let number = rest.get(..digits).filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
        let Some(number) = number.and_then(|n| n.parse::<u32>().ok()) else { return Some(Problem::At(rest, element)) };
        rest = &rest[digits..];
        if number < min || max < number {
            return Some(Problem::Range(range));
        }
        date.push(number);
    }
    let fraction = rest.strip_prefix('.').map_or(0, |f| f.bytes().take_while(u8::is_ascii_digit).count());
    if micro && fraction < 6 {
        return Some(Problem::At(rest, ".000000"));
    }
    if fraction > 0 {
        rest = &rest[1 + fraction..];
    }
    // Go looks at the month's length last.
    zone(rest).or_else(|| (date[2] > days_in(date[0], date[1])).then_some(Problem::Range("day")))
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn zone(text: &str) -> Option<Problem<'_>> {
    let bad = Some(Problem::At(text, "Z07:00"));
    let rest = match text.as_bytes() {
        [b'Z', ..] => &text[1..],
        [b'+' | b'-', h1, h2, b':', m1, m2, ..] if [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()) => {
            let two = |at: usize| text[at..at + 2].parse::<u32>().unwrap_or(0);
            match (two(1), two(4)) {
                (25.., _) => return Some(Problem::Range("time zone offset hour")),
                (_, 61..) => return Some(Problem::Range("time zone offset minute")),
                _ => &text[6..],
            }
        }
        _ => return bad,
    };
    if rest.is_empty() { None } else { Some(Problem::Extra(rest)) }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn times_are_refused_in_gos_words() {
        let cases = [
            ("abc", r#"parsing time "abc" as "2006-01-02T15:04:05Z07:00": cannot parse "abc" as "2006""#),
            ("2026-01-01", r#"parsing time "2026-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T""#),
            ("2026-13-01T00:00:00Z", r#"parsing time "2026-13-01T00:00:00Z": month out of range"#),
            ("2026-01-01T00:00:00Zx", r#"parsing time "2026-01-01T00:00:00Zx": extra text: "x""#),
            ("", r#"parsing time "" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006""#),
        ];
        for (text, error) in cases {
            assert_eq!(canonical(text, false), Err(error.to_string()));
        }
    }

    #[test]
    fn times_are_kept_in_utc() {
        assert_eq!(canonical("2026-11-24T23:00:00.5+01:00", false).as_deref(), Ok("2026-11-24T22:00:00Z"));
        assert_eq!(canonical("2026-11-24T22:00:00.123456Z", true).as_deref(), Ok("2026-11-24T22:00:00.123456Z"));
    }

    #[test]
    fn odd_text_never_panics() {
        for text in
            ["2026-01-01T00:00:00é", "é", "20é6-01-01T00:00:00Z", "2026-01-01T00:00:00+é1:00", "2026-02-31T00:00:00Z"]
        {
            assert!(canonical(text, false).is_err(), "{text}");
            assert!(canonical(text, true).is_err(), "{text}");
        }
    }
}
