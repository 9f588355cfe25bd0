//! What `cargo xtask bench` measures: each export is one piece of work on a cluster that the exports share.

use std::cell::RefCell;
use std::time::Duration;

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

/// Adds one node, and lets time run until its daemon Pod is Running; returns the virtual time that took, in microseconds.
///
/// The other nodes' heartbeats in that time are done too: what the node adds is what this takes beyond [`idle`] for as long.
#[unsafe(no_mangle)]
pub extern "C" fn join() -> u64 {
    with_world(|world| {
        let begin = world.now();
        world.add_node();
        u64::try_from(world.now().since(begin).as_micros()).expect("far less than an age")
    })
}

/// Lets that many microseconds go by, with nothing happening but what nodes and controllers do by the clock.
#[unsafe(no_mangle)]
pub extern "C" fn idle(micros: u64) {
    with_world(|world| world.idle(Duration::from_micros(micros)));
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

fn with_world<T>(work: impl FnOnce(&mut World) -> T) -> T {
    WORLD.with_borrow_mut(|world| work(world.as_mut().expect("`prepare` comes first")))
}
