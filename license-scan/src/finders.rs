//! Counts what looks like the corner of a QR code, before a library is let loose on it: in pictures
//! made for that, or of gravel, there are tens of thousands, and the time that libraries take grows
//! with their square or cube.

use rxing::common::BitMatrix;

/// Rows from one that is looked at to the next: as the libraries do, since the core of a finder
/// pattern is three modules high.
const STEP: usize = 3;
/// Places at which the height is looked at in one picture.
const PLACES: usize = 2_000;
/// How much higher than the lowest what counts as of the same height is at most.
const ALIKE: f64 = 1.15;
/// Places that must agree: a code has three finder patterns, each seen on a row at least.
const FEW: usize = 3;
/// Modules across a finder pattern: dark, light, three dark, light, dark.
const MODULES: [u32; 5] = [1, 1, 3, 1, 1];

/// Returns how many places look like a finder pattern both across and down, or `most` where there
/// are at least so many.
pub(crate) fn like(dark: &BitMatrix, most: usize) -> usize {
    let rows = (0..dark.height()).skip(STEP - 1).step_by(STEP);
    rows.flat_map(|y| across(dark, y))
        .filter(|(x, y, unit)| down(dark, *x, *y, *unit))
        .take(most)
        .count()
}

/// How much higher than wide what looks like finder patterns is, where at least a few agree: 0.5
/// for a code that is half as high as wide, 1 for a square one; and how many places say so. Nothing
/// where there are none.
pub(crate) fn aspect(dark: &BitMatrix) -> Option<(f64, usize)> {
    let rows = (0..dark.height()).skip(STEP - 1).step_by(STEP);
    let places = rows.flat_map(|y| across(dark, y)).take(PLACES);
    let mut aspects: Vec<f64> =
        places.filter_map(|(x, y, seven)| height(dark, x, y, seven)).collect();
    aspects.sort_by(f64::total_cmp);
    // Print and the code's own squares look like finder patterns of any height; the three that are
    // some are of one height, on several rows each.
    let alike = |from: f64| aspects.iter().filter(move |at| (1.0..ALIKE).contains(&(**at / from)));
    let lowest = aspects.iter().copied().max_by_key(|from| alike(*from).count())?;
    let count = alike(lowest).count();
    // Of a code that is square some squares of its own look pulled, and no finder pattern.
    let square = aspects.iter().filter(|at| (ALIKE.recip()..ALIKE).contains(*at)).count();
    if square >= FEW && count <= 2 * square {
        return Some((1.0, square));
    }
    let middle = alike(lowest).nth(count / 2).filter(|_| count >= FEW)?;
    Some((*middle, count))
}

/// The height of a finder pattern to its width, where it has the same runs downwards.
fn height(dark: &BitMatrix, x: u32, y: u32, seven: u32) -> Option<f64> {
    let far = 4 * seven;
    let run = |from: u32, up: bool, is: bool| {
        let mut at = from;
        let mut length = 0;
        while length < far && at < dark.height() && dark.get(x, at) == is {
            length += 1;
            at = if up { at.checked_sub(1)? } else { at + 1 };
        }
        (0 < length && length < far && at < dark.height()).then_some((length, at))
    };
    let ((above, up), (below, down)) = (run(y, true, true)?, run(y, false, true)?);
    let ((light_above, up), (light_below, down)) =
        (run(up, true, false)?, run(down, false, false)?);
    let ((dark_above, _), (dark_below, _)) = (run(up, true, true)?, run(down, false, true)?);
    let runs = [dark_above, light_above, above + below - 1, light_below, dark_below];
    let total: u32 = runs.iter().sum();
    let alike = runs.iter().zip(MODULES).all(|(run, modules)| near(*run, modules, total));
    alike.then(|| f64::from(total) / f64::from(seven))
}

/// Returns the places on a row where five runs are as long as a finder pattern's, with seven times
/// the length of a module.
fn across(dark: &BitMatrix, y: u32) -> Vec<(u32, u32, u32)> {
    let (mut places, mut runs, mut start, mut was) = (Vec::new(), [0; 5], 0, false);
    for x in 0..=dark.width() {
        let is = x < dark.width() && dark.get(x, y);
        if is == was && x < dark.width() {
            continue;
        }
        runs.rotate_left(1);
        if let Some(last) = runs.last_mut() {
            *last = x - start;
        }
        let length: u32 = runs.iter().sum();
        if was && runs.iter().zip(MODULES).all(|(run, modules)| near(*run, modules, length)) {
            places.push((x - length.div_ceil(2), y, length));
        }
        (start, was) = (x, is);
    }
    places
}

/// Returns whether a run has about so many modules, of which seven are this long: half of one more
/// or less, and a pixel.
fn near(run: u32, modules: u32, seven: u32) -> bool {
    run > 0 && (14 * run).abs_diff(2 * modules * seven) <= seven + 14
}

/// Returns whether the core is about as high as it is wide, and light above and below.
fn down(dark: &BitMatrix, x: u32, y: u32, seven: u32) -> bool {
    // Twice as far as needed, so that a long line is told from a core.
    let far = seven as usize;
    let up = (0..y).rev().take(far).take_while(|y| dark.get(x, *y)).count();
    let down = (y..dark.height()).take(far).take_while(|y| dark.get(x, *y)).count();
    let height = u32::try_from(up + down).unwrap_or(u32::MAX);
    (14 * u64::from(height)).abs_diff(6 * u64::from(seven)) <= 2 * u64::from(seven) + 14
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&str], copies: usize) -> BitMatrix {
        let wide: Vec<Vec<bool>> =
            rows.iter().map(|row| row.repeat(copies).chars().map(|c| c == '#').collect()).collect();
        BitMatrix::parse_bools(&wide)
    }

    #[test]
    fn finder_patterns_are_counted_up_to_the_limit() {
        let finder = [
            "         ",
            " ####### ",
            " #     # ",
            " # ### # ",
            " # ### # ",
            " # ### # ",
            " #     # ",
            " ####### ",
            "         ",
        ];
        assert_eq!(like(&matrix(&finder, 1), 10), 1);
        assert_eq!(like(&matrix(&finder, 7), 10), 7);
        assert_eq!(like(&matrix(&finder, 7), 3), 3);
    }

    #[test]
    fn stripes_and_plain_pictures_have_none() {
        assert_eq!(like(&matrix(&["# # "; 40], 20), 10), 0);
        assert_eq!(like(&matrix(&["# ### # "; 40], 20), 10), 0);
        assert_eq!(like(&matrix(&["####"; 9], 3), 10), 0);
        assert_eq!(like(&matrix(&["    "; 9], 3), 10), 0);
    }
}
