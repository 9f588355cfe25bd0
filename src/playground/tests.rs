//! The playground as a page would use it: acts, time, and what is seen.

use crate::Playground;
use crate::act::{Act, Moment, Preset, Trouble};
use crate::view::{PodLook, Readiness, Reason};
use api::objects::Object;
use api::resource::Kind;

/// Lets virtual seconds pass, at ten a second of the wall clock.
fn pass(playground: &mut Playground, seconds: f64) {
    let mut left = seconds * 100.0;
    while left > 0.0 {
        playground.advance(16.0);
        left -= 16.0;
    }
}

fn run(playground: &mut Playground, line: &str) -> String {
    playground.act(Act::Run { line: line.into() });
    let entry = playground.terminal().entries.pop().unwrap();
    entry.output.into_iter().map(|chunk| chunk.text).collect()
}

fn daemon_pods(playground: &Playground) -> usize {
    let picture = playground.picture();
    let daemon = picture.workloads.iter().position(|w| w.object.kind == "DaemonSet");
    let mine = |pod: &&crate::view::Pod| pod.workload.map(|w| w as usize) == daemon && pod.look == PodLook::Ready;
    picture.nodes.iter().flat_map(|node| &node.pods).filter(mine).count()
}

#[test]
fn the_opening_ends_with_a_daemon_pod_on_each_of_four_nodes() {
    let mut playground = Playground::new(None);
    assert_eq!(playground.picture().nodes.len(), 4);
    let before: usize = playground.picture().nodes.iter().map(|node| node.pods.len()).sum();
    assert_eq!(before, 12, "the Deployments' Pods run from the start");
    pass(&mut playground, 10.0);
    assert_eq!(daemon_pods(&playground), 4);
    let first = &playground.terminal().entries[0];
    assert_eq!(first.command, "kubectl apply -f monitoring-daemon.yaml");
    assert_eq!(first.output[0].text, "daemonset.apps/monitoring-daemon created\n");
}

#[test]
fn nodes_stand_in_the_order_they_joined_even_before_the_controllers_have_heard_of_them() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 10.0);
    playground.act(Act::Pause);
    let names = |playground: &Playground| -> Vec<String> {
        playground.picture().nodes.iter().map(|node| node.name.clone()).collect()
    };
    let mut seen = names(&playground);
    playground.act(Act::AddNodes { preset: Preset::Worker, count: 8 });
    playground.act(Act::AddNodes { preset: Preset::Gpu, count: 1 });
    for _ in 0..200 {
        playground.act(Act::StepOne);
        let now = names(&playground);
        assert_eq!(now[..seen.len()], seen, "those that are there stay where they are");
        seen = now;
    }
    let workers = (1..=12).map(|number| format!("node-{number}"));
    assert_eq!(seen, workers.chain(["gpu-1".to_owned()]).collect::<Vec<_>>());
    playground.act(Act::AddNodes { preset: Preset::Arm64, count: 1 });
    playground.act(Act::Resume);
    pass(&mut playground, 10.0);
    assert_eq!(names(&playground).last().map(String::as_str), Some("arm64-1"), "the newest is the last");
}

#[test]
fn a_node_that_joins_gets_a_pod_and_one_that_leaves_has_its_pod_collected() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 10.0);
    playground.act(Act::AddNodes { preset: Preset::Worker, count: 1 });
    pass(&mut playground, 12.0);
    assert_eq!(daemon_pods(&playground), 5);
    playground.act(Act::RemoveNode { node: "node-5".into() });
    pass(&mut playground, 2.0);
    let gone = playground.picture().nodes.into_iter().find(|node| node.readiness == Readiness::Removed).unwrap();
    assert_eq!(gone.pods.len(), 1, "its Pod is still listed");
    pass(&mut playground, 70.0);
    assert_eq!(playground.picture().nodes.len(), 4);
    assert_eq!(daemon_pods(&playground), 4);
}

