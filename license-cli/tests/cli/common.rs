//! A folder with keys, an instance and licenses; running the command in it; and what holds of every
//! run.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::explain::CODES;
use crate::json::Json;

/// The instance of every fixture, and its company.
pub(crate) const INSTANCE: &str = "5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11";
pub(crate) const COMPANY: &str = "Nordhavn Shipyards A/S";

/// Files above this are compared by their size alone: the sparse ones.
const LARGE: u64 = 1 << 24;

/// A folder of a test's own, removed at its end; and the database that belongs to it.
pub(crate) struct Dir(
    PathBuf,
    #[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "only a desk has one"))]
    Option<String>,
);

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What stands in a folder: each path with its mode and its content; folders and large files
/// without content.
pub(crate) type Tree = BTreeMap<PathBuf, (u32, Option<Vec<u8>>)>;

/// How a run ended.
pub(crate) struct Run {
    command: String,
    pub(crate) status: Option<i32>,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

/// Returns the path of the command that is tested.
pub(crate) fn binary() -> PathBuf {
    assert_cmd::cargo::cargo_bin!("airlock").to_path_buf()
}

/// Returns the path of a sample export.
pub(crate) fn data(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Returns the words of a command line; '...' holds spaces together.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Returns the command line of a license without a request; an option given here takes the place of
/// the usual one.
pub(crate) fn terms(changed: &str) -> String {
    let usual = [
        ("--key", "desk.key"),
        ("--issuer", "desk.issuer"),
        ("--policy", "gitlab-legacy"),
        ("--company", "'Nordhavn Shipyards A/S'"),
        ("--name", "'Ida Thorsen'"),
        ("--email", "ida.thorsen@nordhavn.example"),
        ("--plan", "premium"),
        ("--seats", "100"),
        ("--from", "2025-11-01"),
        ("--until", "2026-11-01"),
        ("--today", "2025-10-20"),
        ("--out", "new.airlock"),
    ];
    let changes = words(changed);
    let keep = |option: &str| {
        !changes.iter().any(|word| word == option || (word == "--unlimited" && option == "--seats"))
    };
    let kept: Vec<String> = usual
        .iter()
        .filter(|(option, _)| keep(option))
        .map(|(option, value)| format!("{option} {value}"))
        .collect();
    format!("license issue {} {changed}", kept.join(" "))
}

/// Runs a tool of the system; a missing one fails the test with the Debian package to install.
pub(crate) fn tool(name: &str, package: &str, arguments: &[&str], dir: &Path) -> Output {
    let run = Command::new(name).args(arguments).current_dir(dir).stdin(Stdio::null()).output();
    run.unwrap_or_else(|error| {
        panic!("this test needs `{name}`, of the Debian package {package}: {error}")
    })
}

/// Runs a command of the shell on a terminal of its own, and returns what that terminal showed.
///
/// `typing` is a script of bash, and what it prints is typed. In it `said TEXT [N]` waits until the
/// terminal has shown this text (N times), `until_is COMMAND` until that command succeeds. Nothing
/// waits for time: a machine under load is slow.
pub(crate) fn on_terminal(dir: &Dir, command: &str, typing: &str) -> String {
    dir.write(
        "typing.sh",
        format!(
            "until_is() {{ for _ in $(seq 500); do eval \"$1\" && return; sleep 0.05; done; exit 1; }}\n\
             said() {{ until_is \"[ \\$(grep -aoF -- '$1' .said | wc -l) -ge ${{2:-1}} ]\"; }}\n\
             {typing}\n"
        ),
    );
    dir.write("command.sh", command);
    dir.write(".said", "");
    let script = "bash typing.sh 2>typing.err \
        | timeout 120 script -qfec 'exec sh command.sh' /dev/null >.said";
    tool("bash", "bash", &["-c", script], dir.root());
    String::from_utf8_lossy(&dir.read(".said")).replace('\r', "")
}

/// Returns `unshare` with a mount namespace of its own, as root or as anybody.
pub(crate) fn unshare() -> &'static str {
    if fs::metadata("/proc/self").unwrap().uid() == 0 { "unshare -m" } else { "unshare -rm" }
}

impl Dir {
    /// Returns an empty folder.
    pub(crate) fn empty() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("cli-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path, None)
    }

