use serde::Serialize;

/// Where repeated measurements of one thing lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) lower_quartile: f64,
    pub(super) upper_quartile: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Spread {
    /// Of nothing there is no median.
    pub(super) fn of(measured: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = measured.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            median: quantile(&sorted, 0.5)?,
            lower_quartile: quantile(&sorted, 0.25)?,
            upper_quartile: quantile(&sorted, 0.75)?,
            min: *sorted.first()?,
            max: *sorted.last()?,
        })
    }

    /// Of the ratios of measurements that belong together, not the ratio of two spreads: what slowed a whole round
    /// down is in both and cancels out.
    pub(super) fn of_ratios(over: &[f64], under: &[f64]) -> Option<Self> {
        Self::of(over.iter().zip(under).map(|(over, under)| over / under))
    }
}

/// Between the two nearest measurements, in proportion.
fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let at = part * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (
        sorted.get(at.floor() as usize)?,
        sorted.get(at.ceil() as usize)?,
    );
    Some(below + (above - below) * at.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(measured: &[f64]) -> Spread {
        Spread::of(measured.iter().copied()).expect("there are measurements")
    }

    #[test]
    fn of_an_odd_and_an_even_number() {
        let odd = spread(&[5.0, 1.0, 2.0, 4.0, 3.0]);
        assert_eq!((odd.min, odd.max), (1.0, 5.0));
        assert_eq!(
            (odd.lower_quartile, odd.median, odd.upper_quartile),
            (2.0, 3.0, 4.0)
        );
        let even = spread(&[4.0, 1.0, 3.0, 2.0]);
        assert_eq!(
            (even.lower_quartile, even.median, even.upper_quartile),
            (1.75, 2.5, 3.25)
        );
    }

    #[test]
    fn of_one_and_of_none() {
        let one = spread(&[7.0]);
        assert_eq!((one.min, one.median, one.max), (7.0, 7.0, 7.0));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn a_slow_round_does_not_move_a_ratio() {
        let ours = [10.0, 11.0, 100.0];
        let theirs = [10.0, 10.0, 100.0];
        let ratios = Spread::of_ratios(&ours, &theirs).expect("there are three");
        assert_eq!((ratios.min, ratios.median, ratios.max), (1.0, 1.0, 1.1));
        assert_eq!(spread(&ours).median / spread(&theirs).median, 1.1);
    }
}
