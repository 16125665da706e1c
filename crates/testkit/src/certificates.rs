//! A certification authority for tests, and every kind of bad certificate that an upstream could show.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
    date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// A certificate chain, the server's own first, with the server's key; both in PEM.
#[derive(Clone)]
pub struct Identity {
    /// The chain.
    pub chain: String,
    /// The key.
    pub key: String,
}

/// `Identity`, never the key.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity")
    }
}

impl Identity {
    /// TLS settings of a server that shows this identity, without a look at it: whether it is any good is for the client
    /// to say.
    ///
    /// # Panics
    /// When the key is none.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        let chain = certificates(&self.chain);
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).expect("a key made by rcgen");
        let key = provider().key_provider.load_private_key(key).expect("a key made by rcgen");
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("the provider has TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(CertifiedKey::new(chain, key))));
        Arc::new(config)
    }
}

/// A certification authority.
pub struct TestAuthority {
    issuer: Issuer<'static, KeyPair>,
    certificate: String,
}

impl TestAuthority {
    /// A fresh one. Its subject has `name` in it, so that two can be told apart.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let params = authority_params(name);
        let key = fresh_key();
        let certificate = params.self_signed(&key).expect("a self-signed certificate").pem();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// Its certificate in PEM, for those who trust it.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.certificate
    }

    /// Its certificate.
    #[must_use]
    pub fn certificates(&self) -> Vec<CertificateDer<'static>> {
        certificates(&self.certificate)
    }

    /// A good certificate for these host names and addresses.
    #[must_use]
    pub fn issue(&self, names: &[&str]) -> Identity {
        self.sign(&server_params(names))
    }

    /// A good certificate for a client of that name.
    #[must_use]
    pub fn issue_to_client(&self, name: &str) -> Identity {
        let mut params = server_params(&[name]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(&params)
    }

    /// TLS settings of a client that trusts this authority and no other.
    ///
    /// # Panics
    /// Never: the authority's certificate is its own.
    #[must_use]
    pub fn client_config(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        for certificate in self.certificates() {
            roots.add(certificate).expect("a certificate made by rcgen");
        }
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("the provider has TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Arc::new(config)
    }

    fn sign(&self, params: &CertificateParams) -> Identity {
        let key = fresh_key();
        let certificate = params.signed_by(&key, &self.issuer).expect("a signed certificate");
        Identity { chain: certificate.pem(), key: key.serialize_pem() }
    }

    /// An authority below this one, by the given params, with its certificate in PEM.
    fn below(&self, params: CertificateParams) -> Self {
        let key = fresh_key();
        let certificate = params.signed_by(&key, &self.issuer).expect("a signed certificate").pem();
        Self { issuer: Issuer::new(params, key), certificate }
    }
}

/// What can be wrong with a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadCertificate {
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It has another host's name.
    WrongName,
    /// Nobody vouches for it but itself.
    SelfSigned,
    /// An authority that is not trusted vouches for it.
    UnknownAuthority,
    /// It is for clients.
    WrongUsage,
    /// The name stands in the subject's CN and nowhere else.
    NameOnlyInCommonName,
    /// A wildcard that would have to stand for nothing.
    WildcardForTheNameItself,
    /// It has another address than the one connected to.
    WrongAddress,
    /// It has the host's address as a name, not as an address.
    AddressAsName,
    /// The authority between is not sent along.
    MissingIntermediate,
    /// Who issued it is no authority (CA:FALSE).
    IssuerIsNoAuthority,
    /// The authority between is below one that may have none below it.
    PathTooLong,
    /// The authority between may not vouch for that name.
    NameConstraintViolated,
    /// It has a critical extension that nobody knows.
    UnknownCriticalExtension,
    /// A bit of its signature is wrong.
    BrokenSignature,
    /// It is an authority's certificate itself.
    AuthorityItself,
}

