//! An instance's folder: made, found, and its key.

use super::*;

#[test]
fn a_new_instance_has_what_it_was_given() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    let made = Instance::create(&dir, id(), &[root(2), root(1), root(2)], &seed(9)).unwrap();
    for instance in [made, Instance::open(&dir).unwrap(), Instance::open_read_only(&dir).unwrap()] {
        assert_eq!((instance.id(), instance.public_key().unwrap()), (id(), root(9)));
        assert_eq!(instance.roots().unwrap(), [root(2), root(1)]);
        assert_eq!(instance.key().unwrap().public(), root(9));
        assert_eq!(events(&instance), ["instance_made", "root_pinned", "root_pinned"]);
        assert!(instance.licenses().unwrap().is_empty() && instance.days().unwrap().is_empty());
        assert!(instance.reports().unwrap().is_empty());
    }
    assert_eq!(keys::load_public(&dir.join(PUBLIC)).unwrap(), root(9));
    assert_eq!(names(&dir), [KEY, PUBLIC, LEDGER]);
    assert_eq!(names(scratch.path()), ["i"]);
}

#[test]
fn an_empty_folder_or_a_link_to_one_is_taken() {
    let scratch = scratch();
    let (dir, link) = (scratch.path().join("i"), scratch.path().join("link"));
    fs::create_dir(&dir).unwrap();
    symlink("i", &link).unwrap();
    make(&link);
    assert!(link.is_symlink());
    assert_eq!((names(&dir).len(), mode(&dir)), (3, 0o700));
    refused(Instance::create(&link, id(), &[], &seed(9)), "instance_exists");
}

#[test]
fn what_is_there_is_not_replaced() {
    let (scratch, _) = instance();
    let path = |name: &str| scratch.path().join(name);
    let before = state(&path("i"));
    fs::create_dir(path("full")).unwrap();
    fs::write(path("full/file"), "x").unwrap();
    fs::write(path("file"), "x").unwrap();
    symlink("nowhere", path("dangling")).unwrap();
    fs::write(path("i/another"), "x").unwrap();
    for (name, code) in [
        ("i", "instance_exists"),
        ("full", "instance_folder"),
        ("file", "instance_folder"),
        ("dangling", "instance_folder"),
        ("missing/i", "output_parent"),
        ("file/i", "output_parent"),
        ("missing/..", "output_parent"),
    ] {
        refused(Instance::create(&path(name), id(), &[], &seed(9)), code);
    }
    fs::remove_file(path("i/another")).unwrap();
    assert_eq!(state(&path("i")), before);
    assert_eq!(names(scratch.path()), ["dangling", "file", "full", "i"]);
}

#[test]
fn a_place_that_is_taken_meanwhile_is_not_replaced() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    let workshop = Workshop::open(Place::of(&dir).unwrap()).unwrap();
    refused(Workshop::open(Place::of(&dir).unwrap()).map(|_| ()), "ledger_busy");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("file"), "x").unwrap();
    let key = workshop.path().join(KEY);
    let key = crate::files::stage(&key, b"key", crate::files::Mode::Secret, false).unwrap();
    assert!(names(workshop.path()).is_empty(), "the key has a name before its folder");
    refused(workshop.put_in_place(key), "instance_folder");
    assert_eq!(
        (names(&dir), names(scratch.path())),
        (vec!["file".to_owned()], vec!["i".to_owned()])
    );
}

#[test]
fn many_that_make_one_instance_leave_one() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    let made: Vec<Result<PublicKey, Failure>> = thread::scope(|scope| {
        let makers: Vec<_> = (20..28)
            .map(|byte| {
                let dir = &dir;
                scope.spawn(move || {
                    Instance::create(dir, id(), &[], &seed(byte)).and_then(|made| made.public_key())
                })
            })
            .collect();
        makers.into_iter().map(|maker| maker.join().unwrap()).collect()
    });
    let winners: Vec<&PublicKey> = made.iter().flatten().collect();
    let instance = Instance::open(&dir).unwrap();
    assert_eq!(
        (winners, names(scratch.path())),
        (vec![&instance.public_key().unwrap()], vec!["i".to_owned()])
    );
    instance.key().unwrap();
    for failure in made.into_iter().filter_map(Result::err) {
        assert!(["instance_exists", "ledger_busy"].contains(&failure.problem.name()), "{failure}");
    }
}

#[test]
fn the_rest_of_a_killed_run_is_removed_only_if_it_is_that() {
    let scratch = scratch();
    let (dir, rest) = (scratch.path().join("i"), scratch.path().join(".i.airlock-new"));
    fs::create_dir(&rest).unwrap();
    for name in [KEY, "ledger.sqlite-journal", ".airlock-abc"] {
        fs::write(rest.join(name), "rest").unwrap();
    }
    fs::write(rest.join("diary"), "x").unwrap();
    let failure = refused(Instance::create(&dir, id(), &[], &seed(9)), "instance_leftover");
    assert!(
        failure.message.contains(".i.airlock-new") && failure.message.contains("diary"),
        "{failure}"
    );
    assert_eq!(names(&rest).len(), 4);
    fs::remove_file(rest.join("diary")).unwrap();
    make(&dir);
    assert_eq!(names(scratch.path()), ["i"]);

    let (dir, rest) = (scratch.path().join("j"), scratch.path().join(".j.airlock-new"));
    symlink("i", &rest).unwrap();
    refused(Instance::create(&dir, id(), &[], &seed(9)), "instance_leftover");
    assert_eq!(names(&scratch.path().join("i")).len(), 3);
    fs::remove_file(&rest).unwrap();
    if is_root() {
        fs::create_dir(&rest).unwrap();
        std::os::unix::fs::chown(&rest, Some(65_534), None).unwrap();
        refused(Instance::create(&dir, id(), &[], &seed(9)), "instance_leftover");
    }
}

