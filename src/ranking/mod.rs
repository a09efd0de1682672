//! How answers of different sorts share one page. Pure.
//!
//! This room must never look anything up. Start reading at [`share_room`].

/// Room for each sort of answer on a blended page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// People.
    pub experts: usize,
    /// Documents.
    pub documents: usize,
}

/// Gives each sort the room that was wished for, and room that one sort cannot fill to the other, up to twice its wish: a
/// portal's page stays full without one sort crowding out the other.
#[must_use]
pub fn share_room(wished: Room, found: Room) -> Room {
    let spare_experts = wished.experts.saturating_sub(found.experts);
    let spare_documents = wished.documents.saturating_sub(found.documents);
    Room {
        experts: found.experts.min(wished.experts + spare_documents.min(wished.experts)),
        documents: found.documents.min(wished.documents + spare_experts.min(wished.documents)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spare_room_goes_to_the_other_sort() {
        let room = |experts, documents| Room { experts, documents };
        assert_eq!(share_room(room(3, 5), room(10, 10)), room(3, 5));
        assert_eq!(share_room(room(3, 5), room(0, 10)), room(0, 8));
        assert_eq!(share_room(room(3, 5), room(10, 1)), room(6, 1));
        assert_eq!(share_room(room(3, 5), room(1, 1)), room(1, 1));
        assert_eq!(share_room(room(0, 5), room(9, 9)), room(0, 5));
    }
}
