//! The table of the endpoints, and the router made from it.

use axum::extract::DefaultBodyLimit;
use axum::response::IntoResponse as _;
use axum::routing::{self, MethodFilter};
use axum::{Router, middleware};
use http::StatusCode;
use postern_domain::account::Permission;

use super::error::{self, ScimError};
use super::{BODY_OCTETS, PREFIX, discovery, groups, users};
use crate::api::{self, Endpoint, Need, Queries, Rules};
use crate::portal::Portal;

const PROVISION: Need = Need::For(Permission::ProvisionDirectory);

/// Makes the table.
macro_rules! endpoints {
    ($($method:ident $path:literal $need:expr => $($segment:ident)::+;)+) => {
        /// Every endpoint. What of the protocol there is stands in the documentation, so that any token may ask for it.
        pub(crate) fn endpoints() -> Vec<Endpoint> {
            vec![$(Endpoint {
                path: concat!("/scim/v2", $path),
                method: http::Method::$method,
                need: $need,
                handler: routing::on(MethodFilter::$method, $($segment)::+),
            }),+]
        }
    };
}

endpoints! {
    GET "/ServiceProviderConfig" Need::Token => discovery::config::show;
    GET "/ResourceTypes" Need::Token => discovery::resource_types::list;
    GET "/ResourceTypes/{id}" Need::Token => discovery::resource_types::show;
    GET "/Schemas" Need::Token => discovery::schemas::list;
    GET "/Schemas/{id}" Need::Token => discovery::schemas::show;
    GET "/Users" PROVISION => users::list::list_users;
    POST "/Users" PROVISION => users::post::add_user;
    GET "/Users/{id}" PROVISION => users::get::show_user;
    PUT "/Users/{id}" PROVISION => users::put::replace_user;
    PATCH "/Users/{id}" PROVISION => users::patch::change_user;
    DELETE "/Users/{id}" PROVISION => users::delete::delete_user;
    GET "/Groups" PROVISION => groups::list::list_groups;
    POST "/Groups" PROVISION => groups::post::add_group;
    GET "/Groups/{id}" PROVISION => groups::get::show_group;
    PUT "/Groups/{id}" PROVISION => groups::put::replace_group;
    PATCH "/Groups/{id}" PROVISION => groups::patch::change_group;
    DELETE "/Groups/{id}" PROVISION => groups::delete::delete_group;
}

/// Everything under [`PREFIX`].
pub(crate) fn router(portal: &Portal) -> Router {
    let router = endpoints().into_iter().fold(Router::new(), |router, endpoint| {
        let path = endpoint.path.strip_prefix(PREFIX).unwrap_or(endpoint.path);
        // Each that has a version looks at `If-Match` itself.
        let rules = Rules { need: endpoint.need, conditional: true, takes: Queries::Own };
        let guard = middleware::from_fn_with_state((portal.clone(), rules), api::guard);
        router.route(path, endpoint.handler.route_layer(guard))
    });
    let unknown = || ScimError::no_such("resource").into_response();
    let other_method = || {
        ScimError::of(StatusCode::METHOD_NOT_ALLOWED, "The field `Allow` names the methods.").into_response()
    };
    let router = router
        .fallback(async move || unknown())
        .method_not_allowed_fallback(async move || other_method())
        .layer(DefaultBodyLimit::max(BODY_OCTETS));
    api::framed(router, portal, error::show)
}
