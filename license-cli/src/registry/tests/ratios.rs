//! How fast the registry is, as ratios of one run (`scripts/bench`): searches beside a scan, eight
//! desks beside pgbench, verifying beside raw signature checks.

use std::hint::black_box;
use std::process::Command;
use std::thread;
use std::time::Duration;

use license_core::key::{Signer, SigningKey};
use license_core::verify::{KnownIssuer, verify, verify_with};
use ring::signature::{ED25519, UnparsedPublicKey};

use super::bed::Bed;
use super::large::{Chance, Vendor, fill};
use super::sample::{enter, filing};
use super::server::{Server, programs};
use super::timing::{millis, of_100, searched, time};
use crate::registry::{Chain, Place, What, export, import, verify_registry};

/// Licenses of the registry.
const LICENSES: usize = 100_000;
/// Desks at once, and what each of them issues in a round.
const DESKS: usize = 8;
const EACH: usize = 200;
/// Rounds of eight desks and pgbench in turn.
const ROUNDS: usize = 5;
/// Rounds of opening one license, the raw check in between.
const OPENED: usize = 2_000;

/// What pgbench does: the same rows as a license that is issued, as fast as SQL can write them.
const SCRIPT: &str = "\\set n random(1, 9000000000000000)
BEGIN;
SELECT number, hash, made, serial FROM chain
  WHERE customer = 'c' || :client_id AND subscription = 'S-1' FOR UPDATE \\gset
INSERT INTO document VALUES ('c' || :client_id, sha256(int8send(:n)), 'S-1', 65002, 'd' || :n,
  :serial + 1, 20000, 20365, 3, 100, 1795428000, decode('000102030405060708090a0b0c0d0e0f', 'hex'),
  'gitlab-legacy', NULL, 0, 1, 0, NULL, decode(repeat('ab', 470), 'hex'));
INSERT INTO event VALUES ('c' || :client_id, 'S-1', :number + 1, sha256('p'), sha256(int8send(:n)),
  'anna', decode('000102030405060708090a0b0c0d0e0f', 'hex'), 1795428000, 'issued',
  sha256(int8send(:n)), NULL, NULL, NULL, NULL);
UPDATE chain SET number = :number + 1, serial = :serial + 1, hash = sha256(int8send(:n)),
  made = 1795428000 WHERE customer = 'c' || :client_id AND subscription = 'S-1';
COMMIT;
";

pub(crate) fn row(what: &str, figure: f64, target: &str, met: bool) -> bool {
    let told = if met { "met" } else { "MISSED" };
    println!("  {what:<58} {figure:>8.3}  {target}: {told}");
    met
}

/// Licenses a second of eight desks, each with a connection of its own; the key is opened once.
fn desks(place: &Place, chains: &[Chain], round: usize) -> f64 {
    let vendor = Vendor::new();
    let took = time(|| {
        thread::scope(|scope| {
            for (desk, chain) in chains.iter().enumerate() {
                let vendor = &vendor;
                scope.spawn(move || {
                    let mut registry = place.open().unwrap();
                    for number in 0..EACH {
                        let person = format!("Ida {round} {desk} {number}");
                        let license = vendor.license(chain, "Nordhavn Shipyards A/S", &person);
                        registry.append(&filing(&license, What::Issued)).unwrap();
                    }
                });
            }
        });
    });
    (DESKS * EACH) as f64 / took.as_secs_f64()
}

/// Transactions a second of pgbench with eight clients.
fn pgbench(server: &Server, folder: &std::path::Path) -> f64 {
    let script = folder.join("script.sql");
    std::fs::write(&script, SCRIPT).unwrap();
    let output = Command::new(programs().join("pgbench"))
        .args(["-n", "-M", "prepared", "-U", "postgres", "-p", "5432", "-j", "2"])
        .args(["-c", &DESKS.to_string(), "-t", &EACH.to_string(), "-h"])
        .arg(&server.folder)
        .arg("-f")
        .arg(&script)
        .arg("peer")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let rate = printed.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate = rate.and_then(|line| line.split(' ').next()?.parse().ok());
    rate.unwrap_or_else(|| panic!("{printed}{}", String::from_utf8_lossy(&output.stderr)))
}

