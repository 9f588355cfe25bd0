//! Cuts the page's module in two: what the first picture needs, and the rest. docs/loading.md tells why and how.
//!
//! `split cut LINKED MODULE MEMORY FIRST REST` rewrites the file MODULE, wasm-bindgen's output, and writes what was cut off to the
//! file REST. MEMORY is the memory that the program is to begin with. LINKED is the same program as the linker left it, with its relocations: they alone tell which function needs
//! which piece of the data. FIRST lists the functions that stay (see [`names`]).
//!
//! `split mark MODULE MEMORY MARKED` writes a module that notes which functions ran, and prints the functions' names in the order of the
//! marks: that is how FIRST is made.

mod cut;
mod linked;
mod mark;
mod memory;
mod module;
mod names;
mod write;

use std::process::ExitCode;

/// What can go wrong, in words.
type Fault = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["cut", linked, module, memory, first, rest] => cut::run(linked, module, memory, first, rest),
        ["mark", module, memory, marked] => mark::run(module, memory, marked),
        ["list", ran, first] => names::keep(ran, first),
        _ => Err(
            "usage: split cut LINKED MODULE MEMORY FIRST REST | split mark MODULE MEMORY MARKED | split list RAN FIRST"
                .into(),
        ),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("split: {fault}");
            ExitCode::FAILURE
        }
    }
}
