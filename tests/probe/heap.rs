//! Counts the bytes that are allocated and not yet freed: what a cluster retains, exact to the byte.
//!
//! Only in wasm: the native tests link this crate too, and keep their own allocator.

/// Returns the bytes alive on the heap.
#[cfg(target_arch = "wasm32")]
#[unsafe(no_mangle)]
pub extern "C" fn live_bytes() -> usize {
    counting::LIVE.load(std::sync::atomic::Ordering::Relaxed)
}

#[cfg(target_arch = "wasm32")]
mod counting {
    use std::alloc::{GlobalAlloc, Layout};
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use cluster::heap::SmallBlocks;

    pub static LIVE: AtomicUsize = AtomicUsize::new(0);

    #[global_allocator]
    static HEAP: Counting = Counting { heap: SmallBlocks::new() };

    /// The page's allocator, with a tally.
    struct Counting {
        heap: SmallBlocks,
    }

    // SAFETY: every call goes on as it came; the tally touches no memory but its own.
    unsafe impl GlobalAlloc for Counting {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            LIVE.fetch_add(layout.size(), Relaxed);
            unsafe { self.heap.alloc(layout) }
        }

        unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
            LIVE.fetch_sub(layout.size(), Relaxed);
            unsafe { self.heap.dealloc(place, layout) }
        }

        unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            LIVE.fetch_add(size, Relaxed);
            LIVE.fetch_sub(layout.size(), Relaxed);
            unsafe { self.heap.realloc(place, layout, size) }
        }
    }
}
