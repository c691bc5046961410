//! Equations of several unknowns.

/// Returns the unknowns of equations, each a row of factors with what they give last; nothing where
/// they do not say what the unknowns are.
pub(super) fn solve<const N: usize, const WIDE: usize>(
    mut rows: [[f64; WIDE]; N],
) -> Option<[f64; N]> {
    for at in 0..N {
        let size = |row: &[f64; WIDE]| row.get(at).map_or(0.0, |factor| factor.abs());
        let (largest, _) = rows
            .iter()
            .enumerate()
            .skip(at)
            .max_by(|(_, one), (_, other)| size(one).total_cmp(&size(other)))?;
        rows.swap(at, largest);
        let mut row = *rows.get(at)?;
        let factor = *row.get(at)?;
        if !factor.is_normal() {
            return None;
        }
        row.iter_mut().for_each(|each| *each /= factor);
        for (index, other) in rows.iter_mut().enumerate() {
            if index == at {
                *other = row;
                continue;
            }
            let factor = *other.get(at)?;
            other.iter_mut().zip(row).for_each(|(each, less)| *each -= factor * less);
        }
    }
    let mut found = [0.0; N];
    for (unknown, row) in found.iter_mut().zip(rows) {
        *unknown = row.last().copied().filter(|value| value.is_finite())?;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_solved_and_those_without_an_answer_are_not() {
        // x + 2y = 5, 3x + 4y = 11; the second needs its rows changed round.
        assert_eq!(solve([[1.0, 2.0, 5.0], [3.0, 4.0, 11.0]]), Some([1.0, 2.0]));
        assert_eq!(solve([[0.0, 1.0, 2.0], [1.0, 0.0, 3.0]]), Some([3.0, 2.0]));
        assert_eq!(solve([[1.0, 2.0, 5.0], [2.0, 4.0, 10.0]]), None);
        assert_eq!(solve([[f64::NAN, 2.0, 5.0], [2.0, 4.0, 10.0]]), None);
    }
}
