//! Seeded numbers. Each component has a stream of its own, so that one component's draws never shift another's.
//!
//! SplitMix64 (Steele, Lea and Flood, 2014): small, fast, and good enough for names; nothing here is a secret.

use api::Str;
use api::meta::Uid;

/// A stream of numbers.
#[derive(Clone, Debug)]
pub struct Rng(u64);

/// The letters of generated names. Source: apimachinery `util/rand` (no vowels, no 0, 1, 3).
const NAME_LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

impl Rng {
    /// The stream of a component under a seed.
    pub fn stream(seed: u64, component: &str) -> Rng {
        let mut state = seed ^ 0x6576_6572_796e_6f64;
        for byte in component.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Rng(state)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound` (which must not be 0).
    pub fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound
    }

    /// A version 4 UUID.
    pub fn uid(&mut self) -> Uid {
        let bits = (u128::from(self.draw()) << 64) | u128::from(self.draw());
        let versioned = bits & !(0xf << 76) | (0x4 << 76);
        Uid(versioned & !(0x3 << 62) | (0x2 << 62))
    }

    /// Five letters for the end of a generated name.
    pub fn suffix(&mut self) -> [u8; 5] {
        let mut bits = self.draw();
        std::array::from_fn(|_| {
            let letter = NAME_LETTERS[(bits % 27) as usize];
            bits /= 27;
            letter
        })
    }

    /// A name from `generateName`: the base, cut to 58 bytes, and five letters.
    pub fn name(&mut self, base: &str) -> Str {
        let mut end = base.len().min(58);
        while !base.is_char_boundary(end) {
            end -= 1;
        }
        let suffix = self.suffix();
        let mut name = String::with_capacity(end + 5);
        name.push_str(&base[..end]);
        name.extend(suffix.iter().map(|b| char::from(*b)));
        name.into()
    }

    /// The state, for the hash of the cluster's state.
    pub fn state(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        let draw = |seed, component| Rng::stream(seed, component).draw();
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
    }

    #[test]
    fn names_are_cut_so_that_they_fit() {
        let name = Rng::stream(1, "x").name(&"a".repeat(80));
        assert_eq!(name.len(), 63);
        assert_eq!(Rng::stream(1, "x").uid().to_string().as_bytes()[14], b'4');
    }
}
