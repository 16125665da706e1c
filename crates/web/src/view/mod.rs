//! Domain types as people read them.

mod app_password;
mod change;
mod checklist;
mod consent;
mod doors;
mod event;
mod hints;
mod history;
mod live_session;
mod method;
mod moment;
mod next_step;
mod profile;
mod qr;
mod source;

pub(crate) use app_password::{AppPasswordView, Tone};
pub(crate) use change::{ChangeView, actor, said};
pub(crate) use checklist::{sender_to_type, where_to_type};
pub(crate) use consent::{ConsentView, warning as consent_warning};
pub(crate) use doors::{DoorView, door_label, scope_labels};
pub(crate) use event::{EventView, browser, place_label};
pub(crate) use hints::HintView;
pub(crate) use history::HistoryView;
pub(crate) use live_session::LiveSessionView;
pub(crate) use method::{BrowserView, MethodView};
pub(crate) use moment::{Moment, span};
pub use next_step::next_page;
pub(crate) use profile::{ProfileView, profile_title};
pub(crate) use qr::QrView;
pub(crate) use source::{SourceView, network_words};
