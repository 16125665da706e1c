//! The first version of the API: one folder for each aggregate, one file for each endpoint, named by its verb.

mod me;

use axum::routing;

use super::endpoint::{Endpoint, Need};

/// Makes the table, and from the same list the document.
macro_rules! endpoints {
    ($($method:ident $path:literal $need:expr => $($segment:ident)::+;)+) => {
        /// Every endpoint.
        pub(crate) fn endpoints() -> Vec<Endpoint> {
            vec![$(Endpoint {
                path: $path,
                method: http::Method::$method,
                need: $need,
                handler: routing::on(
                    routing::MethodFilter::$method,
                    $($segment)::+,
                ),
            }),+]
        }
    };
}

endpoints! {
    GET "/api/v1/me" Need::Token => me::get::get_me;
}
