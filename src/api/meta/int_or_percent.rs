//! A number or a percentage: the budgets of rollouts and disruptions.
//!
//! Models apimachinery `pkg/util/intstr`. Which way a percentage rounds is the field's business.

use crate::Value;
use std::fmt;

/// `1` or `25%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntOrPercent {
    /// Taken as it is.
    Int(i32),
    /// Of some total.
    Percent(i32),
}

impl IntOrPercent {
    /// Reads a manifest's value. A string without `%` is refused, even `"1"`.
    pub fn from_value(value: &Value) -> Result<IntOrPercent, String> {
        match value {
            Value::Number(number) => match number.as_i64().map(i32::try_from) {
                Some(Ok(int)) => Ok(IntOrPercent::Int(int)),
                _ => Err(format!("cannot convert int64 to int32: {number}")),
            },
            Value::String(text) => IntOrPercent::parse_percent(text).ok_or_else(|| {
                format!("invalid value for IntOrString: invalid type: string is not a percentage: {text}")
            }),
            other => Err(format!("invalid type: neither int nor percentage: {other}")),
        }
    }

    /// Reads `25%`.
    pub fn parse_percent(text: &str) -> Option<IntOrPercent> {
        text.strip_suffix('%')?.parse().ok().map(IntOrPercent::Percent)
    }

    /// As it stands in JSON.
    pub fn to_value(self) -> Value {
        match self {
            IntOrPercent::Int(int) => int.into(),
            IntOrPercent::Percent(_) => self.to_string().into(),
        }
    }

    /// The number, with percentages of `total` rounded up.
    pub fn scaled_ceil(self, total: i32) -> i32 {
        self.scaled(total, |hundredths| hundredths.div_euclid(100) + (hundredths.rem_euclid(100) != 0) as i64)
    }

    /// The number, with percentages of `total` rounded down.
    pub fn scaled_floor(self, total: i32) -> i32 {
        self.scaled(total, |hundredths| hundredths.div_euclid(100))
    }

    fn scaled(self, total: i32, round: fn(i64) -> i64) -> i32 {
        match self {
            IntOrPercent::Int(int) => int,
            IntOrPercent::Percent(percent) => {
                round(percent as i64 * total as i64).clamp(i32::MIN as i64, i32::MAX as i64) as i32
            }
        }
    }
}

impl fmt::Display for IntOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IntOrPercent::Int(int) => write!(f, "{int}"),
            IntOrPercent::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_as_asked_and_integers_stay() {
        for (value, total, ceil, floor) in [("50%", 5, 3, 2), ("25%", 3, 1, 0), ("1%", 100, 1, 1), ("100%", 3, 3, 3)] {
            let budget = IntOrPercent::from_value(&value.into()).unwrap();
            assert_eq!((budget.scaled_ceil(total), budget.scaled_floor(total)), (ceil, floor), "{value} of {total}");
            assert_eq!(budget.to_value(), Value::from(value));
        }
        assert_eq!(IntOrPercent::from_value(&7.into()).unwrap().scaled_ceil(3), 7);
    }

    #[test]
    fn other_strings_are_refused() {
        for text in ["ten", "1", "%", "1.5%", ""] {
            assert!(IntOrPercent::from_value(&text.into()).is_err(), "{text}");
        }
    }
}
