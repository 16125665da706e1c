//! With what an authorization server sends the browser back, of an upstream's provider and of an identity provider alike.

/// The authorization response (RFC 6749 4.1.2 and 4.1.2.1).
#[derive(Clone, Default)]
pub struct AuthorizationResponse {
    /// Which request it answers; empty when that cannot be told.
    pub state: String,
    /// What is exchanged for tokens.
    pub code: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// The same in the provider's words.
    pub error_description: Option<String>,
    /// Who answers (RFC 9207).
    pub issuer: Option<String>,
}

/// `AuthorizationResponse`, never the code.
impl std::fmt::Debug for AuthorizationResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthorizationResponse")
    }
}
