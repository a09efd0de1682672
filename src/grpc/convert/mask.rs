//! What a change takes of the resource that it is given: AIP-134's update masks.
//!
//! Fields are taken as a whole: a mask names `audience`, never `audience.denied`. What only the service writes is passed over.
//! Proved below: 1. no mask takes what is set; 2. `*` takes everything; 3. named fields are taken, empty ones too; 4. what is
//! no field is a fault that says so.

use prost_types::FieldMask;

use super::Faults;

/// What a change takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mask {
    /// Every field: what is empty is cleared.
    Whole,
    /// The fields that are not empty.
    Set,
    /// The named fields: what is empty is cleared.
    Named(Vec<String>),
}

impl Mask {
    /// Reads the mask of a request for a resource with these fields; `passed_over` are those that only the service writes.
    pub(crate) fn read(mask: Option<FieldMask>, fields: &[&str], passed_over: &[&str], faults: &mut Faults) -> Self {
        let paths = mask.map(|mask| mask.paths).unwrap_or_default();
        match paths.as_slice() {
            [] => return Self::Set,
            [all] if all == "*" => return Self::Whole,
            _ => {}
        }
        for path in &paths {
            let field = path.split('.').next().unwrap_or_default();
            let known = fields.contains(&field) || passed_over.contains(&field);
            if path == "*" {
                faults.add("update_mask", "\"*\" must stand alone");
            } else if !known {
                faults.add("update_mask", format!("{} is not a field", shortened(path)));
            } else if field.len() < path.len() {
                faults.add(
                    "update_mask",
                    format!("{} is part of a field that changes as a whole: name {field:?}", shortened(path)),
                );
            }
        }
        Self::Named(paths)
    }

    /// Whether a field is taken, which is empty or not.
    pub(crate) fn takes(&self, field: &str, is_empty: bool) -> bool {
        match self {
            Self::Whole => true,
            Self::Set => !is_empty,
            Self::Named(paths) => paths.iter().any(|path| path == field),
        }
    }
}

/// A path as it was given, cut where it is longer than any field's name.
fn shortened(path: &str) -> String {
    let mut cut: String = path.chars().take(60).collect();
    if cut.len() < path.len() {
        cut.push('…');
    }
    format!("{cut:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(paths: &[&str]) -> (Mask, Result<(), crate::app::AppError>) {
        let mut faults = Faults::default();
        let mask = FieldMask { paths: paths.iter().map(ToString::to_string).collect() };
        let mask = Mask::read(Some(mask), &["title", "audience"], &["etag"], &mut faults);
        (mask, faults.finish(Some(())))
    }

    #[test]
    fn no_mask_takes_what_is_set() {
        let mut faults = Faults::default();
        assert_eq!(Mask::read(None, &["title"], &[], &mut faults), Mask::Set);
        assert_eq!(read(&[]).0, Mask::Set);
        assert!(Mask::Set.takes("title", false));
        assert!(!Mask::Set.takes("title", true));
    }

    #[test]
    fn a_star_takes_everything() {
        let (mask, checked) = read(&["*"]);
        assert!(checked.is_ok() && mask == Mask::Whole);
        assert!(mask.takes("title", true) && mask.takes("audience", false));
    }

    #[test]
    fn named_fields_are_taken_and_what_only_the_service_writes_is_passed_over() {
        let (mask, checked) = read(&["title", "etag", "title"]);
        assert!(checked.is_ok());
        assert!(mask.takes("title", true) && mask.takes("title", false));
        assert!(!mask.takes("audience", false));
    }

    #[test]
    fn what_is_no_field_is_a_fault() {
        let long = "x".repeat(5_000);
        let cases: [(&[&str], &str); 6] = [
            (&["titel"], "\"titel\" is not a field"),
            (&["title", "*"], "\"*\" must stand alone"),
            (&[""], "\"\" is not a field"),
            (&["audience.denied"], "name \"audience\""),
            (&["a\u{0}b"], "\"a\\0b\" is not a field"),
            (&[&long], "…\" is not a field"),
        ];
        for (paths, said) in cases {
            let Err(crate::app::AppError::Invalid(faults)) = read(paths).1 else { panic!("{paths:?} is taken") };
            assert!(faults.iter().all(|fault| fault.field == "update_mask"), "{faults:?}");
            assert!(faults.iter().any(|fault| fault.description.contains(said)), "{said} in {faults:?}");
            assert!(faults.iter().all(|fault| fault.description.len() < 400));
        }
    }
}
