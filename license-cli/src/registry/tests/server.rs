//! A PostgreSQL server of the tests' own: in a temporary folder, on a socket, gone afterwards.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

/// Where Debian keeps the programs, by version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Makes the database's folder, starts the server, and ends it with the test: when the standard
/// input closes, however the test ended. The server refuses to run as root.
const SCRIPT: &str = r#"
set -e
programs=$1 folder=$2
shift 2
trap 'umount "$folder/log.d" 2>/dev/null || true; rm -rf "$folder"' EXIT
user=
if [ "$(id -u)" -eq 0 ]; then
  chown postgres "$folder"
  user='setpriv --reuid postgres --regid postgres --clear-groups'
fi
cd /
apart=
if [ -n "${ROOM-}" ]; then
  mkdir "$folder/log.d"
  mount -t tmpfs -o "size=$ROOM" none "$folder/log.d"
  $user mkdir "$folder/log.d/wal" 2>/dev/null || install -d -o postgres "$folder/log.d/wal"
  apart="-X $folder/log.d/wal --wal-segsize=1"
fi
$user "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync \
  $apart >"$folder/initdb.log" 2>&1
for file in "$folder"/files/*; do
  [ -e "$file" ] || continue
  $user install -m 0600 "$file" "$folder/data/"
done
serve() {
  $user "$programs/postgres" -D "$folder/data" -c unix_socket_directories="$folder" "$@" \
    >>"$folder/log" 2>&1 </dev/null &
  server=$!
}
serve "$@"
while read -r order; do
  case $order in
    restart) kill -INT $server; wait $server || true; serve "$@" ;;
    kill) kill -QUIT $server || true; wait $server || true; serve "$@" ;;
    fill) cat /dev/zero >"$folder/log.d/fill" 2>/dev/null || true; touch "$folder/filled" ;;
    free) rm -f "$folder/log.d/fill" "$folder/filled" ;;
  esac
done
kill -QUIT $server || true
wait $server || true
"#;

/// A server that runs as long as this is kept.
pub(crate) struct Server {
    pub(crate) folder: PathBuf,
    port: u16,
    script: Child,
}

impl Server {
    /// The one that tests share, each with a database of its own.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&["-c", "listen_addresses=", "-c", "fsync=off"]))
    }

    /// One with these options.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::with_files(options, 5432, &[])
    }

    /// One whose log of changes is on a small disk of its own, in segments of a MiB, until
    /// [`Server::fill`] leaves no room on it.
    pub(crate) fn with_little_room() -> Self {
        let uid = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap());
        let apart: &[&str] = match uid {
            0 => &["unshare", "-m", "env", "ROOM=48m", "bash"],
            _ => {
                &["unshare", "-Um", "--map-current-user", "--keep-caps", "env", "ROOM=48m", "bash"]
            }
        };
        let settings = [
            "listen_addresses=",
            "min_wal_size=2MB",
            "max_wal_size=1GB",
            "wal_recycle=off",
            "checkpoint_timeout=1h",
            "wal_writer_delay=10s",
        ];
        let options: Vec<&str> = settings.iter().flat_map(|setting| ["-c", setting]).collect();
        Self::under(apart, &options, 5432, &[])
    }

    /// Leaves no room for the log but what its last segment has: about so many bytes.
    pub(crate) fn fill(&mut self, database: &str, left: u32) {
        writeln!(self.script.stdin.as_mut().unwrap(), "fill").unwrap();
        while !self.folder.join("filled").exists() {
            thread::sleep(Duration::from_millis(20));
        }
        // Segments that were made ahead are used up too; their pages have heads of their own.
        let sql = format!(
            "SELECT pg_logical_emit_message(true, 'x', repeat('x', greatest(0, (0.996 * (1048576 * \
             (1 + (SELECT count(*) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{{24}}$' AND \
             name > pg_walfile_name(pg_current_wal_insert_lsn()))) - {left} - \
             (pg_current_wal_insert_lsn() - '0/0') % 1048576))::int)))"
        );
        self.psql(database, &sql).unwrap();
    }

    /// Makes room again, and starts it anew.
    pub(crate) fn free(&mut self) {
        writeln!(self.script.stdin.as_mut().unwrap(), "free").unwrap();
        self.order("kill");
    }

    /// One with these options, which listens here, and with these files in its folder.
    pub(crate) fn with_files(options: &[&str], port: u16, files: &[(&str, &[u8])]) -> Self {
        Self::under(&["bash"], options, port, files)
    }

    /// Runs the script under this program.
    fn under(shell: &[&str], options: &[&str], port: u16, files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let beside = folder.join("files");
        std::fs::create_dir(&beside).unwrap();
        for (name, bytes) in files {
            std::fs::write(beside.join(name), bytes).unwrap();
        }
        let (program, arguments) = shell.split_first().unwrap();
        let script = Command::new(program)
            .args(arguments)
            .args(["-c", SCRIPT, "server"])
            .args([programs().as_os_str(), folder.as_os_str()])
            .args(options)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let server = Self { folder, port, script };
        server.wait();
        server
    }

    /// Waits until it answers.
    pub(crate) fn wait(&self) {
        for _ in 0..600 {
            if self.psql("postgres", "SELECT 1").is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let log = |name| std::fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        panic!("PostgreSQL does not start:\n{}{}", log("initdb.log"), log("log"));
    }

    /// What `psql` prints for these statements.
    pub(crate) fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        let output = Command::new(programs().join("psql"))
            .args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database])
            .arg("-h")
            .args([self.folder.as_os_str()])
            .args(["-p", &self.port.to_string(), "-c", sql])
            .env_remove("PGPASSWORD")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// The URL of a database, over the socket.
    pub(crate) fn url(&self, database: &str) -> String {
        let folder = self.folder.to_str().unwrap().replace('/', "%2F");
        format!("postgres://postgres@{folder}:{}/{database}", self.port)
    }

    /// The URL of a new database.
    pub(crate) fn with_database(&self, database: &str) -> String {
        self.psql("postgres", &format!("CREATE DATABASE {database}")).unwrap();
        self.url(database)
    }

    /// Restarts it: `restart` as an admin does, `kill` as a power cut does.
    pub(crate) fn order(&mut self, order: &str) {
        writeln!(self.script.stdin.as_mut().unwrap(), "{order}").unwrap();
        thread::sleep(Duration::from_millis(300));
        self.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        self.script.wait().ok();
    }
}

/// The folder of the newest version's programs.
pub(crate) fn programs() -> PathBuf {
    let versions = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let found = versions.map(|version| version.path().join("bin"));
    let found = found.filter(|programs| programs.join("initdb").is_file()).max();
    found.unwrap_or_else(|| panic!("{}: apt-get install postgresql", Path::new(VERSIONS).display()))
}
