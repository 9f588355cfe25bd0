//! Puts modules together from the parts of another.

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, ExportSection, FunctionSection, GlobalSection,
    ImportSection, MemorySection, Module as Encoder, TableSection, TypeSection,
};

use crate::Fault;

/// Functions under new numbers.
pub struct Renumbered<'n> {
    /// The new number of each, if it is there at all.
    pub functions: &'n [Option<u32>],
}

impl Reencode for Renumbered<'_> {
    type Error = String;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<String>> {
        let number = self.functions[function as usize];
        number.ok_or_else(|| Error::UserError(format!("function {function} is used where it can't be had")))
    }
}

/// The sections of a module in the making.
#[derive(Default)]
pub struct Sections {
    pub types: TypeSection,
    pub imports: ImportSection,
    pub functions: FunctionSection,
    pub tables: TableSection,
    pub memories: MemorySection,
    pub globals: GlobalSection,
    pub exports: ExportSection,
    pub start: Option<u32>,
    pub elements: ElementSection,
    pub code: CodeSection,
    pub data: DataSection,
}

impl Sections {
    /// The module's bytes.
    pub fn finish(&self) -> Vec<u8> {
        let mut module = Encoder::new();
        module.section(&self.types);
        if !self.imports.is_empty() {
            module.section(&self.imports);
        }
        module.section(&self.functions);
        if !self.tables.is_empty() {
            module.section(&self.tables);
        }
        if !self.memories.is_empty() {
            module.section(&self.memories);
        }
        if !self.globals.is_empty() {
            module.section(&self.globals);
        }
        if !self.exports.is_empty() {
            module.section(&self.exports);
        }
        if let Some(function_index) = self.start {
            module.section(&wasm_encoder::StartSection { function_index });
        }
        if !self.elements.is_empty() {
            module.section(&self.elements);
        }
        module.section(&self.code);
        if !self.data.is_empty() {
            module.section(&self.data);
        }
        module.finish()
    }

    /// Fills slots of a table, which are given in order; neighbours become one segment.
    pub fn fill(&mut self, table: u32, slots: &[(u32, u32)]) {
        for run in slots.chunk_by(|before, after| before.0 + 1 == after.0) {
            let functions: Vec<u32> = run.iter().map(|slot| slot.1).collect();
            let number = (table != 0).then_some(table);
            self.elements.active(number, &address(run[0].0), Elements::Functions(functions.into()));
        }
    }

    /// Puts bytes into memory.
    pub fn place(&mut self, start: u32, bytes: &[u8]) {
        self.data.active(0, &address(start), bytes.iter().copied());
    }
}

/// A constant address.
fn address(value: u32) -> ConstExpr {
    ConstExpr::i32_const(value.cast_signed())
}

/// Puts what the encoder has to complain of into words.
pub fn words(fault: Error<String>) -> Fault {
    match fault {
        Error::UserError(words) => words.into(),
        other => other.to_string().into(),
    }
}
