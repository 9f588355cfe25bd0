//! What the linker's relocations tell: which pieces of data, and which functions by their address, each function and each
//! piece of data refers to.

use std::collections::{HashMap, HashSet};

use wasmparser::{DataKind, KnownCustom, Linking, Operator, Parser, Payload, RelocationType, SymbolInfo};

use crate::Fault;

/// What something refers to, apart from the calls that can be read in its code.
#[derive(Clone, Debug, Default)]
pub struct Refs {
    /// Pieces of data, as indices into [`Linked::pieces`].
    pub pieces: Vec<usize>,
    /// Functions whose address is taken, by their mangled names.
    pub functions: Vec<String>,
}

/// One static, string or table of the program's data.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Where it begins in memory.
    pub start: u32,
    /// The first address after it.
    pub end: u32,
    /// What it refers to.
    pub refs: Refs,
    /// Whether it never changes: it lies in the first segment, the read-only one.
    pub constant: bool,
    /// The mangled name of the static, where it has one.
    pub name: String,
}

/// The linked program's references.
pub struct Linked {
    /// What each function refers to, by its mangled name.
    pub functions: HashMap<String, Refs>,
    /// The mangled names of all functions.
    pub names: HashSet<String>,
    /// All pieces of data.
    pub pieces: Vec<Piece>,
}

/// What a relocation points to.
#[derive(Clone)]
enum Target {
    Piece(usize),
    Function(String),
    Other,
}

impl Linked {
    /// Reads a module that was linked with `--emit-relocs`.
    ///
    /// # Errors
    ///
    /// The module can't be read, or has no relocations.
    pub fn read(wasm: &[u8]) -> Result<Linked, Fault> {
        let sections = Sections::read(wasm)?;
        if sections.relocations.is_empty() {
            return Err("the linked module has no relocations; was it linked with --emit-relocs?".into());
        }
        let mut pieces = Vec::new();
        let mut names = HashMap::new();
        let mut targets = Vec::new();
        for symbol in &sections.symbols {
            targets.push(match symbol {
                SymbolInfo::Func { index, name, .. } => {
                    let name = name.map_or_else(|| format!("import {index}"), str::to_owned);
                    names.insert(*index, name.clone());
                    Target::Function(name)
                }
                SymbolInfo::Data { symbol: Some(place), name, .. } => {
                    let start = sections.segments[place.index as usize].0 + place.offset;
                    pieces.push(Piece {
                        start,
                        end: start + place.size,
                        refs: Refs::default(),
                        constant: place.index == 0,
                        name: (*name).to_owned(),
                    });
                    Target::Piece(pieces.len() - 1)
                }
                _ => Target::Other,
            });
        }
        let mut linked = Linked { functions: HashMap::new(), names: names.values().cloned().collect(), pieces };
        linked.follow(&sections, &names, &targets);
        Ok(linked)
    }

    /// The pieces, to be found by address.
    pub fn by_address(&self) -> ByAddress<'_> {
        let mut order: Vec<usize> = (0..self.pieces.len()).collect();
        order.sort_by_key(|&index| self.pieces[index].start);
        ByAddress { pieces: &self.pieces, order }
    }

    /// Hands each relocation to the function or the pieces of data in which it stands.
    fn follow(&mut self, sections: &Sections, names: &HashMap<u32, String>, targets: &[Target]) {
        let mut found = Vec::new();
        let mut functions = HashMap::new();
        let by_address = self.by_address();
        for &(in_code, offset, kind, symbol) in &sections.relocations {
            let target = match kind {
                RelocationType::MemoryAddrLeb
                | RelocationType::MemoryAddrSleb
                | RelocationType::MemoryAddrI32
                | RelocationType::TableIndexSleb
                | RelocationType::TableIndexI32 => &targets[symbol as usize],
                _ => continue,
            };
            if in_code {
                let body = sections.bodies.partition_point(|body| body.1 <= u64::from(offset) + sections.code);
                let index = sections.imported + u32::try_from(body).expect("a module's functions have 32-bit indices");
                let name = names.get(&index).cloned().unwrap_or_default();
                functions.entry(name).or_insert_with(Refs::default).add(target);
            } else {
                let address = sections.address(u64::from(offset) + sections.data);
                found.extend(by_address.at(address).map(|piece| (piece, target)));
            }
        }
        self.functions = functions;
        for (piece, target) in found {
            self.pieces[piece].refs.add(target);
        }
    }
}

/// Pieces of data in the order of their addresses.
pub struct ByAddress<'p> {
    pieces: &'p [Piece],
    order: Vec<usize>,
}

impl ByAddress<'_> {
    /// The pieces that hold an address. They may overlap where the linker merged equal strings; a few steps back are enough.
    pub fn at(&self, address: u32) -> impl Iterator<Item = usize> {
        let until = self.order.partition_point(|&index| self.pieces[index].start <= address);
        let near = self.order[..until].iter().rev().take(8).copied();
        near.filter(move |&index| self.pieces[index].end > address)
    }
}

impl Refs {
    fn add(&mut self, target: &Target) {
        match target {
            Target::Piece(index) => self.pieces.push(*index),
            Target::Function(name) => self.functions.push(name.clone()),
            Target::Other => {}
        }
    }
}

/// The linked module's sections, as far as they are needed.
#[derive(Default)]
struct Sections<'a> {
    imported: u32,
    /// Where the code's and the data's payload begins in the file.
    code: u64,
    data: u64,
    /// Each body's place in the file.
    bodies: Vec<(u64, u64)>,
    /// Each segment's address in memory and place in the file.
    segments: Vec<(u32, u64, u64)>,
    symbols: Vec<SymbolInfo<'a>>,
    /// Whether it stands in the code, where, its kind, and its symbol.
    relocations: Vec<(bool, u32, RelocationType, u32)>,
}

impl<'a> Sections<'a> {
    fn read(wasm: &'a [u8]) -> Result<Sections<'a>, Fault> {
        let mut sections = Sections::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        sections.imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { unchecked_range, .. } => sections.code = unchecked_range.start,
                Payload::CodeSectionEntry(body) => sections.bodies.push((body.range().start, body.range().end)),
                Payload::DataSection(data) => {
                    sections.data = data.range().start;
                    for segment in data {
                        let segment = segment?;
                        let DataKind::Active { offset_expr, .. } = segment.kind else { continue };
                        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                            return Err("a data segment's address isn't a constant".into());
                        };
                        let end = segment.range.end;
                        sections.segments.push((value.cast_unsigned(), end - segment.data.len() as u64, end));
                    }
                }
                Payload::CustomSection(custom) => match custom.as_known() {
                    KnownCustom::Linking(linking) => {
                        for part in linking.subsections() {
                            if let Linking::SymbolTable(symbols) = part? {
                                sections.symbols = symbols.into_iter().collect::<Result<_, _>>()?;
                            }
                        }
                    }
                    KnownCustom::Reloc(relocations) => {
                        let in_code = custom.name() == "reloc.CODE";
                        if in_code || custom.name() == "reloc.DATA" {
                            for entry in relocations.entries() {
                                let entry = entry?;
                                sections.relocations.push((in_code, entry.offset, entry.ty, entry.index));
                            }
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(sections)
    }

    /// The memory address of a place in the file.
    fn address(&self, place: u64) -> u32 {
        let segment = self.segments.iter().find(|(_, start, end)| (*start..*end).contains(&place));
        segment.map_or(0, |(address, start, _)| address + u32::try_from(place - start).expect("a 32-bit memory"))
    }
}
