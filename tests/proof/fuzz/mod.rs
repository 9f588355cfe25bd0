//! Texts that nobody would write, into everything that reads what a learner types, pastes or is handed: no panic, no end of the stack,
//! nothing that goes on for ever or takes memory without bound.
//!
//! Input N of a seed is always the same, so a failure is a number: it names its target and shows its text. [`corpus`] has what is mutated
//! and how, [`target`] what reads it. A worker with the stack of a browser's module does the work; a watchdog stands beside it.

mod corpus;
mod target;

use cluster::rng::Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use target::{TARGETS, Targets};

/// No input may take so long: 2 min, far beyond what a busy machine adds to the second that the longest takes.
const TIME_MAX: Duration = Duration::from_secs(120);
/// What reading one input may take beyond what was there before: 96 MB, and 120 bytes for each of the text's (a line of nothing but words has the
/// most); the longest texts have 5 MB.
const MEMORY_MAX: usize = 96 << 20;
const MEMORY_PER_BYTE: usize = 120;
/// The stack: that of a browser's module is 1 MB, and a build with checks has frames about four times as large.
const STACK: usize = 4 << 20;

/// How a run looks at the heap: bytes alive at most since the last call.
pub type Peak = fn() -> usize;

/// Tries inputs `from..from + count` of a seed. `told` hears how many are done, now and then.
pub fn run(seed: u64, from: u64, count: u64, peak: Option<Peak>, told: impl Fn(u64)) -> Result<(), String> {
    let done = Arc::new(AtomicU64::new(from));
    let now: Arc<Mutex<Option<(Instant, String)>>> = Arc::default();
    let worker = {
        let (done, now) = (Arc::clone(&done), Arc::clone(&now));
        let work = move || {
            let mut targets = Targets::new();
            for number in from..from + count {
                one(&mut targets, seed, number, peak, &now)?;
                done.store(number + 1, Relaxed);
            }
            Ok(())
        };
        std::thread::Builder::new().stack_size(STACK).spawn(work).expect("a thread can be started")
    };
    while !worker.is_finished() {
        std::thread::sleep(Duration::from_millis(5));
        told(done.load(Relaxed) - from);
        let late = now.lock().ok().and_then(|now| now.clone()).filter(|(since, _)| since.elapsed() > TIME_MAX);
        if let Some((_, what)) = late {
            return Err(format!("input {} of seed {seed} goes on and on: {what}", done.load(Relaxed)));
        }
    }
    worker.join().unwrap_or_else(|_| Err(format!("input {} of seed {seed} ended its thread", done.load(Relaxed))))
}

/// Which target reads input `number`, and the input.
pub fn input(seed: u64, number: u64) -> (&'static str, String) {
    let mut rng = Rng::stream(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15), "fuzz");
    let of = TARGETS.iter().map(|target| target.share).sum();
    let mut at = rng.below(of);
    let target = TARGETS.iter().find(|target| {
        let here = at < target.share;
        at = at.saturating_sub(target.share);
        here
    });
    let target = target.expect("the shares add up");
    (target.name, corpus::text(&mut rng, target.seeds))
}

fn one(
    targets: &mut Targets,
    seed: u64,
    number: u64,
    peak: Option<Peak>,
    now: &Mutex<Option<(Instant, String)>>,
) -> Result<(), String> {
    let (name, text) = input(seed, number);
    let target = TARGETS.iter().find(|target| target.name == name).expect("it was drawn from them");
    let shown = || {
        let start: String = text.chars().take(800).collect();
        format!("input {number} of seed {seed}, {name}, {} bytes: {start:?}", text.len())
    };
    if let Ok(mut now) = now.lock() {
        *now = Some((Instant::now(), shown()));
    }
    let before = peak.map_or(0, |peak| peak());
    match catch_unwind(AssertUnwindSafe(|| (target.run)(targets, &text))) {
        Ok(Ok(())) => {}
        Ok(Err(wrong)) => return Err(format!("{wrong}: {}", shown())),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or(panic.downcast_ref::<&str>().map(|text| text.to_string())).unwrap_or_default();
            return Err(format!("panic: {text}: {}", shown()));
        }
    }
    let used = peak.map_or(0, |peak| peak().saturating_sub(before));
    if used > MEMORY_MAX + MEMORY_PER_BYTE * text.len() {
        return Err(format!("{} MB of memory: {}", used >> 20, shown()));
    }
    Ok(())
}
