use std::ffi::OsStr;
use std::fs::{File, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::*;

fn dir() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Runs one ignored test of this file in a process of its own, under another command.
fn run_child(wrapper: &[&str], test: &str) -> std::process::Output {
    let (program, arguments) = wrapper.split_first().unwrap();
    Command::new(program)
        .args(arguments)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .output()
        .unwrap_or_else(|error| panic!("this test needs the command `{program}`: {error}"))
}

#[test]
fn reads_up_to_the_limit() {
    let dir = dir();
    let path = dir.path().join("a");
    fs::write(&path, [7; 100]).unwrap();
    assert_eq!(read(&path, 100).unwrap(), [7; 100]);
    let failure = read(&path, 99).unwrap_err();
    assert_eq!(failure.problem.name(), "input_large");
    assert!(failure.message.contains("99"), "{failure}");
    fs::write(&path, []).unwrap();
    assert!(read(&path, 0).unwrap().is_empty());
}

#[test]
fn large_and_endless_input_is_refused_quickly() {
    let dir = dir();
    let path = dir.path().join("sparse");
    File::create(&path).unwrap().set_len(1 << 30).unwrap();
    let start = Instant::now();
    for endless in [path.as_path(), Path::new("/dev/zero")] {
        assert_eq!(read(endless, 1000).unwrap_err().problem.name(), "input_large");
        assert_eq!(first_line(endless, "it", 1000).unwrap_err().problem.name(), "input_large");
    }
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn a_pipe_is_read() {
    let dir = dir();
    let path = dir.path().join("pipe");
    fifo(&path);
    let writer = thread::spawn({
        let path = path.clone();
        move || fs::write(path, "through the pipe").unwrap()
    });
    assert_eq!(read(&path, 100).unwrap(), b"through the pipe");
    writer.join().unwrap();
}

#[test]
fn input_that_cannot_be_read_says_why() {
    let dir = dir();
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    let link = dir.path().join("loop");
    symlink(&link, &link).unwrap();
    for (path, code) in [
        (dir.path().join("missing"), "input_missing"),
        (file.join("below"), "input_missing"),
        (dir.path().to_owned(), "input_directory"),
        (link, "input_unreadable"),
        (PathBuf::new(), "input_missing"),
    ] {
        let failure = read(&path, 10).unwrap_err();
        assert_eq!(failure.problem.name(), code, "{failure}");
        assert_eq!(failure.exit, crate::problem::Exit::Failed);
        assert!(!failure.message.contains("os error"), "{failure}");
    }
}

#[test]
fn first_lines_lose_their_end_only() {
    let dir = dir();
    let path = dir.path().join("line");
    for (content, line) in [
        ("secret", "secret"),
        ("secret\n", "secret"),
        ("secret\r\nmore", "secret"),
        (" secret \r\r\n", " secret \r"),
        ("secret\r", "secret\r"),
        ("\nsecret", ""),
        ("", ""),
    ] {
        fs::write(&path, content).unwrap();
        assert_eq!(first_line(&path, "it", 10).unwrap().as_slice(), line.as_bytes(), "{content:?}");
    }
    for (content, fits) in [
        ("0123456789\r\n", true),
        ("0123456789", true),
        ("0123456789a\n", false),
        ("0123456789ab", false),
    ] {
        fs::write(&path, content).unwrap();
        assert_eq!(first_line(&path, "it", 10).is_ok(), fits, "{content:?}");
    }
}

#[test]
fn paths_are_shown_without_control_characters() {
    for (path, text) in [
        (&b"plain/name.txt"[..], "plain/name.txt"),
        ("Søren Å".as_bytes(), "Søren Å"),
        (b"\x1b[31mred\n", "\\u{1b}[31mred\\n"),
        ("a\u{202e}b".as_bytes(), "a\\u{202e}b"),
        (b"\xff\xfe", "\\xff\\xfe"),
    ] {
        assert_eq!(shown(Path::new(OsStr::from_bytes(path))), text);
    }
}

#[test]
fn a_new_file_is_written_whole_and_alone() {
    let dir = dir();
    for (name, of, bits) in [("public", Mode::Public, 0o644), ("secret", Mode::Secret, 0o600)] {
        let path = dir.path().join(name);
        write_new(&path, b"content", of, false).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"content");
        assert_eq!(mode(&path) & !bits, 0, "{:o}", mode(&path));
    }
    assert_eq!(mode(&dir.path().join("secret")), 0o600);
    assert_eq!(names(dir.path()), ["public", "secret"]);
}

#[test]
fn modes_follow_the_umask_but_for_secrets() {
    let dir = dir();
    for umask in ["000", "077", "777"] {
        let script =
            format!("export FOLDER={}; umask {umask}; \"$0\" \"$@\"", dir.path().display());
        let output = run_child(&["sh", "-c", &script], "files::tests::child_checks_modes");
        assert!(output.status.success(), "{umask}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
#[ignore = "run by modes_follow_the_umask_but_for_secrets"]
fn child_checks_modes() {
    let shell = Command::new("sh").args(["-c", "umask"]).output().unwrap();
    let umask = u32::from_str_radix(String::from_utf8(shell.stdout).unwrap().trim(), 8).unwrap();
    let Some(dir) = std::env::var_os("FOLDER").map(PathBuf::from) else { return };
    let (public, secret) =
        (dir.join(format!("modes-{umask:o}.pub")), dir.join(format!("modes-{umask:o}.key")));
    write_new(&public, b"x", Mode::Public, false).unwrap();
    write_new(&secret, b"x", Mode::Secret, false).unwrap();
    assert_eq!((mode(&public), mode(&secret)), (0o644 & !umask, 0o600));
}

#[test]
fn a_file_is_replaced_only_when_asked_and_keeps_its_mode() {
    let dir = dir();
    let path = dir.path().join("a");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let failure = write_new(&path, b"new", Mode::Public, false).unwrap_err();
    assert_eq!(
        (failure.problem.name(), failure.hint.as_deref()),
        ("output_exists", Some("`--force` replaces it"))
    );
    assert_eq!(refuse_existing(&path, false).unwrap_err().problem.name(), "output_exists");
    assert_eq!(fs::read(&path).unwrap(), b"old");
    refuse_existing(&path, true).unwrap();
    write_new(&path, b"new", Mode::Public, true).unwrap();
    assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (&b"new"[..], 0o640));
    assert_eq!(names(dir.path()), ["a"]);
}

#[test]
fn a_secret_is_never_replaced() {
    let dir = dir();
    let path = dir.path().join("key");
    fs::write(&path, "old").unwrap();
    for overwrite in [false, true] {
        let failure = write_new(&path, b"new", Mode::Secret, overwrite).unwrap_err();
        assert_eq!(failure.problem.name(), "secret_exists");
        assert!(!failure.hint.unwrap().contains("--force"));
    }
    assert_eq!(refuse_existing_secret(&path).unwrap_err().problem.name(), "secret_exists");
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(names(dir.path()), ["key"]);
}

/// Runs the rest where files must have a name from the start, as on FAT and most network file
/// systems.
fn place_named(path: &Path, bytes: &[u8], of: Mode) -> Result<(), Failure> {
    stage::named(path, bytes, of)?.place().map(drop)
}

#[test]
fn a_secret_goes_under_its_own_name_where_files_must_have_one() {
    let dir = dir();
    let path = dir.path().join("key");
    place_named(&path, b"key", Mode::Secret).unwrap();
    assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (&b"key"[..], 0o600));
    let staged = stage::named(&dir.path().join("other"), b"other", Mode::Secret).unwrap();
    // Nothing is there until it is placed, and nothing after it is dropped.
    assert_eq!(names(dir.path()), ["key"]);
    drop(staged);
    assert_eq!(names(dir.path()), ["key"]);
    place_named(&dir.path().join("public"), b"public", Mode::Public).unwrap();
    assert_eq!(names(dir.path()), ["key", "public"]);
}

#[test]
fn what_is_planted_meanwhile_takes_no_secret() {
    let dir = dir();
    let real = dir.path().join("real");
    fs::write(&real, "other").unwrap();
    let plants: [fn(&Path); 4] = [
        |path| symlink("real", path).unwrap(),
        |path| symlink("nothing", path).unwrap(),
        |path| fs::hard_link(path.with_file_name("real"), path).unwrap(),
        fifo,
    ];
    for plant in plants {
        let path = dir.path().join("key");
        for staged in [
            stage(&path, b"key", Mode::Secret, false).unwrap(),
            stage::named(&path, b"key", Mode::Secret).unwrap(),
        ] {
            plant(&path);
            assert_eq!(staged.place().unwrap_err().problem.name(), "secret_exists");
            fs::remove_file(&path).unwrap();
        }
        assert_eq!(fs::read(&real).unwrap(), b"other");
        assert_eq!(names(dir.path()), ["real"]);
    }
}

#[test]
fn a_key_that_comes_meanwhile_is_not_replaced() {
    let dir = dir();
    let path = dir.path().join("a");
    fs::write(&path, "old").unwrap();
    let staged = stage(&path, b"new", Mode::Public, true).unwrap();
    fs::write(&path, "-----BEGIN PRIVATE KEY-----\n").unwrap();
    assert_eq!(staged.place().unwrap_err().problem.name(), "output_protected");
    assert_eq!(names(dir.path()), ["a"]);
}

#[test]
fn what_takes_the_name_of_a_pipe_meanwhile_is_not_written_into() {
    let dir = dir();
    let path = dir.path().join("out");
    for (content, expected) in
        [("-----BEGIN PRIVATE KEY-----\n", "output_protected"), ("mine\n", "output_exists")]
    {
        fifo(&path);
        let staged = stage(&path, b"bytes", Mode::Public, false).unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, content).unwrap();
        assert_eq!(staged.place().unwrap_err().problem.name(), expected);
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn new_output_has_no_name_before_it_is_placed() {
    let dir = dir();
    for of in [Mode::Secret, Mode::Public] {
        let staged = stage(&dir.path().join("a"), b"a", of, false).unwrap();
        assert_eq!(names(dir.path()), Vec::<String>::new(), "this file system lacks O_TMPFILE");
        drop(staged);
    }
}

#[test]
fn a_quoted_path_is_one_word_of_the_shell() {
    for path in [
        &b"plain/name-1.txt"[..],
        b"",
        b"-rf",
        b"-it's",
        b"a b",
        b"it's",
        b"a;b|c&d",
        b"$HOME`id`$(id)",
        b"~",
        b"*",
        b"=ls",
        b"back\\slash",
        b"new\nline'",
        b"\x1b[31m7\\",
        b"\xff\xfe'",
        "S\u{f8}ren\u{202e}7".as_bytes(),
    ] {
        let word = quoted(Path::new(OsStr::from_bytes(path)));
        let visible = word.chars().all(license_core::visible::is_visible);
        assert!(visible && !word.starts_with('-'), "{word}");
        let output =
            Command::new("bash").arg("-c").arg(format!("printf '[%s]' {word}")).output().unwrap();
        let before = if path.starts_with(b"-") { &b"./"[..] } else { b"" };
        assert_eq!(output.stdout, [b"[", before, path, b"]"].concat(), "{word}");
    }
}

// The name is taken after the first look at it: what `stage` found free, `place` must not
// replace.
#[test]
fn a_file_that_appears_meanwhile_is_not_replaced() {
    let dir = dir();
    for (of, code) in [(Mode::Public, "output_exists"), (Mode::Secret, "secret_exists")] {
        let path = dir.path().join(code);
        let staged = stage(&path, b"new", of, false).unwrap();
        fs::write(&path, "other").unwrap();
        assert_eq!(staged.place().unwrap_err().problem.name(), code);
        assert_eq!(fs::read(&path).unwrap(), b"other");
    }
    assert_eq!(names(dir.path()), ["output_exists", "secret_exists"]);
}

#[test]
fn many_writers_of_one_name_leave_one_winner() {
    let dir = dir();
    let path = dir.path().join("a");
    let won: Vec<bool> = thread::scope(|scope| {
        let writers: Vec<_> = (0..16u8)
            .map(|n| {
                let path = &path;
                scope.spawn(move || write_new(path, &[n; 4096], Mode::Public, false).is_ok())
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    let winner = u8::try_from(won.iter().position(|won| *won).unwrap()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), [winner; 4096]);
    assert_eq!(names(dir.path()), ["a"]);
}

#[test]
fn folders_that_are_in_the_way_or_missing_are_named() {
    let dir = dir();
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    for (path, code) in [
        (dir.path().to_owned(), "output_directory"),
        (PathBuf::from(".."), "output_directory"),
        (PathBuf::from("/"), "output_directory"),
        (dir.path().join("missing/a"), "output_parent"),
        (file.join("a"), "output_parent"),
    ] {
        for overwrite in [false, true] {
            assert_eq!(
                write_new(&path, b"x", Mode::Public, overwrite).unwrap_err().problem.name(),
                code,
                "{path:?}"
            );
            assert_eq!(
                refuse_existing(&path, overwrite).unwrap_err().problem.name(),
                code,
                "{path:?}"
            );
        }
    }
    assert!(write_new(&dir.path().join("missing/"), b"x", Mode::Public, false).is_err());
    assert_eq!(names(dir.path()), ["file"]);
}

#[test]
fn links_stay_and_their_file_is_replaced() {
    let dir = dir();
    let (real, link, dangling) =
        (dir.path().join("sub/real"), dir.path().join("link"), dir.path().join("dangling"));
    fs::create_dir(dir.path().join("sub")).unwrap();
    fs::write(&real, "old").unwrap();
    symlink("sub/real", &link).unwrap();
    symlink("nowhere", &dangling).unwrap();
    assert_eq!(
        write_new(&link, b"new", Mode::Public, false).unwrap_err().problem.name(),
        "output_exists"
    );
    assert_eq!(
        write_new(&link, b"new", Mode::Secret, true).unwrap_err().problem.name(),
        "secret_exists"
    );
    write_new(&link, b"new", Mode::Public, true).unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read(&real).unwrap(), b"new");
    for overwrite in [false, true] {
        assert_eq!(
            write_new(&dangling, b"new", Mode::Public, overwrite).unwrap_err().problem.name(),
            "output_unwritable"
        );
    }
    assert_eq!(names(dir.path()), ["dangling", "link", "sub"]);
    assert_eq!(names(&dir.path().join("sub")), ["real"]);
}

#[test]
fn pipes_and_devices_are_written_into() {
    let dir = dir();
    let path = dir.path().join("pipe");
    fifo(&path);
    let reader = thread::spawn({
        let path = path.clone();
        move || fs::read(path).unwrap()
    });
    write_new(&path, b"content", Mode::Public, false).unwrap();
    assert_eq!(reader.join().unwrap(), b"content");
    assert!(fs::metadata(&path).unwrap().file_type().is_fifo());
    write_new(Path::new("/dev/null"), b"content", Mode::Public, true).unwrap();
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    assert_eq!(
        write_new(Path::new("/dev/full"), b"content", Mode::Public, true)
            .unwrap_err()
            .problem
            .name(),
        "disk_full"
    );
}

#[test]
fn standard_output_is_written_under_each_of_its_names() {
    let output = run_child(&["env", "TOLD=1"], "files::tests::child_writes_standard_output");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert_eq!(text.matches("content").count(), 3, "{text}");
}

#[test]
#[ignore = "run by standard_output_is_written_under_each_of_its_names"]
fn child_writes_standard_output() {
    if std::env::var_os("TOLD").is_some() {
        for path in ["-", "/dev/stdout", "/dev/fd/1"] {
            write_new(Path::new(path), b"content\n", Mode::Public, false).unwrap();
        }
    }
}

#[test]
fn a_reader_that_leaves_is_noticed() {
    let dir = dir();
    let path = dir.path().join("pipe");
    fifo(&path);
    let reader = thread::spawn({
        let path = path.clone();
        move || drop(File::open(path).unwrap())
    });
    // More than a pipe holds, so that the writer is still there when the reader leaves.
    assert_eq!(
        write_new(&path, &vec![1; 1 << 20], Mode::Public, false).unwrap_err().problem.name(),
        "output_closed"
    );
    reader.join().unwrap();
}

// In a mount namespace of its own, so that the small disk goes with the process. Never skipped:
// if namespaces are not allowed here, this fails and says so.
#[test]
fn a_full_disk_leaves_the_old_file_and_nothing_else() {
    let me = Command::new("id").arg("-u").output().unwrap();
    let flags = if me.stdout == b"0\n" { "-m" } else { "-rm" };
    let output =
        run_child(&["unshare", flags, "env", "FILL=1"], "files::tests::child_fills_a_disk");
    assert!(
        output.status.success(),
        "(needs `unshare {flags}` and a tmpfs) {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[ignore = "run by a_full_disk_leaves_the_old_file_and_nothing_else"]
fn child_fills_a_disk() {
    if std::env::var_os("FILL").is_none() {
        return;
    }
    let dir = dir();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "none"])
        .arg(dir.path())
        .status()
        .unwrap();
    assert!(mounted.success(), "cannot mount a tmpfs of 64 KiB");
    let (old, new) = (dir.path().join("old"), dir.path().join("new"));
    fs::write(&old, "old").unwrap();
    for (path, of, overwrite) in
        [(&old, Mode::Public, true), (&new, Mode::Public, false), (&new, Mode::Secret, false)]
    {
        let failure = write_new(path, &vec![1; 100_000], of, overwrite).unwrap_err();
        assert_eq!(failure.problem.name(), "disk_full", "{failure}");
        assert_eq!(names(dir.path()), ["old"]);
    }
    let failure = write_pair((&new, b"key"), (&dir.path().join("pub"), &vec![1; 100_000]), false)
        .unwrap_err();
    assert_eq!(failure.problem.name(), "disk_full");
    assert_eq!(names(dir.path()), ["old"]);
    assert_eq!(fs::read(&old).unwrap(), b"old");
    assert!(Command::new("umount").arg(dir.path()).status().unwrap().success());
}

#[test]
fn several_files_are_written_all_or_none() {
    let dir = dir();
    let (a, b, missing) =
        (dir.path().join("a"), dir.path().join("b"), dir.path().join("missing/c"));
    assert_eq!(
        write_all(&[(&a, b"1"), (&missing, b"2")], false).unwrap_err().problem.name(),
        "output_parent"
    );
    // The same name twice: free when it was looked at, taken when the second is put in place.
    assert_eq!(
        write_all(&[(&b, b"1"), (&a, b"2"), (&a, b"3")], false).unwrap_err().problem.name(),
        "output_exists"
    );
    assert_eq!(names(dir.path()), Vec::<String>::new());
    write_all(&[(&a, b"1"), (&b, b"2")], false).unwrap();
    assert_eq!((fs::read(&a).unwrap(), fs::read(&b).unwrap()), (b"1".to_vec(), b"2".to_vec()));
    write_all(&[(&a, b"3"), (&b, b"4")], true).unwrap();
    assert_eq!((fs::read(&a).unwrap(), fs::read(&b).unwrap()), (b"3".to_vec(), b"4".to_vec()));
    write_all(&[], false).unwrap();
}

#[test]
fn a_pair_is_written_whole_or_not_at_all() {
    let dir = dir();
    let (key, public) = (dir.path().join("key"), dir.path().join("key.pub"));
    fs::write(&public, "old").unwrap();
    assert_eq!(
        write_pair((&key, b"k"), (&public, b"p"), false).unwrap_err().problem.name(),
        "output_exists"
    );
    assert_eq!(
        write_pair((&key, b"k"), (&dir.path().join("missing/p"), b"p"), false)
            .unwrap_err()
            .problem
            .name(),
        "output_parent"
    );
    assert_eq!(
        write_pair((&key, b"k"), (&key, b"p"), false).unwrap_err().problem.name(),
        "secret_exists"
    );
    assert_eq!(
        write_pair((&key, b"k"), (Path::new("/dev/full"), b"p"), false).unwrap_err().problem.name(),
        "disk_full"
    );
    assert_eq!(names(dir.path()), ["key.pub"]);
    write_pair((&key, b"k"), (&public, b"p"), true).unwrap();
    assert_eq!((mode(&key), fs::read(&public).unwrap().as_slice()), (0o600, &b"p"[..]));
    assert_eq!(
        write_pair((&key, b"k2"), (&public, b"p2"), true).unwrap_err().problem.name(),
        "secret_exists"
    );
    assert_eq!(
        (fs::read(&key).unwrap().as_slice(), fs::read(&public).unwrap().as_slice()),
        (&b"k"[..], &b"p"[..])
    );
    assert_eq!(names(dir.path()), ["key", "key.pub"]);
}

#[test]
fn a_public_key_that_was_replaced_comes_back_where_the_private_one_fails() {
    let dir = dir();
    let (key, public) = (dir.path().join("key"), dir.path().join("key.pub"));
    fs::write(&public, "old").unwrap();
    fs::set_permissions(&public, Permissions::from_mode(0o640)).unwrap();
    let staged = stage(&key, b"k", Mode::Secret, false).unwrap();
    fs::write(&key, "taken").unwrap();
    let other = stage(&public, b"p", Mode::Public, true).unwrap();
    let failure = place_pair(staged, other).unwrap_err();
    assert_eq!(failure.problem.name(), "secret_exists");
    assert_eq!((fs::read_to_string(&public).unwrap().as_str(), mode(&public)), ("old", 0o640));
}
