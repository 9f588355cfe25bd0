//! Images that can't be pulled, containers that end, back-offs, logs.

use super::*;

/// Seconds at which a container was started.
fn restarts(world: &mut World, count: i64, until: f64) -> Vec<f64> {
    (1..=count).map(|n| world.when(until, |world| world.container("p").restart_count >= n)).collect()
}

#[test]
fn k_14d_a_crash_loop_waits_longer_each_time() {
    let mut world = World::new();
    world.image("crasher", crash(0.0, 1));
    world.one("p", json!({"image": "crasher", "imagePullPolicy": "IfNotPresent"}));
    let first = world.when(10.0, |world| world.find("default", "p").is_some_and(|p| p.status.phase == Phase::Running));
    let found = restarts(&mut world, 7, 700.0);
    for (found, wanted) in found.iter().zip([0.0, 10.0, 30.0, 70.0, 150.0, 310.0, 610.0]) {
        // Each start takes some tenths of a second itself.
        assert!((found - first - wanted).abs() < 3.5, "{found} instead of {wanted} after {first}");
    }
    assert_eq!(world.container("p").restart_count, 7);
}

#[test]
fn a_waiting_crasher_says_so_and_remembers_its_end() {
    let mut world = World::new();
    world.image("crasher", crash(0.0, 3));
    world.one("p", json!({"image": "crasher"})).at(6.0);
    let (pod, status) = (world.get("p"), world.container("p"));
    let ContainerState::Waiting(why) = status.state else { panic!("{:?}", status.state) };
    assert_eq!(&*why.reason, "CrashLoopBackOff");
    assert_eq!(*why.message, format!("back-off 10s restarting failed container=c pod=p_default({})", pod.meta.uid));
    let ContainerState::Terminated(last) = status.last_state else { panic!("it has ended before") };
    assert_eq!((last.exit_code, &*last.reason), (3, "Error"));
    assert_eq!((pod.status.phase, pod.ready()), (Phase::Running, false));
    let said = format!("Back-off restarting failed container c in pod p_default({})", pod.meta.uid);
    assert_eq!(world.said("p", "BackOff"), [said]);
}

#[test]
fn k_15d_a_container_that_ran_eleven_minutes_has_its_back_off_forgotten() {
    let mut world = World::new();
    world.image("late", crash(660.0, 1));
    world.one("p", json!({"image": "late"})).at(10.0);
    for round in 1..=3 {
        let at = world.when(3000.0, |world| world.container("p").restart_count >= round);
        assert!((at - 661.0 * round as f64) < 12.0, "restart {round} at {at}");
    }
}

#[test]
fn k_16d_a_bad_image_is_tried_again_and_again() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx:nope"})).at(1.0);
    assert_eq!(world.state("p"), "ErrImagePull");
    let error = "failed to pull and unpack image \"docker.io/library/nginx:nope\": failed to resolve reference \
        \"docker.io/library/nginx:nope\": docker.io/library/nginx:nope: not found";
    assert_eq!(
        world.said("p", "Failed"),
        [format!("Failed to pull image \"nginx:nope\": {error}"), "Error: ErrImagePull".into()]
    );
    world.at(3.0);
    let ContainerState::Waiting(why) = world.container("p").state else { panic!("it waits") };
    assert_eq!(&*why.reason, "ImagePullBackOff");
    assert_eq!(*why.message, format!("Back-off pulling image \"nginx:nope\": ErrImagePull: {error}"));
    assert_eq!(world.said("p", "BackOff"), ["Back-off pulling image \"nginx:nope\""]);
    // Events run dry after 25 of them, so the attempts are seen by their outcome.
    for (count, wanted) in [(2, 10.0), (3, 30.0), (4, 70.0), (5, 150.0), (6, 310.0), (7, 610.0)] {
        let at = world.when(700.0, |world| world.state("p") == "ErrImagePull");
        assert!((at - 0.8 - wanted).abs() < 3.0, "pull {count} at {at}");
        world.when(700.0, |world| world.state("p") == "ImagePullBackOff");
    }
    assert_eq!((world.container("p").restart_count, world.phase("p")), (0, Phase::Pending));
}

