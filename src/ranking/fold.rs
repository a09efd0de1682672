//! Copies in a ranking stand behind what they copy. Pure.

/// For each of some things, best first, the place of the better one that it copies; nothing for what copies none. Only what copies
/// nothing itself has copies, so that what is alike from step to step only is not taken for one; of several the best has it. What
/// there is nothing of to compare copies nothing and has no copies. What is said of a thing depends on better ones alone.
#[must_use]
pub fn fold<T>(ranked: &[Option<T>], is_copy: impl Fn(&T, &T) -> bool) -> Vec<Option<usize>> {
    let mut originals: Vec<(usize, &T)> = Vec::new();
    let mut copied = Vec::with_capacity(ranked.len());
    for (at, thing) in ranked.iter().enumerate() {
        let original =
            thing.as_ref().and_then(|thing| originals.iter().find(|(_, original)| is_copy(thing, original)).map(|(at, _)| *at));
        if let (None, Some(thing)) = (original, thing) {
            originals.push((at, thing));
        }
        copied.push(original);
    }
    copied
}

#[cfg(test)]
mod tests {
    //! 1. copies stand behind the best that they copy; 2. copies have no copies; 3. what cannot be compared stands alone; 4. worse ones
    //!    change nothing; 5. everything is said to copy what it copies, or copies no original before it.
    use proptest::prelude::*;

    use super::*;

    /// Numbers that lie near each other are copies.
    #[track_caller]
    fn check(ranked: &[Option<u32>], expected: &[Option<usize>]) {
        assert_eq!(fold(ranked, |one, other| one.abs_diff(*other) <= 1), expected, "{ranked:?}");
    }

    #[test]
    fn copies_stand_behind_the_best_that_they_copy() {
        check(&[], &[]);
        check(&[Some(5), Some(9), Some(6), Some(5), Some(9)], &[None, None, Some(0), Some(0), Some(1)]);
        check(&[Some(4), Some(6), Some(5)], &[None, None, Some(0)]);
    }

    #[test]
    fn copies_have_no_copies() {
        check(&[Some(4), Some(5), Some(6), Some(7)], &[None, Some(0), None, Some(2)]);
    }

    #[test]
    fn what_cannot_be_compared_stands_alone() {
        check(&[None, Some(1), None, Some(1)], &[None, None, None, Some(1)]);
    }

    proptest! {
        #[test]
        fn everything_is_said_of_better_ones_alone(ranked in prop::collection::vec(prop::option::of(0..30_u32), 0..40)) {
            let is_copy = |one: &u32, other: &u32| one.abs_diff(*other) <= 1;
            let folded = fold(&ranked, is_copy);
            for length in 0..ranked.len() {
                prop_assert_eq!(&fold(&ranked[..length], is_copy)[..], &folded[..length]);
            }
            for (at, original) in folded.iter().enumerate() {
                let copies = |of: usize| ranked[at].zip(ranked[of]).is_some_and(|(one, other)| is_copy(&one, &other));
                match original {
                    Some(original) => prop_assert!(*original < at && folded[*original].is_none() && copies(*original)),
                    None => prop_assert!((0..at).all(|before| folded[before].is_some() || !copies(before))),
                }
            }
        }
    }
}
