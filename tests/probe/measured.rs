//! What `cargo xtask bench` measures: each export is one piece of work on a cluster that the exports share.

use std::cell::RefCell;

use crate::story::World;

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// Makes a cluster with `nodes` nodes, at rest; not measured.
#[unsafe(no_mangle)]
pub extern "C" fn prepare(nodes: u32) {
    WORLD.set(Some(World::with_nodes(1, nodes)));
}

/// Creates a DaemonSet, and lets time run until its Pods are Running on all nodes.
#[unsafe(no_mangle)]
pub extern "C" fn create() {
    with_world(World::create_daemon_set);
}

/// Adds one node, and lets time run until its daemon Pod is Running.
#[unsafe(no_mangle)]
pub extern "C" fn join() {
    with_world(World::add_node);
}

/// Lets as much time run as a join takes, with nothing happening but what nodes and controllers do by the clock.
#[unsafe(no_mangle)]
pub extern "C" fn idle() {
    with_world(World::idle);
}

/// Rolls another template out to all nodes, a tenth of them at a time.
#[unsafe(no_mangle)]
pub extern "C" fn roll() {
    with_world(World::roll);
}

/// Does a fixed piece of integer work, the same for ever: how fast this machine is.
#[unsafe(no_mangle)]
pub extern "C" fn yardstick() -> u32 {
    // xorshift32, ten million rounds: about as long as the work it is compared with.
    (0..10_000_000).fold(2_463_534_242_u32, |word, _| {
        let word = word ^ (word << 13);
        let word = word ^ (word >> 17);
        word ^ (word << 5)
    })
}

fn with_world(work: impl FnOnce(&mut World)) {
    WORLD.with_borrow_mut(|world| work(world.as_mut().expect("`prepare` comes first")));
}
