//! A PostgreSQL server of our own: in a temporary folder, as an ordinary user, reached by a socket in that folder.

use lexloci::Instant;
use lexloci_store::Postgres;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

pub struct Server {
    folder: TempDir,
    programs: PathBuf,
    settings: Vec<&'static str>,
    process: Option<Child>,
}

impl Server {
    /// Starts a server with some settings. `None` if PostgreSQL is not installed; the test is then skipped.
    pub fn start(settings: &[&'static str]) -> Option<Self> {
        let Some(programs) = programs() else {
            let skipped =
                "skipped: PostgreSQL is not installed (Debian: apt-get install postgresql)";
            let _ = writeln!(std::io::stderr(), "{skipped}");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("lexloci-pg").tempdir().unwrap();
        if is_root() {
            let path = folder.path().to_str().unwrap();
            assert!(Command::new("chown").args(["postgres", path]).status().unwrap().success());
        }
        let mut server = Self { folder, programs, settings: settings.to_vec(), process: None };
        let mut initdb = server.command("initdb");
        initdb.args(["--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "-D"]);
        let made = initdb.arg(server.data()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        server.resume();
        Some(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Starts the server anew, and waits until it takes connections.
    pub fn resume(&mut self) {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        for setting in ["listen_addresses=", "logging_collector=off"].iter().chain(&self.settings) {
            command.arg("-c").arg(setting);
        }
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut told = String::new();
        while !told.contains("ready to accept connections") {
            let read = log.read_line(&mut told).unwrap();
            assert!(read > 0, "the server ended: {told}");
        }
        // Somebody has to read what it tells.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        self.process = Some(process);
    }

    /// Ends the server at once, with all connections.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            signal("-QUIT", process.id());
            process.wait().unwrap();
        }
    }

    pub fn address(&self) -> String {
        format!("host={} user=postgres dbname=postgres", self.folder.path().display())
    }

    pub fn store(&self, schema: &str, begins: Option<Instant>) -> Postgres {
        Postgres::open(&self.address(), schema, begins).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Sends a signal. Returns whether there was still such a process.
pub fn signal(signal: &str, process: u32) -> bool {
    let mut command = Command::new("kill");
    let command = command.args([signal, &process.to_string()]).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout == b"0\n"
}

/// The folder of the newest PostgreSQL that is installed.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.map(|version| version.unwrap().path().join("bin"));
    let mut found: Vec<_> = folders.filter(|folder| has_server(folder)).collect();
    found.sort();
    found.pop()
}

fn has_server(folder: &Path) -> bool {
    folder.join("initdb").exists() && folder.join("postgres").exists()
}