fn eight_desks() -> bool {
    let server = Server::start(&["-c", "listen_addresses="]);
    let place = Place::parse(&server.with_database("desks")).unwrap();
    let mut registry = place.create().unwrap();
    let peer = Place::parse(&server.with_database("peer")).unwrap();
    drop(peer.create().unwrap());
    for client in 0..DESKS {
        let sql = format!("INSERT INTO chain VALUES ('c{client}', 'S-1', 0, sha256(''), 0, 0)");
        server.psql("peer", &sql).unwrap();
    }
    let chains = (0..DESKS).map(|desk| enter(&mut *registry, &format!("Desk {desk}"), "S-1"));
    let chains: Vec<Chain> = chains.collect();
    let folder = tempfile::tempdir().unwrap();
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let (ours, raw) = (desks(&place, &chains, round), pgbench(&server, folder.path()));
        println!("  eight desks {ours:.0} a second, pgbench {raw:.0} a second");
        ratios.push(ours / raw);
    }
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ROUNDS / 2];
    row("eight desks at once / pgbench, fsync on", ratio, ">= 0.5", ratio >= 0.5)
}

/// Raw signature checks a second, on all cores, of messages as long as a license.
pub(crate) fn raw_rate(count: usize) -> f64 {
    let key = SigningKey::from_seed(&[5; 32]).unwrap();
    let messages: Vec<(Vec<u8>, [u8; 64])> = (0..1_000_u32)
        .map(|number| {
            let message = number.to_be_bytes().repeat(75);
            let signature = key.sign(&message).unwrap();
            (message, signature)
        })
        .collect();
    let public = key.public();
    let threads = thread::available_parallelism().unwrap().get();
    let took = time(|| {
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for (message, signature) in messages.iter().cycle().take(count / threads) {
                        let key = UnparsedPublicKey::new(&ED25519, black_box(public.as_bytes()));
                        key.verify(message, signature).unwrap();
                    }
                });
            }
        });
    });
    count as f64 / took.as_secs_f64()
}

/// What a further license of the same desk saves: one raw check.
fn further_license() -> bool {
    let (vendor, anchors) = (Vendor::new(), Vendor::anchors());
    let chain = Chain::own(super::sample::customer("x").id);
    let chain = Chain { subscription: "S-1".to_owned(), ..chain };
    let file = vendor.license(&chain, "Nordhavn", "Ida").bytes;
    let known = KnownIssuer::first_of(&file, &anchors).unwrap().unwrap();
    let key = SigningKey::from_seed(&[5; 32]).unwrap();
    let (message, public) = ([7; 200], key.public());
    let signature = key.sign(&message).unwrap();
    let (mut first, mut further, mut raw) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..OPENED {
        first.push(time(|| drop(black_box(verify(&file, &anchors)))));
        further.push(time(|| drop(black_box(verify_with(&file, &anchors, &known)))));
        raw.push(time(|| {
            let key = UnparsedPublicKey::new(&ED25519, black_box(public.as_bytes()));
            key.verify(&message, &signature).unwrap();
        }));
    }
    let [first, further, raw]: [Duration; 3] = [first, further, raw].map(|all| of_100(all, 50));
    let ratio = (first.saturating_sub(further)).as_secs_f64() / raw.as_secs_f64();
    row("first open less further open / one raw check", ratio, ">= 0.95", ratio >= 0.95)
}

fn hundred_thousand() -> bool {
    let mut chance = Chance(7);
    let first = Bed::sqlite();
    let known = fill(&mut *first.open(), LICENSES, &mut chance);
    let mut archive = Vec::new();
    export(&mut *first.open(), &mut archive).unwrap();
    let second = Bed::postgres();
    import(&mut *second.open(), &archive[..]).unwrap();
    second.tidy();
    let mut met = true;
    for (name, bed) in [("SQLite", &first), ("PostgreSQL", &second)] {
        let found = searched(bed, &known, &mut chance);
        found.print(name);
        let ratio = found.ratio();
        met &= row(&format!("{name}: a search / a LIKE scan"), ratio, "<= 0.2", ratio <= 0.2);
        let mut ratios = Vec::new();
        for _ in 0..3 {
            let raw = raw_rate(LICENSES);
            let took = time(|| {
                let anchors = Vendor::anchors();
                let found = verify_registry(&bed.place, Some(&anchors), None).unwrap();
                assert_eq!(found.documents, LICENSES as u64);
            });
            println!("  {name}: verify {}, {raw:.0} raw checks a second", millis(took));
            ratios.push(LICENSES as f64 / took.as_secs_f64() / raw);
        }
        ratios.sort_by(f64::total_cmp);
        let what = format!("{name}: registry verify / raw checks");
        met &= row(&what, ratios[1], ">= 0.85", ratios[1] >= 0.85);
    }
    met
}

#[test]
#[ignore = "run by scripts/bench"]
fn the_registry_beside_its_peers() {
    let met = [further_license(), eight_desks(), hundred_thousand()];
    assert!(met.iter().all(|met| *met), "a target is missed");
}
