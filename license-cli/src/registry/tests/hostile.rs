//! Archives that are made to do harm, and disks that are full.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use license_core::document::Kind;
use minicbor::Encoder;

use super::bed::Bed;
use super::large::{Chance, fill};
use super::sample::{document, enter, filing};
use crate::problem::{Failure, Problem};
use crate::registry::{Place, Registry, What, export, import, verify_registry};

const TITLE: &[u8] = b"airlock registry archive 1\n";

/// A row: its length in four bytes, and its list.
fn framed(row: &[u8]) -> Vec<u8> {
    [&u32::try_from(row.len()).unwrap().to_be_bytes(), row].concat()
}

/// The row of a customer with a name of so many letters.
fn customer(number: u32, letters: usize) -> Vec<u8> {
    let mut row = Encoder::new(Vec::new());
    row.array(7).unwrap().u64(0).unwrap();
    row.str(&format!("{number:08x}-0000-4000-8000-000000000000")).unwrap();
    row.str(&"a".repeat(letters)).unwrap().str("").unwrap().str("offline").unwrap();
    row.null().unwrap().null().unwrap();
    framed(&row.into_writer())
}

fn refused(archive: &[u8]) -> Problem {
    let bed = Bed::sqlite();
    let refused = import(&mut *bed.open(), archive).unwrap_err();
    assert_eq!(verify_registry(&bed.place, None, None).unwrap().chains, 0);
    assert!(bed.open().find(&Default::default(), 1).unwrap().is_empty());
    refused.problem
}

/// Rows of 4,000,000 letters: some hundred bytes each, as they are packed.
#[test]
fn a_bomb_is_refused() {
    let mut packed = zstd::Encoder::new(Vec::new(), 3).unwrap();
    packed.write_all(TITLE).unwrap();
    for number in 0..20 {
        packed.write_all(&customer(number, 4_000_000)).unwrap();
    }
    let bomb = packed.finish().unwrap();
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    assert_eq!(refused(&bomb), Problem::ArchiveLarge);
}

#[test]
fn a_row_that_is_too_large_is_refused_before_it_is_read() {
    for length in [(4 << 20) + 1, u32::MAX] {
        let plain = [TITLE, &length.to_be_bytes()].concat();
        assert_eq!(refused(&zstd::encode_all(&plain[..], 3).unwrap()), Problem::ArchiveLarge);
    }
    let cut = [TITLE, &(4_u32 << 20).to_be_bytes()].concat();
    assert_eq!(refused(&zstd::encode_all(&cut[..], 3).unwrap()), Problem::ArchiveDamaged);
}

#[test]
fn an_archive_that_needs_much_memory_is_refused() {
    let mut packed = zstd::Encoder::new(Vec::new(), 3).unwrap();
    packed.window_log(28).unwrap();
    packed.write_all(TITLE).unwrap();
    packed.write_all(&customer(1, 10)).unwrap();
    assert_eq!(refused(&packed.finish().unwrap()), Problem::ArchiveDamaged);
}

/// In a mount namespace of its own, so that the small disk goes with the process.
#[test]
fn a_full_disk_leaves_the_registry_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let output = Command::new("unshare")
        .arg(if root { "-m" } else { "-rm" })
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "registry::tests::hostile::child_fills_a_disk", "--ignored"])
        .env("AIRLOCK_FOLDER", folder.path())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("1 passed"), "{printed}{}", String::from_utf8_lossy(&output.stderr));
}

fn fill_up(path: &Path) {
    let mut file = File::create(path).unwrap();
    for size in [65_536, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}

#[test]
#[ignore = "run by a_full_disk_leaves_the_registry_as_it_was"]
fn child_fills_a_disk() {
    let Some(disk) = std::env::var_os("AIRLOCK_FOLDER") else { return };
    let disk = Path::new(&disk);
    let mount = ["-t", "tmpfs", "-o", "size=4m", "none"];
    assert!(Command::new("mount").args(mount).arg(disk).status().unwrap().success());
    let place = |name: &str| Place::File(disk.join(name));
    let mut registry = place("registry").create().unwrap();
    let chain = enter(&mut *registry, "Nordhavn", "S-1");
    let issue = |registry: &mut dyn Registry, number: u32| {
        let bytes = [number.to_be_bytes().as_slice(), &[7; 60_000]].concat();
        registry.append(&filing(&document(Kind::License, &chain, &bytes), What::Issued))
    };
    issue(&mut *registry, 0).unwrap();
    let large = Bed::sqlite();
    fill(&mut *large.open(), 2_000, &mut Chance(1));
    let mut archive = Vec::new();
    export(&mut *large.open(), &mut archive).unwrap();

    // An import that finds no room leaves an empty registry, into which a smaller one fits.
    let mut other = place("other").create().unwrap();
    fill_up(&disk.join("fill"));
    assert_eq!(import(&mut *other, &archive[..]).unwrap_err().problem, Problem::DiskFull);
    assert_eq!(verify_registry(&place("other"), None, None).unwrap().chains, 0);

    // A change that finds no room is not made, and its serial is given to the next.
    let failed = (1..200).find_map(|number| issue(&mut *registry, number).err());
    assert_eq!(Failure::from(failed.unwrap()).problem, Problem::DiskFull);
    let filed = registry.documents_of(&chain).unwrap().len();
    let found = verify_registry(&place("registry"), None, None).unwrap();
    assert_eq!((found.documents, found.events), (filed as u64, 1 + filed as u64));
    let mut out = File::create(disk.join("archive")).unwrap();
    assert_eq!(export(&mut *registry, &mut out).unwrap_err().problem, Problem::DiskFull);

    fs::remove_file(disk.join("fill")).unwrap();
    let serial = issue(&mut *registry, 999).unwrap().serial;
    assert_eq!(serial, u32::try_from(filed + 1).ok());
    let mut small = Vec::new();
    export(&mut *Bed::sqlite().open(), &mut small).unwrap();
    import(&mut *other, &small[..]).unwrap();
}
