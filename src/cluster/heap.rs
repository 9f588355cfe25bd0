//! Room on the heap, asked of the WebAssembly engine in large pieces.
//!
//! The allocator asks for 64 KiB whenever it has run out, and an engine makes a new `ArrayBuffer` over the whole memory each
//! time: V8 counts each at its full length and collects garbage for it. With 60 MB that was a third of the time of a creation of
//! 10,000 Pods. So once the memory has grown, it is made to grow on by an eighth: a block of that size is taken and given
//! back, and stays with the allocator. Nobody writes to it, so it is address space and no more.

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
pub fn grow_ahead() {
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
pub fn grow_ahead() {}
