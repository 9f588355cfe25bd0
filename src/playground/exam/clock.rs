//! An exam's clock: how long was worked, and how long it was held.
//!
//! The wall clock is told to it, about once a second. A page that was closed meanwhile told it nothing: when it is told again, what
//! has passed counts as a pause. So does a laptop's sleep.

use api::time::Time;

/// A longer silence is a pause. A tab out of sight may be called once a minute only.
const SILENCE_MS: f64 = 90_000.0;
/// The same after a reload, which takes a moment.
const RELOAD_MS: f64 = 15_000.0;

/// The clock. Moments are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    began_ms: f64,
    now_ms: f64,
    spent_ms: f64,
    held: bool,
    holds: u32,
    held_ms: f64,
    /// It was read out of a save, and wasn't told the time since.
    back: bool,
}

impl Clock {
    /// Begins to run.
    pub fn new(now_ms: f64) -> Clock {
        Clock { began_ms: now_ms, now_ms, spent_ms: 0.0, held: false, holds: 0, held_ms: 0.0, back: false }
    }

    /// It is this late. Returns what has passed of the exam.
    pub fn tick(&mut self, now_ms: f64) -> f64 {
        // Whoever sets the clock back gains nothing, and loses nothing.
        let passed_ms = (now_ms - self.now_ms).max(0.0);
        self.now_ms = now_ms;
        let silence_ms = if std::mem::take(&mut self.back) { RELOAD_MS } else { SILENCE_MS };
        if self.held || passed_ms > silence_ms {
            self.holds += u32::from(!self.held);
            self.held_ms += passed_ms;
            return 0.0;
        }
        self.spent_ms += passed_ms;
        passed_ms
    }

    /// Holds it, or lets it run.
    pub fn hold(&mut self, held: bool) {
        self.holds += u32::from(held && !self.held);
        self.held = held;
    }

    /// Whether it is held.
    pub fn held(&self) -> bool {
        self.held
    }

    /// How often it was.
    pub fn holds(&self) -> u32 {
        self.holds
    }

    /// Seconds that were worked.
    pub fn spent_s(&self) -> u64 {
        (self.spent_ms / 1000.0) as u64
    }

    /// Seconds that it was held.
    pub fn held_s(&self) -> u64 {
        (self.held_ms / 1000.0) as u64
    }

    /// When it began.
    pub fn began_ms(&self) -> f64 {
        self.began_ms
    }

    /// What it was told last.
    pub fn now_ms(&self) -> f64 {
        self.now_ms
    }

    /// As it is saved: whole milliseconds.
    pub fn write(&self) -> [u64; 6] {
        let whole = |ms: f64| ms as u64;
        let (held, holds) = (u64::from(self.held), u64::from(self.holds));
        [whole(self.began_ms), whole(self.now_ms), whole(self.spent_ms), whole(self.held_ms), holds, held]
    }

    /// As it was saved.
    pub fn read([began, now, spent, held_ms, holds, held]: [u64; 6]) -> Clock {
        let ms = |whole: u64| whole as f64;
        Clock {
            began_ms: ms(began),
            now_ms: ms(now),
            spent_ms: ms(spent),
            held: held == 1,
            holds: holds as u32,
            held_ms: ms(held_ms),
            back: true,
        }
    }
}

/// A moment as files have it.
pub fn written(ms: f64) -> String {
    Time((ms / 1000.0) as i64).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_and_what_nobody_told_of_is_not_spent() {
        let mut clock = Clock::new(1_000.0);
        assert_eq!(clock.tick(31_000.0), 30_000.0);
        clock.hold(true);
        clock.hold(true);
        clock.tick(41_000.0);
        clock.hold(false);
        // A laptop sleeps.
        assert_eq!(clock.tick(1_041_000.0), 0.0);
        // Somebody sets the time back.
        assert_eq!(clock.tick(900_000.0), 0.0);
        assert_eq!(clock.tick(901_000.0), 1_000.0);
        assert_eq!((clock.spent_s(), clock.held_s(), clock.holds()), (31, 1_010, 2));
    }

    #[test]
    fn a_reload_is_worked_through_and_a_closed_page_is_a_pause() {
        let mut clock = Clock::new(0.0);
        clock.tick(10_000.0);
        let mut reloaded = Clock::read(clock.write());
        assert_eq!(reloaded.tick(13_000.0), 3_000.0);
        let mut closed = Clock::read(clock.write());
        assert_eq!(closed.tick(40_000.0), 0.0);
        assert_eq!((closed.spent_s(), closed.held_s(), closed.holds()), (10, 30, 1));
        assert_eq!(written(1_764_409_200_000.0), "2025-11-29T09:40:00Z");
    }
}
