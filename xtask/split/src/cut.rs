//! Decides what stays and what goes, and writes both parts.
//!
//! What stays calls what went through *doors*: tiny functions that look whether the rest has come, ask for it at once if it hasn't,
//! and then call it through a table of its own. What went imports from the first part whatever it needs: functions, memory,
//! tables, globals. It brings its own data along.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use wasm_encoder::reencode::Reencode;
use wasm_encoder::{
    BlockType, ConstExpr, EntityType, ExportKind, Function, GlobalType, Instruction, RefType, TableType, ValType,
};

use crate::Fault;
use crate::linked::{Linked, Piece};
use crate::memory::{Memory, Part};
use crate::module::Module;
use crate::names;
use crate::write::{Renumbered, Sections, words};

/// The import that brings the rest at once (src/ui/js/rest.js).
const DEMAND: &str = "demandRest";
/// The first part's global that says whether the rest has come.
const COME: &str = "rest";
/// Statics of the first part that lead to what only the rest looks into, or, the allocator's, to what nobody does.
const LATER: [&str; 2] = ["everynode_page::opening::PLAYGROUND", "DLMALLOC"];
/// Before the rest's file name, in the name of an export.
const FILE: &str = "rest:";
/// Where each function and each byte of data goes.
struct Plan {
    /// Whether a function stays.
    stays: Vec<bool>,
    /// The door of each function that went and is called from what stayed.
    door: Vec<Option<u32>>,
    doors: u32,
    /// The slots of the first table, in order, that must be filled from the start.
    early: Vec<(u32, u32)>,
    /// And the others.
    late: Vec<(u32, u32)>,
    /// Which part brings each byte of memory.
    bytes: Vec<Part>,
}

/// Reads the two modules and the list, and writes the two parts.
pub fn run(linked: &str, module: &str, memory: &str, first: &str, rest: &str) -> Result<(), Fault> {
    let wasm = fs::read(module)?;
    let parts = Module::read(&wasm)?;
    let memory = Memory::new(fs::read(memory)?, &parts)?;
    let plan = Plan::make(&parts, &Linked::read(&fs::read(linked)?)?, &memory, &names::read(first)?)?;
    let name = Path::new(rest).file_name().and_then(|name| name.to_str()).ok_or("the rest needs a file name")?;
    let (staying, going) = (first_part(&parts, &plan, &memory, name)?, second_part(&parts, &plan, &memory)?);
    let stayed = plan.stays.iter().skip(parts.imported).filter(|stays| **stays).count();
    eprintln!(
        "split: of {} functions {stayed} stay, with {} doors to the rest; {} and {} KB before compression",
        parts.bodies.len(),
        plan.doors,
        staying.len() / 1024,
        going.len() / 1024,
    );
    fs::write(module, staying)?;
    Ok(fs::write(rest, going)?)
}

impl Plan {
    fn make(module: &Module, linked: &Linked, memory: &Memory, first: &BTreeSet<String>) -> Result<Plan, Fault> {
        let count = module.kinds.len();
        let name = |index: usize| module.names.get(&u32::try_from(index).ok()?).map(String::as_str);
        let stays: Vec<bool> = (0..count)
            .map(|index| match name(index) {
                // What wasm-bindgen made itself is unknown to the linker, and small.
                Some(name) if index >= module.imported && linked.names.contains(name) => {
                    first.contains(&names::plain(name))
                }
                _ => true,
            })
            .collect();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for index in module.imported..count {
            by_name.entry(name(index).unwrap_or_default()).or_default().push(index);
        }

        // The data of what stays, and whose addresses are in it.
        let mut reached = vec![false; linked.pieces.len()];
        let mut pointed = vec![false; count];
        let mut todo = Vec::new();
        let mut follow = |refs: &crate::linked::Refs, todo: &mut Vec<usize>| {
            todo.extend(&refs.pieces);
            for function in refs.functions.iter().filter_map(|name| by_name.get(name.as_str())).flatten() {
                pointed[*function] = true;
            }
        };
        for index in (module.imported..count).filter(|&index| stays[index]) {
            if let Some(refs) = name(index).and_then(|name| linked.functions.get(name)) {
                follow(refs, &mut todo);
            }
        }
        let heap = usize::try_from(module.memories.first().ok_or("a module without memory")?.initial * 65_536)?;
        let blocks = memory.blocks(heap)?;
        let mut taken = vec![false; blocks.len()];
        let slots: HashMap<u32, u32> = module.slots()?.into_iter().collect();
        let by_address = linked.by_address();
        let mut found: Vec<u32> = Vec::new();
        // What was prepared has no relocations: each of its words counts as an address, of data, of a block or of a slot.
        let mut look = |start: usize, end: usize, todo: &mut Vec<usize>| {
            let mut ranges = vec![(start, end)];
            while let Some((start, end)) = ranges.pop() {
                for word in memory.words(start, end) {
                    // Padding is full of old addresses. What was prepared is plain data: it leads to constants, not to variables.
                    todo.extend(by_address.at(word).filter(|&piece| start < heap || linked.pieces[piece].constant));
                    if let Some(block) = blocks.partition_point(|block| block.0 <= word as usize).checked_sub(1)
                        && (word as usize) < blocks[block].1
                        && !std::mem::replace(&mut taken[block], true)
                    {
                        ranges.push(blocks[block]);
                    }
                    if start >= heap {
                        found.extend(slots.get(&word));
                    }
                }
            }
        };
        while let Some(piece) = todo.pop() {
            if !std::mem::replace(&mut reached[piece], true) {
                let Piece { start, end, refs, name, .. } = &linked.pieces[piece];
                follow(refs, &mut todo);
                if !LATER.iter().any(|later| names::plain(name).contains(later)) {
                    look(*start as usize, *end as usize, &mut todo);
                }
            }
        }
        for function in found {
            pointed[function as usize] = true;
        }
        let of = |all: &[bool]| all.iter().filter(|one| **one).count();
        eprintln!("split: {} of {} blocks of the heap stay", of(&taken), taken.len());

        let mut wanted = vec![false; count];
        for (body, index) in module.bodies.iter().zip(module.imported..) {
            if stays[index] {
                for called in module.calls(body)? {
                    wanted[called as usize] = true;
                }
            }
        }
        for export in &module.exports {
            if export.kind == wasmparser::ExternalKind::Func {
                wanted[export.index as usize] = true;
            }
        }
        let (early, late): (Vec<_>, Vec<_>) =
            module.slots()?.into_iter().partition(|slot| stays[slot.1 as usize] || pointed[slot.1 as usize]);
        for (_, function) in &early {
            wanted[*function as usize] = true;
        }
        let mut doors = 0;
        let door = (0..count).map(|index| {
            let door = (wanted[index] && !stays[index]).then_some(doors);
            doors += u32::from(door.is_some());
            door
        });
        let door = door.collect();
        Ok(Plan { stays, door, doors, early, late, bytes: memory.shared_out(linked, &reached, &blocks, &taken) })
    }

