//! The OpenAPI 3.1 document: what the endpoints say of themselves, and what holds for all of them.

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{
    ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes as FlowScopes, SecurityRequirement,
    SecurityScheme,
};
use utoipa::openapi::{InfoBuilder, OpenApi, Ref, RefOr, Required};
use utoipa::{OpenApi as _, PartialSchema as _, ToSchema as _};

use super::endpoint::{Endpoint, Need};
use super::problem::{FieldError, ProblemBody};
use super::v1::{ReportSpanWord, SettingNameWord};
use super::{oauth2_token, page, v1};
use postern_domain::api_token::Scope;

const ABOUT: &str = "Everything that the portal and the command line can do, for programs.

A request carries an API token, `Authorization: Bearer postern_…`, which a person creates in the portal, or an access token \
that a service principal gets at `/api/oauth2/token`. Passwords and cookies open nothing here.

Errors are problem details (RFC 9457). Lists come in pages: `next` and the `Link` field name the next one. Changes take \
`If-Match` with the `ETag` that was read. A POST takes an `Idempotency-Key`: sent again, it is done once. Unknown fields are \
refused, moments are RFC 3339.";

/// The document.
pub(crate) fn document() -> OpenApi {
    let mut document = v1::Endpoints::openapi();
    document.info = InfoBuilder::new().title("Postern").version("1").description(Some(ABOUT)).build();
    let components = document.components.get_or_insert_default();
    components.schemas.insert(FieldError::name().into_owned(), FieldError::schema());
    components.schemas.insert("Problem".to_owned(), ProblemBody::schema());
    // No answer has it, so that nothing else names it.
    components.schemas.insert(ReportSpanWord::name().into_owned(), ReportSpanWord::schema());
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("postern_…");
    let token = token.description(Some("An API token.")).build();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    let scopes = Scope::all().map(|scope| (scope.name(), scope.words()));
    let flow = ClientCredentials::new(oauth2_token::PATH, FlowScopes::from_iter(scopes));
    let flow = OAuth2::new([Flow::ClientCredentials(flow)]);
    components.add_security_scheme("servicePrincipal", SecurityScheme::OAuth2(flow));
    for endpoint in v1::endpoints() {
        if let Some(operation) = operation(&mut document, &endpoint) {
            complete(operation, &endpoint);
        }
    }
    document
}

/// The OpenAPI 3.1 document of the API as text, the same each time.
#[must_use]
pub fn openapi_document() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

/// What the document says of an endpoint.
pub(super) fn operation_of<'d>(document: &'d OpenApi, endpoint: &Endpoint) -> Option<&'d Operation> {
    let item = document.paths.paths.get(endpoint.path)?;
    match endpoint.method.as_str() {
        "GET" => item.get.as_ref(),
        "POST" => item.post.as_ref(),
        "PUT" => item.put.as_ref(),
        "PATCH" => item.patch.as_ref(),
        "DELETE" => item.delete.as_ref(),
        _ => None,
    }
}

fn operation<'d>(document: &'d mut OpenApi, endpoint: &Endpoint) -> Option<&'d mut Operation> {
    let item = document.paths.paths.get_mut(endpoint.path)?;
    match endpoint.method.as_str() {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "PATCH" => item.patch.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

/// Adds what follows from the table.
fn complete(operation: &mut Operation, endpoint: &Endpoint) {
    operation.security = Some(match endpoint.need {
        Need::Token => vec![SecurityRequirement::new("token", [] as [&str; 0])],
        need => need
            .scopes()
            .iter()
            .flat_map(|scope| {
                let for_others = matches!(scope, Scope::For(_));
                let token = SecurityRequirement::new("token", [scope.name()]);
                let principal = SecurityRequirement::new("servicePrincipal", [scope.name()]);
                [Some(token), for_others.then_some(principal)].into_iter().flatten()
            })
            .collect(),
    });
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter {
            complete_parameter(parameter);
        }
    }
    if endpoint.method == http::Method::POST {
        let about = "A fresh random text; sent again with the same request, that is done once.";
        operation.parameters.get_or_insert_default().push(header_parameter("Idempotency-Key", about));
    }
    if endpoint.is_conditional() {
        let tags = header_parameter("If-Match", "The `ETag` that was read: it is done to that version only.");
        operation.parameters.get_or_insert_default().push(tags);
    }
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let problem = ResponseBuilder::new()
        .description("A problem (RFC 9457).")
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(problem));
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            if response.description.is_empty() {
                response.description = "Done.".to_owned();
            }
            for name in ["RateLimit", "RateLimit-Policy"] {
                let header =
                    HeaderBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::String))).build();
                response.headers.insert(name.to_owned(), RefOr::T(header));
            }
        }
    }
}

/// Adds what holds for every parameter of that name.
fn complete_parameter(parameter: &mut Parameter) {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let schema: Option<RefOr<Schema>> = match (&parameter.parameter_in, parameter.name.as_str()) {
        (ParameterIn::Path, "name") => Some(Ref::from_schema_name(SettingNameWord::name()).into()),
        // A place in the chain of the audit log: any number, not only one of 63 bits.
        (ParameterIn::Path, "sequence") | (ParameterIn::Query, "after") => {
            Some(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).into())
        }
        (ParameterIn::Query, "limit") => {
            let number = ObjectBuilder::new().schema_type(Type::Integer);
            Some(number.minimum(Some(1)).maximum(Some(page::MOST)).into())
        }
        (ParameterIn::Query, "appPassword") => {
            Some(text().format(Some(SchemaFormat::Custom("uuid".to_owned()))).into())
        }
        (ParameterIn::Query, "since" | "until") => {
            Some(text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).into())
        }
        _ => None,
    };
    if schema.is_some() {
        parameter.schema = schema;
    }
    if let (ParameterIn::Path, None) = (&parameter.parameter_in, &parameter.description) {
        parameter.description = Some(about_parameter(&parameter.name).to_owned());
    }
}

fn header_parameter(name: &str, about: &str) -> RefOr<Parameter> {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
    RefOr::T(parameter.build())
}

fn about_parameter(name: &str) -> &'static str {
    match name {
        "account" => "The account: its id, one of its addresses, or `me` for the token's owner.",
        "user" => "The account: its id, or its user name as the user principal name.",
        "group" => "The name of a group.",
        "name" => "The name of a setting.",
        "reference" => "The reference, as in 7Q3K-M2XA.",
        "provider" => "The name of a provider.",
        "upstream" => "The name of an upstream.",
        "sequence" => "The place in the chain: 1, 2, 3, …",
        _ => "The id.",
    }
}
