//! The desk's folder: `desk.toml` names its key, its issuer document, the roots that it trusts, its
//! registry, and what the vendor has written in the place of our own tables. Every verb of the desk
//! starts here, so that nothing is typed twice.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use license_core::Code;
use license_core::policy::Policy;
use license_core::trust::TrustAnchors;
use serde::{Deserialize, Serialize};

use crate::carry::incoming::{self, IssuerFile};
use crate::desk::rules::Rules;
use crate::desk::shelf::Shelf;
use crate::desk::types::Types;
use crate::files::{self, Mode, shown};
use crate::keys;
use crate::problem::{Failure, Problem};
use crate::registry::Place;

/// The file that makes a folder the desk's.
const SETTINGS: &str = files::DESK_SETTINGS;
/// The names of what is copied into the folder.
const ISSUER: &str = "desk.issuer";
const REGISTRY: &str = "registry.sqlite";

/// Bytes of `desk.toml`: some paths and an address.
const SETTINGS_BYTES: usize = 65_536;

/// The first lines of a new `desk.toml`. What is never written over is known by the first.
const HEAD: &str = "\
# The desk's folder. Paths are relative to this file, or absolute.
#
# key       the private issuing key; it stays where it is
# issuer    the document that certifies it
# trust     the root public keys that requests, reports and licenses are checked with
# registry  a file of SQLite, or postgres://USER@HOST/DATABASE?sslrootcert=FILE
# types     the vendor's own table of customer types, if it is not ours
# rules     the vendor's own rules of the desk's jobs, if they are not ours
# prices    the list of prices that statements are made with
";

/// What `desk.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    key: PathBuf,
    issuer: PathBuf,
    trust: Vec<PathBuf>,
    registry: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    types: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prices: Option<PathBuf>,
}

/// The registry that a text names; a path is relative to this folder.
fn place(text: &str, folder: &Path) -> Result<Place, Failure> {
    Ok(match Place::parse(text)? {
        Place::File(path) => Place::File(folder.join(path)),
        Place::Server(address) => Place::Server(address),
    })
}

/// A desk: its key is read when something is signed.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) folder: PathBuf,
    /// The file of the issuing key.
    pub(crate) key: PathBuf,
    /// The document that certifies it, verified.
    pub(crate) issuer: IssuerFile,
    pub(crate) anchors: TrustAnchors,
    pub(crate) registry: Place,
    /// The vendor's own table of customer types.
    pub(crate) types: Option<PathBuf>,
    /// The vendor's own rules.
    pub(crate) rules: Option<PathBuf>,
    /// The list of prices.
    pub(crate) prices: Option<PathBuf>,
    /// What was read of all these.
    pub(crate) shelf: Shelf,
}

/// What a new desk is made of.
pub(crate) struct NewDesk<'a> {
    pub(crate) folder: &'a Path,
    /// Where the registry goes, if not into the folder.
    pub(crate) registry: Option<&'a str>,
    pub(crate) key: &'a Path,
    pub(crate) issuer: &'a Path,
    pub(crate) trust: &'a [PathBuf],
}

impl NewDesk<'_> {
    /// Makes the folder, without its registry. A run that was cut off is gone on with: `desk.toml`
    /// comes last.
    ///
    /// # Errors
    /// `desk_exists`; `desk_folder` for a folder that holds other things; those of the files that
    /// are named, which are checked first; `key_public`; `wrong_key` for another key than the
    /// document certifies; those of writing.
    pub(crate) fn make(&self) -> Result<(Desk, Compared), Failure> {
        let roots = incoming::roots(self.trust)?;
        let anchors = TrustAnchors::new(roots.clone());
        let issuer = incoming::issuer(self.issuer, Some(&anchors))?;
        let compared = compare(self.key, &issuer)?;
        let settings = self.settings()?;
        self.make_folder()?;
        for (name, root) in settings.trust.iter().zip(&roots) {
            let pem = keys::encode_public(root)?;
            self.put(name, pem.as_bytes())?;
        }
        self.put(Path::new(ISSUER), &issuer.bytes)?;
        let desk = Desk {
            folder: self.folder.to_owned(),
            key: settings.key.clone(),
            issuer,
            anchors,
            registry: place(&settings.registry, self.folder)?,
            types: None,
            rules: None,
            prices: None,
            shelf: Shelf::default(),
        };
        Ok((desk, compared))
    }

    /// Makes a desk of the folder, once all that it names is there.
    ///
    /// # Errors
    /// `desk_exists` where another run was faster; those of writing.
    pub(crate) fn finish(&self) -> Result<(), Failure> {
        let settings = self.settings()?;
        // A password is for nobody else to read.
        let secret = place(&settings.registry, self.folder)?.has_password();
        let mode = if secret { Mode::Secret } else { Mode::Public };
        let text = toml::to_string(&settings).map_err(|error| {
            Failure::new(Problem::DeskUnreadable, format!("{SETTINGS}: {error}"))
        })?;
        let text = format!("{HEAD}\n{text}");
        files::write_new(&self.folder.join(SETTINGS), text.as_bytes(), mode, false)
    }

    fn settings(&self) -> Result<Settings, Failure> {
        let key = fs::canonicalize(self.key).map_err(|error| {
            let message = format!("{}: {}", shown(self.key), files::reason(&error));
            Failure::new(Problem::InputUnreadable, message)
        })?;
        let root = |number: usize| PathBuf::from(format!("root-{number}.pub"));
        let registry = match self.registry {
            None => REGISTRY.to_owned(),
            Some(text) => match Place::parse(text)? {
                Place::Server(address) => address,
                Place::File(path) => {
                    let here = std::env::current_dir().unwrap_or_default();
                    here.join(path).to_string_lossy().into_owned()
                }
            },
        };
        let trust = (1..=self.trust.len()).map(root).collect();
        let issuer = ISSUER.into();
        Ok(Settings { key, issuer, trust, registry, types: None, rules: None, prices: None })
    }

    fn make_folder(&self) -> Result<(), Failure> {
        match DirBuilder::new().mode(0o700).create(self.folder) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unwritable(self.folder, &error)),
        }
        let names = fs::read_dir(self.folder).map_err(|error| unwritable(self.folder, &error))?;
        for entry in names {
            let name = entry.map_err(|error| unwritable(self.folder, &error))?.file_name();
            if name == SETTINGS {
                let message = format!("{} holds a desk", shown(self.folder));
                return Err(Failure::new(Problem::DeskExists, message));
            }
            if !ours(&name.to_string_lossy()) {
                let message = format!(
                    "{} holds {}, expected a free name or an empty folder",
                    shown(self.folder),
                    shown(Path::new(&name))
                );
                return Err(Failure::new(Problem::DeskFolder, message));
            }
        }
        Ok(())
    }

    fn put(&self, name: &Path, bytes: &[u8]) -> Result<(), Failure> {
        files::write_new(&self.folder.join(name), bytes, Mode::Public, true)
    }
}