#[test]
fn a_removed_nodes_card_stays_in_its_place_until_its_pods_are_collected() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 10.0);
    let names = |playground: &Playground| -> Vec<String> {
        playground.picture().nodes.iter().map(|node| node.name.clone()).collect()
    };
    let all = names(&playground);
    playground.act(Act::RemoveNode { node: all[1].clone() });
    pass(&mut playground, 2.0);
    assert_eq!(names(&playground), all);
    pass(&mut playground, 70.0);
    assert_eq!(names(&playground), [all[0].as_str(), &all[2], &all[3]]);
}

#[test]
fn workloads_differ_by_letter_as_well_and_the_ink_returns_to_a_daemon_set_that_comes_back() {
    let mut playground = Playground::new(None);
    playground.act(Act::LoadExample { id: "two-kinds-of-hardware.yaml".into() });
    playground.act(Act::Apply { file: "two-kinds-of-hardware.yaml".into() });
    let workloads = playground.picture().workloads;
    for (place, workload) in workloads.iter().enumerate() {
        assert!(workloads[..place].iter().all(|other| other.letter != workload.letter), "{workload:?}");
    }
    playground.act(Act::ShowMoment { moment: Moment::Before });
    pass(&mut playground, 60.0);
    assert!(playground.picture().workloads.iter().all(|workload| workload.colour != 0));
    playground.act(Act::ShowMoment { moment: Moment::After });
    let workloads = playground.picture().workloads;
    let back = workloads.iter().find(|workload| workload.object.name == "monitoring-daemon").unwrap();
    assert_eq!((back.colour, back.letter), (0, 'm'));
}

#[test]
fn before_and_after_are_a_delete_and_an_apply() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 10.0);
    assert_eq!(playground.scene().moment, Some(Moment::After));
    playground.act(Act::ShowMoment { moment: Moment::Before });
    pass(&mut playground, 10.0);
    assert_eq!((playground.scene().moment, daemon_pods(&playground)), (Some(Moment::Before), 0));
    playground.act(Act::ShowMoment { moment: Moment::After });
    pass(&mut playground, 10.0);
    assert_eq!((playground.scene().moment, daemon_pods(&playground)), (Some(Moment::After), 4));
}

#[test]
fn a_save_is_lived_through_to_the_same_world() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 7.0);
    playground.act(Act::AddNodes { preset: Preset::Gpu, count: 1 });
    pass(&mut playground, 3.0);
    playground.act(Act::Run { line: "kubectl delete pod -l app=monitoring-agent".into() });
    playground.act(Act::EditFile { name: "mine.yaml".into(), text: "kind: X\n".into() });
    pass(&mut playground, 5.0);
    let again = Playground::new(Some(&playground.save()));
    assert_eq!(again.cluster().state_hash(), playground.cluster().state_hash());
    assert_eq!(again.files().files, playground.files().files);
    assert_eq!(again.terminal().entries, playground.terminal().entries);
}

#[test]
fn a_save_of_the_first_version_still_loads() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 7.0);
    playground.act(Act::RemoveNode { node: "node-4".into() });
    pass(&mut playground, 3.0);
    let (saved, state) = (playground.save(), playground.cluster().state_hash());
    let now = |text: &str| text.split("\"now\":\"").nth(1).unwrap().split('"').next().unwrap().to_string();
    let steps = |text: &str| text.split("\"steps\":").nth(1).unwrap().split(['}', ',']).next().unwrap().to_string();
    let acts = saved.split("\"acts\":").nth(1).unwrap().split("]],\"").next().unwrap();
    let first = format!(
        "{{\"everynode\":1,\"scenario\":\"four-nodes\",\"complete\":true,\"acts\":{acts}]],\"files\":[[\"a.yaml\",\"b\"]],\
         \"steps\":{},\"now\":\"{}\",\"paused\":true,\"speed\":1.0,\"shown\":0,\"history\":[\"ls\"]}}",
        steps(&saved),
        now(&saved)
    );
    let again = Playground::new(Some(&first));
    assert_eq!(again.cluster().state_hash(), state);
    assert!(again.timeline().paused && again.files().files.iter().any(|file| file.name == "a.yaml"));
}

