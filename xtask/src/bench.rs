//! Measures what `docs/benchmarks.md` promises: the core's speed and memory in wasm, the page's bytes, and how soon it answers.
//!
//! The core is the probe's release module under plain Node, compiled in full before it starts, in a process of its own for each run;
//! the page is `dist/` in Chromium. Times are the processor's, and the median of several runs. Machines differ,
//! so each time is also given as a multiple of a yardstick: a fixed piece of integer work in the same module. Compare
//! those between machines.

use std::fs;

use crate::run::{cargo, program};
use crate::{Outcome, page, root, setup};

/// How many nodes a DaemonSet is spread over.
const SIZES: [u32; 4] = [100, 1_000, 5_000, 10_000];

/// Runs of each size; the median counts.
const RUNS: usize = 5;

/// What is done before, the same at every size. Small, since what it leaves to the heap is not to be felt in the cluster that follows.
const WARM_UP: [&str; 4] = ["prepare:50", "create", "join", "roll"];

/// The editor's module.
const EDITOR: &str = "editor.js";

/// Where the tables are kept: between these lines of this file.
const DOCUMENT: &str = "docs/benchmarks.md";
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

/// Measures and prints the tables; with `--write`, also keeps them in the document.
pub fn bench(flags: &[String]) -> Outcome {
    page::build()?;
    let report = format!("{}\n{}", core_table()?, page_table()?);
    println!("{report}");
    if flags.iter().any(|flag| flag == "--write") { keep(&report) } else { Ok(()) }
}

/// What one run of one size took; a join is what the one node adds to what the others do in that time.
struct Run {
    create_ms: f64,
    idle_ms: f64,
    join_ms: f64,
    roll_ms: f64,
    retained_bytes: f64,
    yardstick_ms: f64,
}

fn core_table() -> Result<String, String> {
    let target = ["--target", "wasm32-unknown-unknown"];
    cargo().args(["build", "--release", "--package", "probe"]).args(target).succeed()?;
    let mut table = String::from(
        "| nodes | one DaemonSet, created to all Running | per Pod | retained per Pod | heartbeats meanwhile | one node more | rolled out, a tenth at a time |\n\
         | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for nodes in SIZES {
        let runs = (0..RUNS).map(|_| run_core(nodes)).collect::<Result<Vec<_>, _>>()?;
        let median_of = |what: fn(&Run) -> f64| median(runs.iter().map(what).collect());
        let create = median_of(|run| run.create_ms);
        // Thousands of heartbeats are in both, and weigh more than the node: each has its own median.
        let join = median_of(|run| run.join_ms) - median_of(|run| run.idle_ms);
        table += &format!(
            "| {nodes} | {create:.1} ms ({:.2} yardsticks) | {:.1} µs | {:.0} B | {:.2} ms | {:.2} ms ({:.3}) | {:.1} ms ({:.2}) |\n",
            median_of(|run| run.create_ms / run.yardstick_ms),
            create * 1_000.0 / f64::from(nodes),
            median_of(|run| run.retained_bytes) / f64::from(nodes),
            median_of(|run| run.idle_ms),
            join,
            join / median_of(|run| run.yardstick_ms),
            median_of(|run| run.roll_ms),
            median_of(|run| run.roll_ms / run.yardstick_ms),
        );
    }
    Ok(table)
}

fn run_core(nodes: u32) -> Result<Run, String> {
    let module = target_folder().join("wasm32-unknown-unknown/release/probe.wasm");
    let module = module.to_str().ok_or("a path that isn't text")?;
    let prepare = format!("prepare:{nodes}");
    let joined = calls(module, &["yardstick", &prepare, "live_bytes", "create", "live_bytes", "join", "roll"])?;
    // The same world again, in which nobody joins meanwhile.
    let idle = calls(module, &[&prepare, "create", &format!("idle:{}n", joined[5].0)])?;
    Ok(Run {
        yardstick_ms: joined[0].1,
        retained_bytes: joined[4].0 - joined[2].0,
        create_ms: joined[3].1,
        idle_ms: idle[2].1,
        join_ms: joined[5].1,
        roll_ms: joined[6].1,
    })
}

