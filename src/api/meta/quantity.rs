//! Kubernetes' number with a suffix: `500m`, `128Mi`, `1e3`.
//!
//! Kept in thousandths, since the server stores resources to the thousandth and rounds up ("if you want some resources,
//! you should get some"). The suffix family is remembered and comes back in the canonical spelling.
//!
//! Models apimachinery `pkg/api/resource/quantity.go`. Left out: precision below a thousandth.

use crate::Value;
use std::cmp::Ordering;
use std::fmt;

/// An amount. Equality and order compare the amount, not the spelling: `1Ki` equals `1024`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quantity {
    milli: i128,
    family: Family,
}

/// The suffixes an amount was written with, and is written with again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// `m`, none, `k`, `M`, … (powers of 1000)
    #[default]
    DecimalSi,
    /// `Ki`, `Mi`, … (powers of 1024)
    BinarySi,
    /// `e3`, `E6`, …
    DecimalExponent,
}

/// Text that isn't a number with letters behind it.
const WRONG_FORMAT: &str =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
/// A number whose letters are no suffix.
const WRONG_SUFFIX: &str = "unable to parse quantity's suffix";
const WRONG_NUMBER: &str = "unable to parse numeric part of quantity";

/// Larger than any sum of real amounts, small enough that sums of such can't overflow.
const MILLI_MAX: i128 = i128::MAX / 1_000_000;
/// Binary amounts are capped here, silently.
const BINARY_MILLI_MAX: i128 = i64::MAX as i128 * 1000;

const BINARY_SUFFIXES: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
/// From 10⁻⁹ in steps of 1000.
const DECIMAL_SUFFIXES: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

impl Quantity {
    /// Reads an amount; `None` where the server's decoder refuses it.
    pub fn parse(text: &str) -> Option<Quantity> {
        Quantity::from_text(text).ok()
    }

    /// Reads an amount, or says why not in the decoder's words.
    pub fn from_text(text: &str) -> Result<Quantity, &'static str> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let digits_end = unsigned.find(|c: char| !c.is_ascii_digit()).unwrap_or(unsigned.len());
        let (whole, rest) = unsigned.split_at(digits_end);
        let fraction_len = rest.strip_prefix('.').map(|r| r.bytes().take_while(u8::is_ascii_digit).count() + 1);
        let (fraction, suffix) = rest.split_at(fraction_len.unwrap_or(0));
        if text.is_empty() || !looks_like_suffix(suffix) {
            return Err(WRONG_FORMAT);
        }
        let (family, base, exponent) = read_suffix(suffix).ok_or(WRONG_SUFFIX)?;
        let digits = [whole, fraction.trim_start_matches('.')].concat();
        let mantissa: i128 = match digits.trim_start_matches('0') {
            "" => 0,
            digits => digits.parse().map_err(|_| WRONG_NUMBER)?,
        };
        // The point and the thousandths only move the decimal exponent.
        let shift = 3 - (digits.len() - whole.len()) as i64 + if base == 10 { exponent } else { 0 };
        let scaled = if base == 2 { mantissa.saturating_mul(1 << exponent) } else { mantissa };
        let mut milli = scale_up(scaled, shift).min(MILLI_MAX);
        if family == Family::BinarySi {
            milli = milli.min(BINARY_MILLI_MAX);
        }
        let sign = if text.starts_with('-') { -1 } else { 1 };
        Ok(Quantity { milli: sign * milli, family })
    }

    /// Reads what a manifest holds: a string, or a bare number.
    pub fn from_value(value: &Value) -> Result<Quantity, &'static str> {
        match value {
            Value::String(text) => Quantity::from_text(text),
            Value::Number(number) => Quantity::from_text(&number.to_string()),
            Value::Null => Ok(Quantity::default()),
            _ => Err(WRONG_FORMAT),
        }
    }

    /// So many thousandths, e.g. of a CPU.
    pub const fn from_milli(milli: i64) -> Quantity {
        Quantity { milli: milli as i128, family: Family::DecimalSi }
    }

    /// So many whole units, in the given family.
    pub const fn from_units(units: i64, family: Family) -> Quantity {
        Quantity { milli: units as i128 * 1000, family }
    }

    /// The amount in thousandths, as CPU compares.
    pub fn milli(self) -> i64 {
        clamp(self.milli)
    }

    /// The amount in whole units, rounded up, as memory and Pods compare.
    pub fn value(self) -> i64 {
        clamp(divide_away_from_zero(self.milli, 1000))
    }

    /// Whether there is nothing of it.
    pub fn is_zero(self) -> bool {
        self.milli == 0
    }

    /// The suffixes it is written with.
    pub fn family(self) -> Family {
        self.family
    }
}

