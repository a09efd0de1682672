//! A set of documents of one segment, one bit for each.

use ::tantivy::{BitSet, DocId};

/// A set of documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bits {
    blocks: Vec<u64>,
}

const BLOCK: u32 = u64::BITS;

impl Bits {
    /// No document of so many.
    pub(super) fn none(documents: u32) -> Self {
        Self { blocks: vec![0; documents.div_ceil(BLOCK) as usize] }
    }

    /// The same documents as the engine's set.
    pub(super) fn of(set: &BitSet) -> Self {
        let blocks = 0..set.max_value().div_ceil(BLOCK);
        Self { blocks: blocks.map(|at| u64::from_le_bytes(set.tinyset(at).into_bytes())).collect() }
    }

    #[inline]
    pub(super) fn insert(&mut self, doc: DocId) {
        if let Some(block) = self.blocks.get_mut((doc / BLOCK) as usize) {
            *block |= 1 << (doc % BLOCK);
        }
    }

    #[inline]
    pub(super) fn contains(&self, doc: DocId) -> bool {
        self.blocks.get((doc / BLOCK) as usize).is_some_and(|block| block >> (doc % BLOCK) & 1 == 1)
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.count_ones() as usize).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blocks.iter().all(|block| *block == 0)
    }

    /// Adds the others.
    pub(super) fn unite(&mut self, others: &Self) {
        self.blocks.iter_mut().zip(&others.blocks).for_each(|(block, other)| *block |= other);
    }

    /// Takes the others away.
    pub(super) fn subtract(&mut self, others: &Self) {
        self.blocks.iter_mut().zip(&others.blocks).for_each(|(block, other)| *block &= !other);
    }

    /// The documents, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        self.blocks.iter().zip(0..).flat_map(|(block, at): (&u64, u32)| {
            let mut left = *block;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(at * BLOCK + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    //! A set holds what was put in, in order, whatever is added and taken away.
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_holds_what_was_put_in(
            one in prop::collection::btree_set(0..300_u32, 0..80),
            other in prop::collection::btree_set(0..300_u32, 0..80),
        ) {
            let set = |docs: &BTreeSet<u32>| {
                let mut bits = Bits::none(300);
                for doc in docs {
                    bits.insert(*doc);
                }
                bits
            };
            let (mut united, mut left) = (set(&one), set(&one));
            united.unite(&set(&other));
            left.subtract(&set(&other));
            prop_assert_eq!(united.iter().collect::<BTreeSet<_>>(), one.union(&other).copied().collect());
            prop_assert!(left.iter().eq(one.difference(&other).copied()));
            prop_assert_eq!(set(&one).len(), one.len());
            prop_assert_eq!(set(&one).is_empty(), one.is_empty());
            let mut engine = BitSet::with_max_value(300);
            for doc in &one {
                engine.insert(*doc);
            }
            prop_assert_eq!(Bits::of(&engine), set(&one));
            prop_assert!((0..310).all(|doc| set(&one).contains(doc) == one.contains(&doc)));
        }
    }
}
