//! How far long work is: a line on standard error, where that is a terminal and the work is long;
//! gone at the end.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What is shown while the steps go on; nothing of it stays when it is dropped.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Returns the display of so many steps. It shows nothing for a single one, with `--json`, and
    /// where standard error is no terminal, or one that cannot move its cursor.
    pub(crate) fn new(steps: usize, json: bool) -> Self {
        let able =
            stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let target = if able && !json && steps > 1 {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar =
            ProgressBar::with_draw_target(Some(u64::try_from(steps).unwrap_or(u64::MAX)), target);
        // The templates are fixed, and right; without one the bar is the plain one.
        Self(match ProgressStyle::with_template("{bar:24} {pos} of {len}  {wide_msg}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        })
    }

    /// The same for steps that are all alike, with the time that is left.
    #[cfg(feature = "desk")]
    pub(crate) fn lasting(steps: usize, json: bool) -> Self {
        let progress = Self::new(steps, json);
        let left = ProgressStyle::with_template("{bar:24} {pos} of {len}  {eta} left");
        left.into_iter().for_each(|style| progress.0.set_style(style));
        progress
    }

    /// Says what is being done now.
    pub(crate) fn begin(&self, what: String) {
        self.0.set_message(what);
    }

    /// Counts one step as done.
    pub(crate) fn done(&self) {
        self.0.inc(1);
    }

    /// Adds steps that turned out to be needed.
    pub(crate) fn more(&self, steps: usize) {
        self.0.inc_length(u64::try_from(steps).unwrap_or(u64::MAX));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_hidden_for_one_step_with_json_and_away_from_a_terminal() {
        for (steps, json) in [(1, false), (9, true)] {
            assert!(Progress::new(steps, json).0.is_hidden());
        }
        let progress = Progress::new(9, false);
        assert_eq!(progress.0.is_hidden(), !stderr().is_terminal());
        progress.begin("a.png".to_owned());
        progress.done();
        progress.more(2);
        assert_eq!((progress.0.position(), progress.0.length()), (1, Some(11)));
    }
}
