//! Writes a module in which every function notes that it ran.
//!
//! The notes are globals, one a function, exported as `ran:` and a number: no import and no memory is needed for them.

use std::fs;

use wasm_encoder::reencode::Reencode;
use wasm_encoder::{ConstExpr, ExportKind, GlobalType, Instruction, ValType};

use crate::Fault;
use crate::memory::{Memory, Part};
use crate::module::Module;
use crate::write::{Renumbered, Sections, words};

/// Reads `module`, writes `marked`, and prints the functions' names, the one of note 0 first.
pub fn run(module: &str, memory: &str, marked: &str) -> Result<(), Fault> {
    let wasm = fs::read(module)?;
    let module = Module::read(&wasm)?;
    let memory = Memory::new(fs::read(memory)?, &module)?;
    let same: Vec<Option<u32>> = (0..).map(Some).take(module.kinds.len()).collect();
    let mut again = Renumbered { functions: &same };
    let mut to = Sections::default();
    crate::cut::frame(&module, memory.pages(), &mut again, &mut to)?;
    for &kind in &module.kinds[module.imported..] {
        to.functions.function(kind);
    }
    for element in &module.elements {
        again.parse_element(&mut to.elements, element.clone()).map_err(words)?;
    }
    let notes = u32::try_from(module.globals.len())?;
    for (number, body) in (0..).zip(&module.bodies) {
        let kind = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        to.globals.global(kind, &ConstExpr::i32_const(0));
        to.exports.export(&format!("ran:{number}"), ExportKind::Global, notes + number);
        let mut function = again.new_function_with_parsed_locals(body).map_err(words)?;
        function.instruction(&Instruction::I32Const(1)).instruction(&Instruction::GlobalSet(notes + number));
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            function.instruction(&again.parse_instruction(&mut operators).map_err(words)?);
        }
        to.code.function(&function);
    }
    // A rest that never comes: what runs before it does is what is asked for.
    let rest = notes + u32::try_from(module.bodies.len())?;
    to.globals.global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(0));
    to.exports.export("rest", ExportKind::Global, rest).export("rest:never.wasm", ExportKind::Global, rest);
    memory.place(&memory.whole(), Part::First, &mut to);
    fs::write(marked, to.finish())?;
    let mut list = String::new();
    for index in module.imported..module.kinds.len() {
        list += module.names.get(&u32::try_from(index)?).map_or("?", String::as_str);
        list.push('\n');
    }
    std::io::Write::write_all(&mut std::io::stdout(), list.as_bytes())?;
    Ok(())
}