    /// Returns a folder with the fixture in it.
    pub(crate) fn new() -> Self {
        static FIXTURE: OnceLock<Tree> = OnceLock::new();
        let dir = Self::empty();
        for (path, (mode, content)) in FIXTURE.get_or_init(fixture) {
            let to = dir.0.join(path);
            match content {
                None => fs::DirBuilder::new().mode(*mode).create(&to).unwrap(),
                Some(bytes) => fs::write(&to, bytes).unwrap(),
            }
            fs::set_permissions(&to, Permissions::from_mode(*mode)).unwrap();
        }
        dir
    }

    /// Returns a folder with the fixture, its license installed on 2025-11-01.
    pub(crate) fn installed() -> Self {
        let dir = Self::new();
        dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
        dir
    }

    /// The folder with this database of the server, whose rows belong to its tree.
    #[cfg(feature = "postgres")]
    pub(crate) fn with_database(mut self, name: String) -> Self {
        self.1 = Some(name);
        self
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn database(&self) -> Option<&str> {
        self.1.as_deref()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.path(name).symlink_metadata().is_ok()
    }

    pub(crate) fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o7777
    }

    pub(crate) fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        add(&self.0, &self.0, &mut tree);
        #[cfg(feature = "postgres")]
        if let Some(name) = self.database() {
            tree.insert(PathBuf::from("the database"), (0, Some(rows(name).into_bytes())));
        }
        tree
    }

    /// Returns the command, in this folder, without an instance of the surroundings.
    pub(crate) fn command(&self, arguments: &[String]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(arguments)
            .current_dir(&self.0)
            .env_remove("AIRLOCK_INSTANCE")
            .env_remove("AIRLOCK_DESK")
            .env("TMPDIR", &self.0)
            .stdin(Stdio::null());
        command
    }

    /// Returns the command under another one, such as `prlimit`.
    pub(crate) fn under(&self, wrapper: &str, package: &str, line: &str) -> Run {
        let wrapper = words(wrapper);
        let mut command = Command::new(&wrapper[0]);
        command
            .args(&wrapper[1..])
            .arg(binary())
            .args(words(line))
            .current_dir(&self.0)
            .env_remove("AIRLOCK_INSTANCE")
            .env_remove("AIRLOCK_DESK");
        let output = command.stdin(Stdio::null()).output();
        let output = output.unwrap_or_else(|error| {
            panic!("this test needs `{}`, of the Debian package {package}: {error}", wrapper[0])
        });
        Run::of(line, output)
    }

    /// Runs the command as it is written.
    pub(crate) fn run(&self, line: &str) -> Run {
        Run::of(line, self.command(&words(line)).output().unwrap())
    }

    /// Runs the command with this on standard input.
    pub(crate) fn run_with(&self, line: &str, input: &[u8]) -> Run {
        let mut command = self.command(&words(line));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A command that does not read to the end closes the pipe.
        let writer = std::thread::spawn(move || stdin.write_all(&input).ok());
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Run::of(line, output)
    }

    /// Runs the command with `--json` and returns its answer: exit status 0.
    #[track_caller]
    pub(crate) fn yes(&self, line: &str) -> Json {
        self.run(&format!("{line} --json")).yes()
    }

    /// Returns the answer of a refusal that is a verdict: exit status 1 and nothing written.
    #[track_caller]
    pub(crate) fn no(&self, line: &str) -> Json {
        self.unchanged(|| self.run(&format!("{line} --json")).no())
    }

