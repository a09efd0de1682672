//! Who knows: from visible documents that match to people, with evidence that adds up. Pure.
//!
//! Every visible document that matches votes for the people who speak in it, as in Macdonald and Ounis, "Voting for candidates:
//! adapting data fusion techniques for an expert search task", CIKM 2006. A vote counts by score, rank and role, and each further
//! document of a person less than the one before; `weights` has every weight, docs/relevance.md what each gave. `relevance` says how
//! likely it is that somebody knows, learnt from judged answers. This room must never look anything up, and never name a document
//! that it was not given. Start reading at [`rank`]; [`standing`] judges what was counted of somebody in a topic, [`peers`] whose
//! interests are close. [`skill_signals`] tells what people say beside that, which is kept apart.

mod peers;
mod reasons;
mod relevance;
mod skills;
mod topics;
mod voting;
mod weights;

pub use peers::{Peer, SharedTopic, TopicFigures, interest_shares, peer_reasons, peers};
pub use reasons::{Spoken, reasons};
pub use relevance::{Level, Yardstick};
pub use skills::{SkillSignal, skill_signals};
pub use topics::{RECENT_MONTHS, Standing, Tallied, Trend, standing};
pub use voting::{Candidate, Evidence, Settings, Vote, rank};
pub use weights::Weights;