#[test]
fn the_current_folder_is_not_replaced() {
    let scratch = scratch();
    let mut command = child(
        &["env"],
        "instance::ledger::tests::making::child_makes_an_instance_here",
        scratch.path(),
    );
    command.current_dir(scratch.path());
    run(command);
}

#[test]
#[ignore = "run by the_current_folder_is_not_replaced"]
fn child_makes_an_instance_here() {
    if given().is_some() {
        refused(Instance::create(Path::new("."), id(), &[], &seed(9)), "instance_folder");
        // A name that SQLite would take for a URI.
        let dir = Path::new("file:i?mode=memory");
        make(dir).import(&figures([(1, 1)]), false, "x", at(1)).unwrap();
        assert_eq!(Instance::open_read_only(dir).unwrap().days().unwrap().len(), 1);
    }
}

#[test]
fn modes_do_not_follow_the_umask() {
    for umask in ["000", "022", "777"] {
        let scratch = scratch();
        let script = format!("umask {umask}; exec \"$0\" \"$@\"");
        run(child(
            &["sh", "-c", &script],
            "instance::ledger::tests::making::child_checks_modes",
            scratch.path(),
        ));
    }
}

#[test]
#[ignore = "run by modes_do_not_follow_the_umask"]
fn child_checks_modes() {
    let Some(scratch) = given() else { return };
    let dir = scratch.join("i");
    let mut instance = make(&dir);
    let transaction =
        instance.connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    records::log(&transaction, at(1), "x", "y").unwrap();
    let journal = copy::journal(&dir.join(LEDGER));
    assert_eq!((mode(&dir), mode(&journal)), (0o700, 0o600));
    drop(transaction);
    for name in [KEY, PUBLIC, LEDGER] {
        assert_eq!(mode(&dir.join(name)), 0o600, "{name}");
    }
}

#[test]
fn without_an_instance_its_place_is_named() {
    let (scratch, _) = instance();
    fs::write(scratch.path().join("file"), "x").unwrap();
    fs::remove_file(scratch.path().join("i").join(LEDGER)).unwrap();
    for (name, hint) in
        [("none", "airlock instance init"), ("file", "airlock instance init"), ("i", "backup")]
    {
        let dir = scratch.path().join(name);
        for failure in [
            refused(Instance::open(&dir), "no_instance"),
            refused(Instance::open_read_only(&dir), "no_instance"),
        ] {
            assert!(failure.hint.as_ref().unwrap().contains(hint), "{failure:?}");
        }
    }
    assert_eq!(names(&scratch.path().join("i")), [KEY, PUBLIC]);
}

#[test]
fn the_key_must_be_the_one_recorded() {
    let (scratch, instance) = instance();
    let path = scratch.path().join("i").join(KEY);
    fs::write(&path, keys::encode_private(&seed(8), None).unwrap().as_bytes()).unwrap();
    let failure = refused(instance.key(), "instance_key_changed");
    assert!(failure.message.contains(&root(9).thumbprint().to_string()), "{failure}");
    fs::write(&path, keys::encode_public(&root(9)).unwrap()).unwrap();
    refused(instance.key(), "key_public");
    fs::remove_file(&path).unwrap();
    refused(instance.key(), "instance_key_missing");
}

/// What something is called, and how it is put in a place.
type Plant = (&'static str, fn(&Path));

#[test]
fn what_is_no_file_under_a_name_of_an_instances_files_is_named_and_never_opened() {
    let kinds: [Plant; 5] = [
        ("a pipe", |path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success())),
        ("a pipe", |path| {
            let pipe = path.with_extension("elsewhere");
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            symlink(pipe, path).unwrap();
        }),
        ("a socket", |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap())),
        ("a folder", |path| fs::create_dir(path).unwrap()),
        ("a device", |path| symlink("/dev/zero", path).unwrap()),
    ];
    let beside = crate::files::BESIDE_DATABASE.map(|end| format!("{LEDGER}{end}"));
    for name in [KEY, PUBLIC, LEDGER].map(str::to_owned).iter().chain(&beside) {
        for (kind, plant) in kinds {
            let scratch = scratch();
            let dir = scratch.path().join("i");
            drop(make(&dir));
            // Not all of them are there.
            let _ = fs::remove_file(dir.join(name));
            plant(&dir.join(name));
            for opened in [Instance::open(&dir), Instance::open_read_only(&dir)] {
                let failure = refused(opened, "instance_file");
                let found = format!("{name} is {kind}, expected a file");
                assert!(failure.message.ends_with(&found), "{failure}");
            }
        }
    }
}

/// The files of the folder are looked at when it is opened, and the key is read later: what takes
/// its name in between is not waited for.
#[test]
fn a_pipe_that_takes_the_place_of_the_key_is_not_waited_for() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    let instance = make(&dir);
    let key = dir.join(KEY);
    fs::remove_file(&key).unwrap();
    assert!(Command::new("mkfifo").arg(&key).status().unwrap().success());
    let failure = instance.key().unwrap_err();
    assert_eq!(failure.problem.name(), "instance_file");
    assert!(failure.message.ends_with("instance.key is a pipe, expected a file"), "{failure}");
}
