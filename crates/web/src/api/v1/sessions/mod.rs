//! Live sessions at the doors.

pub(super) mod end;
pub(super) mod list;