    /// Checks a refusal with this code: exit status 1 and nothing written. Returns the error.
    #[track_caller]
    pub(crate) fn refused(&self, line: &str, code: &str) -> Json {
        self.unchanged(|| self.run(&format!("{line} --json")).error(1, code))
    }

    /// Checks a failure with this code: exit status 2 and nothing written. Returns the error.
    #[track_caller]
    pub(crate) fn failed(&self, line: &str, code: &str) -> Json {
        self.unchanged(|| self.run(&format!("{line} --json")).error(2, code))
    }

    /// Checks that nothing in this folder changes.
    #[track_caller]
    pub(crate) fn unchanged<T>(&self, run: impl FnOnce() -> T) -> T {
        let before = self.tree();
        let result = run();
        let after = self.tree();
        let names = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&after), names(&before));
        let changed: Vec<_> = after
            .iter()
            .filter(|(path, found)| before.get(*path) != Some(found))
            .map(|(path, _)| path)
            .collect();
        assert!(changed.is_empty(), "found changed: {changed:?}");
        result
    }

    /// Issues a license without a request and returns the answer.
    #[track_caller]
    pub(crate) fn issue(&self, changed: &str) -> Json {
        self.yes(&terms(changed))
    }

    /// Returns the last document of a file, as `show` has it.
    #[track_caller]
    pub(crate) fn show(&self, file: &str) -> Json {
        self.yes(&format!("show {file} --trust root.pub"))["documents"]
            .items()
            .last()
            .unwrap()
            .clone()
    }
}

/// Every row of a database with a registry; nothing of one without.
#[cfg(feature = "postgres")]
fn rows(database: &str) -> String {
    let tables = ["customer", "contact", "subscription", "instance", "note", "document"];
    let tables = tables.iter().chain(&["chain", "event", "search"]);
    let select = tables.map(|table| format!("SELECT '{table}', t::text FROM {table} t"));
    let select: Vec<String> = select.collect();
    let sql = format!("{} ORDER BY 1, 2", select.join(" UNION ALL "));
    crate::server::Server::shared().psql(database, &sql).unwrap_or_default()
}

fn add(root: &Path, dir: &Path, tree: &mut Tree) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let found = path.symlink_metadata().unwrap();
        let content = (found.is_file() && found.len() < LARGE).then(|| fs::read(&path).unwrap());
        tree.insert(
            path.strip_prefix(root).unwrap().to_owned(),
            (found.permissions().mode() & 0o7777, content),
        );
        if found.is_dir() {
            add(root, &path, tree);
        }
    }
}

/// Two roots with a desk each, an instance that trusts the first, its request, a license bound to
/// it (`n.airlock`: 100 seats, previous users 100), one that is not bound (`loose.airlock`), and
/// one from the other root (`other.airlock`).
fn fixture() -> Tree {
    let dir = Dir::empty();
    for name in ["root", "desk", "root2", "desk2"] {
        dir.yes(&format!("key new --out {name} --no-passphrase"));
    }
    for (root, desk) in [("root", "desk"), ("root2", "desk2")] {
        dir.yes(&format!(
            "issuer certify --root {root}.key --key {desk}.pub --name Desk --from 2025-01-01 \
                --until 2027-01-01 --today 2025-01-01 --out {desk}.issuer"
        ));
    }
    dir.yes(&format!("instance init inst --id {INSTANCE} --trust root.pub"));
    dir.yes(&format!(
        "request new --instance inst --company '{COMPANY}' --name 'Ida Thorsen' --email \
            ida.thorsen@nordhavn.example --plan premium \
         --seats 100 --users 81 --today 2025-10-18 --out n.request"
    ));
    dir.yes(
        "license issue --key desk.key --issuer desk.issuer --trust root.pub --policy gitlab-legacy \
            --request n.request --from 2025-11-01 \
         --until 2026-11-01 --subscription A-S00012345 --previous-users 100 --today 2025-10-20 \
         --out n.airlock",
    );
    dir.issue("--out loose.airlock --previous-users 100");
    dir.issue("--out other.airlock --key desk2.key --issuer desk2.issuer");
    dir.tree()
}