    /// The numbers in the first part: the imports, what stays, and the doors, in their old order.
    fn numbers(&self) -> Vec<Option<u32>> {
        let mut next = 0;
        let number = |(stays, door): (&bool, &Option<u32>)| {
            (*stays || door.is_some()).then(|| {
                next += 1;
                next - 1
            })
        };
        self.stays.iter().zip(&self.door).map(number).collect()
    }
}

/// What both parts and a marked module begin with: types, and for the first part imports, tables, memory, globals, exports.
pub fn frame(module: &Module, pages: u64, again: &mut Renumbered, to: &mut Sections) -> Result<(), Fault> {
    let types = module.types.clone().ok_or("a module without types")?;
    again.parse_type_section(&mut to.types, types).map_err(words)?;
    for import in &module.imports {
        again.parse_import(&mut to.imports, *import).map_err(words)?;
    }
    for table in &module.tables {
        again.parse_table(&mut to.tables, table.clone()).map_err(words)?;
    }
    for memory in &module.memories {
        let mut kind = again.memory_type(*memory).map_err(words)?;
        kind.minimum = kind.minimum.max(pages);
        to.memories.memory(kind);
    }
    for global in &module.globals {
        again.parse_global(&mut to.globals, global.clone()).map_err(words)?;
    }
    for export in &module.exports {
        again.parse_export(&mut to.exports, *export).map_err(words)?;
    }
    to.start = module.start;
    Ok(())
}

/// The short name under which the rest imports a thing of the first part.
fn short(letter: char, number: u32) -> String {
    format!("{letter}{number}")
}

