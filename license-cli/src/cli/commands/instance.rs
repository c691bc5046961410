//! `airlock instance`

use license_core::value::InstanceId;
use ring::rand::{self, SystemRandom};
use serde_json::json;

use crate::carry::incoming;
use crate::cli::options::Init;
use crate::files;
use crate::instance::ledger::Instance;
use crate::keys;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;

/// Makes the instance's folder.
pub(crate) fn init(options: &Init) -> Result<Answer, Failure> {
    let roots = incoming::roots(&options.trust.trust)?;
    let random = SystemRandom::new();
    let id = options.id.map_or_else(|| random_id(&random), Ok)?;
    let instance = Instance::create(&options.dir, id, &roots, &keys::generate(&random)?)?;
    let key = instance.public_key()?.thumbprint();
    let mut text = format!(
        "made {}\n  instance        {id}\n  instance's key  {key}\n",
        files::shown(&options.dir)
    );
    for root in &roots {
        text += &format!("  trusted root    {}\n", root.thumbprint());
    }
    text += if roots.is_empty() {
        "No root is trusted yet: `airlock license install FILE --trust root.pub` pins the vendor's with the first license.\n"
    } else {
        "Compare the root's fingerprint with the vendor's, by phone or on paper, before you install a license.\n"
    };
    let json = json!({
        "format": 1, "dir": options.dir.to_string_lossy(), "instance": id.to_string(), "key": hex::encode(key.0),
        "roots": roots.iter().map(|root| hex::encode(root.thumbprint().0)).collect::<Vec<_>>(),
    });
    Ok(Answer::yes(text, json))
}

fn random_id(random: &SystemRandom) -> Result<InstanceId, Failure> {
    let bytes: rand::Random<[u8; 16]> = rand::generate(random)
        .map_err(|_| Failure::new(Problem::RandomUnavailable, "the system gave no random bytes"))?;
    Ok(InstanceId::from_random(bytes.expose()))
}
