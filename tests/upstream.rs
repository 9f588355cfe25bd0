//! The DaemonSet controller's pure steps, held to upstream's own test tables and to what follows from the same rules.
//!
//! The cases are data (`upstream/daemon_cases.json`, whose `about` section is their vocabulary), so that the controller is
//! held to facts that weren't written with it in view. A failure names its cases. What a step decides is compared, not which
//! of several equal nodes it takes: where upstream's order is a map's, a case says how many of which.

mod agent;
mod before_1_12;
mod rollout;
mod rows;
mod stories;
mod timelines;
mod vocabulary;

use api::Value;
use api::meta::Meta;
use api::objects::pod::Pod;
use cluster::controller::daemonset::before_1_12::Placing;
use cluster::controller::daemonset::decide::decide;
use cluster::controller::daemonset::place::{self, Situation};
use cluster::controller::daemonset::status::{Counts, Share, share};
use cluster::controller::daemonset::{rollout as step, template};
use std::collections::BTreeSet;
use vocabulary::{Case, World};

/// Runs every case of a section, and fails with all that differ.
fn check(section: &str, run: impl Fn(&Value) -> Result<(), String>) {
    let cases = vocabulary::section(section);
    assert!(!cases.is_empty(), "no cases in {section}");
    let wrong = cases.iter().filter_map(|case| {
        run(case).err().map(|why| format!("{} ({}): {why}", case["id"], case["note"].as_str().unwrap_or_default()))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{} of {} in {section}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, ours: T, theirs: T) -> Result<(), String> {
    if ours == theirs { Ok(()) } else { Err(format!("{what}: ours {ours:?}, theirs {theirs:?}")) }
}

#[test]
fn each_node_is_judged_as_upstream_judges_it() {
    check("node_cases", |case| {
        let verdict = decide(&vocabulary::template(&case["template"]), &vocabulary::node(&case["node"]));
        let ours = (verdict.should_run(), verdict.should_continue_running());
        let theirs = |key: &str| case["expect"][key].as_bool().expect("a verdict");
        same("should run, may stay", ours, (theirs("shouldRun"), theirs("shouldContinueRunning")))
    });
}

#[test]
fn placement_creates_and_deletes_what_upstream_does() {
    check("manage_cases", |case| {
        let case = Case::new(case);
        let world = World::of(&case);
        let (mut create, mut delete, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for (name, node, pods) in world.by_node() {
            let pods = place::present(&pods);
            let Some(node) = node else {
                delete.extend(place::unbound(&pods));
                continue;
            };
            let verdict = decide(&world.template, node);
            let plan = place::plan(
                &pods,
                Situation {
                    should_run: verdict.should_run(),
                    should_continue_running: verdict.should_continue_running(),
                    surge: world.allows_surge(),
                    min_ready_seconds: world.min_ready_seconds,
                    now: world.now,
                    is_updated: &|pod| world.is_updated(pod),
                    in_backoff: &mut || case.backs_off(&name),
                },
            );
            create.extend(plan.create.then_some(name.to_string()));
            delete.extend(plan.delete);
            events.extend(plan.failed.iter().map(|_| "FailedDaemonPod".to_string()));
            events.extend(plan.succeeded.iter().map(|_| "SucceededDaemonPod".to_string()));
        }
        same("creates on", create.into_iter().collect(), case.names("createOn"))?;
        same("deletes", names(&delete), case.names("delete"))?;
        same("says", events.into_iter().collect(), case.names("events"))
    });
}

#[test]
fn status_counts_what_upstream_counts() {
    check("status_cases", |case| {
        let case = Case::new(case);
        let world = World::of(&case);
        let mut counts = Counts::default();
        for (_, node, pods) in world.by_node() {
            let Some(node) = node else { continue };
            let should_run = decide(&world.template, node).should_run();
            let updated = |pod: &Pod| world.is_updated(pod);
            let new = share(should_run, &place::present(&pods), world.min_ready_seconds, world.now, &updated);
            counts.replace(Share::default(), new);
        }
        let status = counts.status(&Default::default());
        for (key, ours) in [
            ("desiredNumberScheduled", status.desired_number_scheduled),
            ("currentNumberScheduled", status.current_number_scheduled),
            ("numberMisscheduled", status.number_misscheduled),
            ("numberReady", status.number_ready),
            ("updatedNumberScheduled", status.updated_number_scheduled),
            ("numberAvailable", status.number_available),
            ("numberUnavailable", status.number_unavailable),
        ] {
            same(key, Some(ours), case.expect[key].as_i64())?;
        }
        Ok(())
    });
}

#[test]
fn rolling_update_takes_what_upstream_takes() {
    check("rolling_update_cases", |case| {
        let case = Case::new(case);
        let world = World::of(&case);
        let desired = world.desired();
        let (unavailable, surge) = step::budgets(&world.strategy, desired);
        for (key, ours) in [("desired", desired), ("maxUnavailable", unavailable), ("maxSurge", surge)] {
            same(key, Some(ours), case.expect[key].as_i64())?;
        }
        let plan = match world.roll() {
            Err(_) => return same("fails", true, case.expect["error"] == true),
            Ok(plan) => plan,
        };
        same("fails", false, case.expect["error"] == true)?;
        case.judge("Delete", names(&plan.delete))?;
        case.judge("Create", plan.create.iter().map(ToString::to_string).collect())
    });
}

#[test]
fn daemon_pods_carry_what_upstreams_do() {
    check("pod_template_cases", |case| {
        let made = Pod {
            spec: template::daemon_spec(&vocabulary::template(&case["template"]), Placing::ByScheduler),
            pinned_node: Some(case["node"].as_str().expect("a node").into()),
            ..Pod::default()
        };
        let spec = made.spec_value();
        let affinity = &spec["affinity"]["nodeAffinity"];
        let expect = &case["expect"];
        for (key, ours) in [
            ("tolerations", &spec["tolerations"]),
            (
                "requiredNodeAffinityTerms",
                &affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"],
            ),
            ("preferredNodeAffinityTerms", &affinity["preferredDuringSchedulingIgnoredDuringExecution"]),
        ] {
            if let Some(theirs) = expect.get(key) {
                same(key, ours, theirs)?;
            }
        }
        Ok(())
    });
}

#[test]
fn a_pod_counts_as_updated_by_hash_or_by_generation() {
    check("pod_updated_cases", |case| {
        let pod = Pod {
            meta: Meta { labels: api::meta::labels_from(&case["podLabels"]), ..<_>::default() },
            ..<_>::default()
        };
        let hash = case["hash"].as_str().expect("a hash");
        let ours = template::is_updated(&pod, hash, case["templateGeneration"].as_i64());
        same("updated", Some(ours), case["expect"]["updated"].as_bool())
    });
}

#[test]
fn a_pod_belongs_to_the_node_it_is_bound_to_or_meant_for() {
    check("target_node_cases", |case| {
        let pod = &case["pod"];
        let value = vocabulary::pod_spec(pod);
        let pod = Pod::from_value(&api::json!({"metadata": {"name": "pod"}, "spec": value}));
        same("node", template::target_node(&pod).as_deref(), case["expect"].as_str())
    });
}

#[test]
fn rollouts_go_as_upstreams_go() {
    check("rollout_sequences", rollout::run);
}

/// The names of Pods, in order.
fn names(pods: &[std::rc::Rc<Pod>]) -> BTreeSet<String> {
    pods.iter().map(|pod| pod.meta.name.to_string()).collect()
}
