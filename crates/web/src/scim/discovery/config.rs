//! What of SCIM there is (RFC 7643 5).

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::Unfiltered;
use crate::portal::Portal;
use crate::scim::users::base;
use crate::scim::{MOST_RESULTS, reply};

pub(crate) async fn show(State(portal): State<Portal>, _: Unfiltered) -> Response {
    reply::scim(
        StatusCode::OK,
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": {"supported": true},
            "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
            "filter": {"supported": true, "maxResults": MOST_RESULTS},
            "changePassword": {"supported": false},
            "sort": {"supported": false},
            "etag": {"supported": true},
            "authenticationSchemes": [{
                "type": "oauthbearertoken",
                "name": "API token",
                "description": "An API token, or an access token of a service principal, with the scope directory.write",
                "primary": true
            }],
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{}/ServiceProviderConfig", base(&portal))
            }
        }),
    )
}
