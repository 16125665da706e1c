//! Whether two lists of times differ.

use std::fmt;

/// Beyond this a difference is no accident: the usual threshold of tests for leaks (TVLA, dudect), which by chance alone is
/// passed once in some 150,000 comparisons.
const THRESHOLD: f64 = 4.5;

/// The share of the slowest measurements that Welch's t leaves out: there the machine did something else.
const CUT: f64 = 0.05;

/// What a comparison shows.
pub(crate) struct Comparison {
    medians: [f64; 2],
    /// Of the Mann–Whitney U test, by its normal approximation.
    z: f64,
    /// Of Welch's test.
    t: f64,
    /// The standard error of the difference of the means.
    error: f64,
}

impl Comparison {
    /// Of the times of wrong secrets and of those that they are compared with, in microseconds.
    pub(crate) fn of(mut before: Vec<f64>, mut after: Vec<f64>) -> Self {
        before.sort_by(f64::total_cmp);
        after.sort_by(f64::total_cmp);
        let z = mann_whitney(&before, &after);
        let mut both = [before.as_slice(), &after].concat();
        both.sort_by(f64::total_cmp);
        let limit = quantile(&both, 1.0 - CUT);
        let kept = |times: &[f64]| times.iter().copied().filter(|time| *time <= limit).collect::<Vec<_>>();
        let [(one, first), (other, second)] = [mean_and_error(&kept(&before)), mean_and_error(&kept(&after))];
        let error = (first + second).sqrt();
        let t = (other - one) / error;
        Self { medians: [quantile(&before, 0.5), quantile(&after, 0.5)], z, t, error }
    }

    fn differs(&self) -> bool {
        self.z.abs() > THRESHOLD || self.t.abs() > THRESHOLD
    }
}

/// The cells of a row, the verdict last.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [before, after] = self.medians;
        write!(
            f,
            "{before:.1} | {after:.1} | {:+.1} | {:+.1} | {:.2}",
            self.z,
            self.t,
            self.error * THRESHOLD
        )?;
        if self.differs() {
            let percent = (after - before) / before * 100.0;
            write!(f, " | **differs by {:+.1} µs ({percent:+.1} %)**", after - before)
        } else {
            f.write_str(" | no difference found")
        }
    }
}

/// Of a sorted list.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list of some ten thousand"
    )]
    let place = (last as f64 * share).round() as usize;
    sorted.get(place).copied().unwrap_or_default()
}

/// The mean, and the variance of the mean.
fn mean_and_error(times: &[f64]) -> (f64, f64) {
    let count = count(times);
    let mean = times.iter().sum::<f64>() / count;
    let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, variance / count)
}

/// z of the U test of two sorted lists: positive when the second is slower. Times that are alike share a rank.
fn mann_whitney(before: &[f64], after: &[f64]) -> f64 {
    let below = |sorted: &[f64], time: f64| sorted.partition_point(|other| *other < time);
    let up_to = |sorted: &[f64], time: f64| sorted.partition_point(|other| *other <= time);
    #[expect(clippy::cast_precision_loss, reason = "places in a list of some ten thousand")]
    let halves = |time: &f64| (below(before, *time) + up_to(before, *time)) as f64 / 2.0;
    let u: f64 = after.iter().map(halves).sum();
    let (n, m) = (count(before), count(after));
    (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "some ten thousand")]
fn count(times: &[f64]) -> f64 {
    times.len() as f64
}
