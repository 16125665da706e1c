//! The demo's own folder, gone with it.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use postern_domain::Random;

use super::DemoError;

/// A private folder that is removed on drop.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new folder among the temporary files, mode 0700, with a name that nobody can guess.
    pub(super) fn make(temporary: &Path, random: &dyn Random) -> Result<Self, DemoError> {
        let tail: String =
            postern_domain::random::bytes::<6>(random).iter().map(|byte| format!("{byte:02x}")).collect();
        let path = temporary.join(format!("postern-demo-{tail}"));
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => Ok(Self(path)),
            Err(source) => Err(DemoError::Folder { path: path.display().to_string(), source }),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The system clears its temporary files sooner or later; there is nobody left to tell.
        let _ = fs::remove_dir_all(&self.0);
    }
}
