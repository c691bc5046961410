//! PostgreSQL as it fails: away, restarted in the middle, with another password or certificate.

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use license_core::document::Kind;

use super::sample::{document, enter, filing};
use super::server::Server;
use crate::problem::{Failure, Problem};
use crate::registry::{Place, Registry, What};

fn opened(url: &str) -> Box<dyn Registry> {
    Place::parse(url).unwrap().open().unwrap()
}

fn refused(url: &str) -> Failure {
    let failure = Place::parse(url).unwrap().open().err().unwrap();
    assert!(!failure.message.contains("geheim"), "{}", failure.message);
    failure
}

#[test]
fn after_a_restart_the_same_call_works() {
    let mut server = Server::start(&["-c", "listen_addresses="]);
    let url = server.with_database("desk");
    drop(Place::parse(&url).unwrap().create().unwrap());
    let mut registry = opened(&url);
    let chain = enter(&mut *registry, "Nordhavn", "S-1");
    for (number, order) in ["restart", "kill", "restart"].into_iter().enumerate() {
        server.order(order);
        let filed = document(Kind::License, &chain, order.as_bytes());
        let filed = filing(&filed, What::Issued);
        let first = registry.append(&filed);
        let done = if number < 2 { first.unwrap().serial } else { break };
        assert_eq!(done, u32::try_from(number + 1).ok());
    }
}

/// Issues without a pause while the server is killed; what was answered is there afterwards, and
/// nothing is half there.
#[test]
fn killed_in_the_middle_nothing_is_half_there() {
    let mut server = Server::start(&["-c", "listen_addresses="]);
    let url = server.with_database("desk");
    drop(Place::parse(&url).unwrap().create().unwrap());
    let chain = enter(&mut *opened(&url), "Nordhavn", "S-1");
    let desk = {
        let (url, chain) = (url.clone(), chain.clone());
        thread::spawn(move || {
            let mut registry = opened(&url);
            let (mut answered, mut lost) = (Vec::new(), 0);
            for number in 0..400 {
                let filed = document(Kind::License, &chain, format!("{number}").as_bytes());
                match registry.append(&filing(&filed, What::Issued)) {
                    Ok(_) => answered.push(filed.sha256),
                    Err(error) => {
                        lost += 1;
                        let problem = Failure::from(error).problem;
                        let clear = [Problem::RegistryLost, Problem::RegistryUnreachable];
                        assert!(clear.contains(&problem), "{problem:?}");
                        thread::sleep(Duration::from_millis(200));
                    }
                }
            }
            (answered, lost)
        })
    };
    for order in ["kill", "restart"] {
        thread::sleep(Duration::from_millis(250));
        server.order(order);
    }
    let (answered, _) = desk.join().unwrap();
    let mut registry = opened(&url);
    let documents = registry.documents_of(&chain).unwrap();
    assert!(answered.iter().all(|hash| documents.iter().any(|row| row.sha256 == *hash)));
    assert_eq!(registry.head(&chain).unwrap().number, documents.len() as u64);
    let found = crate::registry::verify_registry(&Place::parse(&url).unwrap(), None, None).unwrap();
    let whole = |finding: &crate::registry::Finding| {
        matches!(finding, crate::registry::Finding::Document(..))
    };
    assert!(found.findings.iter().all(whole), "{:?}", found.findings);
}

#[test]
fn what_is_not_there_is_said() {
    let server = Server::shared();
    let missing = refused(&server.url("nowhere"));
    assert_eq!(missing.problem, Problem::RegistryMissing);
    let empty = refused(&server.with_database("nothing_in_it"));
    assert_eq!(empty.problem, Problem::RegistryMissing);
    let away = refused("postgres://anna:geheim@127.0.0.1:1/desk?sslmode=disable");
    assert_eq!(away.problem, Problem::RegistryUnreachable);
}

#[test]
fn a_registry_of_a_newer_version_is_left_alone() {
    let server = Server::shared();
    let url = server.with_database("newer");
    drop(Place::parse(&url).unwrap().create().unwrap());
    server.psql("newer", r"INSERT INTO schema VALUES (3, '\x00')").unwrap();
    assert_eq!(refused(&url).problem, Problem::RegistryTooNew);
    server.psql("newer", "DELETE FROM schema").unwrap();
    server.psql("newer", r"INSERT INTO schema VALUES (1, '\x00')").unwrap();
    assert_eq!(refused(&url).problem, Problem::RegistryDamaged);
    let twice = Place::parse(&url).unwrap().create().err().unwrap();
    assert_eq!(twice.problem, Problem::RegistryExists);
}

