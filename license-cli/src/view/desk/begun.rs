//! A desk that was made.

use serde_json::json;

use crate::desk::begin::Begun;
use crate::desk::folder::Compared;
use crate::files;
use crate::registry::Place;
use crate::view::answer::Answer;

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
    Answer::yes(text, json).done(format!("the desk in {} is made", files::shown(&desk.folder)))
}
