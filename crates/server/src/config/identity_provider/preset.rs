//! What a preset fills in.

use postern_service::outside::{AcrClaim, AddressClaim};

use crate::config::value::Value;

/// A provider that many use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preset {
    /// Microsoft Entra ID.
    Entra,
    /// Keycloak.
    Keycloak,
    /// Google, Workspace or not.
    Google,
    /// Any other.
    Generic,
}

impl Value for Preset {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "entra" => Ok(Self::Entra),
            "keycloak" => Ok(Self::Keycloak),
            "google" => Ok(Self::Google),
            "generic" => Ok(Self::Generic),
            _ => Err("write entra, keycloak, google or generic".to_owned()),
        }
    }
}

impl Preset {
    /// The issuer, where the preset and the tenant tell it.
    pub(super) fn issuer(self, tenant: Option<&TenantId>) -> Option<String> {
        match self {
            Self::Entra => {
                tenant.map(|tenant| format!("https://login.microsoftonline.com/{}/v2.0", tenant.0))
            }
            Self::Google => Some("https://accounts.google.com".to_owned()),
            Self::Keycloak | Self::Generic => None,
        }
    }

    /// Where it says how somebody was authenticated.
    pub(super) const fn acr_claim(self) -> AcrClaim {
        match self {
            Self::Entra => AcrClaim::Acrs,
            Self::Keycloak | Self::Google | Self::Generic => AcrClaim::Acr,
        }
    }

    /// What shows that the claim `email` names an address of that person's.
    pub(super) const fn verified_email(self) -> AddressClaim {
        match self {
            // The claim `email` is whatever an administrator of any tenant wrote there, unless this one is there as well.
            Self::Entra => AddressClaim::Email { proof: "xms_edov" },
            Self::Keycloak | Self::Google | Self::Generic => AddressClaim::Email { proof: "email_verified" },
        }
    }
}

/// A tenant's identifier. Its domains will not do: `iss` has the identifier in it.
pub(super) struct TenantId(String);

impl Value for TenantId {
    fn read(text: &str) -> Result<Self, String> {
        let is_group = |(part, length): (&str, usize)| {
            part.len() == length && part.chars().all(|c| c.is_ascii_hexdigit())
        };
        let groups: Vec<_> = text.split('-').collect();
        if groups.len() == 5 && groups.iter().copied().zip([8, 4, 4, 4, 12]).all(is_group) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        Err("write the tenant's identifier, as in 11111111-2222-3333-4444-555555555555".to_owned())
    }
}
