//! The page's module as wasm-bindgen left it, taken apart.

use std::collections::HashMap;

use wasmparser::{
    ConstExpr, DataKind, Element, ElementItems, ElementKind, Export, FunctionBody, Global, Import, KnownCustom,
    MemoryType, Name, Operator, Parser, Payload, Table, TypeRef, TypeSectionReader,
};

use crate::Fault;

/// A module's parts. Functions are counted as wasm counts them: the imported first.
#[derive(Default)]
pub struct Module<'a> {
    pub types: Option<TypeSectionReader<'a>>,
    pub imports: Vec<Import<'a>>,
    /// The type of every function.
    pub kinds: Vec<u32>,
    /// How many of them are imported.
    pub imported: usize,
    pub tables: Vec<Table<'a>>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<Global<'a>>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    pub elements: Vec<Element<'a>>,
    pub bodies: Vec<FunctionBody<'a>>,
    /// Each segment's address and bytes.
    pub data: Vec<(u32, &'a [u8])>,
    /// Every function's name, as far as it has one.
    pub names: HashMap<u32, String>,
    /// How many parameters a function of each type takes.
    pub parameters: Vec<usize>,
}

impl<'a> Module<'a> {
    /// Takes a module apart.
    ///
    /// # Errors
    ///
    /// It can't be read, or has parts that this tool knows nothing of.
    pub fn read(wasm: &'a [u8]) -> Result<Module<'a>, Fault> {
        let mut module = Module::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(types) => {
                    for group in types.clone() {
                        for kind in group?.types() {
                            module.parameters.push(kind.unwrap_func().params().len());
                        }
                    }
                    module.types = Some(types);
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        if let TypeRef::Func(kind) = import.ty {
                            module.kinds.push(kind);
                            module.imported += 1;
                        } else {
                            return Err(format!("an import other than a function: {}", import.name).into());
                        }
                        module.imports.push(import);
                    }
                }
                Payload::FunctionSection(functions) => {
                    for kind in functions {
                        module.kinds.push(kind?);
                    }
                }
                Payload::TableSection(tables) => module.tables = tables.into_iter().collect::<Result<_, _>>()?,
                Payload::MemorySection(memories) => module.memories = memories.into_iter().collect::<Result<_, _>>()?,
                Payload::GlobalSection(globals) => module.globals = globals.into_iter().collect::<Result<_, _>>()?,
                Payload::ExportSection(exports) => module.exports = exports.into_iter().collect::<Result<_, _>>()?,
                Payload::StartSection { func, .. } => module.start = Some(func),
                Payload::ElementSection(elements) => {
                    module.elements = elements.into_iter().collect::<Result<_, _>>()?
                }
                Payload::CodeSectionEntry(body) => module.bodies.push(body),
                Payload::DataSection(data) => {
                    for segment in data {
                        let segment = segment?;
                        let DataKind::Active { memory_index: 0, offset_expr } = segment.kind else {
                            return Err("a data segment without a place of its own".into());
                        };
                        module.data.push((constant(&offset_expr)?, segment.data));
                    }
                }
                Payload::CustomSection(custom) => {
                    if let KnownCustom::Name(names) = custom.as_known() {
                        for part in names {
                            if let Name::Function(names) = part? {
                                for naming in names {
                                    let naming = naming?;
                                    module.names.insert(naming.index, naming.name.to_owned());
                                }
                            }
                        }
                    }
                }
                Payload::TagSection(_) => return Err("a module with exceptions".into()),
                _ => {}
            }
        }
        Ok(module)
    }

    /// Which function each slot of the first table holds at the start.
    ///
    /// # Errors
    ///
    /// A part of the table whose place isn't a constant.
    pub fn slots(&self) -> Result<Vec<(u32, u32)>, Fault> {
        let mut slots = Vec::new();
        for element in &self.elements {
            let ElementKind::Active { table_index: None | Some(0), offset_expr } = &element.kind else { continue };
            let ElementItems::Functions(functions) = element.items.clone() else {
                return Err("a table filled with something else than functions".into());
            };
            let first = constant(offset_expr)?;
            for (slot, function) in (first..).zip(functions) {
                slots.push((slot, function?));
            }
        }
        Ok(slots)
    }

    /// The functions that a body calls by their index.
    ///
    /// # Errors
    ///
    /// The body can't be read.
    pub fn calls(&self, body: &FunctionBody<'a>) -> Result<Vec<u32>, Fault> {
        let mut called = Vec::new();
        for operator in body.get_operators_reader()? {
            if let Operator::Call { function_index } | Operator::RefFunc { function_index } = operator? {
                called.push(function_index);
            }
        }
        Ok(called)
    }
}

/// The value of a constant expression.
fn constant(expression: &ConstExpr) -> Result<u32, Fault> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value.cast_unsigned()),
        _ => Err("an address that isn't a constant".into()),
    }
}
