//! Who is who: organisations by name, code and parent, people by the ordered rules.

mod organizations;
mod people;

pub(super) use organizations::Organizations;
pub(super) use people::{Decided, People, Roll};
