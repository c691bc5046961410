#[cfg(feature = "postgres")]
mod many;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::thread;

use license_core::document::{Request, sign};
use license_core::key::SigningKey;
use license_core::value::{Count, InstanceId};

use super::*;
use crate::desk::bed::{Bed, TODAY, request_of};
use crate::desk::entry::Fields;
use crate::progress::Progress;
use crate::registry::{Chain, Instance, What, Write};

/// More than two batches.
const REQUESTS: u32 = 600;
const CUSTOMERS: u8 = 5;

/// A request of the instance with this number.
fn request(number: u8, seats: u32) -> Vec<u8> {
    let key = SigningKey::from_seed(&[number + 100; 32]).unwrap();
    let instance = InstanceId::from_random([number; 16]);
    let claims = Request { seats: Count::new(seats), ..request_of(&key, instance, "2026-11-01") };
    sign(&claims, &key).unwrap()
}

/// Customers with an instance each, and a folder with requests of them, in turn.
fn furnished(bed: &Bed, folder: &Path) -> Vec<Chain> {
    let chains: Vec<Chain> = (0..CUSTOMERS).map(|number| customer(bed, number)).collect();
    for number in 0..REQUESTS {
        let of = u8::try_from(number % u32::from(CUSTOMERS)).unwrap();
        fs::write(folder.join(format!("{number:04}")), request(of, number + 1)).unwrap();
    }
    chains
}

fn customer(bed: &Bed, number: u8) -> Chain {
    let entry = bed.enter(&format!("Customer {number}"), &Fields::default(), &[]);
    let chain = Chain::own(entry.customer.id);
    let instance = Instance {
        customer: chain.customer,
        id: InstanceId::from_random([number; 16]),
        report_key: None,
        label: None,
    };
    bed.append(&chain, vec![Write::Instance(instance)], None, What::Edited);
    chain
}

/// How many were filed, and how many were there.
fn receive(bed: &Bed, folder: &Path, who: &str) -> (usize, usize) {
    let mut desk = bed.open(TODAY);
    // The same event of the same moment by the same user counts as made once.
    who.clone_into(&mut desk.who);
    let mut inbox = Inbox::new(Said::default(), Asking::Never);
    let anchors = desk.desk.anchors.clone();
    let sources = sources(&[folder.to_owned()]).unwrap();
    let (mut told, progress) = (Vec::new(), Progress::new(sources.len(), true));
    each_batch(&sources, &anchors, &progress, &mut |arrived| {
        told.extend(inbox.take(&mut desk, arrived)?);
        Ok(())
    })
    .unwrap();
    let files: Vec<&String> = told.iter().map(|told| &told.file).collect();
    assert!(files.is_sorted());
    assert_eq!(told.len(), REQUESTS as usize);
    let count = |is: fn(&Outcome) -> bool| told.iter().filter(|told| is(&told.outcome)).count();
    let already = count(|outcome| matches!(outcome, Outcome::FiledAlready { .. }));
    (count(|outcome| *outcome == Outcome::Filed), already)
}

#[test]
fn many_at_once_are_filed_in_order_and_once() {
    let (bed, folder) = (Bed::new(), tempfile::tempdir().unwrap());
    let chains = furnished(&bed, folder.path());
    assert_eq!(receive(&bed, folder.path(), "ida"), (REQUESTS as usize, 0));
    assert_eq!(receive(&bed, folder.path(), "ida"), (0, REQUESTS as usize));
    let mut desk = bed.open(TODAY);
    for chain in chains {
        let filed = desk.registry.documents_of(&chain).unwrap();
        assert_eq!(filed.len(), (REQUESTS / u32::from(CUSTOMERS)) as usize);
    }
}

#[test]
fn four_desks_with_the_same_mail_file_each_document_once() {
    let (bed, folder) = (Bed::new(), tempfile::tempdir().unwrap());
    let chains = furnished(&bed, folder.path());
    let filed: usize = thread::scope(|scope| {
        let (bed, folder) = (&bed, folder.path());
        let desk = |who: &'static str| scope.spawn(move || receive(bed, folder, who).0);
        let desks = ["ida", "jo", "ann", "bo"].map(desk);
        desks.into_iter().map(|desk| desk.join().unwrap()).sum()
    });
    assert_eq!(filed, REQUESTS as usize);
    let mut desk = bed.open(TODAY);
    let rows = chains.iter().map(|chain| desk.registry.documents_of(chain).unwrap().len());
    assert_eq!(rows.sum::<usize>(), REQUESTS as usize);
}

#[test]
fn a_thread_that_dies_is_an_error_and_no_missing_document() {
    let all: Vec<usize> = (0..48).collect();
    let of = |dies: Option<usize>| {
        let one = |it: &usize| {
            assert_ne!(Some(*it), dies, "a thread that dies");
            // So that each thread has its part.
            thread::sleep(std::time::Duration::from_millis(1));
            2 * it
        };
        arrived::at_once(&all, 3, one).map_err(|failure| failure.problem.name())
    };
    assert_eq!(of(None), Ok(all.iter().map(|it| 2 * it).collect()));
    // Whichever thread has it: one of the two others, or that which waits for them.
    for dies in all.iter().take(9) {
        let told = thread::scope(|scope| scope.spawn(|| of(Some(*dies))).join());
        assert!(!matches!(told, Ok(Ok(_))), "{dies}");
    }
}

#[test]
fn what_comes_after_a_failure_is_not_read() {
    let (bed, folder) = (Bed::new(), tempfile::tempdir().unwrap());
    furnished(&bed, folder.path());
    let sources = sources(&[folder.path().to_owned()]).unwrap();
    let anchors = bed.open(TODAY).desk.anchors.clone();
    let mut batches = 0;
    let failed = each_batch(&sources, &anchors, &Progress::new(1, true), &mut |_| {
        batches += 1;
        Err(crate::problem::Failure::new(crate::problem::Problem::Options, "enough"))
    });
    assert!(failed.is_err());
    assert_eq!(batches, 1);
}

#[test]
fn a_folder_gives_its_files_in_order_without_links_and_hidden_ones() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("deeper/.hidden")).unwrap();
    for name in ["b", "a", ".c", "deeper/d", "deeper/.hidden/e"] {
        fs::write(at(name), name).unwrap();
    }
    symlink(folder.path(), at("round")).unwrap();
    let found = sources(&[folder.path().to_owned(), PathBuf::from("named")]).unwrap();
    let paths: Vec<PathBuf> = found.iter().map(|source| source.path.clone()).collect();
    assert_eq!(paths, [at("a"), at("b"), at("deeper/d"), PathBuf::from("named")]);
    assert!(!found.last().unwrap().in_folder);
}
