//! Sorting that is compiled once. The standard library's sort is compiled anew for every place that calls it, four
//! kilobytes each time, and none of our lists is so long that its speed would show (docs/decisions/bytes.md).
//!
//! Stable, like `slice::sort`: what compares equal stays in its order. [`gather`] is here because `collect` into a map sorts
//! first, and so comes at the same price.

use std::cmp::Ordering;

/// Sorts from the least to the greatest.
pub fn ascending<T: Ord>(items: &mut [T]) {
    by(items, T::cmp);
}

/// Sorts by what `key` says of each.
pub fn by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts by a comparison.
pub fn by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = order(items.len(), &mut |a, b| compare(&items[a], &items[b]) == Ordering::Greater);
    settle(order, &mut |a, b| items.swap(a, b));
}

/// Collects into a map or set, one after another; of equal keys the last stays.
pub fn gather<T, C: Default + Extend<T>>(items: impl IntoIterator<Item = T>) -> C {
    let mut out = C::default();
    out.extend(items);
    out
}

/// The order in which the things at 0, 1, 2… belong: a merge sort of their numbers, from pairs upwards.
#[inline(never)]
fn order(count: usize, greater: &mut dyn FnMut(usize, usize) -> bool) -> Vec<usize> {
    let mut from: Vec<usize> = (0..count).collect();
    if !(1..count).any(|place| greater(place - 1, place)) {
        return from;
    }
    let mut to = from.clone();
    let mut width = 1;
    while width < count {
        for start in (0..count).step_by(2 * width) {
            let (middle, end) = ((start + width).min(count), (start + 2 * width).min(count));
            let (mut left, mut right) = (start, middle);
            for place in &mut to[start..end] {
                let from_right = left == middle || right < end && greater(from[left], from[right]);
                let next = if from_right { &mut right } else { &mut left };
                *place = from[*next];
                *next += 1;
            }
        }
        std::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    from
}

/// Brings everything to its place by swaps, one round of places that wait for one another after the next.
#[inline(never)]
fn settle(mut order: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut place = start;
        while order[place] != start {
            let next = std::mem::replace(&mut order[place], place);
            swap(place, next);
            place = next;
        }
        order[place] = place;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists of every length to 60 with many equal keys, drawn from a fixed sequence.
    #[test]
    fn agrees_with_the_standard_sort_and_keeps_equals_in_their_order() {
        let mut seed = 7_u32;
        for length in 0..60 {
            let mut ours: Vec<(u32, usize)> = Vec::new();
            for at in 0..length {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ours.push((seed >> 28, at));
            }
            let mut theirs = ours.clone();
            theirs.sort_by_key(|(key, _)| *key);
            by_key(&mut ours, |(key, _)| *key);
            assert_eq!(ours, theirs);
        }
    }
}
