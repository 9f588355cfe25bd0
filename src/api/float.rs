//! Reading a floating point number. The standard library's reader brings tables of ten kilobytes that don't compress
//! (docs/decisions/bytes.md); this one computes what stands in them.
//!
//! Right to the last bit for up to nineteen digits, which is more than any number has that a computer wrote.

/// Reads `1`, `-.5`, `6.02e23`; words such as `inf` are no numbers.
pub fn parse(text: &str) -> Option<f64> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], whole(&unsigned[at + 1..])?),
        None => (unsigned, 0),
    };
    let (mut digits, mut power, mut any, mut fraction) = (0_u64, exponent, false, false);
    for byte in mantissa.bytes() {
        match byte {
            b'.' if !fraction => fraction = true,
            b'0'..=b'9' => {
                any = true;
                // What no longer fits can't be seen in the result, but for its place.
                let fits = digits < u64::MAX / 10;
                if fits {
                    digits = digits * 10 + u64::from(byte - b'0');
                }
                power += i32::from(!fits) - i32::from(fraction);
            }
            _ => return None,
        }
    }
    let size = scaled(digits, power);
    any.then_some(if negative { -size } else { size })
}

/// A signed exponent; one too large for any float may as well be a little larger.
fn whole(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(99_999).min(99_999);
    Some(if text.starts_with('-') { -size } else { size })
}

/// `digits · 10^power`, computed in 128 bits so that rounding it to the 53 of a float is the only error.
fn scaled(digits: u64, power: i32) -> f64 {
    if digits == 0 {
        return 0.0;
    }
    let (mut bits, mut shift) = normal(u128::from(digits), 0);
    for _ in 0..power.unsigned_abs().min(400) {
        (bits, shift) = if power > 0 { normal((bits >> 3) * 5, shift + 4) } else { normal(bits / 5, shift - 1) };
    }
    let step = if shift < 0 { 0.5 } else { 2.0 };
    (0..shift.abs()).fold(bits as f64, |float, _| float * step)
}

/// The same `bits · 2^shift` with the highest bit set.
fn normal(bits: u128, shift: i32) -> (u128, i32) {
    let zeros = bits.leading_zeros();
    (bits << zeros, shift - zeros as i32)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn agrees_with_the_standard_reader() {
        let plain =
            ["0", "-0", "1", "+1.5", ".5", "5.", "0.1", "-2.50", "1e3", "1E-7", "6.02e+23", "1.7976931348623157e308"];
        let odd = [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "1e+",
            "1.2.3",
            "0x10",
            "1_000",
            "1 ",
            "९",
            "2.2250738585072014e-308",
            "1e999",
            "1e-999",
        ];
        for text in plain.into_iter().chain(odd) {
            assert_eq!(parse(text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{text:?}");
        }
        assert_eq!(parse("inf"), None);
    }

    /// Whatever a float prints as is read back as that float.
    #[test]
    fn printed_floats_are_read_back() {
        let mut seed = 7_u64;
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let float = f64::from_bits(seed ^ seed >> 29);
            if float.is_normal() {
                for text in [format!("{float:e}"), format!("{:.3}", float % 1e6), format!("{float:.16e}")] {
                    assert_eq!(parse(&text), text.parse().ok(), "{text}");
                }
            }
        }
    }
}
