//! Points in time as the API writes them.
//!
//! `metav1.Time` has whole seconds, `metav1.MicroTime` microseconds; both are UTC. Calendar arithmetic is the civil-from-days
//! algorithm (public domain), so no date crate is needed. Left out: time zones, leap seconds.

use std::fmt;

/// Seconds since 1970-01-01T00:00:00Z; prints as `2026-11-24T22:56:00Z` (`metav1.Time`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// Microseconds since 1970-01-01T00:00:00Z; prints as `2026-11-24T22:56:00.000000Z` (`metav1.MicroTime`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MicroTime(pub i64);

impl Time {
    /// Reads RFC 3339 (`2026-11-24T22:56:00Z`, fractions and offsets allowed); `None` if it isn't.
    pub fn parse(text: &str) -> Option<Time> {
        parse_micros(text).map(|micros| Time(micros.div_euclid(1_000_000)))
    }

    /// The form describe uses: `Tue, 24 Nov 2026 22:56:00 +0000` (RFC 1123 with a numeric zone).
    pub fn rfc1123z(self) -> String {
        let days = self.0.div_euclid(86_400);
        let (y, m, d) = civil(days);
        let (hh, mm, ss) = clock(self.0);
        const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let weekday = WEEKDAYS[days.rem_euclid(7) as usize];
        format!("{weekday}, {d:02} {} {y:04} {hh:02}:{mm:02}:{ss:02} +0000", MONTHS[m as usize - 1])
    }
}

impl MicroTime {
    /// Reads RFC 3339 with up to microseconds; `None` if it isn't.
    pub fn parse(text: &str) -> Option<MicroTime> {
        parse_micros(text).map(MicroTime)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = civil(self.0.div_euclid(86_400));
        let (hh, mm, ss) = clock(self.0);
        write!(f, "{y:04}-{m:02}-{d:02}T{hh:02}:{mm:02}:{ss:02}Z")
    }
}

impl fmt::Display for MicroTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(1_000_000);
        let (y, m, d) = civil(seconds.div_euclid(86_400));
        let (hh, mm, ss) = clock(seconds);
        write!(f, "{y:04}-{m:02}-{d:02}T{hh:02}:{mm:02}:{ss:02}.{:06}Z", self.0.rem_euclid(1_000_000))
    }
}

fn clock(seconds: i64) -> (i64, i64, i64) {
    let s = seconds.rem_euclid(86_400);
    (s / 3600, s / 60 % 60, s % 60)
}

/// Days since 1970-01-01 to (year, month, day).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

fn days_from_civil(y: i64, m: i64, d: i64) -> i64 {
    let y = y - i64::from(m <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (if m > 2 { m - 3 } else { m + 9 }) + 2) / 5 + d - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

fn parse_micros(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let part = text.get(range)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let mark = |at: usize, wanted: u8| text.as_bytes().get(at) == Some(&wanted);
    if !(mark(4, b'-') && mark(7, b'-') && mark(13, b':') && mark(16, b':')) || !(mark(10, b'T') || mark(10, b't')) {
        return None;
    }
    let (y, m, d) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hh, mm, ss) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if !(1..=12).contains(&m) || !(1..=31).contains(&d) || hh > 23 || mm > 59 || ss > 59 {
        return None;
    }
    let mut rest = &text[19..];
    let mut micros = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        let six: String = fraction[..digits].chars().chain(std::iter::repeat('0')).take(6).collect();
        micros = six.parse().ok()?;
        rest = &fraction[digits..];
    }
    let offset = match rest.as_bytes() {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), ..] if rest.len() == 6 => {
            let minutes = rest[1..3].parse::<i64>().ok()? * 60 + rest[4..6].parse::<i64>().ok()?;
            if *sign == b'+' { minutes } else { -minutes }
        }
        _ => return None,
    };
    let seconds = days_from_civil(y, m, d) * 86_400 + hh * 3600 + mm * 60 + ss - offset * 60;
    Some(seconds * 1_000_000 + micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_as_the_api_does() {
        for text in ["1970-01-01T00:00:00Z", "2026-11-24T22:56:00Z", "2024-02-29T23:59:59Z"] {
            assert_eq!(Time::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Time::parse("2026-11-25T07:56:00+09:00").unwrap().to_string(), "2026-11-24T22:56:00Z");
        assert_eq!(MicroTime::parse("2026-11-24T22:56:00.25Z").unwrap().to_string(), "2026-11-24T22:56:00.250000Z");
        assert_eq!(Time::parse("2026-11-24T22:56:00Z").unwrap().rfc1123z(), "Tue, 24 Nov 2026 22:56:00 +0000");
        assert_eq!(Time::parse("yesterday"), None);
    }
}
