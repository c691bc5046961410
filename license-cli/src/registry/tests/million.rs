//! A registry of a million licenses (`scripts/soak million`): searched, carried, verified, and in
//! how much memory.

use std::path::{Path, PathBuf};
use std::process::Command;

use test_vectors::soak;

use super::bed::Bed;
use super::large::{Chance, Known, Vendor, fill};
use super::timing::{Searched, searched};
use crate::registry::{Place, export, import, verify_registry};

/// Licenses of a whole run.
const LICENSES: usize = 1_000_000;

/// How much more memory ten times the registry may take, in KiB: the pages that two connections to a
/// file keep (32 MiB each), which a small one does not fill.
const MORE: u64 = 72 << 10;

/// What a process of its own did: its peak of memory in KiB.
struct Done {
    seconds: f64,
    peak: u64,
}

/// Does this in a process of its own, whose memory nothing else has used.
fn alone(verb: &str, place: &Place, archive: &Path) -> Done {
    let place = match place {
        Place::File(path) => path.to_str().unwrap().to_owned(),
        Place::Server(url) => url.clone(),
    };
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "registry::tests::million::child_of_the_million", "--ignored"])
        .arg("--nocapture")
        .env("AIRLOCK_MILLION", verb)
        .env("AIRLOCK_MILLION_PLACE", &place)
        .env("AIRLOCK_MILLION_ARCHIVE", archive)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let done = printed.lines().find_map(|line| line.strip_prefix("did it in "));
    let figures = done.and_then(|line| line.split_once(' '));
    let (seconds, peak) = figures
        .unwrap_or_else(|| panic!("{verb}: {printed}{}", String::from_utf8_lossy(&output.stderr)));
    Done { seconds: seconds.parse().unwrap(), peak: peak.parse().unwrap() }
}

#[test]
#[ignore = "run by a_large_registry_is_searched_carried_and_verified_in_little_memory"]
fn child_of_the_million() {
    let variable = |name: &str| std::env::var(format!("AIRLOCK_MILLION{name}")).unwrap();
    let place = Place::parse(&variable("_PLACE")).unwrap();
    let archive = PathBuf::from(variable("_ARCHIVE"));
    let took = super::timing::time(|| {
        let mut registry = place.open().unwrap();
        match variable("").as_str() {
            "export" => {
                let mut file = std::fs::File::create(&archive).unwrap();
                assert_ne!(export(&mut *registry, &mut file).unwrap(), 0);
            }
            "import" => {
                let file = std::fs::File::open(&archive).unwrap();
                assert_ne!(import(&mut *registry, file).unwrap(), 0);
            }
            "verify" => {
                let found = verify_registry(&place, Some(&Vendor::anchors()), None).unwrap();
                assert_eq!(found.findings, []);
            }
            other => panic!("{other}"),
        }
    });
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("\ndid it in {} {}", took.as_secs_f64(), peak.trim().trim_end_matches(" kB"));
}

/// A registry of this size on each database, and how they are searched.
struct Measured {
    work: Vec<(&'static str, &'static str, Done)>,
    searched: Vec<(&'static str, Searched)>,
}

fn measured(licenses: usize, chance: &mut Chance) -> Measured {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let first = Bed::sqlite();
    let known: Vec<Known> = fill(&mut *first.open(), licenses, chance);
    let mut work = vec![("SQLite", "export", alone("export", &first.place, &archive))];
    drop(first);
    let mut found = Vec::new();
    for (name, bed) in ["SQLite", "PostgreSQL"].into_iter().zip(Bed::sqlite().others()) {
        for verb in ["import", "verify", "export"] {
            work.push((name, verb, alone(verb, &bed.place, &archive)));
        }
        bed.tidy();
        found.push((name, searched(&bed, &known, chance)));
    }
    Measured { work, searched: found }
}

/// Import, export and verify take as much memory for ten times as many licenses, and a search does
/// not take as much longer.
#[test]
fn a_large_registry_is_searched_carried_and_verified_in_little_memory() {
    let (licenses, mut chance) = (soak::rounds(LICENSES), Chance(soak::state(41)));
    let small = measured(licenses / 10, &mut chance);
    let large = measured(licenses, &mut chance);
    for ((name, verb, few), (.., many)) in small.work.iter().zip(&large.work) {
        println!(
            "  {name}: {verb} of {licenses} licenses: {:.1} s, {} MiB; of a tenth: {:.1} s, {} MiB",
            many.seconds,
            many.peak >> 10,
            few.seconds,
            few.peak >> 10
        );
        assert!(many.peak <= few.peak + MORE, "{name}, {verb}: {} {} KiB", few.peak, many.peak);
    }
    for ((name, few), (_, many)) in small.searched.iter().zip(&large.searched) {
        many.print(name);
        let longer = many.most.as_secs_f64() / few.most.as_secs_f64();
        println!(
            "  {name}: a search beside a scan {:.4}, beside a search in a tenth {longer:.1}",
            many.ratio()
        );
    }
    if licenses == LICENSES {
        for (name, many) in &large.searched {
            assert!(many.ratio() <= 0.1, "{name}: {}", many.ratio());
        }
    }
}
