//! K-01u to K-06u: a Pod's phase, from how its containers stand.

use super::super::images::Catalogue;
use super::super::plan::Plans;
use super::super::pod_status::phase_of;
use super::super::run::{Ended, Run, RunState};
use super::*;
use api::objects::pod_spec::{PodSpec, RestartPolicy};

fn phase(spec: Value, runs: &[Run], ending: bool) -> Phase {
    let plan = Plans::default().plan(&Rc::new(PodSpec::from_value(&spec)), &Catalogue::default());
    phase_of(runs, &plan, ending)
}

fn two() -> Value {
    json!({"restartPolicy": "Always", "containers": [container("a", "x"), container("b", "x")]})
}

fn waiting() -> Run {
    Run::default()
}

fn running() -> Run {
    Run { state: RunState::Running { since: Instant(1) }, id: 1, started: true, ready: true, ..Run::default() }
}

fn ended(code: i64, policy: RestartPolicy) -> Run {
    let mut run = running();
    run.end(code, Instant(2), policy);
    run
}

/// It waits again, after a run.
fn waiting_again() -> Run {
    let mut run = ended(1, RestartPolicy::Always);
    run.more.get_or_insert_default().last =
        Some(Ended { code: 1, started: Instant(1), finished: Instant(2), id: 1, told: false });
    run.state = RunState::Waiting;
    run
}

#[test]
fn k_01u_nothing_started_is_pending() {
    assert_eq!(phase(two(), &[waiting(), waiting()], false), Phase::Pending);
}

#[test]
fn k_02u_running_and_what_will_run_again_is_running() {
    let stopped = || ended(1, RestartPolicy::Always);
    assert_eq!(phase(two(), &[running(), running()], false), Phase::Running);
    assert_eq!(phase(two(), &[stopped(), stopped()], false), Phase::Running);
    assert_eq!(phase(two(), &[running(), stopped()], false), Phase::Running);
}

#[test]
fn k_03u_one_that_never_started_keeps_it_pending() {
    assert_eq!(phase(two(), &[running(), waiting()], false), Phase::Pending);
    assert_eq!(phase(two(), &[running(), waiting_again()], false), Phase::Running);
}

#[test]
fn k_04u_all_over_is_succeeded_or_failed() {
    let stopped = |code| ended(code, RestartPolicy::Always);
    assert_eq!(phase(two(), &[stopped(0), stopped(0)], true), Phase::Succeeded);
    assert_eq!(phase(two(), &[stopped(0), stopped(1)], true), Phase::Failed);
}

#[test]
fn k_05u_init_containers_hold_it_pending() {
    let spec = json!({"restartPolicy": "Always", "initContainers": [container("i", "x")],
        "containers": [container("a", "x"), container("b", "x")]});
    let policy = RestartPolicy::OnFailure;
    for init in [running(), ended(1, policy), waiting(), waiting_again()] {
        assert_eq!(phase(spec.clone(), &[init, waiting(), waiting()], false), Phase::Pending);
    }
    assert_eq!(phase(spec, &[ended(0, policy), running(), running()], false), Phase::Running);
}

#[test]
fn k_06u_sidecars_hold_it_pending_until_they_have_started() {
    let spec = json!({"restartPolicy": "Always", "initContainers": [{"name": "s", "image": "x", "restartPolicy": "Always"}],
        "containers": [container("a", "x"), container("b", "x")]});
    let starting = Run { started: false, ready: false, ..running() };
    assert_eq!(phase(spec.clone(), &[starting, waiting(), waiting()], false), Phase::Pending);
    assert_eq!(phase(spec.clone(), &[running(), running(), running()], false), Phase::Running);
    assert_eq!(phase(spec, &[running(), running(), waiting()], false), Phase::Pending);
}
