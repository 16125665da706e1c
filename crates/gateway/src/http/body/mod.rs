//! Bodies: streamed both ways, never kept, cut off when the session is ended.

mod answer;
mod discard;
mod error;
mod silence;
mod upload;

pub(super) use answer::{AnswerBody, Relayed};
pub(super) use discard::discard;
pub(super) use error::{BodyError, is_malformed};
pub(super) use silence::Silence;
pub(super) use upload::{Upload, UploadState};
