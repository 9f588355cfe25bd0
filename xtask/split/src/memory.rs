//! The memory that the program begins with, and which part brings which of its bytes.

use wasmparser::Operator;

use crate::Fault;
use crate::linked::Linked;
use crate::module::Module;
use crate::write::Sections;

/// Runs that lie closer together than this many bytes are one: a segment of its own costs about as much.
const GAP: usize = 12;

/// One of the two parts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    First,
    Rest,
}

/// The prepared memory.
pub struct Memory {
    bytes: Vec<u8>,
    /// Below lies the stack, with nothing on it.
    begin: usize,
}

impl Memory {
    /// Takes the bytes of the whole memory, from address 0.
    ///
    /// # Errors
    ///
    /// The module's memory isn't laid out with the stack first.
    pub fn new(bytes: Vec<u8>, module: &Module) -> Result<Memory, Fault> {
        // The stack pointer is the first global of everything that this compiler links.
        let stack = module.globals.first().ok_or("a module without a stack pointer")?;
        let Operator::I32Const { value } = stack.init_expr.get_operators_reader().read()? else {
            return Err("the stack pointer doesn't begin at a constant".into());
        };
        if module.data.iter().any(|(start, _)| *start < value.cast_unsigned()) {
            return Err("the stack doesn't come before the data".into());
        }
        Ok(Memory { bytes, begin: usize::try_from(value)? })
    }

    /// How many pages of 64 KiB it has.
    pub fn pages(&self) -> u64 {
        self.bytes.len() as u64 / 65_536
    }

    /// The words at aligned addresses in a range; any of them may be an address.
    pub fn words(&self, start: usize, end: usize) -> impl Iterator<Item = u32> {
        let (start, end) = (start.next_multiple_of(4).min(self.bytes.len()), end.min(self.bytes.len()));
        let words = self.bytes[start..end.max(start)].chunks_exact(4);
        words.map(|word| u32::from_le_bytes(word.try_into().expect("four bytes")))
    }

    /// The blocks that the program has taken of its heap and not given back, in order: from the first address that belongs to
    /// the program to the first that doesn't.
    ///
    /// dlmalloc (the allocator of Rust's standard library for wasm) lays its heap out as a row of chunks: four bytes that may belong to
    /// the chunk before, the chunk's size with a few flags, and then the block, up to and with the first four bytes of the next chunk.
    ///
    /// # Errors
    ///
    /// The row doesn't end where memory does: this isn't that allocator.
    pub fn blocks(&self, heap: usize) -> Result<Vec<(usize, usize)>, Fault> {
        const IN_USE: u32 = 2;
        let mut blocks = Vec::new();
        let mut at = heap;
        while at < self.bytes.len() {
            let head = self.words(at + 4, at + 8).next().unwrap_or(0);
            let size = (head & !7) as usize;
            if size == 0 {
                return Err(format!("the heap's chunk at {at:#x} has no size").into());
            }
            // The last chunk has no next one.
            if head & IN_USE != 0 && at + size < self.bytes.len() {
                blocks.push((at + 8, at + size + 4));
            }
            at += size;
        }
        if at == self.bytes.len() { Ok(blocks) } else { Err("the heap doesn't end where memory does".into()) }
    }

    /// Says of every byte which part brings it. First comes what was reached, and what is nobody's.
    pub fn shared_out(&self, linked: &Linked, pieces: &[bool], blocks: &[(usize, usize)], taken: &[bool]) -> Vec<Part> {
        let mut parts = vec![Part::First; self.bytes.len()];
        // Pieces may overlap; then the first part has what it needs.
        for (part, wanted) in [(Part::Rest, false), (Part::First, true)] {
            for (piece, _) in linked.pieces.iter().zip(pieces).filter(|(_, reached)| **reached == wanted) {
                parts[piece.start as usize..piece.end as usize].fill(part);
            }
        }
        for ((start, end), _) in blocks.iter().zip(taken).filter(|(_, reached)| !**reached) {
            parts[*start..*end].fill(Part::Rest);
        }
        parts
    }

    /// All of it in the first part.
    pub fn whole(&self) -> Vec<Part> {
        vec![Part::First; self.bytes.len()]
    }

    /// Writes one part's bytes that aren't zero. The rest never writes what isn't its own: the program may have changed it.
    pub fn place(&self, parts: &[Part], part: Part, to: &mut Sections) {
        let wanted = |at: &usize| parts[*at] == part && self.bytes[*at] != 0;
        let mut at = self.begin;
        while let Some(start) = (at..self.bytes.len()).find(wanted) {
            let goes_on = |next: &usize| part == Part::First || parts[*next] == part;
            let mut end = start + 1;
            while let Some(more) = (end..self.bytes.len().min(end + GAP)).take_while(goes_on).find(wanted) {
                end = more + 1;
            }
            to.place(u32::try_from(start).expect("a 32-bit memory"), &self.bytes[start..end]);
            at = end;
        }
    }
}
