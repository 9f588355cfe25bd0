//! A share of the fuzzing: texts that nobody would write, into everything that reads texts. `cargo xtask fuzz` tries as many as one likes;
//! docs/proofs.md says how many have been.

#[test]
fn no_text_panics_hangs_or_overflows() {
    for seed in 1..4 {
        if let Err(failure) = proof::fuzz::run(seed, 0, 2_000, None, |_| ()) {
            panic!("{failure}");
        }
    }
}

#[test]
fn an_input_is_always_the_same() {
    assert_eq!(proof::fuzz::input(3, 14), proof::fuzz::input(3, 14));
    assert_ne!(proof::fuzz::input(3, 14), proof::fuzz::input(3, 15));
}