/// The spelling the API server stores.
pub fn canonical(text: &str) -> Option<String> {
    Quantity::parse(text).map(|quantity| quantity.to_string())
}

/// The largest suffix of the family that keeps the number whole.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Quantity { mut milli, family } = *self;
        if milli == 0 {
            return f.write_str("0");
        }
        let whole_kibi = milli % 1000 == 0 && milli.abs() >= 1024 * 1000;
        if family == Family::BinarySi && whole_kibi {
            let (number, power) = divide_out(milli / 1000, 1024, BINARY_SUFFIXES.len() - 1);
            return write!(f, "{number}{}", BINARY_SUFFIXES[power]);
        }
        let mut exponent = -3;
        while milli % 1000 == 0 {
            milli /= 1000;
            exponent += 3;
        }
        match DECIMAL_SUFFIXES.get((exponent / 3 + 3) as usize) {
            Some(suffix) if family != Family::DecimalExponent => write!(f, "{milli}{suffix}"),
            _ if exponent == 0 => write!(f, "{milli}"),
            _ => write!(f, "{milli}e{exponent}"),
        }
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Quantity) -> bool {
        self.milli == other.milli
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Quantity) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Quantity) -> Ordering {
        self.milli.cmp(&other.milli)
    }
}

/// A sum keeps the left side's suffixes, unless the left side is nothing.
impl std::ops::Add for Quantity {
    type Output = Quantity;

    fn add(self, other: Quantity) -> Quantity {
        let family = if self.is_zero() { other.family } else { self.family };
        Quantity { milli: self.milli.saturating_add(other.milli), family }
    }
}

impl std::ops::Sub for Quantity {
    type Output = Quantity;

    fn sub(self, other: Quantity) -> Quantity {
        self + Quantity { milli: -other.milli, ..other }
    }
}

impl std::iter::Sum for Quantity {
    fn sum<I: Iterator<Item = Quantity>>(all: I) -> Quantity {
        all.fold(Quantity::default(), |sum, one| sum + one)
    }
}

/// Letters, a sign, digits, as the scanner takes them before it asks what they mean.
fn looks_like_suffix(suffix: &str) -> bool {
    let rest = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
    rest.strip_prefix(['+', '-']).unwrap_or(rest).bytes().all(|b| b.is_ascii_digit())
}