#[test]
fn a_save_that_makes_no_sense_is_as_none() {
    for text in ["", "{", "[]", "{\"everynode\": 99}", "null"] {
        assert_eq!(Playground::new(Some(text)).picture().nodes.len(), 4, "{text}");
    }
}

#[test]
fn the_terminal_answers_as_kubectl() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 10.0);
    let answer = run(&mut playground, "k get ds");
    let lines: Vec<&str> = answer.lines().collect();
    assert_eq!(
        lines[0],
        "NAME                DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE"
    );
    assert!(
        lines[1].starts_with("monitoring-daemon   4         4         4       4            4           <none>"),
        "{answer}"
    );
    assert_eq!(run(&mut playground, "kubectl get ds -o name | wc -l"), "1\n");
}

#[test]
fn what_is_written_while_vi_waits_is_kept_while_time_passes() {
    let mut playground = Playground::new(None);
    playground.act(Act::Run { line: "vi own.yaml".into() });
    pass(&mut playground, 1.0);
    playground.act(Act::EditFile { name: "own.yaml".into(), text: "a: b\n".into() });
    pass(&mut playground, 1.0);
    assert_eq!(playground.files().awaited.as_deref(), Some("own.yaml"));
    playground.act(Act::Apply { file: "own.yaml".into() });
    assert_eq!(playground.files().awaited, None);
    assert_eq!(run(&mut playground, "cat own.yaml"), "a: b\n");
}

#[test]
fn an_object_edited_in_the_editor_is_changed_and_its_copy_closes() {
    let mut playground = Playground::new(None);
    pass(&mut playground, 10.0);
    playground.act(Act::Run { line: "kubectl edit ds monitoring-daemon".into() });
    pass(&mut playground, 1.0);
    let files = playground.files();
    let name = files.awaited.expect("kubectl edit waits for its file");
    let text = files.files.into_iter().find(|file| file.name == name).expect("it is open").text;
    playground.act(Act::EditFile { name: name.clone(), text: text.replace("image: nginx", "image: nginx:1.29") });
    pass(&mut playground, 1.0);
    playground.act(Act::Apply { file: name.clone() });
    let said = playground.terminal().entries.into_iter().next_back().expect("an entry").output;
    assert!(said.iter().any(|chunk| chunk.text.contains("daemonset.apps/monitoring-daemon edited")), "{said:?}");
    assert!(!playground.files().files.iter().any(|file| file.name == name));
}

#[test]
fn labels_taints_and_troubles_are_acts_that_are_echoed_noticed_and_lived_through_again() {
    use crate::act::Trouble;
    let mut playground = Playground::new(None);
    playground.act(Act::RunUntilSettled);
    let node = || "node-2".to_string();
    playground.act(Act::Label { node: node(), labels: "disktype=ssd  tier=".into() });
    playground.act(Act::Taint { node: node(), taints: "gpu=true:NoSchedule".into() });
    playground.act(Act::SetTrouble { node: node(), trouble: Trouble::Disk, on: true });
    playground.act(Act::SetTrouble { node: "node-3".into(), trouble: Trouble::Network, on: true });
    playground.act(Act::RunUntilSettled);
    let entries = playground.terminal().entries;
    let lines: Vec<&str> = entries.iter().rev().take(4).map(|entry| &*entry.command).collect();
    assert_eq!(
        lines,
        [
            "# on node-3: the network plug-in breaks",
            "# on node-2: the disk fills up",
            "kubectl taint node node-2 gpu=true:NoSchedule",
            "kubectl label node node-2 disktype=ssd tier=",
        ]
    );
    let card = |playground: &Playground, name: &str| {
        let nodes = playground.picture().nodes;
        nodes.iter().find(|card| card.name == name).expect("the card").clone()
    };
    let two = card(&playground, "node-2");
    assert_eq!(two.troubles, [Trouble::Disk]);
    assert!(two.labels.contains(&"tier=".to_string()), "{:?}", two.labels);
    assert_eq!(two.taints, ["gpu=true:NoSchedule", "node.kubernetes.io/disk-pressure:NoSchedule"]);
    assert_eq!(card(&playground, "node-3").status, "NotReady");

    let mut again = Playground::new(Some(&playground.save()));
    assert_eq!(again.cluster().state_hash(), playground.cluster().state_hash());
    again.act(Act::SetTrouble { node: node(), trouble: Trouble::Disk, on: false });
    again.act(Act::Taint { node: node(), taints: "gpu=true:NoSchedule-".into() });
    // The condition holds for five minutes after its end.
    for _ in 0..40 {
        again.act(Act::SetSpeed { speed: 1000.0 });
        again.act(Act::Resume);
        again.advance(250.0);
    }
    assert_eq!(card(&again, "node-2").taints, Vec::<String>::new());
    again.act(Act::Undo);
    assert_eq!(card(&again, "node-2").taints.first().map(String::as_str), Some("gpu=true:NoSchedule"));
}

