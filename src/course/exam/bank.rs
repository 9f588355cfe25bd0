//! The bank: which tasks there are, in which area and of what weight; and the exam that a seed draws from it.
//!
//! `static/lessons/bank.txt` holds a task a line, `ID = AREA POINTS`. A task is given as many minutes as it has points.
//! The same bank, seed and number of tasks make the same exam everywhere, for as long as the bank stays as it is: a class gets
//! one exam by agreeing on a word.

use crate::read::Fault;

/// A task of the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name of its lesson's file, without its ending.
    pub id: String,
    /// What it is about: an exam has tasks of as many areas as it can.
    pub area: String,
    /// What it counts, and the minutes it is given.
    pub points: u32,
}

/// Reads a bank.
pub fn read(text: &str) -> Result<Vec<Entry>, Fault> {
    let lines = text.lines().zip(1u32..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    let mut bank: Vec<Entry> = Vec::new();
    for (line, number) in lines {
        let fault = |text: &str| Fault { line: number, text: text.into() };
        let entry = entry(line).ok_or_else(|| fault("is not ID = AREA POINTS"))?;
        if bank.iter().any(|known| known.id == entry.id) {
            return Err(fault("is here twice"));
        }
        bank.push(entry);
    }
    Ok(bank)
}

fn entry(line: &str) -> Option<Entry> {
    let (id, rest) = line.split_once(" = ")?;
    let (area, points) = rest.split_once(' ')?;
    let points = points.parse().ok().filter(|points| (1..=30).contains(points))?;
    Some(Entry { id: id.into(), area: area.into(), points })
}

/// Draws `count` tasks: the areas take turns, in an order of the seed's, and so do the tasks within each.
pub fn draw(bank: &[Entry], seed: &str, count: usize) -> Vec<Entry> {
    let mut chance = Chance::of(seed);
    let mut areas: Vec<Vec<Entry>> = Vec::new();
    for entry in bank {
        match areas.iter_mut().find(|area| area[0].area == entry.area) {
            Some(area) => area.push(entry.clone()),
            None => areas.push(vec![entry.clone()]),
        }
    }
    areas.iter_mut().for_each(|area| chance.shuffle(area));
    chance.shuffle(&mut areas);
    let longest = areas.iter().map(Vec::len).max().unwrap_or(0);
    let turns = (0..longest).flat_map(|turn| areas.iter().filter_map(move |area| area.get(turn)));
    let mut drawn: Vec<Entry> = turns.take(count).cloned().collect();
    chance.shuffle(&mut drawn);
    drawn
}

/// The minutes that all these tasks are given.
pub fn minutes(tasks: &[Entry]) -> u32 {
    tasks.iter().map(|task| task.points).sum()
}

/// Numbers out of a seed: SplitMix64, begun with the FNV-1a hash of the seed's letters, small and capital alike.
struct Chance(u64);

impl Chance {
    fn of(seed: &str) -> Chance {
        let bytes = seed.trim().bytes().map(|byte| u64::from(byte.to_ascii_lowercase()));
        Chance(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ byte).wrapping_mul(0x0100_0000_01b3)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, (self.next() % (last as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BANK: &str = "# id = area points\na1 = a 2\na2 = a 3\na3 = a 4\n\nb1 = b 2\nb2 = b 5\nc1 = c 6\n";

    fn ids(seed: &str, count: usize) -> Vec<String> {
        let bank = read(BANK).expect("it is read");
        draw(&bank, seed, count).into_iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn a_seed_draws_the_same_exam_for_everybody() {
        // What a class agreed on last year has to stay what it was.
        assert_eq!(ids("autumn", 4), ["b1", "a2", "c1", "b2"]);
        assert_eq!(ids(" Autumn ", 4), ids("autumn", 4));
        assert_ne!(ids("autumn", 6), ids("winter", 6));
    }

    #[test]
    fn every_area_has_its_turn_before_one_has_two() {
        for seed in ["1", "2", "3", "four"] {
            let mut areas: Vec<char> = ids(seed, 3).iter().filter_map(|id| id.chars().next()).collect();
            areas.sort_unstable();
            assert_eq!(areas, ['a', 'b', 'c'], "{seed}");
        }
    }

    #[test]
    fn no_task_is_drawn_twice_and_no_more_than_there_are() {
        let mut all = ids("x", 99);
        all.sort_unstable();
        assert_eq!(all, ["a1", "a2", "a3", "b1", "b2", "c1"]);
        assert_eq!(minutes(&read(BANK).expect("it is read")), 22);
    }

    #[test]
    fn a_line_that_is_no_task_is_a_fault_at_its_line() {
        assert_eq!(read("a = b 2\nwhat\n").unwrap_err().to_string(), "line 2: is not ID = AREA POINTS");
        assert_eq!(read("a = b 0\n").unwrap_err().line, 1);
        assert_eq!(read("a = b 2\n\na = c 3").unwrap_err().to_string(), "line 3: is here twice");
    }
}