/// Whether the private key was compared with the document that certifies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compared {
    Same,
    /// It is encrypted: its public half is not seen without the passphrase.
    Encrypted,
}

/// Compares a private key with the one that the document certifies, as far as it can be seen.
fn compare(path: &Path, issuer: &IssuerFile) -> Result<Compared, Failure> {
    let key = keys::describe(path, &keys::Passphrase::None)?;
    if key.form == keys::Form::Public {
        let found = format!("{} holds a public key, expected the private one", shown(path));
        return Err(Failure::new(Problem::KeyPublic, found));
    }
    let Some(found) = key.public else { return Ok(Compared::Encrypted) };
    let expected = issuer.claims.key;
    if found == expected {
        return Ok(Compared::Same);
    }
    let (found, expected) = (found.thumbprint(), expected.thumbprint());
    let found =
        format!("{}: found key {found}, the issuer document certifies {expected}", shown(path));
    Err(Failure::new(Problem::Core(Code::WrongKey), found)
        .hint("give the private key that was certified, or the issuer document of this one"))
}

/// Whether a run that was cut off may have left a file of this name.
fn ours(name: &str) -> bool {
    name == ISSUER
        || name.starts_with(REGISTRY)
        || (name.starts_with("root-") && name.ends_with(".pub"))
}

fn unwritable(folder: &Path, error: &std::io::Error) -> Failure {
    let message = format!("{} cannot be made: {}", shown(folder), files::reason(error));
    Failure::new(Problem::DeskFolder, message)
}

impl Desk {
    /// The table of customer types.
    ///
    /// # Errors
    /// Those of the vendor's own file.
    pub(crate) fn types(&self) -> Result<Arc<Types>, Failure> {
        self.shelf.types(self.types.as_deref())
    }

    /// The rules of its jobs.
    ///
    /// # Errors
    /// Those of the vendor's own file.
    pub(crate) fn rules(&self) -> Result<Arc<Rules>, Failure> {
        self.shelf.rules(self.rules.as_deref())
    }

    /// The policy of this name or file, with these values set.
    ///
    /// # Errors
    /// Those of the file, and of the values.
    pub(crate) fn policy(&self, name: &str, set: &[String]) -> Result<Arc<Policy>, Failure> {
        self.shelf.policy(name, set)
    }

    /// The desk of a folder; its issuer document holds under its roots.
    ///
    /// # Errors
    /// `no_desk`; `desk_unreadable` naming the line of `desk.toml`; those of the files that it
    /// names.
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(SETTINGS);
        if let Err(error) = fs::metadata(&path)
            && !is_absent(&error)
        {
            let message = format!("{}: {}", shown(&path), files::reason(&error));
            return Err(Failure::new(Problem::InputUnreadable, message));
        }
        if !path.exists() {
            let message = format!("found no {SETTINGS} in {}", shown(folder));
            return Err(Failure::new(Problem::NoDesk, message));
        }
        let settings = read_settings(&path)?;
        let within = |path: &PathBuf| folder.join(path);
        let trust: Vec<_> = settings.trust.iter().map(within).collect();
        let anchors = TrustAnchors::new(incoming::roots(&trust)?);
        Ok(Self {
            issuer: incoming::issuer(&within(&settings.issuer), Some(&anchors))?,
            anchors,
            folder: folder.to_owned(),
            key: within(&settings.key),
            registry: place(&settings.registry, folder)?,
            types: settings.types.as_ref().map(within),
            rules: settings.rules.as_ref().map(within),
            prices: settings.prices.as_ref().map(within),
            shelf: Shelf::default(),
        })
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn read_settings(path: &Path) -> Result<Settings, Failure> {
    let unreadable =
        |what: String| Failure::new(Problem::DeskUnreadable, format!("{}: {what}", shown(path)));
    // A pipe would be waited for.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        let failure = unreadable("found a pipe, a device or a folder, expected a file".to_owned());
        let look = format!("`ls -l {}` shows what it is", files::quoted(path));
        return Err(failure.hint(format!("{look}; put the desk's settings file back")));
    }
    let bytes = files::read(path, SETTINGS_BYTES)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| unreadable("found bytes that are not UTF-8, expected TOML".to_owned()))?;
    let settings: Settings = toml::from_str(&text).map_err(|error: toml::de::Error| {
        unreadable(error.to_string().trim().replace('\n', " "))
    })?;
    if settings.trust.is_empty() {
        return Err(unreadable("trust names no root, expected at least one".to_owned()));
    }
    Ok(settings)
}
