//! A share of the storms: random acts from a seed, with what must hold checked after every step and at rest, replayed, and gone on
//! with from a copy. `cargo xtask storm` raises as many as one likes; docs/proofs.md says how many have been.

/// Acts in one storm.
const ACTS: usize = 60;

/// Fails with the seed and the shortest list of acts that was found.
fn raise(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        if let Err(failure) = proof::storm::storm(seed, ACTS) {
            panic!("{failure}");
        }
    }
}

#[test]
fn what_must_hold_holds_in_a_storm() {
    raise(1..4);
}

#[test]
fn what_must_hold_holds_in_another_storm() {
    raise(101..104);
}

#[test]
fn other_seeds_make_other_storms() {
    let ends = [7, 8].map(|seed| proof::storm::storm(seed, 5).unwrap_or_else(|failure| panic!("{failure}")));
    assert_ne!(ends[0], ends[1]);
}