/// A suffix's family, base and exponent.
fn read_suffix(suffix: &str) -> Option<(Family, u32, i64)> {
    if let Some(place) = DECIMAL_SUFFIXES.iter().position(|s| *s == suffix) {
        return Some((Family::DecimalSi, 10, place as i64 * 3 - 9));
    }
    if let Some(place) = BINARY_SUFFIXES.iter().position(|s| *s == suffix) {
        return Some((Family::BinarySi, 2, place as i64 * 10));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?.parse::<i32>().ok()?;
    Some((Family::DecimalExponent, 10, exponent as i64))
}

/// `number`·10^`shift`, without overflow, and rounded up where digits are lost.
fn scale_up(number: i128, shift: i64) -> i128 {
    let power = 10_i128.checked_pow(shift.unsigned_abs().min(u32::MAX as u64) as u32);
    match power {
        _ if number == 0 => 0,
        Some(power) if shift >= 0 => number.saturating_mul(power),
        Some(power) => divide_away_from_zero(number, power),
        None if shift >= 0 => i128::MAX,
        None => 1,
    }
}

fn divide_away_from_zero(number: i128, by: i128) -> i128 {
    number / by + if number % by == 0 { 0 } else { number.signum() }
}

/// Divides by `base` as long as nothing is lost, at most `times`.
fn divide_out(mut number: i128, base: i128, times: usize) -> (i128, usize) {
    let mut power = 0;
    while power < times && number % base == 0 {
        number /= base;
        power += 1;
    }
    (number, power)
}

fn clamp(number: i128) -> i64 {
    number.clamp(i64::MIN as i128, i64::MAX as i128) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_canonical_and_keeps_its_suffix_family() {
        for (written, stored) in [
            ("0.5", "500m"),
            ("1000m", "1"),
            ("1500m", "1500m"),
            ("2000m", "2"),
            ("0.1", "100m"),
            ("0.0015", "2m"),
            ("0.1m", "1m"),
            ("1.5", "1500m"),
            ("1e3", "1e3"),
            ("1E4", "10e3"),
            ("2e3", "2e3"),
            ("1G", "1G"),
            ("1.5Gi", "1536Mi"),
            ("1024Mi", "1Gi"),
            ("1000Ki", "1000Ki"),
            ("0.5Gi", "512Mi"),
            ("0.5Ki", "512"),
            ("1000k", "1M"),
            ("1000000", "1M"),
            ("1000", "1k"),
            ("1024", "1024"),
            ("100Ki", "100Ki"),
            ("10E", "10E"),
            ("8Ei", "9223372036854775807"),
            ("0Mi", "0"),
            ("-1.5", "-1500m"),
            ("+3", "3"),
            ("007", "7"),
        ] {
            assert_eq!(canonical(written).as_deref(), Some(stored), "{written}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_the_decoders_words() {
        for (written, error) in [
            ("64mb", WRONG_FORMAT),
            ("1gb", WRONG_FORMAT),
            ("abc", WRONG_FORMAT),
            ("", WRONG_FORMAT),
            ("1 Gi", WRONG_FORMAT),
            ("1.2.3", WRONG_FORMAT),
            ("5KM", WRONG_SUFFIX),
            ("1e", WRONG_SUFFIX),
        ] {
            assert_eq!(Quantity::from_text(written), Err(error), "{written}");
        }
    }

    #[test]
    fn bare_numbers_are_quantities_too() {
        let read = |value: Value| Quantity::from_value(&value).map(|q| q.to_string());
        assert_eq!(read(1.into()), Ok("1".into()));
        assert_eq!(read(0.5.into()), Ok("500m".into()));
        assert_eq!(read(true.into()), Err(WRONG_FORMAT));
    }

    #[test]
    fn cpu_compares_in_thousandths_and_memory_in_bytes_rounded_up() {
        let quantity = |text| Quantity::parse(text).unwrap();
        assert_eq!(quantity("0.5").milli(), 500);
        assert_eq!(quantity("100M").value(), 100_000_000);
        assert_eq!(quantity("100Mi").value(), 104_857_600);
        assert_eq!(quantity("2e3").value(), 2000);
        assert_eq!(quantity("100m").value(), 1);
        assert!(quantity("100M") < quantity("100Mi"));
        assert_eq!(quantity("1Ki"), quantity("1024"));
    }

    #[test]
    fn sums_keep_the_suffixes_of_the_first_amount() {
        let quantity = |text| Quantity::parse(text).unwrap();
        assert_eq!((quantity("1Gi") + quantity("1024")).to_string(), "1048577Ki");
        assert_eq!((Quantity::default() + quantity("64Mi") + quantity("64Mi")).to_string(), "128Mi");
        assert_eq!((quantity("2") - quantity("250m")).to_string(), "1750m");
    }

    #[test]
    fn absurd_exponents_neither_overflow_nor_hang() {
        for text in ["1e999999999", "1e-999999999", "99999999999999999999999999999999Ei", "9e38"] {
            let _ = Quantity::parse(text).map(|q| (q.to_string(), q.milli(), q.value(), q + q));
        }
    }
}