#[test]
fn the_same_scenario_runs_as_before_1_12_and_survives_a_reload() {
    let mut playground = Playground::new(None);
    let affinity = |playground: &Playground| {
        let pods = playground.cluster().objects(Kind::POD);
        let daemons =
            pods.map(Object::to_value).filter(|pod| pod["metadata"]["ownerReferences"][0]["kind"] == "DaemonSet");
        daemons.map(|pod| !pod["spec"]["affinity"].is_null()).collect::<Vec<_>>()
    };
    pass(&mut playground, 20.0);
    assert_eq!(affinity(&playground), [true; 4]);
    playground.act(Act::ShowRelease { release: "1.11".into() });
    pass(&mut playground, 20.0);
    assert_eq!((affinity(&playground), playground.scene().kubernetes.as_str()), (vec![false; 4], "1.11"));
    let again = Playground::new(Some(&playground.save()));
    assert_eq!((affinity(&again), again.scene().kubernetes.as_str()), (vec![false; 4], "1.11"));
    assert_eq!(again.scene().scenario, "four-nodes");
    playground.act(Act::ShowRelease { release: "1.36".into() });
    assert_eq!(playground.scene().kubernetes, "1.36");
}

#[test]
fn what_nobody_runs_is_said_in_the_terminal_and_remarked_in_the_editor() {
    let mut playground = Playground::new(None);
    playground.act(Act::Run { line: "kubectl create job once --image=busybox".into() });
    playground.act(Act::RunUntilSettled);
    let said = |playground: &Playground| {
        let entries = playground.terminal().entries;
        entries
            .iter()
            .filter(|entry| entry.command == "# everynode keeps jobs and shows them; nothing runs them yet")
            .count()
    };
    assert_eq!(said(&playground), 1);
    playground.act(Act::Seek { at_ms: 0.0 });
    playground.act(Act::ReturnToNow);
    assert_eq!(said(&playground), 1);
    let text = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: nightly\n";
    let remarks = playground.diagnose(text);
    let not_run = crate::view::Remark::NotRun { kind: "CronJob".into() };
    assert!(remarks.iter().any(|remark| remark.remark == not_run && remark.start.line == 2), "{remarks:?}");
}

#[test]
fn a_node_without_a_network_stays_not_ready_gets_no_daemon_pod_and_can_be_mended() {
    let mut playground = Playground::new(None);
    playground.act(Act::AddNodes { preset: Preset::NotReady, count: 1 });
    pass(&mut playground, 120.0);
    let node = |playground: &Playground| {
        let nodes = playground.picture().nodes;
        nodes.into_iter().find(|node| node.name == "not-ready-1").unwrap()
    };
    let there = node(&playground);
    assert_eq!((there.status.as_str(), there.readiness), ("NotReady", Readiness::NotReady));
    assert_eq!(there.troubles, [Trouble::Network]);
    // Daemon Pods tolerate not-ready:NoExecute alone, so that they stay; none comes past NoSchedule.
    let taint = Reason::Taint("node.kubernetes.io/not-ready:NoSchedule".into());
    assert_eq!((there.pods.len(), there.verdict.clone().and_then(|verdict| verdict.reason)), (0, Some(taint)));
    playground.act(Act::SetTrouble { node: "not-ready-1".into(), trouble: Trouble::Network, on: false });
    pass(&mut playground, 60.0);
    assert_eq!(node(&playground).status, "Ready");
    assert_eq!(node(&playground).pods[0].look, PodLook::Ready);
}

