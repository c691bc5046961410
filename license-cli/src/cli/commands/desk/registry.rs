//! `airlock desk registry`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;

use super::options::DeskDir;
use crate::cli::options::{PassphraseFile, TrustedRoots};
use crate::clock;
use crate::desk::folder::Desk;
use crate::files::{self, Growing, shown};
use crate::keys;
use crate::problem::{Failure, Problem};
use crate::registry::{self, Place, Seal};
use crate::view::answer::Answer;
use crate::view::registry as view;

#[derive(Debug, Subcommand)]
pub(crate) enum RegistryCommand {
    /// Make an empty registry: a file, or the tables in a database that is there
    New(New),
    /// Say what in the registry was changed, removed or cut off by hand
    Verify(Verify),
    /// Write the heads of all chains, signed, to be kept elsewhere
    Seal(SealOptions),
    /// Write all of the registry into one file
    Export(RegistryExport),
    /// Read such a file into a new or empty registry
    Import(Import),
}

#[derive(Debug, Args)]
struct Where {
    /// The registry, if it is not the desk's: a file, or
    /// postgres://USER@HOST/DATABASE?sslrootcert=FILE
    #[arg(long, value_name = "PLACE", conflicts_with = "desk", help_heading = "Registry")]
    registry: Option<String>,
    #[command(flatten)]
    desk: DeskDir,
}

impl Where {
    /// The desk whose registry it is; none where the registry was named.
    fn desk(&self) -> Result<Option<Desk>, Failure> {
        if self.registry.is_some() { Ok(None) } else { self.desk.open().map(Some) }
    }

