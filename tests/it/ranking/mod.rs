//! Promises of `FindExperts` that hold whatever is asked, over the sample organisation and the real services.
//!
//! Proved: 1. the order of an import and a restart change no byte ([`order`]); 2. another name of a person changes nothing but the
//! name ([`renaming`]); 3. contributions, counts and levels add up, and reasons and evidence name only what the asker may read
//! ([`sums`]); 4. copies of a text, exact or nearly so, make nobody sure and push nobody away ([`copies`]); 5. nobody is named for
//! what nobody wrote about ([`nothing`]).

mod copies;
mod nothing;
mod order;
mod organisation;
mod questions;
mod renaming;
mod sums;
