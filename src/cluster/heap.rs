//! Room on the heap: small blocks from lists of their own size, and large pieces asked of the WebAssembly engine at once.
//!
//! A tenth of what a creation takes goes into small blocks, taken and given back by the hundred for each Pod. The standard
//! library's allocator looks for the best fit and joins neighbours each time; [`SmallBlocks`] keeps what is given back in a list of
//! its size, to be taken again as it is. New blocks are cut from chunks, one for each size: so the Nodes of a cluster lie side by
//! side, in the order they came, and so do their kubelets, leases and names. Whoever goes from node to node finds the
//! next one's in the same page of memory, a tenth of the time of a creation at 5,000 nodes and more at 10,000.
//!
//! And the standard allocator asks the engine for 64 KiB whenever it has run out, for which an engine makes a new `ArrayBuffer`
//! over the whole memory: V8 counts each at its full length and collects garbage for it. With 60 MB that was a third of the
//! time of a creation of 10,000 Pods. So once the memory has grown, it is made to grow on by an eighth ([`grow_ahead`]): a block
//! of that size is taken and given back, and stays with the allocator. Nobody writes to it, so it is address space and no more.

#[cfg(target_arch = "wasm32")]
pub use small::SmallBlocks;

#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "an allocator can't be written without")]
mod small {
    use std::alloc::{GlobalAlloc, Layout, System};
    use std::cell::UnsafeCell;
    use std::ptr::null_mut;

    /// The size of the largest block that comes from a list, in bytes.
    const LARGEST: usize = 1024;

    /// How many sizes there are.
    const SIZES: usize = LARGEST / GRAIN + 1;

    /// What is asked of the standard heap to be cut into blocks of one size, in bytes: little at first, each time twice as much, at last
    /// what fits into a step of the memory's growth.
    const CHUNK_MIN: usize = 1024;
    const CHUNK_MAX: usize = 60 * 1024;

    /// Sizes are multiples of this many bytes, and so are addresses: what the standard heap does on this machine.
    const GRAIN: usize = 8;

    /// A heap for one thread: small blocks from lists, the others from the standard heap.
    ///
    /// A small block that the standard heap has given may be given back to this one, if it is as large as [`SmallBlocks::whole`] says.
    pub struct SmallBlocks {
        lists: UnsafeCell<Lists>,
    }

    /// By size in grains.
    struct Lists {
        /// The block that was given back last; its first word names the one before.
        free: [*mut Free; SIZES],
        /// The chunk that is being cut.
        chunks: [Chunk; SIZES],
    }

    #[derive(Clone, Copy)]
    struct Chunk {
        /// What is left of it: where it begins and how long it is.
        rest: *mut u8,
        left: usize,
        /// How long it was.
        size: usize,
    }

    struct Free {
        before: *mut Free,
    }

    // SAFETY: WebAssembly without threads has one.
    unsafe impl Sync for SmallBlocks {}

    impl SmallBlocks {
        /// Returns a heap with nothing in it yet.
        pub const fn new() -> Self {
            let chunk = Chunk { rest: null_mut(), left: 0, size: 0 };
            Self { lists: UnsafeCell::new(Lists { free: [null_mut(); SIZES], chunks: [chunk; SIZES] }) }
        }

        /// Returns the layout that a block of this layout really has, if it is one of the small ones.
        pub fn whole(layout: Layout) -> Option<Layout> {
            if layout.size() > LARGEST || layout.align() > GRAIN {
                return None;
            }
            Layout::from_size_align(layout.size().next_multiple_of(GRAIN), GRAIN).ok()
        }
    }

    impl Default for SmallBlocks {
        fn default() -> Self {
            Self::new()
        }
    }

    impl Lists {
        /// Cuts a block off the chunk of its size, or off a new one.
        #[cold]
        unsafe fn cut(&mut self, size: usize) -> *mut u8 {
            let chunk = unsafe { self.chunks.get_unchecked_mut(size / GRAIN) };
            if chunk.left < size {
                let new = (2 * chunk.size).clamp(CHUNK_MIN, CHUNK_MAX);
                let place = unsafe { System.alloc(Layout::from_size_align_unchecked(new, GRAIN)) };
                if place.is_null() {
                    return place;
                }
                *chunk = Chunk { rest: place, left: new, size: new };
            }
            let block = chunk.rest;
            chunk.rest = unsafe { block.add(size) };
            chunk.left -= size;
            block
        }

        unsafe fn keep(&mut self, block: *mut u8, size: usize) {
            let block = block.cast::<Free>();
            let list = unsafe { self.free.get_unchecked_mut(size / GRAIN) };
            unsafe { block.write(Free { before: *list }) };
            *list = block;
        }
    }

    // SAFETY: a block is in a list or with its taker, never both; blocks of a list have its size, and lie on its grain.
    unsafe impl GlobalAlloc for SmallBlocks {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            let Some(whole) = Self::whole(layout) else { return unsafe { System.alloc(layout) } };
            unsafe {
                let lists = &mut *self.lists.get();
                let list = lists.free.get_unchecked_mut(whole.size() / GRAIN);
                let block = *list;
                if block.is_null() {
                    return lists.cut(whole.size());
                }
                *list = (*block).before;
                block.cast()
            }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            match Self::whole(layout) {
                Some(whole) => unsafe { (*self.lists.get()).keep(block, whole.size()) },
                None => unsafe { System.dealloc(block, layout) },
            }
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            unsafe {
                let new = Layout::from_size_align_unchecked(size, layout.align());
                match (Self::whole(layout), Self::whole(new)) {
                    (None, None) => System.realloc(block, layout, size),
                    (Some(now), Some(then)) if now == then => block,
                    _ => {
                        let moved = self.alloc(new);
                        if !moved.is_null() {
                            moved.copy_from_nonoverlapping(block, layout.size().min(size));
                            self.dealloc(block, layout);
                        }
                        moved
                    }
                }
            }
        }
    }
}

#[cfg(target_arch = "wasm32")]
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The least that is asked for at once.
#[cfg(target_arch = "wasm32")]
const LEAST: usize = 1 << 20;

/// How many pages of 64 KiB the memory had when it was last looked at.
#[cfg(target_arch = "wasm32")]
static PAGES: AtomicUsize = AtomicUsize::new(0);

/// Makes room ahead, if the memory has grown since the last time.
#[cfg(target_arch = "wasm32")]
pub(crate) fn grow_ahead() {
    let pages = || std::arch::wasm32::memory_size(0);
    if pages() != PAGES.load(Relaxed) {
        let ahead = (pages() * (65_536 / 8)).max(LEAST);
        // An engine that has no more to give is no reason to end here.
        let mut block: Vec<u8> = Vec::new();
        let _ = std::hint::black_box(&mut block).try_reserve_exact(ahead);
        drop(block);
        PAGES.store(pages(), Relaxed);
    }
}

/// Natively the operating system's pages come one by one, and cost no more for that.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn grow_ahead() {}