/// A clock on the wall that says five milliseconds more each time somebody looks at it.
fn hasty() -> f64 {
    thread_local!(static NOW: std::cell::Cell<f64> = const { std::cell::Cell::new(0.0) });
    NOW.set(NOW.get() + 5.0);
    NOW.get()
}

/// What commands with much to do print, what is left of the cluster then, and after how many frames the last of them was done.
fn much_to_do() -> (Vec<String>, String, u32) {
    let mut playground = Playground::new(None);
    let settle = |playground: &mut Playground| {
        playground.act(Act::RunUntilSettled);
        while !playground.timeline().paused {
            playground.advance(16.0);
        }
    };
    playground.act(Act::AddNodes { preset: Preset::Worker, count: 200 });
    settle(&mut playground);
    let (mut said, mut frames) = (Vec::new(), 0);
    for line in [
        "kubectl get pods -A -o wide",
        "kubectl get events -o yaml | wc",
        "kubectl get pods -o json > pods.json; wc -l pods.json; kubectl get pods -o name | tail -n 3",
        "kubectl label nodes --all rack=one",
        "kubectl describe pods | grep -c ^Name:",
        "kubectl delete pods --all",
    ] {
        playground.act(Act::Run { line: line.into() });
        // It waits for its turn, and for no other.
        playground.act(Act::Cordon { node: "node1".into() });
        let before = playground.timeline().now_ms;
        frames = 0;
        while playground.works() {
            playground.advance(16.0);
            frames += 1;
        }
        assert_eq!(playground.timeline().now_ms, before, "{line}: no time passes while a command works");
        settle(&mut playground);
        for entry in playground.terminal().entries.iter().rev().take(2) {
            said.push(entry.command.clone());
            said.extend(entry.output.iter().map(|chunk| chunk.text.clone()));
        }
    }
    (said, playground.save(), frames)
}

#[test]
fn a_command_with_much_to_do_leaves_room_for_frames_and_does_the_same() {
    let (said, save, frames) = much_to_do();
    assert_eq!(frames, 0, "without a clock on the wall it is done at once");
    let in_parts = std::thread::spawn(|| {
        crate::watch_the_wall(hasty);
        much_to_do()
    });
    let (said_in_parts, save_in_parts, frames) = in_parts.join().expect("it doesn't panic");
    assert!(frames > 0, "the last command's parts are shared out among frames");
    assert_eq!((said_in_parts, save_in_parts), (said, save));
}

#[test]
fn whoever_leaves_in_the_midst_of_a_command_loses_nothing() {
    let left = std::thread::spawn(|| {
        crate::watch_the_wall(hasty);
        let mut playground = Playground::new(None);
        playground.act(Act::Pause);
        playground.act(Act::Run { line: "for n in $(seq 20); do kubectl create ns n$n; done".into() });
        playground.act(Act::EditFile { name: "own.yaml".into(), text: "mine: yes".into() });
        assert!(playground.works() && playground.files().files.iter().all(|file| file.text != "mine: yes"));
        playground.finish();
        playground.save()
    });
    let again = Playground::new(Some(&left.join().expect("it doesn't panic")));
    assert_eq!(again.cluster().objects(Kind::NAMESPACE).filter(|ns| ns.name().starts_with('n')).count(), 20);
    assert!(again.files().files.iter().any(|file| file.text == "mine: yes"));
}
