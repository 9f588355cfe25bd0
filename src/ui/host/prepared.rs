//! Memory that ships: xtask/prepare.mjs takes it as it is after [`crate::prepare_opening`] (docs/loading.md).
//!
//! Until the program begins, what is given back to the heap is filled with zeros: so nothing ships that nobody needs, and what looks
//! like an address in what ships is one.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

#[global_allocator]
static HEAP: Heap = Heap { begun: AtomicBool::new(false) };

/// The standard heap, clean until the program begins.
struct Heap {
    begun: AtomicBool,
}

/// The program begins: from now on speed counts.
pub fn begin() {
    HEAP.begun.store(true, Ordering::Relaxed);
}

#[expect(unsafe_code, reason = "an allocator can't be written without")]
// SAFETY: every block comes from the standard heap and goes back to it with its own layout; it is written to only between.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe {
            if !self.begun.load(Ordering::Relaxed) {
                block.write_bytes(0, layout.size());
            }
            System.dealloc(block, layout);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe {
            if self.begun.load(Ordering::Relaxed) {
                return System.realloc(block, layout, size);
            }
            let moved = System.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}