/// An authority, and a certificate of it for this name.
fn certify(folder: &Path, authority: &str, name: &str) {
    let openssl = |arguments: &str| {
        let words = arguments.split(' ').map(|word| word.replace('~', " "));
        let output = Command::new("openssl").args(words).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(&format!(
        "req -x509 {curve} -keyout {authority}.key -out {authority}.pem -days 30 \
         -subj /CN=Authority~{authority}"
    ));
    openssl(&format!(
        "req -x509 {curve} -CA {authority}.pem -CAkey {authority}.key -keyout {name}.key \
         -out {name}.pem -days 30 -subj /CN={name} -addext subjectAltName=DNS:{name} \
         -addext basicConstraints=critical,CA:FALSE"
    ));
}

#[test]
fn over_the_network_only_the_right_server_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    certify(folder.path(), "ours", "localhost");
    certify(folder.path(), "theirs", "elsewhere");
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = [
        "-c".to_owned(),
        "listen_addresses=127.0.0.1".to_owned(),
        "-c".to_owned(),
        format!("port={port}"),
        "-c".to_owned(),
        "ssl=on".to_owned(),
        "-c".to_owned(),
        "ssl_cert_file=server.pem".to_owned(),
        "-c".to_owned(),
        "ssl_key_file=server.key".to_owned(),
    ];
    let rules = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
    let server = Server::with_files(
        &options.each_ref().map(String::as_str),
        port,
        &[
            ("server.pem", &std::fs::read(path("localhost.pem")).unwrap()),
            ("server.key", &std::fs::read(path("localhost.key")).unwrap()),
            ("pg_hba.conf", rules.as_bytes()),
        ],
    );
    server.psql("postgres", "CREATE ROLE anna LOGIN PASSWORD 'geheim'").unwrap();
    server.psql("postgres", "CREATE DATABASE desk OWNER anna").unwrap();
    let url = |password: &str, host: &str, authority: &str| {
        let file = path(authority);
        format!("postgres://anna:{password}@{host}:{port}/desk?sslrootcert={}", file.display())
    };
    let right = url("geheim", "localhost", "ours.pem");
    let mut registry = Place::parse(&right).unwrap().create().unwrap();
    enter(&mut *registry, "Nordhavn", "S-1");
    let problem = |url: &str| refused(url).problem;
    assert_eq!(problem(&url("geheim2", "localhost", "ours.pem")), Problem::RegistryDenied);
    assert_eq!(problem(&url("geheim", "127.0.0.1", "ours.pem")), Problem::RegistryCertificate);
    assert_eq!(problem(&url("geheim", "localhost", "theirs.pem")), Problem::RegistryCertificate);
    assert_eq!(problem(&url("geheim", "localhost", "none.pem")), Problem::RegistryCertificate);
    assert_eq!(problem(&url("geheim", "localhost", "ours.key")), Problem::RegistryCertificate);
    let plain = format!("postgres://anna:geheim@localhost:{port}/desk");
    assert_eq!(problem(&plain), Problem::RegistryUrl);
    assert_eq!(problem(&format!("{plain}?sslmode=disable")), Problem::RegistryDenied);
}

/// The grants of docs/REGISTRY.md: a desk works, and cannot change what was done.
#[test]
fn a_desk_needs_no_right_to_change_events() {
    let server = Server::shared();
    let url = server.with_database("granted");
    drop(Place::parse(&url).unwrap().create().unwrap());
    let grants = "CREATE ROLE desk LOGIN; \
        GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO desk; \
        REVOKE UPDATE ON event, schema FROM desk; GRANT DELETE ON search, called TO desk";
    server.psql("granted", grants).unwrap();
    let mut registry = opened(&url.replace("postgres@", "desk@"));
    let chain = enter(&mut *registry, "Nordhavn", "S-1");
    let filed = document(Kind::License, &chain, b"one");
    registry.append(&filing(&filed, What::Issued)).unwrap();
    registry.placed(&[filed.sha256]).unwrap();
    let harm = "SET ROLE desk; UPDATE event SET who = 'eve'";
    let refused = server.psql("granted", harm).unwrap_err();
    assert!(refused.contains("permission denied"), "{refused}");
}
