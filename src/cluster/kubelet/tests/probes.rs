//! Readiness, liveness and startup probes.

use super::*;

fn probed(kind: &str, image: &str, probe: Value) -> Value {
    let mut container = json!({"image": image});
    container[kind] = probe;
    container[kind]["tcpSocket"] = json!({"port": 80});
    container
}

/// A world with Pod `p`, whose clock starts when its container does.
fn started(image: Image, kind: &str, probe: Value) -> World {
    let mut world = World::new();
    world.image("app", image);
    world.one("p", probed(kind, "app", probe));
    world.when(20.0, |world| world.said("p", "Started").len() == 1);
    world.restart_clock();
    world
}

#[test]
fn k_17d_readiness_comes_at_the_start_or_at_a_tick() {
    let mut world = started(Image::default(), "readinessProbe", json!({}));
    assert!(world.at(1.0).get("p").ready());
    let mut world = started(Image::default(), "readinessProbe", json!({"initialDelaySeconds": 5}));
    assert!(!world.at(9.0).get("p").ready());
    assert!(world.at(10.5).get("p").ready());
    let late = Image { ready_after: Duration::from_secs(12), ..Image::default() };
    let mut world = started(late, "readinessProbe", json!({"periodSeconds": 5}));
    assert!(!world.at(14.0).get("p").ready());
    assert!(world.at(15.5).get("p").ready());
}

#[test]
fn k_18d_a_failing_liveness_probe_kills_at_the_third_tick() {
    let hung = Image { hangs_after: Some(Duration::ZERO), ..Image::default() };
    let mut world = started(hung, "livenessProbe", json!({}));
    let failures = |world: &World| -> u32 {
        world.events_about("p").iter().filter(|event| event.words.reason == "Unhealthy").map(|event| event.count).sum()
    };
    for (count, seconds) in [(1, 10.0), (2, 20.0), (3, 30.0)] {
        let at = world.when(40.0, |world| failures(world) == count);
        assert!((at - seconds).abs() < 0.3, "failure {count} at {at}");
    }
    assert_eq!(world.said("p", "Killing"), ["Container c failed liveness probe, will be restarted"]);
    world.at(33.0);
    assert_eq!(world.container("p").restart_count, 1);
    assert!(world.said("p", "Unhealthy")[0].starts_with("Liveness probe failed: dial tcp 10.244.0.2:80: connect"));
}

#[test]
fn a_failing_readiness_probe_makes_it_unready_and_nothing_more() {
    let never = Image { ever_ready: false, ..Image::default() };
    let mut world = started(never, "readinessProbe", json!({}));
    world.at(60.0);
    assert_eq!((world.phase("p"), world.container("p").restart_count), (Phase::Running, 0));
    assert!(!world.get("p").ready());
    assert_eq!(world.container("p").started, Some(true));
}

#[test]
fn an_app_that_hangs_becomes_unready_after_three_failures() {
    let hangs = Image { hangs_after: Some(Duration::from_secs(15)), ..Image::default() };
    let mut world = started(hangs, "readinessProbe", json!({}));
    assert!(world.at(39.0).get("p").ready());
    assert!(!world.at(41.0).get("p").ready());
}

#[test]
fn a_startup_probe_holds_the_others_back_and_kills_in_the_end() {
    let slow = Image { ready_after: Duration::from_secs(25), ..Image::default() };
    let mut world = started(slow.clone(), "startupProbe", json!({}));
    assert_eq!(world.at(20.0).container("p").started, Some(false));
    world.at(31.0);
    assert_eq!((world.container("p").started, world.get("p").ready()), (Some(true), true));
    let mut world = started(slow, "startupProbe", json!({"failureThreshold": 2}));
    world.at(21.0);
    assert_eq!(world.said("p", "Killing"), ["Container c failed startup probe, will be restarted"]);
}

#[test]
fn a_web_server_knows_its_port_and_its_paths() {
    let mut world = World::new();
    let probe =
        |port: i64, path: &str| json!({"image": "nginx", "readinessProbe": {"httpGet": {"port": port, "path": path}}});
    world.one("p", probe(80, "/nope")).one("q", probe(8080, "/")).one("r", probe(80, "/")).at(12.0);
    assert_eq!(world.said("p", "Unhealthy"), ["Readiness probe failed: HTTP probe failed with statuscode: 404"]);
    assert!(world.said("q", "Unhealthy")[0].contains("connect: connection refused"));
    assert!(world.get("r").ready());
}

#[test]
fn the_handbooks_liveness_example_restarts_after_thirty_seconds_and_three_failures() {
    let mut world = World::new();
    world.one(
        "p",
        json!({"image": "busybox:1.36",
        "args": ["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"],
        "livenessProbe": {"exec": {"command": ["cat", "/tmp/healthy"]}, "initialDelaySeconds": 5, "periodSeconds": 5}}),
    );
    world.at(60.0);
    assert!(world.said("p", "Unhealthy")[0].starts_with("Liveness probe failed: cat: can't open '/tmp/healthy'"));
    assert_eq!(world.said("p", "Killing"), ["Container c failed liveness probe, will be restarted"]);
    // The shell doesn't listen to SIGTERM, so it lives on for its grace period.
    world.at(78.0);
    assert_eq!(world.container("p").restart_count, 1);
}

#[test]
fn a_pod_that_is_fine_costs_no_wakes() {
    let mut world = started(Image::default(), "readinessProbe", json!({"periodSeconds": 1}));
    world.at(5.0);
    let steps = world.cluster.steps();
    world.at(65.0);
    // Six heartbeats, the controllers' periods, and nothing every second.
    assert!(world.cluster.steps() - steps < 55, "{}", world.cluster.steps() - steps);
}
