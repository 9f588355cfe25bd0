//! Floats as Go prints them, which is how kubectl prints them.
//!
//! The shortest digits are taken from serde_json, which the page has anyway; `format!("{:e}")` would bring 7 KB (brotli) of
//! its own. Only the layout is done here.

use serde_json::Number;

/// Go's `strconv.FormatFloat(float, 'g', -1, 64)`, as go-yaml writes a float: `1e+21`, `1.5`, `1e-07`.
pub(crate) fn go_g(float: f64) -> String {
    special(float).map_or_else(|| Decimal::of(float).layout(-4, 6, true), str::to_owned)
}

/// The same with the digits that 32 bits need, as sigs.k8s.io/yaml writes the key of a mapping.
pub(crate) fn go_g32(float: f64) -> String {
    let single = float as f32;
    // Nine digits always tell one 32-bit float from the next.
    let short = (1..=9).map(|count| Decimal::of(float).rounded(count)).find(|decimal| decimal.value() as f32 == single);
    special(f64::from(single))
        .map_or_else(|| short.unwrap_or_else(|| Decimal::of(float)).layout(-4, 6, true), str::to_owned)
}

/// As Go's `encoding/json` writes a float: `1e+21`, `1.5`, `1e-7`.
pub(crate) fn go_json(float: f64) -> String {
    Decimal::of(float).layout(-6, 21, false)
}

fn special(float: f64) -> Option<&'static str> {
    if float.is_nan() {
        Some(".nan")
    } else if float.is_infinite() {
        Some(if float > 0.0 { ".inf" } else { "-.inf" })
    } else {
        None
    }
}

/// A finite number as `d.ddd` times ten to the exponent.
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i32,
}

impl Decimal {
    fn of(float: f64) -> Decimal {
        let text = Number::from_f64(float).map_or_else(|| "0".to_owned(), |number| number.to_string());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let unsigned = mantissa.trim_start_matches('-');
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = format!("{whole}{fraction}");
        let zeros = digits.len() - digits.trim_start_matches('0').len();
        let exponent = exponent.parse::<i32>().unwrap_or(0) + whole.len() as i32 - 1 - zeros as i32;
        let digits = digits.trim_matches('0');
        let (digits, exponent) = if digits.is_empty() { ("0", 0) } else { (digits, exponent) };
        Decimal { negative: mantissa.len() > unsigned.len(), digits: digits.to_owned(), exponent }
    }

    /// With at most `count` digits.
    fn rounded(mut self, count: usize) -> Decimal {
        if self.digits.len() <= count {
            return self;
        }
        let up = self.digits.as_bytes()[count] >= b'5';
        let kept = self.digits[..count].parse::<u64>().unwrap_or(0) + u64::from(up);
        self.digits = kept.to_string();
        self.exponent += self.digits.len() as i32 - count as i32;
        self.digits.truncate(self.digits.trim_end_matches('0').len().max(1));
        self
    }

    fn value(&self) -> f64 {
        api::float::parse(&self.layout(0, 0, false)).unwrap_or(0.0)
    }

    /// In plain digits when the exponent is from `least` to below `limit`, and with an exponent otherwise, which Go writes with a
    /// sign, and in most places (`padded`) with two digits.
    fn layout(&self, least: i32, limit: i32, padded: bool) -> String {
        let Decimal { negative, digits, exponent } = self;
        let sign = if *negative { "-" } else { "" };
        if !(least..limit).contains(exponent) {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            let direction = if *exponent < 0 { '-' } else { '+' };
            let zero = if padded && exponent.abs() < 10 { "0" } else { "" };
            return format!("{sign}{first}{point}{rest}e{direction}{zero}{}", exponent.abs());
        }
        if *exponent < 0 {
            return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
        }
        let whole = *exponent as usize + 1;
        if digits.len() <= whole {
            return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
        }
        format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
    }
}
