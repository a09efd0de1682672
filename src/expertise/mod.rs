//! Who knows: from visible documents that match to people, with evidence that adds up. Pure.
//!
//! Every visible document that matches votes for the people who speak in it. The method is expCombMNZ (Macdonald and Ounis,
//! "Voting for candidates: adapting data fusion techniques for an expert search task", CIKM 2006): a person's score is the
//! number of voting documents times the sum of the exponentials of their scores. This room must never look anything up, and
//! never name a document that it was not given. Start reading at [`rank`].

mod reasons;
mod voting;

pub use reasons::{Spoken, reasons};
pub use voting::{Candidate, Evidence, Level, Settings, Vote, rank};