impl BadCertificate {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::Expired,
        Self::NotYetValid,
        Self::WrongName,
        Self::SelfSigned,
        Self::UnknownAuthority,
        Self::WrongUsage,
        Self::NameOnlyInCommonName,
        Self::WildcardForTheNameItself,
        Self::WrongAddress,
        Self::AddressAsName,
        Self::MissingIntermediate,
        Self::IssuerIsNoAuthority,
        Self::PathTooLong,
        Self::NameConstraintViolated,
        Self::UnknownCriticalExtension,
        Self::BrokenSignature,
        Self::AuthorityItself,
    ];

    /// The host by which such a server is to be connected to.
    #[must_use]
    pub const fn host(self) -> &'static str {
        match self {
            Self::WrongAddress | Self::AddressAsName => "127.0.0.1",
            _ => "localhost",
        }
    }

    /// Such a server's identity, beside `authority`, which is trusted.
    #[must_use]
    pub fn identity(self, authority: &TestAuthority) -> Identity {
        let mut params = server_params(&["localhost"]);
        match self {
            Self::Expired => params.not_after = date_time_ymd(2020, 1, 1),
            Self::NotYetValid => params.not_before = date_time_ymd(4000, 1, 1),
            Self::WrongName => params = server_params(&["mail.example.test"]),
            Self::SelfSigned => {
                let key = fresh_key();
                let certificate = params.self_signed(&key).expect("a self-signed certificate");
                return Identity { chain: certificate.pem(), key: key.serialize_pem() };
            }
            Self::UnknownAuthority => return TestAuthority::new("Unknown").issue(&["localhost"]),
            Self::WrongUsage => params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth],
            Self::NameOnlyInCommonName => {
                params = server_params(&[]);
                params.distinguished_name.push(DnType::CommonName, "localhost");
            }
            Self::WildcardForTheNameItself => params = server_params(&["*.localhost"]),
            Self::WrongAddress => params = server_params(&["127.0.0.2"]),
            Self::AddressAsName => {
                params = server_params(&[]);
                let name = "127.0.0.1".try_into().expect("an ASCII text");
                params.subject_alt_names = vec![rcgen::SanType::DnsName(name)];
            }
            Self::MissingIntermediate => {
                return authority.below(authority_params("Between")).issue(&["localhost"]);
            }
            Self::IssuerIsNoAuthority => {
                return through(authority, server_params(&["issuer.example.test"]), &params);
            }
            Self::PathTooLong => return path_too_long(authority, &params),
            Self::NameConstraintViolated => {
                let mut between = authority_params("Between");
                between.name_constraints = Some(NameConstraints {
                    permitted_subtrees: vec![GeneralSubtree::DnsName("example.test".to_owned())],
                    excluded_subtrees: vec![GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([0; 4], 0))],
                });
                return through(authority, between, &params);
            }
            Self::UnknownCriticalExtension => {
                let mut extension =
                    CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99_999, 1], vec![5, 0]);
                extension.set_criticality(true);
                params.custom_extensions.push(extension);
            }
            Self::BrokenSignature => return with_broken_signature(&authority.sign(&params)),
            Self::AuthorityItself => {
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                params.key_usages.push(KeyUsagePurpose::KeyCertSign);
            }
        }
        authority.sign(&params)
    }
}

/// A certificate by `params`, vouched for by one between, vouched for by `authority`; both are sent.
fn through(authority: &TestAuthority, between: CertificateParams, params: &CertificateParams) -> Identity {
    let between = authority.below(between);
    let mut identity = between.sign(params);
    identity.chain.push_str(&between.certificate);
    identity
}

fn path_too_long(authority: &TestAuthority, params: &CertificateParams) -> Identity {
    let mut last = authority_params("Last");
    last.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let last = authority.below(last);
    let mut identity = through(&last, authority_params("One too many"), params);
    identity.chain.push_str(&last.certificate);
    identity
}

fn with_broken_signature(identity: &Identity) -> Identity {
    let mut certificate = certificates(&identity.chain).remove(0).to_vec();
    // Somewhere in the middle of the second number of the ECDSA signature, which stands at the end.
    let place = certificate.len() - 8;
    certificate[place] ^= 1;
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, certificate);
    let chain = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
    Identity { chain, key: identity.key.clone() }
}

fn server_params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names that can stand in a certificate");
    params.distinguished_name = DistinguishedName::new();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(4000, 1, 1);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = server_params(&[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.extended_key_usages = Vec::new();
    params.distinguished_name.push(DnType::CommonName, format!("Postern test authority {name}"));
    params
}

fn fresh_key() -> KeyPair {
    KeyPair::generate().expect("the system has randomness")
}

fn certificates(pem: &str) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().expect("PEM made by rcgen")
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}
