//! How answers of different sorts share one page, how copies stand behind what they copy, and what a document's standing counts. Pure.
//!
//! This room must never look anything up. Start reading at [`share_room`].

mod fold;
mod standing;

pub use fold::fold;
pub use standing::{APPRECIATED, Factor, MOST_OF_DISCUSSION, Reason, Standing, discussion_factor};

/// One sort of answer on a blended page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The room that was wished for.
    pub wished: usize,
    /// How many answers there are.
    pub found: usize,
}

impl Sort {
    /// The most that it is given, whatever the others leave.
    fn most(self) -> usize {
        self.found.min(2 * self.wished)
    }
}

/// Gives each sort the room that was wished for, and room that some cannot fill to those that have more, up to twice their wish: a
/// page stays full without one sort crowding out the others. Each further place goes to the sort that has least of its wish so far;
/// among equals to the one that comes first.
#[must_use]
pub fn share_room<const N: usize>(sorts: [Sort; N]) -> [usize; N] {
    let mut room = sorts.map(|sort| sort.found.min(sort.wished));
    let spare: usize = sorts.iter().zip(room).map(|(sort, room)| sort.wished - room).sum();
    for _ in 0..spare {
        let places = sorts.iter().zip(room.iter_mut());
        let hungry = places.filter(|(sort, room)| **room < sort.most());
        // The shares `room / wished`, compared without dividing.
        let next = hungry.min_by(|(one, its), (other, others)| (**its * other.wished).cmp(&(**others * one.wished)));
        let Some((_, room)) = next else { break };
        *room += 1;
    }
    room
}

#[cfg(test)]
mod tests {
    //! 1. spare room goes to those that have more, up to twice their wish; 2. it is shared in proportion;
    //! 3. nobody gets more than is there, and the page never more than was wished for.
    use super::*;

    fn share<const N: usize>(wished: [usize; N], found: [usize; N]) -> [usize; N] {
        let mut sorts = wished.map(|wished| Sort { wished, found: 0 });
        for (sort, found) in sorts.iter_mut().zip(found) {
            sort.found = found;
        }
        share_room(sorts)
    }

    #[test]
    fn spare_room_goes_to_those_that_have_more() {
        assert_eq!(share([3, 5], [10, 10]), [3, 5]);
        assert_eq!(share([3, 5], [0, 10]), [0, 8]);
        assert_eq!(share([3, 5], [10, 1]), [6, 1]);
        assert_eq!(share([3, 5], [1, 1]), [1, 1]);
        assert_eq!(share([0, 5], [9, 9]), [0, 5]);
    }

    #[test]
    fn spare_room_is_shared_in_proportion() {
        assert_eq!(share([3, 3, 5, 3], [0, 9, 9, 0]), [0, 5, 9, 0]);
        assert_eq!(share([3, 3, 5, 3], [1, 9, 10, 2]), [1, 4, 7, 2]);
        assert_eq!(share([3, 3, 5, 3], [0, 9, 30, 0]), [0, 5, 9, 0]);
        assert_eq!(share([3, 3, 5, 3], [0, 0, 30, 0]), [0, 0, 10, 0]);
        assert_eq!(share([2, 2, 2], [0, 9, 9]), [0, 3, 3]);
    }

    #[test]
    fn nobody_gets_more_than_is_there_or_twice_the_wish() {
        for seed in 0..2_000_usize {
            let of = |at: usize| (seed * 31 + 7) / 3_usize.pow(u32::try_from(at).unwrap()) % 9;
            let (wished, found) = ([of(0), of(1), of(2)], [of(3), of(4), of(5)]);
            let room = share(wished, found);
            for at in 0..3 {
                assert!(
                    room[at] >= found[at].min(wished[at]) && room[at] <= found[at].min(2 * wished[at]),
                    "{wished:?} {found:?}"
                );
            }
            assert!(room.iter().sum::<usize>() <= wished.iter().sum());
        }
    }
}
