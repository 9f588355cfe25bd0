//! `proof storm` and `proof fuzz`: what `cargo xtask storm` and `cargo xtask fuzz` run. `proof replay FILE --seed N` does the acts of a printed failure again, and shows what
//! commands print, those that one has written in between too.

#![expect(clippy::print_stdout, reason = "a program for a terminal")]

mod heap;

use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "usage: proof storm [--acts N] [--each N] [--seed N]
       proof fuzz [--inputs N] [--from N] [--seed N]
       proof replay FILE [--seed N]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |flag: &str, otherwise: u64| {
        let place = arguments.iter().position(|argument| argument == flag);
        place.and_then(|place| arguments.get(place + 1)?.parse().ok()).unwrap_or(otherwise)
    };
    match arguments.first().map(String::as_str) {
        Some("storm") => storm(number("--acts", 10_000) as usize, number("--each", 200) as usize, number("--seed", 1)),
        Some("fuzz") => fuzz(number("--seed", 1), number("--from", 0), number("--inputs", 100_000)),
        Some("replay") => replay(&arguments[1], number("--seed", 1)),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn storm(acts: usize, each: usize, seed: u64) -> ExitCode {
    let start = Instant::now();
    let mut said = 0;
    let outcome = proof::storm::storms(seed, acts, each, |done| {
        if done / 10_000 > said {
            said = done / 10_000;
            println!("{done} acts, {} s", start.elapsed().as_secs());
        }
    });
    match outcome {
        Ok(storms) => {
            println!("{acts} acts in {storms} storms from seed {seed}: all held, {} s", start.elapsed().as_secs());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// With `--inputs 1` the input is shown before it is read, should it end the program.
fn fuzz(seed: u64, from: u64, count: u64) -> ExitCode {
    let start = Instant::now();
    if count == 1 {
        println!("{:?}", proof::fuzz::input(seed, from));
    }
    let said = std::cell::Cell::new(0);
    let told = |done: u64| {
        if done / 100_000 > said.get() {
            said.set(done / 100_000);
            println!("{done} inputs, {} s", start.elapsed().as_secs());
        }
    };
    match proof::fuzz::run(seed, from, count, Some(heap::peak), told) {
        Ok(()) => {
            println!("{count} inputs of seed {seed}: all held, {} s", start.elapsed().as_secs());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn replay(file: &str, seed: u64) -> ExitCode {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let acts = proof::storm::acts_of(&text);
    match proof::storm::replay_aloud(seed, &acts, |act, printed| println!("{act}\n{printed}")) {
        Ok(_) => ExitCode::SUCCESS,
        Err(what) => {
            println!("{what}");
            ExitCode::FAILURE
        }
    }
}
