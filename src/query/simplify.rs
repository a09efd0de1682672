//! Conditions put together: everything and nothing are folded away, lists hold two or more and none of their own sort.

use std::collections::HashSet;

use super::condition::Condition;

impl Condition {
    /// All of these; everything where there are none.
    pub(super) fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::list(conditions, &Self::Everything, Self::All, |condition| match condition {
            Self::All(inner) => Ok(inner),
            other => Err(other),
        })
    }

    /// Any of these; nothing where there are none.
    pub(super) fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::list(conditions, &Self::Nothing, Self::Any, |condition| match condition {
            Self::Any(inner) => Ok(inner),
            other => Err(other),
        })
    }

    /// None of this.
    pub(super) fn none_of(condition: Self) -> Self {
        match condition {
            Self::Everything => Self::Nothing,
            Self::Nothing => Self::Everything,
            Self::Not(twice) => *twice,
            once => Self::Not(Box::new(once)),
        }
    }

    /// A list in which one of the two ends of the scale says nothing, and the other says all.
    fn list(
        conditions: impl IntoIterator<Item = Self>,
        silent: &Self,
        of: impl Fn(Vec<Self>) -> Self,
        same: impl Fn(Self) -> Result<Vec<Self>, Self>,
    ) -> Self {
        let loud = Self::none_of(silent.clone());
        let (mut flat, mut seen) = (Vec::new(), HashSet::new());
        for condition in conditions {
            if condition == loud {
                return loud;
            }
            if condition != *silent {
                let conditions = same(condition).unwrap_or_else(|other| vec![other]);
                flat.extend(conditions.into_iter().filter(|condition| seen.insert(condition.clone())));
            }
        }
        match flat.len() {
            0 => silent.clone(),
            1 => flat.swap_remove(0),
            _ => of(flat),
        }
    }
}

#[cfg(test)]
mod tests {
    //! 1. every fold of a list and a negation.
    use super::Condition::{All, Any, Everything, Not, Nothing, Slot};
    use super::*;

    #[test]
    fn conditions_are_folded() {
        let not = |condition: Condition| Not(Box::new(condition));
        for (made, expected) in [
            (Condition::all([]), Everything),
            (Condition::any([]), Nothing),
            (Condition::all([Everything, Slot(0)]), Slot(0)),
            (Condition::any([Everything, Slot(0)]), Everything),
            (Condition::all([Slot(0), Nothing]), Nothing),
            (Condition::any([Slot(0), Nothing]), Slot(0)),
            (Condition::all([Slot(0), Slot(0)]), Slot(0)),
            (Condition::all([Slot(0), All(vec![Slot(1), Slot(0)])]), All(vec![Slot(0), Slot(1)])),
            (Condition::any([Slot(0), All(vec![Slot(1), Slot(0)])]), Any(vec![Slot(0), All(vec![Slot(1), Slot(0)])])),
            (Condition::none_of(Everything), Nothing),
            (Condition::none_of(Nothing), Everything),
            (Condition::none_of(Slot(0)), not(Slot(0))),
            (Condition::none_of(not(Slot(0))), Slot(0)),
        ] {
            assert_eq!(made, expected);
        }
    }
}