#[test]
fn an_image_that_comes_into_being_is_pulled_at_the_next_try() {
    let mut world = World::new();
    world.one("p", json!({"image": "mine:notexist"})).at(5.0);
    world.image("mine:notexist", Image::default());
    world.at(20.0);
    assert_eq!(world.phase("p"), Phase::Running);
}

#[test]
fn other_reasons_to_have_no_image_are_named() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx", "imagePullPolicy": "Never"})).one("q", json!({"image": "Nginx"})).at(5.0);
    let ContainerState::Waiting(why) = world.container("p").state else { panic!("it waits") };
    assert_eq!(
        (&*why.reason, &*why.message),
        ("ErrImageNeverPull", "Container image \"nginx\" is not present with pull policy of Never")
    );
    assert_eq!(world.state("q"), "InvalidImageName");
    assert_eq!(world.said("q", "Failed"), ["Error: InvalidImageName"]);
}

#[test]
fn what_a_container_comes_to_follows_from_the_restart_policy() {
    let mut world = World::new();
    let spec = |policy: &str, script: &str| json!({"restartPolicy": policy, "containers": [{"name": "c", "image": "busybox:1.36", "command": ["sh", "-c", script]}]});
    world.pod("well", spec("OnFailure", "echo done; exit 0")).pod("badly", spec("Never", "sleep 1; exit 4"));
    world.pod("again", spec("OnFailure", "exit 4")).pod("always", spec("Always", "exit 0")).at(12.0);
    assert_eq!((world.phase("well"), &*world.state("well")), (Phase::Succeeded, "Completed"));
    assert_eq!((world.phase("badly"), &*world.state("badly")), (Phase::Failed, "Error"));
    assert_eq!((world.phase("again"), &*world.state("again")), (Phase::Running, "CrashLoopBackOff"));
    assert_eq!((world.phase("always"), &*world.state("always")), (Phase::Running, "CrashLoopBackOff"));
    assert_eq!(&*world.condition("well", "Ready").reason, "PodCompleted");
    assert_eq!(&*world.condition("badly", "Ready").reason, "PodFailed");
    assert_eq!(
        world.cluster.kubelets().logs(world.get("well").meta.uid, "c", false, world.cluster.now()),
        Some("done\n".into())
    );
}

#[test]
fn logs_follow_what_the_process_does() {
    let mut world = World::new();
    world
        .one("p", json!({"image": "busybox:1.36", "command": ["sh", "-c", "while true; do echo tick; sleep 5; done"]}));
    world.one("q", json!({"image": "busybox:1.36", "command": ["sh", "-c", "echo dying; exit 1"]})).at(15.0);
    let kubelets = world.cluster.kubelets();
    let log = |name: &str, previous| kubelets.log(&world.get(name), "c", previous, world.cluster.now());
    let ticks = log("p", false).map(|text| text.lines().count()).unwrap();
    assert!((2..=3).contains(&ticks), "{ticks}");
    assert_eq!(log("q", true), Ok("dying\n".into()));
    let refusal = log("p", true).unwrap_err();
    assert_eq!(refusal.message, "previous terminated container \"c\" in pod \"p\" not found");
    world.one("w", json!({"image": "nginx:nope"})).at(17.0);
    let refusal = world.cluster.kubelets().log(&world.get("w"), "c", false, world.cluster.now()).unwrap_err();
    assert_eq!(refusal.message, "container \"c\" in pod \"w\" is waiting to start: trying and failing to pull image");
}

#[test]
fn a_changed_image_restarts_its_container() {
    let mut world = World::new();
    world.one("p", json!({"image": "nginx:1.26"})).at(6.0);
    let mut request = Request::new(Verb::Patch, Kind::POD).in_namespace("default").named("p");
    request.patch_type = Some(api::request::PatchType::Strategic);
    world.ask(request.with_json(json!({"spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]}})));
    world.at(13.0);
    assert_eq!((world.container("p").restart_count, &*world.container("p").image), (1, "nginx:1.27"));
    assert_eq!(world.said("p", "Killing"), ["Container c definition changed, will be restarted"]);
}