fn first_part(module: &Module, plan: &Plan, memory: &Memory, rest: &str) -> Result<Vec<u8>, Fault> {
    let numbers = plan.numbers();
    let mut again = Renumbered { functions: &numbers };
    let mut to = Sections::default();
    frame(module, memory.pages(), &mut again, &mut to)?;
    to.start = module.start.map(|start| again.functions[start as usize].expect("the start stays"));

    let no_words = module.parameters.len();
    to.types.ty().function([], []);
    let look = u32::try_from(numbers.iter().flatten().count())?;
    let demand = module.imports.iter().position(|import| import.name.starts_with(DEMAND));
    let demand = u32::try_from(demand.ok_or_else(|| format!("no import {DEMAND} to bring the rest"))?)?;

    let come = u32::try_from(module.globals.len())?;
    to.globals.global(GlobalType { val_type: ValType::I32, mutable: true, shared: false }, &ConstExpr::i32_const(0));
    to.exports.export(COME, ExportKind::Global, come).export(&format!("{FILE}{rest}"), ExportKind::Global, come);
    let doors = u32::try_from(module.tables.len())?;
    let size = u64::from(plan.doors);
    to.tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: size,
        maximum: Some(size),
        shared: false,
    });
    for (letter, kind, count) in [
        ('t', ExportKind::Table, module.tables.len() + 1),
        ('m', ExportKind::Memory, module.memories.len()),
        ('g', ExportKind::Global, module.globals.len()),
    ] {
        for number in 0..u32::try_from(count)? {
            to.exports.export(&short(letter, number), kind, number);
        }
    }
    for index in shared_functions(module, plan)? {
        let number = numbers[index].expect("it stays");
        to.exports.export(&short('f', number), ExportKind::Func, number);
    }

    for (index, body) in (module.imported..).zip(&module.bodies) {
        if plan.stays[index] {
            to.functions.function(module.kinds[index]);
            again.parse_function_body(&mut to.code, body.clone()).map_err(words)?;
        } else if let Some(door) = plan.door[index] {
            to.functions.function(module.kinds[index]);
            let mut function = Function::new([]);
            function.instruction(&Instruction::Call(look));
            for parameter in 0..module.parameters[module.kinds[index] as usize] {
                function.instruction(&Instruction::LocalGet(u32::try_from(parameter)?));
            }
            function.instruction(&Instruction::I32Const(door.cast_signed()));
            function.instruction(&Instruction::CallIndirect { type_index: module.kinds[index], table_index: doors });
            function.instruction(&Instruction::End);
            to.code.function(&function);
        }
    }
    to.functions.function(u32::try_from(no_words)?);
    let mut function = Function::new([]);
    function.instruction(&Instruction::GlobalGet(come)).instruction(&Instruction::I32Eqz);
    function.instruction(&Instruction::If(BlockType::Empty)).instruction(&Instruction::Call(demand));
    function.instruction(&Instruction::End).instruction(&Instruction::End);
    to.code.function(&function);

    to.fill(0, &renumbered(&plan.early, &numbers));
    for element in &module.elements {
        let is_table = matches!(element.kind, wasmparser::ElementKind::Active { table_index: None | Some(0), .. });
        if !is_table {
            again.parse_element(&mut to.elements, element.clone()).map_err(words)?;
        }
    }
    memory.place(&plan.bytes, Part::First, &mut to);
    Ok(to.finish())
}

fn second_part(module: &Module, plan: &Plan, memory: &Memory) -> Result<Vec<u8>, Fault> {
    let in_first = plan.numbers();
    let mut to = Sections::default();
    let mut numbers: Vec<Option<u32>> = vec![None; module.kinds.len()];
    let mut next = 0;
    let mut number = || {
        next += 1;
        Some(next - 1)
    };
    let shared = shared_functions(module, plan)?;
    for &index in &shared {
        numbers[index] = number();
        let name = short('f', in_first[index].expect("it stays"));
        to.imports.import("e", &name, EntityType::Function(module.kinds[index]));
    }
    let going: Vec<usize> = (module.imported..module.kinds.len()).filter(|&index| !plan.stays[index]).collect();
    for &index in &going {
        numbers[index] = number();
        to.functions.function(module.kinds[index]);
    }
    let mut again = Renumbered { functions: &numbers };
    let types = module.types.clone().ok_or("a module without types")?;
    again.parse_type_section(&mut to.types, types).map_err(words)?;
    for (number, table) in (0..).zip(&module.tables) {
        let kind = again.table_type(table.ty).map_err(words)?;
        to.imports.import("e", &short('t', number), kind);
    }
    let size = u64::from(plan.doors);
    let doors = u32::try_from(module.tables.len())?;
    let kind =
        TableType { element_type: RefType::FUNCREF, table64: false, minimum: size, maximum: Some(size), shared: false };
    to.imports.import("e", &short('t', doors), kind);
    for (number, memory) in (0..).zip(&module.memories) {
        let kind = again.memory_type(*memory).map_err(words)?;
        to.imports.import("e", &short('m', number), kind);
    }
    for (number, global) in (0..).zip(&module.globals) {
        let kind = again.global_type(global.ty).map_err(words)?;
        to.imports.import("e", &short('g', number), kind);
    }
    for &index in &going {
        again.parse_function_body(&mut to.code, module.bodies[index - module.imported].clone()).map_err(words)?;
    }
    let opened: Vec<(u32, u32)> =
        going.iter().filter_map(|&index| Some((plan.door[index]?, numbers[index].expect("it goes")))).collect();
    to.fill(doors, &opened);
    let slots: Vec<_> =
        plan.early.iter().chain(&plan.late).copied().filter(|slot| !plan.stays[slot.1 as usize]).collect();
    let mut slots = renumbered(&slots, &numbers);
    slots.sort_unstable();
    to.fill(0, &slots);
    memory.place(&plan.bytes, Part::Rest, &mut to);
    Ok(to.finish())
}

/// What stays and is called by what went, in order.
fn shared_functions(module: &Module, plan: &Plan) -> Result<Vec<usize>, Fault> {
    let mut called = vec![false; module.kinds.len()];
    for (index, body) in (module.imported..).zip(&module.bodies) {
        if !plan.stays[index] {
            for function in module.calls(body)? {
                called[function as usize] = true;
            }
        }
    }
    Ok((0..called.len()).filter(|&index| called[index] && plan.stays[index]).collect())
}

/// Slots with their functions' new numbers.
fn renumbered(slots: &[(u32, u32)], numbers: &[Option<u32>]) -> Vec<(u32, u32)> {
    slots.iter().map(|&(slot, function)| (slot, numbers[function as usize].expect("it is there"))).collect()
}