    fn place(&self) -> Result<Place, Failure> {
        match &self.registry {
            Some(text) => Place::parse(text),
            None => Ok(self.desk.open()?.registry),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct New {
    #[command(flatten)]
    place: Where,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    trust: TrustedRoots,
    /// A seal that was made earlier: it shows also what was cut off at the end of a chain
    #[arg(long, value_name = "FILE", help_heading = "Seal")]
    seal: Option<PathBuf>,
    /// The public key that the seal must be signed with [default: the desk's]
    #[arg(long, value_name = "DESK.PUB", requires = "seal", help_heading = "Seal")]
    sealed_by: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SealOptions {
    #[command(flatten)]
    place: Where,
    /// The private key that signs [default: the desk's]
    #[arg(long, value_name = "DESK.KEY", help_heading = "Key")]
    key: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseFile,
    /// The file to write
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: PathBuf,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RegistryExport {
    #[command(flatten)]
    place: Where,
    /// The file to write
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: PathBuf,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The file that `airlock desk registry export` wrote
    archive: PathBuf,
    #[command(flatten)]
    place: Where,
}

pub(super) fn run(command: &RegistryCommand) -> Result<Answer, Failure> {
    match command {
        RegistryCommand::New(options) => new(options),
        RegistryCommand::Verify(options) => verify(options),
        RegistryCommand::Seal(options) => seal(options),
        RegistryCommand::Export(options) => export(options),
        RegistryCommand::Import(options) => import(options),
    }
}

fn new(options: &New) -> Result<Answer, Failure> {
    options.place.place()?.create()?;
    Ok(view::made())
}

fn verify(options: &Verify) -> Result<Answer, Failure> {
    let desk = options.place.desk()?;
    let roots = options.trust.roots()?;
    let given = (!roots.is_empty()).then(|| TrustAnchors::new(roots));
    let anchors = given.or_else(|| desk.as_ref().map(|desk| desk.anchors.clone()));
    let by = match (&options.sealed_by, &desk) {
        (Some(path), _) => Some(keys::load_public(path)?),
        (None, desk) => desk.as_ref().map(|desk| desk.issuer.claims.key),
    };
    let seal = options.seal.as_ref().map(|path| sealed(path, by)).transpose()?;
    let made = seal.as_ref().map(|seal| seal.made.clone());
    let place = options.place.place()?;
    let found = registry::verify_registry(&place, anchors.as_ref(), seal);
    let found = found.map_err(|error| unverifiable(error.into()))?;
    Ok(view::verified(&found, anchors.is_some(), made.as_deref()))
}

/// The failure of verifying what is damaged: to verify it is no advice.
fn unverifiable(failure: Failure) -> Failure {
    if failure.problem != Problem::RegistryDamaged {
        return failure;
    }
    failure.hint(
        "copy the registry as it is, then go on from the last archive: `airlock desk registry \
         import ARCHIVE --registry NEW`",
    )
}

/// The seal, which must be of this key.
fn sealed(path: &Path, by: Option<PublicKey>) -> Result<Seal, Failure> {
    let expected = by.ok_or_else(|| {
        let found = "found --seal and no key, expected the one that the seal is signed with";
        Failure::new(Problem::Options, found).hint("give it with `--sealed-by DESK.PUB`")
    })?;
    let seal = Seal::open(path)?;
    if seal.key == expected {
        return Ok(seal);
    }
    let (found, expected) = (seal.key.thumbprint(), expected.thumbprint());
    let message = format!("{}: signed by key {found}, expected {expected}", shown(path));
    Err(Failure::new(Problem::SealOther, message))
}

fn seal(options: &SealOptions) -> Result<Answer, Failure> {
    let mut out = Growing::new(&options.out, options.force)?;
    let desk = options.place.desk()?;
    let path = options.key.as_ref().or_else(|| desk.as_ref().map(|desk| &desk.key));
    let path = path.ok_or_else(|| {
        let found = "found --registry and no key, expected the one that signs";
        Failure::new(Problem::Options, found).hint("give it with `--key DESK.KEY`")
    })?;
    let key = options.passphrase.load(path)?;
    let mut registry = options.place.place()?.open()?;
    let chains = registry::seal(&mut *registry, &key.key, clock::now()?, out.file())?;
    let bytes = out.place()?;
    Ok(view::written("sealed", &options.out, chains, bytes, "chain").warn(key.warning))
}

fn export(options: &RegistryExport) -> Result<Answer, Failure> {
    let mut out = Growing::new(&options.out, options.force)?;
    let mut registry = options.place.place()?.open()?;
    let rows = registry::export(&mut *registry, out.file())?;
    let bytes = out.place()?;
    Ok(view::written("exported", &options.out, rows, bytes, "row"))
}

/// Reads an archive. A registry that is made for it goes with a failure.
fn import(options: &Import) -> Result<Answer, Failure> {
    let archive = files::opened(&options.archive)?;
    let place = options.place.place()?;
    let (mut registry, made) = match place.open() {
        Err(failure) if failure.problem == Problem::RegistryMissing => (place.create()?, true),
        opened => (opened?, false),
    };
    let rows = registry::import(&mut *registry, archive);
    if rows.is_err() && made {
        drop(registry);
        place.remove_file();
    }
    Ok(view::imported(rows?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Exit;
    use crate::registry::{Chain, Change, Customer, NewEvent, RecordId, What, Write};
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Typed {
        #[command(subcommand)]
        command: RegistryCommand,
    }

    /// What these words answer, in this folder.
    fn answer(folder: &Path, words: &str) -> Result<Answer, Failure> {
        let place = |word: &str| word.replace("DIR", folder.to_str().unwrap());
        let words = ["registry".to_owned()].into_iter().chain(words.split(' ').map(place));
        run(&Typed::try_parse_from(words).unwrap().command)
    }

    fn text(folder: &Path, words: &str) -> String {
        answer(folder, words).unwrap().text.replace(folder.to_str().unwrap(), "DIR")
    }

    fn event(who: &str) -> NewEvent {
        NewEvent {
            who: who.to_owned(),
            key: None,
            at: 0,
            what: What::Entered,
            document: None,
            reason: None,
            ticket: None,
            approved_by: None,
            detail: None,
        }
    }

    /// A folder with a registry of one customer and two events, and two keys.
    fn folder() -> (tempfile::TempDir, Chain) {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::File(folder.path().join("registry"));
        let id = RecordId::parse("6f9619ff-8b86-4011-b42d-00c04fc964ff").unwrap();
        let customer = Customer {
            id,
            name: "Nordhavn".to_owned(),
            mail_domains: Vec::new(),
            customer_type: "offline".to_owned(),
            crm_id: None,
            billing_id: None,
        };
        let mut registry = place.create().unwrap();
        let (chain, event) = (Chain::own(id), event("anna"));
        for writes in [vec![Write::Customer(customer)], Vec::new()] {
            let event = event.clone();
            let change =
                Change { chain: chain.clone(), expected: None, writes, filed: None, event };
            registry.append(&change).unwrap();
        }
        for name in ["desk", "other"] {
            let seed = keys::generate(&ring::rand::SystemRandom::new()).unwrap();
            let public = license_core::key::SigningKey::from_seed(&seed).unwrap();
            let public = license_core::key::Signer::public(&public);
            let file = |ending| folder.path().join(format!("{name}.{ending}"));
            std::fs::write(file("key"), keys::encode_private(&seed, None).unwrap()).unwrap();
            std::fs::write(file("pub"), keys::encode_public(&public).unwrap()).unwrap();
        }
        (folder, chain)
    }

    #[test]
    fn what_is_whole_is_a_yes_and_a_cut_chain_a_no() {
        let (folder, _) = folder();
        let dir = folder.path();
        let sealed = text(dir, "seal --registry DIR/registry --key DIR/desk.key --out DIR/seal");
        assert!(sealed.starts_with("wrote DIR/seal: sealed 1 chain, "), "{sealed}");
        let verify = "verify --registry DIR/registry --seal DIR/seal --sealed-by DIR/desk.pub";
        let whole = answer(dir, verify).unwrap();
        assert_eq!(whole.exit, Exit::Yes);
        assert!(whole.text.ends_with("no change was seen by what was checked\n"), "{}", whole.text);
        let by_hand = rusqlite::Connection::open(dir.join("registry")).unwrap();
        by_hand.execute_batch("DELETE FROM event WHERE number = 2").unwrap();
        let cut = answer(dir, verify).unwrap();
        assert_eq!(cut.exit, Exit::Refused);
        let named = "\
            - customer 6f9619ff-8b86-4011-b42d-00c04fc964ff: event 2 was removed\n\
            - customer 6f9619ff-8b86-4011-b42d-00c04fc964ff: event 2 was removed; the seal has it\n\
            copy the registry as it is, then go on from the last archive that was whole:\n\
            `airlock desk registry import ARCHIVE --registry NEW`\n\
            NOT WHOLE\n";
        assert!(cut.text.ends_with(named), "{}", cut.text);
        assert_eq!(cut.json["whole"], false);
    }

    #[test]
    fn the_seal_of_another_key_is_refused() {
        let (folder, _) = folder();
        text(folder.path(), "seal --registry DIR/registry --key DIR/other.key --out DIR/seal");
        let verify = "verify --registry DIR/registry --seal DIR/seal --sealed-by DIR/desk.pub";
        let refused = answer(folder.path(), verify).unwrap_err();
        assert_eq!((refused.problem, refused.exit), (Problem::SealOther, Exit::Refused));
    }

    #[test]
    fn an_archive_makes_a_registry() {
        let (folder, chain) = folder();
        let dir = folder.path();
        let exported = text(dir, "export --registry DIR/registry --out DIR/archive");
        assert!(exported.starts_with("wrote DIR/archive: exported 4 rows, "), "{exported}");
        assert_eq!(text(dir, "import DIR/archive --registry DIR/new"), "imported 4 rows\n");
        let mut copied = Place::File(dir.join("new")).open().unwrap();
        assert_eq!(copied.events(&chain, 0, 9).unwrap().len(), 2);
        let again = answer(dir, "export --registry DIR/registry --out DIR/archive").unwrap_err();
        assert_eq!(again.problem, Problem::OutputExists);
        let full = answer(dir, "import DIR/archive --registry DIR/registry").unwrap_err();
        assert_eq!(full.problem, Problem::RegistryNotEmpty);
    }
}