/// Makes the calls in a process of their own, which has done all of it once before on a small cluster: what code costs that is run
/// for the first time is not the cost of a Pod. What each returned, and the milliseconds it took.
fn calls(module: &str, calls: &[&str]) -> Result<Vec<(f64, f64)>, String> {
    // Compiled in full at the start: otherwise the compiler's threads would count as the core's time.
    let printed = program("node")
        .args(["--no-liftoff", "--no-wasm-lazy-compilation", "tests/probe/run.mjs", module])
        .args(WARM_UP)
        .args(calls)
        .output()?;
    let number = |text: &str| if text.is_empty() { Some(0.0) } else { text.parse::<f64>().ok() };
    let line = |line: &str| {
        let mut fields = line.split('\t').skip(1).map(number);
        Some((fields.next()??, fields.next()??))
    };
    let answers: Option<Vec<_>> = printed.lines().skip(WARM_UP.len()).map(line).collect();
    answers.filter(|answers| answers.len() == calls.len()).ok_or(format!("the probe printed {printed:?}"))
}

fn page_table() -> Result<String, String> {
    let printed = program("node").args(["tests/page/measure.mjs"]).env("CHROME", setup::chromium()?).output()?;
    let lines: Vec<Vec<&str>> = printed.lines().map(|line| line.split('\t').collect()).collect();
    let mut table = String::from("| file | bytes | after brotli | loaded |\n| --- | ---: | ---: | --- |\n");
    let (mut first_load, mut lessons) = (0, (0, 0));
    let (mut interactive, mut complete) = (Vec::new(), Vec::new());
    let mut frames = String::from(
        "| nodes | 95 of 100 frames | the longest | the longest task over 50 ms |\n| ---: | ---: | ---: | ---: |\n",
    );
    let mut commands = String::from(
        "| nodes | line | its answer stands after | the longest task over 50 ms |\n| ---: | --- | ---: | ---: |\n",
    );
    for line in &lines {
        match line[..] {
            ["interactive", ms] => interactive.push(ms.parse().map_err(|_| format!("not a time: {ms}"))?),
            ["complete", ms] => complete.push(ms.parse().map_err(|_| format!("not a time: {ms}"))?),
            ["frames", nodes, most, longest, task] => {
                let task = if task == "0" { "none".to_owned() } else { format!("{task} ms") };
                frames += &format!("| {nodes} | {most} ms | {longest} ms | {task} |\n");
            }
            ["command", nodes, line, took, task] => {
                let line = line.replace('|', "\\|");
                let task = if task == "0" { "none".to_owned() } else { format!("{task} ms") };
                commands += &format!("| {nodes} | `{line}` | {took} ms | {task} |\n");
            }
            ["file", path, raw, brotli, when] => {
                let [raw, brotli] =
                    [raw, brotli].map(|size| size.parse::<u64>().map_err(|_| format!("not a size: {size}")));
                let (raw, brotli) = (raw?, brotli?);
                // Asked for at the same time, but the page does without it until it is there.
                let when = if path == EDITOR { "beside" } else { when };
                if when == "first" {
                    first_load += brotli;
                }
                if path.starts_with("lessons/") {
                    lessons = (lessons.0 + raw, lessons.1 + brotli);
                } else {
                    table += &format!("| {path} | {raw} | {brotli} | {when} |\n");
                }
            }
            _ => return Err(format!("the page's measurement printed {line:?}")),
        }
    }
    table += &format!("| lessons/ | {} | {} | later |\n", lessons.0, lessons.1);
    let (interactive, complete) = (median(interactive), median(complete));
    Ok(format!(
        "{table}\nFirst load without the editor: {:.1} KB; interactive {interactive:.0} ms after navigation, all of the program there after {complete:.0} ms.\n\n\
         Frames while three DaemonSets roll out at ×100:\n\n{frames}\nCommands over everything there is, three DaemonSets on every node:\n\n{commands}",
        first_load as f64 / 1_000.0
    ))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Returns where cargo builds, which a person may have moved.
fn target_folder() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Puts `report` between the document's two lines.
fn keep(report: &str) -> Outcome {
    let path = root().join(DOCUMENT);
    let text = fs::read_to_string(&path).map_err(|error| format!("can't read {DOCUMENT}: {error}"))?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| format!("{DOCUMENT} has lost its line {BEGIN} or {END}"))?;
    fs::write(&path, format!("{before}{BEGIN}\n{report}{END}{after}"))
        .map_err(|error| format!("can't write {DOCUMENT}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_ignores_one_slow_run() {
        assert_eq!(median(vec![2.0, 90.0, 1.0]), 2.0);
    }
}
