//! A page with one form and one button, as several deeds have it.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{AdminFrame, around, paths};
use crate::answer::Stop;
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::portal::{Portal, sentence};
use crate::session::Inside;

/// A field.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) help: &'static str,
    pub(crate) value: String,
    pub(crate) kind: Kind,
}

/// How a field is filled in.
pub(crate) enum Kind {
    Text,
    Password,
    /// One entry on each line.
    Lines,
    /// Value, words, and whether it is chosen.
    Select(Vec<(String, String, bool)>),
    /// Name of the value and words; several may be chosen.
    Ticks(Vec<(String, String, bool)>),
    /// On or off.
    Tick(bool),
}

/// What is wrong with what was typed.
pub(crate) struct Wrong {
    /// The name of the field beside which it is said; empty where it is no single one's.
    pub(crate) field: &'static str,
    pub(crate) text: String,
}

/// What the page says around its fields.
pub(crate) struct Form {
    pub(crate) title: String,
    pub(crate) lead: String,
    pub(crate) action: String,
    /// Where it leads back, and the words for that.
    pub(crate) back: (String, String),
    pub(crate) button: &'static str,
    /// Whether the button takes something away for good.
    pub(crate) is_grave: bool,
    pub(crate) fields: Vec<Field>,
    pub(crate) error: Option<Wrong>,
    /// The number of a form that may be acted on once.
    pub(crate) number: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/form.html")]
struct FormPage {
    chrome: Chrome,
    frame: AdminFrame,
    token: FormToken,
    form: Form,
}

/// The page, in the section of accounts; with 422 where something is wrong.
pub(crate) fn page(portal: &Portal, inside: &Inside, form: Form) -> Result<Response, Stop> {
    page_in(portal, inside, paths::ACCOUNTS, form)
}

/// The same in another section.
pub(crate) fn page_in(
    portal: &Portal,
    inside: &Inside,
    section: &'static str,
    form: Form,
) -> Result<Response, Stop> {
    let (chrome, frame) = around(portal, inside, section);
    let status = if form.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page::html(status, &FormPage { chrome, frame, token: inside.token.clone(), form })?)
}

impl Wrong {
    /// Says an error beside a field.
    pub(crate) fn at<E: std::fmt::Display>(field: &'static str) -> impl Fn(E) -> Self {
        move |error| Self { field, text: sentence(&error) }
    }

    /// Says an error above the form.
    pub(crate) fn whole(error: &impl std::fmt::Display) -> Self {
        Self { field: "", text: sentence(error) }
    }
}

impl Form {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.error.as_ref().filter(|wrong| wrong.field == field).map(|wrong| wrong.text.as_str())
    }

    /// What is wrong, and with which field: what links there.
    fn wrong_field(&self) -> Option<(&'static str, &str)> {
        self.error
            .as_ref()
            .filter(|wrong| !wrong.field.is_empty())
            .map(|wrong| (wrong.field, wrong.text.as_str()))
    }
}

impl Field {
    /// Whether its help stands below it; that of a box to tick stands in its label.
    fn has_help_below(&self) -> bool {
        !self.help.is_empty() && !matches!(self.kind, Kind::Tick(_))
    }

    pub(crate) fn text(name: &'static str, label: &'static str, help: &'static str, value: String) -> Self {
        Self { name, label, help, value, kind: Kind::Text }
    }

    pub(crate) fn password(name: &'static str, label: &'static str, help: &'static str) -> Self {
        Self { name, label, help, value: String::new(), kind: Kind::Password }
    }

    pub(crate) fn lines(name: &'static str, label: &'static str, help: &'static str, value: String) -> Self {
        Self { name, label, help, value, kind: Kind::Lines }
    }

    pub(crate) fn tick(name: &'static str, label: &'static str, help: &'static str, on: bool) -> Self {
        Self { name, label, help, value: String::new(), kind: Kind::Tick(on) }
    }

    pub(crate) fn select(
        name: &'static str,
        label: &'static str,
        help: &'static str,
        options: Vec<(String, String, bool)>,
    ) -> Self {
        Self { name, label, help, value: String::new(), kind: Kind::Select(options) }
    }
}
