//! The URL of a database: who connects, over what, and whom that trusts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::{self, Moment};
use super::passfile::{self, Wanted};
use crate::files::shown;
use crate::problem::{Failure, Problem};

/// How long a connection may take to be made, and to answer.
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(60);

/// How the server is known.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ServerProof {
    /// A socket of this machine, or a URL that says `sslmode=disable`.
    Plain,
    /// Its certificate leads to an authority of this file, and names the host.
    Authority(PathBuf),
}

/// Where a database is, and how it is reached.
#[derive(Clone)]
pub(super) struct Address {
    config: Config,
    proof: ServerProof,
}

impl Address {
    /// The address of this URL. Over TCP the server's certificate is checked: its authority stands
    /// in `sslrootcert`. The password may stand in PGPASSWORD, or in the file that
    /// PGPASSFILE names, instead.
    ///
    /// # Errors
    /// `registry_url`, which never shows the password; `registry_denied` for such a file that
    /// cannot be used.
    pub(super) fn parse(url: &str) -> Result<Self, Failure> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut authority, mut rest) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => authority = Some(PathBuf::from(decoded(value))),
                _ => rest.push(pair),
            }
        }
        let url = format!("{base}?{}", rest.join("&"));
        let mut config: Config = url.parse().map_err(|_| wrong(EXPECTED))?;
        if config.get_password().is_none()
            && let Ok(password) = std::env::var("PGPASSWORD")
        {
            config.password(password);
        }
        if config.get_password().is_none()
            && let Some(password) = passfile::password(&wanted(&config))?
        {
            config.password(password);
        }
        config.connect_timeout(CONNECT).tcp_user_timeout(ANSWER).keepalives_idle(ANSWER);
        config.application_name("airlock");
        let proof = proof(&config, mode, authority)?;
        let plain = proof == ServerProof::Plain;
        config.ssl_mode(if plain { SslMode::Disable } else { SslMode::Require });
        Ok(Self { config, proof })
    }

    /// A connection.
    ///
    /// # Errors
    /// `registry_unreachable`, `registry_certificate`, `registry_denied`, `registry_missing`.
    pub(super) fn connect(&self) -> Result<Client, Failure> {
        let connected = match &self.proof {
            ServerProof::Plain => self.config.connect(NoTls),
            ServerProof::Authority(file) => {
                self.config.connect(MakeRustlsConnect::new(trusting(file)?))
            }
        };
        connected.map_err(|error| error::failure(&error, Moment::Connecting).within(self.shown()))
    }

    /// Host and database, without user and password.
    pub(super) fn shown(&self) -> String {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            Some(Host::Unix(path)) => path.display().to_string(),
            None => String::new(),
        };
        format!("postgres {host}/{}", self.config.get_dbname().unwrap_or_default())
    }
}

/// Who connects where, as the file of passwords names it: a socket by its folder.
fn wanted(config: &Config) -> Wanted<'_> {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.as_str(),
        Some(Host::Unix(path)) => path.to_str().unwrap_or_default(),
        None => "",
    };
    let user = config.get_user().unwrap_or_default();
    Wanted {
        host,
        port: config.get_ports().first().copied().unwrap_or(5432),
        database: config.get_dbname().unwrap_or(user),
        user,
    }
}

const EXPECTED: &str = "expected postgres://USER@HOST/DATABASE?sslrootcert=FILE";

fn wrong(message: impl Into<String>) -> Failure {
    Failure::new(Problem::RegistryUrl, message)
}

fn proof(
    config: &Config,
    mode: Option<&str>,
    authority: Option<PathBuf>,
) -> Result<ServerProof, Failure> {
    if config.get_hosts().is_empty() {
        return Err(wrong(format!("found no host, {EXPECTED}")));
    }
    let local = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
    match (mode, authority) {
        (Some("disable"), _) => Ok(ServerProof::Plain),
        (None, None) if local => Ok(ServerProof::Plain),
        (None | Some("verify-full"), Some(file)) if !local => Ok(ServerProof::Authority(file)),
        (None | Some("verify-full"), None) => Err(wrong(format!(
            "found no sslrootcert=FILE for a server over the network, {EXPECTED}"
        ))),
        (None | Some("verify-full"), Some(_)) => {
            Err(wrong("found sslrootcert for a socket of this machine, which has no TLS"))
        }
        (Some(mode), _) => {
            let found = format!("found sslmode={mode}, expected verify-full or disable");
            Err(wrong(found))
        }
    }
}

/// TLS that trusts the authorities of this file, and nobody else.
fn trusting(file: &Path) -> Result<ClientConfig, Failure> {
    let unreadable =
        |why: String| Failure::new(Problem::RegistryCertificate, format!("{}: {why}", shown(file)));
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(file)
        .map_err(|error| unreadable(format!("the file cannot be read: {error}")))?;
    for certificate in certificates {
        let added = certificate
            .map_err(|error| error.to_string())
            .and_then(|certificate| roots.add(certificate).map_err(|error| error.to_string()));
        added.map_err(|error| unreadable(format!("found no certificate in PEM: {error}")))?;
    }
    if roots.is_empty() {
        return Err(unreadable("found no certificate in PEM, expected the authority's".to_owned()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unreadable(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Undoes %XX; what is none stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(b'%'));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof_of(url: &str) -> Result<ServerProof, String> {
        Address::parse(url).map(|address| address.proof).map_err(|failure| failure.message)
    }

    #[test]
    fn over_the_network_the_server_is_known_by_its_authority() {
        let authority = |file: &str| Ok(ServerProof::Authority(PathBuf::from(file)));
        let full = "postgres://anna:secret@db.example/airlock?sslrootcert=/etc/ca%20two.pem";
        assert_eq!(proof_of(full), authority("/etc/ca two.pem"));
        assert_eq!(proof_of("postgres://db/a?sslmode=verify-full&sslrootcert=c"), authority("c"));
        assert_eq!(proof_of("postgres://db/a?sslmode=disable"), Ok(ServerProof::Plain));
        assert_eq!(proof_of("postgres://anna@%2Frun%2Fpostgresql/a"), Ok(ServerProof::Plain));
        assert!(proof_of("postgres://anna:secret@db.example/a").is_err());
        for mode in ["require", "prefer", "allow", "verify-ca", ""] {
            let found = proof_of(&format!("postgres://db/a?sslmode={mode}&sslrootcert=c"));
            assert!(found.is_err(), "{mode}");
        }
    }

    #[test]
    fn no_password_is_shown() {
        let address = Address::parse("postgres://anna:secret@db/a?sslmode=disable").unwrap();
        assert_eq!(address.shown(), "postgres db/a");
        for url in ["postgres://anna:secret@db:no/a", "postgres://anna:secret@/?x=secret"] {
            let found = proof_of(url).unwrap_err();
            assert!(!found.contains("secret"), "{found}");
        }
    }
}
