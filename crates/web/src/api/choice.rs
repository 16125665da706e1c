//! Closed choices: the words of which a field takes or has one. The OpenAPI document, the answers, and the error that names
//! the permitted words are made of one list, the code's own.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{RefOr, schema};
use utoipa::{PartialSchema, ToSchema};

/// What is one of a few.
pub(crate) trait Choice: Copy + 'static {
    /// What the document calls the choice.
    const NAME: &'static str;

    /// Every one.
    fn all() -> Vec<Self>;

    /// The word for it.
    fn word(self) -> Cow<'static, str>;
}

/// One of a choice, as answers write it.
#[derive(Clone, Copy)]
pub(crate) struct Word<T>(pub(crate) T);

impl<T: Choice> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.word())
    }
}

impl<T: Choice> PartialSchema for Word<T> {
    fn schema() -> RefOr<Schema> {
        let words = T::all().into_iter().map(|one| one.word().into_owned());
        ObjectBuilder::new()
            .schema_type(schema::SchemaType::new(Type::String))
            .enum_values(Some(words))
            .into()
    }
}

impl<T: Choice> ToSchema for Word<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

/// The one of that word.
///
/// # Errors
/// The words that there are.
pub(super) fn chosen<T: Choice>(text: &str) -> Result<T, String> {
    T::all().into_iter().find(|one| one.word() == text).ok_or_else(|| format!("it takes {}", listed::<T>()))
}

/// The words, as a sentence names them.
fn listed<T: Choice>() -> String {
    let words: Vec<_> = T::all().into_iter().map(Choice::word).collect();
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => words.concat(),
    }
}

/// Makes an enum of words that nothing but the API has.
macro_rules! choice {
    (
        $(#[$about:meta])*
        enum $type:ident as $alias:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum $type { $($(#[$doc])* $variant),+ }

        $crate::api::choice::words! { $type as $alias { $($variant = $word),+ } }
    };
}

/// Says what the words of a type are: a list of its variants, of which none can be forgotten, or the list and the names that
/// the type has.
macro_rules! words {
    ($type:ident as $alias:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $crate::api::choice::Choice for $type {
            const NAME: &'static str = stringify!($alias);

            fn all() -> Vec<Self> {
                vec![$(Self::$variant),+]
            }

            fn word(self) -> std::borrow::Cow<'static, str> {
                match self { $(Self::$variant => $word.into()),+ }
            }
        }

        $crate::api::choice::words! { $type as $alias }
    };
    ($type:ident as $alias:ident of $all:expr) => {
        impl $crate::api::choice::Choice for $type {
            const NAME: &'static str = stringify!($alias);

            fn all() -> Vec<Self> {
                $all.to_vec()
            }

            fn word(self) -> std::borrow::Cow<'static, str> {
                self.name().into()
            }
        }

        $crate::api::choice::words! { $type as $alias }
    };
    ($type:ident as $alias:ident) => {
        #[doc = concat!("A word for [`", stringify!($type), "`].")]
        pub(crate) type $alias = $crate::api::choice::Word<$type>;
    };
}

pub(crate) use {choice, words};
