//! A desk that was made.

use serde_json::json;

use crate::desk::begin::Begun;
use crate::desk::folder::Compared;
use crate::files;
use crate::registry::Place;
use crate::view::answer::Answer;

/// Beside a password in the address of the registry.
const PASSWORD: &str = "the registry's password stands in desk.toml, which only you may read: \
    better leave it out of the address, and set the variable PGPASSWORD, or PGPASSFILE to a file \
    with the line HOST:PORT:DATABASE:USER:PASSWORD";

/// The answer that says so.
pub(crate) fn answer(begun: &Begun) -> Answer {
    let Begun { desk, joined, compared } = begun;
    let folder = files::shown(&desk.folder);
    let registry = match &desk.registry {
        Place::File(path) => files::shown(path),
        Place::Server(_) => "a PostgreSQL server".to_owned(),
    };
    let how = if *joined { "was there already" } else { "made" };
    let key = desk.issuer.claims.key.thumbprint();
    let unseen = match compared {
        Compared::Same => "",
        Compared::Encrypted => {
            "\n              by the issuer document; not compared with the key, which is encrypted"
        }
    };
    let text = format!(
        "made {folder}\n  desk's key  {key}, {}{unseen}\n  registry    {registry}, {how}\n\
         Set AIRLOCK_DESK={}, or give `--desk` with each command.\n",
        desk.issuer.claims.name,
        files::quoted(&desk.folder)
    );
    let json = json!({
        "format": 1,
        "dir": desk.folder.to_string_lossy(),
        "key": hex::encode(key.0),
        "name": desk.issuer.claims.name.as_str(),
        "key_compared": *compared == Compared::Same,
        "registry_made": !joined,
    });
    let password = desk.registry.has_password().then(|| PASSWORD.to_owned());
    let done = format!("the desk in {} is made", files::shown(&desk.folder));
    Answer::yes(text, json).warn(password).done(done)
}