impl Run {
    /// Takes what was printed, and checks what holds of every run.
    #[track_caller]
    pub(crate) fn of(line: &str, output: Output) -> Self {
        let err = String::from_utf8(output.stderr).expect("standard error is UTF-8");
        let run = Self {
            command: format!("airlock {line}"),
            status: output.status.code(),
            out: output.stdout,
            err,
        };
        assert!(!run.err.contains("panicked"), "{run}");
        assert_ne!(run.status, Some(101), "{run}");
        assert!(
            run.status != Some(2) || run.out.is_empty(),
            "found output with exit status 2: {run}"
        );
        crate::messages::of_run(&run);
        let printed = format!("{}{}", String::from_utf8_lossy(&run.out), run.err);
        assert_eq!(crate::plural::wrong(&printed), None, "{run}");
        assert!(
            !run.err.contains(|c: char| c.is_control() && c != '\n'),
            "found a control character on standard error: {run}"
        );
        run
    }

    /// Returns standard output, which must be text that a terminal does not obey.
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        let text = std::str::from_utf8(&self.out).expect("standard output is UTF-8");
        assert!(
            !text.contains(|c: char| c.is_control() && c != '\n'),
            "found a control character on standard output: {self}"
        );
        text
    }

    #[track_caller]
    pub(crate) fn ends(&self, status: i32) -> &Self {
        assert_eq!(self.status, Some(status), "{self}");
        self
    }

    #[track_caller]
    pub(crate) fn yes(&self) -> Json {
        self.ends(0);
        self.answer(self.text())
    }

    #[track_caller]
    pub(crate) fn no(&self) -> Json {
        self.ends(1);
        self.answer(self.text())
    }

    #[track_caller]
    fn answer(&self, text: &str) -> Json {
        assert!(text.ends_with('\n'), "expected one line of JSON: {self}");
        assert_eq!(text.lines().count(), 1, "expected one line of JSON: {self}");
        let json = Json::read(text);
        assert!(json["format"] == 1, "{self}");
        json
    }

    /// Returns the error: one JSON object on standard error, nothing on standard output.
    #[track_caller]
    pub(crate) fn error(&self, status: i32, code: &str) -> Json {
        self.ends(status);
        assert!(self.out.is_empty(), "{self}");
        let json = Json::read(&self.err);
        assert_eq!(json.keys(), ["error"], "{self}");
        let error = json["error"].clone();
        assert_eq!(error.keys(), ["code", "hint", "message"], "{self}");
        assert!(error["code"] == code, "expected the code {code}: {self}");
        assert!(CODES.contains(&format!("| `{code}` |")), "docs/CODES.md lacks {code}: {self}");
        assert!(!error["hint"].text().is_empty(), "{self}");
        assert!(!error["message"].text().is_empty(), "{self}");
        assert!(!error["message"].text().contains(char::is_control), "{self}");
        error
    }

    /// Returns the answer that goes to standard error where standard output is taken by a file.
    #[track_caller]
    pub(crate) fn answer_beside_the_file(&self) -> Json {
        self.ends(0);
        self.answer(&self.err)
    }

    /// Checks that the text for people holds each of these.
    #[track_caller]
    pub(crate) fn says(&self, expected: &[&str]) -> &Self {
        let printed = format!("{}{}", String::from_utf8_lossy(&self.out), self.err);
        for text in expected {
            assert!(printed.contains(text), "expected {text:?}: {self}");
        }
        self
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let binary = |_| format!("{} bytes, not text", self.out.len());
        let out = std::str::from_utf8(&self.out).map_or_else(binary, str::to_owned);
        write!(
            f,
            "$ {}\nexit status {:?}\n--- standard output\n{out}\n--- standard error\n{}",
            self.command, self.status, self.err
        )
    }
}
