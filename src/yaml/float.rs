//! Floats as Go prints them, which is how kubectl prints them.
//!
//! Rust finds the same shortest digits; only the layout differs.

/// Go's `strconv.FormatFloat(float, 'g', -1, 64)`, as go-yaml writes a float: `1e+21`, `1.5`, `1e-07`.
pub(crate) fn go_g(float: f64) -> String {
    special(float).map_or_else(|| layout(&format!("{float:e}"), -4, 6, true), str::to_owned)
}

/// The same with 32 bits, as sigs.k8s.io/yaml writes the key of a mapping.
pub(crate) fn go_g32(float: f32) -> String {
    special(f64::from(float)).map_or_else(|| layout(&format!("{float:e}"), -4, 6, true), str::to_owned)
}

/// As Go's `encoding/json` writes a float: `1e+21`, `1.5`, `1e-7`.
pub(crate) fn go_json(float: f64) -> String {
    layout(&format!("{float:e}"), -6, 21, false)
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

/// Lays `scientific` (Rust's `1.25e7`) out in plain digits when its exponent is from `least` to below `limit`, and with an exponent
/// otherwise, which Go writes with a sign, and in most places (`padded`) with two digits.
fn layout(scientific: &str, least: i32, limit: i32, padded: bool) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |mantissa| ("-", mantissa));
    let digits = mantissa.replace('.', "");
    if exponent < least || exponent >= limit {
        let direction = if exponent < 0 { '-' } else { '+' };
        let zero = if padded && exponent.abs() < 10 { "0" } else { "" };
        return format!("{sign}{mantissa}e{direction}{zero}{}", exponent.abs());
    }
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
}
