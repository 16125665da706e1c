//! Who reads something that takes longer than their request: a person in the portal or a program at the API.

use postern_service::By;

use crate::session::Inside;

/// Somebody who is asked for anew with each piece that is read.
pub(crate) trait Reader: Send + Sync + 'static {
    fn by(&self) -> By<'_>;
}

impl Reader for Inside {
    fn by(&self) -> By<'_> {
        self.by()
    }
}
