//! The two budgets of a rolling update, and how large the new ReplicaSet may be under them.
//!
//! Models `ResolveFenceposts`, `MaxSurge`, `MaxUnavailable` and `NewRSNewReplicas` of
//! `pkg/controller/deployment/util/deployment_util.go`, Kubernetes v1.36.

use api::meta::int_or_percent::IntOrPercent;
use api::objects::workload::{Strategy, WorkloadSpec};

/// Surge rounded up, unavailability rounded down; if both come to nothing one Pod may be missing, or nothing would ever move.
pub fn fence_posts(max_surge: IntOrPercent, max_unavailable: IntOrPercent, replicas: i64) -> (i64, i64) {
    let total = i32::try_from(replicas).unwrap_or(i32::MAX);
    let surge = i64::from(max_surge.scaled_ceil(total));
    let unavailable = i64::from(max_unavailable.scaled_floor(total));
    if surge == 0 && unavailable == 0 { (0, 1) } else { (surge, unavailable) }
}

/// How many Pods there may be too many.
pub fn surge(spec: &WorkloadSpec) -> i64 {
    match spec.strategy {
        Strategy::RollingUpdate { max_unavailable, max_surge } => {
            fence_posts(max_surge, max_unavailable, spec.replicas).0
        }
        _ => 0,
    }
}

/// How many Pods may be missing.
pub fn unavailable(spec: &WorkloadSpec) -> i64 {
    match spec.strategy {
        Strategy::RollingUpdate { max_unavailable, max_surge } => {
            fence_posts(max_surge, max_unavailable, spec.replicas).1.min(spec.replicas)
        }
        _ => 0,
    }
}

/// The size that a sync gives the new ReplicaSet, which has `new` now; `total` is the size of all of them together.
pub fn next_size(spec: &WorkloadSpec, total: i64, new: i64) -> i64 {
    if new >= spec.replicas { spec.replicas } else { new_size(spec, total, new) }
}

/// As far as the surge lets the new ReplicaSet grow.
pub fn new_size(spec: &WorkloadSpec, total: i64, new: i64) -> i64 {
    let Strategy::RollingUpdate { max_surge, .. } = spec.strategy else { return spec.replicas };
    let surge = max_surge.scaled_ceil(i32::try_from(spec.replicas).unwrap_or(i32::MAX));
    let room = spec.replicas + i64::from(surge) - total;
    if room > 0 { new + room.min(spec.replicas - new) } else { new }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::json;

    fn post(surge: &str, unavailable: &str, replicas: i64) -> (i64, i64) {
        let read = |text: &str| IntOrPercent::parse_percent(text).unwrap_or(IntOrPercent::Int(0));
        fence_posts(read(surge), read(unavailable), replicas)
    }

    fn spec(replicas: i64, surge: api::Value, unavailable: api::Value) -> WorkloadSpec {
        let budgets = json!({"maxSurge": surge, "maxUnavailable": unavailable});
        WorkloadSpec::from_value(&json!({"replicas": replicas,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": budgets}}))
    }

    fn recreate(replicas: i64) -> WorkloadSpec {
        WorkloadSpec::from_value(&json!({"replicas": replicas, "strategy": {"type": "Recreate"}}))
    }

    #[test]
    fn rd_06u_fence_posts() {
        for (surge, unavailable, replicas, expected) in [
            ("0%", "0%", 0, (0, 1)),
            ("39%", "39%", 10, (4, 3)),
            ("", "39%", 10, (0, 3)),
            ("39%", "", 10, (4, 0)),
            ("", "", 10, (0, 1)),
        ] {
            assert_eq!(post(surge, unavailable, replicas), expected, "{surge} {unavailable} of {replicas}");
        }
        assert!(IntOrPercent::from_value(&"oops".into()).is_err(), "refused before any controller sees it");
    }

    #[test]
    fn rd_07u_max_unavailable() {
        for (budget, replicas, expected) in
            [(json!(5), 10, 5), (json!(10), 5, 5), (json!(10), 0, 0), (json!("50%"), 10, 5), (json!("100%"), 5, 5)]
        {
            assert_eq!(unavailable(&spec(replicas, json!(0), budget.clone())), expected, "{budget} of {replicas}");
        }
        assert_eq!(unavailable(&recreate(5)), 0);
    }

    #[test]
    fn rd_08u_size_of_the_new_set() {
        assert_eq!(new_size(&spec(1, json!(1), json!(1)), 10, 5), 5);
        assert_eq!(new_size(&spec(6, json!(10), json!(1)), 7, 2), 6);
        assert_eq!(new_size(&recreate(3), 4, 1), 3);
    }

    #[test]
    fn rd_09u_scaling_up_the_new_set() {
        for (surge, old, new, expected) in [(0, 10, 0, 0), (2, 10, 0, 2), (2, 5, 0, 7), (2, 10, 2, 2), (2, 0, 11, 10)] {
            let spec = spec(10, json!(surge), json!(0));
            assert_eq!(next_size(&spec, old + new, new), expected, "surge {surge}, old {old}, new {new}");
        }
    }
}
