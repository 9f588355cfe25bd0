//! Memory that ships: xtask/prepare.mjs takes it as it is after [`crate::prepare_opening`] (docs/loading.md).
//!
//! Until the program begins, what is taken from the heap and what is given back to it is filled with zeros: so nothing ships that
//! nobody needs, and what looks like an address in what ships is one.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

use playground::SmallBlocks;

#[global_allocator]
static HEAP: Heap = Heap { begun: AtomicBool::new(false), blocks: SmallBlocks::new() };

/// The heap: the standard one, clean, until the program begins, then the one for speed.
struct Heap {
    begun: AtomicBool,
    blocks: SmallBlocks,
}

/// The program begins: from now on speed counts.
pub fn begin() {
    HEAP.begun.store(true, Ordering::Relaxed);
}

/// A block of the standard heap up to the next one, which it would leave as it was: sizes there are multiples of eight, less the four
/// bytes that say how large the block is.
fn whole(layout: Layout) -> Layout {
    let layout = SmallBlocks::whole(layout).unwrap_or(layout);
    let size = (layout.size() + 4).next_multiple_of(8) - 4;
    Layout::from_size_align(size, layout.align()).unwrap_or(layout)
}

#[expect(unsafe_code, reason = "an allocator can't be written without")]
// SAFETY: every block goes back with the layout that it was asked for with. One of before the program began came from the
// standard heap and is as large as `SmallBlocks` has it, or larger.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.begun.load(Ordering::Relaxed) {
            return unsafe { self.blocks.alloc(layout) };
        }
        unsafe { System.alloc_zeroed(whole(layout)) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe {
            if self.begun.load(Ordering::Relaxed) {
                return self.blocks.dealloc(block, layout);
            }
            block.write_bytes(0, layout.size());
            System.dealloc(block, whole(layout));
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe {
            if self.begun.load(Ordering::Relaxed) {
                return self.blocks.realloc(block, layout, size);
            }
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}
