//! A process that is killed while it commits loses nothing that was acknowledged, and keeps nothing twice.

use crate::agree::{logged, server};
use crate::histories::counter;
use crate::server::signal;
use crate::threads::{ask, delta, judging, spec};
use lexloci::state::{
    Commit, Committed, Committing, Delta, Judging, Reading, Store, StoreError, StreamPosition,
};
use lexloci_store::Sqlite;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How many records a batch has.
const BATCH: u64 = 7;

/// How often a process is killed: `LEXLOCI_KILLS`. A process of a server is killed a twentieth as often.
fn kills() -> u64 {
    std::env::var("LEXLOCI_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(50)
}

/// The number of the batch that was committed last.
fn last(store: &mut dyn Store) -> Result<u64, StoreError> {
    Ok(store.position("batches")?.map_or(0, |at| at.parse().unwrap()))
}

fn commit(store: &mut dyn Store, batch: u64) -> Result<Committed, StoreError> {
    let key = counter("eu.plain", "tg:1");
    let records = (batch * BATCH)..(batch * BATCH + BATCH);
    let judged: Vec<(Judging, Delta)> = records
        .map(|record| {
            let number = i128::from(record);
            (judging(number), delta(number, &[(key.clone(), 0)].into()))
        })
        .collect();
    let read = BTreeMap::new();
    let judgings = judged.iter().map(|(judging, delta)| {
        let (decided, state) = logged(judging);
        Committing { judging, delta, read: &read, decided, state, outbox: vec![] }
    });
    let at = batch.to_string().as_str().into();
    let position = Some(StreamPosition { stream: "batches".into(), at });
    store.commit(&Commit { judgings: judgings.collect(), position })
}

/// How many records are counted.
fn counted(store: &mut dyn Store) -> u64 {
    let key = counter("eu.plain", "tg:1");
    let state = store.read(&[ask(&judging(-1), std::slice::from_ref(&key))]).unwrap().remove(0);
    let Reading::Count(count) = &state.readings[&key] else { panic!("{state:?}") };
    assert_eq!(count.possible, Some(count.certain));
    count.certain
}

/// Commits batches until it is killed, and says which were acknowledged. It is no test: another starts it as a process.
#[test]
#[ignore = "started by `a_process_that_is_killed_loses_nothing_in_sqlite`"]
fn child() {
    let Ok(path) = std::env::var("LEXLOCI_KILLED") else { return };
    let mut store = Sqlite::open(path, None).unwrap();
    // What was committed last is delivered again.
    let first = last(&mut store).unwrap().max(1);
    for batch in first.. {
        let Committed::Kept(_) = commit(&mut store, batch).unwrap() else { panic!("refused") };
        writeln!(std::io::stdout(), "kept {batch}").unwrap();
        std::io::stdout().flush().unwrap();
    }
}

/// Starts a process that commits, and kills it after some batches. Returns the last one that was acknowledged.
fn start_and_kill(path: &Path, random: &mut fastrand::Rng) -> u64 {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["kill::child", "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env("LEXLOCI_KILLED", path).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut acknowledged = 0;
    let mut wanted = random.u32(1..6);
    while wanted > 0 {
        let line = lines.next().unwrap().unwrap();
        if let Some((_, batch)) = line.split_once("kept ") {
            acknowledged = batch.parse().unwrap();
            wanted -= 1;
        }
    }
    // Some way into the next commit.
    for _ in 0..random.u32(..200_000) {
        std::hint::spin_loop();
    }
    process.kill().unwrap();
    process.wait().unwrap();
    // What it said before it ended was acknowledged, too.
    for line in lines.map_while(Result::ok) {
        if let Some(batch) = line.strip_prefix("kept ") {
            acknowledged = batch.parse().unwrap_or(acknowledged);
        }
    }
    acknowledged
}

#[test]
fn a_process_that_is_killed_loses_nothing_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    Sqlite::open(&path, None).unwrap().adopt(&[spec()]).unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    for kill in 0..kills() {
        let acknowledged = start_and_kill(&path, &mut random);
        let mut store = Sqlite::open(&path, None).unwrap();
        let kept = last(&mut store).unwrap();
        // The batch in hand is there as a whole or not at all.
        assert!(kept == acknowledged || kept == acknowledged + 1, "{kept} {acknowledged} {kill}");
        for batch in [kept, kept + 1] {
            let record = judging(i128::from(batch * BATCH + BATCH - 1));
            assert_eq!(store.logged(&record).unwrap().is_some(), batch == kept);
        }
        assert_eq!(counted(&mut store), kept * BATCH);
        if kept > 1000 {
            // A key keeps 10,000 entries: begin anew before that.
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
            }
            Sqlite::open(&path, None).unwrap().adopt(&[spec()]).unwrap();
        }
    }
}

/// Commits a batch until the server says that it is kept. Returns how often it did not.
fn insist(store: &mut dyn Store, batch: u64) -> u64 {
    let mut failed = 0;
    loop {
        match commit(store, batch) {
            Ok(Committed::Kept(_)) => return failed,
            Ok(Committed::Changed(_)) => panic!("nothing was read"),
            Err(_) => failed += 1,
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_server_whose_process_is_killed_loses_nothing() {
    let Some(server) = server() else { return };
    let mut store = server.store("killed", None);
    store.adopt(&[spec()]).unwrap();
    let (done, killed) = (AtomicBool::new(false), AtomicU64::new(0));
    let wanted = kills().div_ceil(20);
    let mut batches = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut random = fastrand::Rng::with_seed(8);
            while killed.load(Ordering::SeqCst) < wanted {
                // While the server recovers it takes no connections.
                let Ok(mut client) = postgres::Client::connect(&server.address(), postgres::NoTls)
                else {
                    continue;
                };
                let sql = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() \
                           AND backend_type = 'client backend'";
                let Ok(rows) = client.query(sql, &[]) else { continue };
                let Some(pid) = rows.first().map(|row| row.get::<_, i32>(0)) else { continue };
                for _ in 0..random.u32(..3_000_000) {
                    std::hint::spin_loop();
                }
                // It may have ended by itself.
                let is_killed = signal("-KILL", u32::try_from(pid).unwrap());
                killed.fetch_add(is_killed.into(), Ordering::SeqCst);
                // The next one is killed when this one is gone.
                let sql = "SELECT 1 FROM pg_stat_activity WHERE pid = $1";
                while client.query(sql, &[&pid]).is_ok_and(|rows| !rows.is_empty()) {}
            }
            done.store(true, Ordering::SeqCst);
        });
        // A key keeps 10,000 entries.
        while !done.load(Ordering::SeqCst) && batches < 1400 {
            batches += 1;
            insist(&mut store, batches);
            // What was kept is delivered again.
            if batches % 3 == 0 {
                insist(&mut store, batches);
            }
        }
        done.store(true, Ordering::SeqCst);
        // If all batches are done early, reads go on until the last kill.
        while killed.load(Ordering::SeqCst) < wanted {
            let _ = store.position("batches");
        }
    });
    let mut store = server.store("killed", None);
    assert_eq!(last(&mut store).unwrap(), batches);
    assert_eq!(counted(&mut store), batches * BATCH);
}

#[test]
fn a_server_that_was_away_loses_nothing() {
    let Some(mut server) = server() else { return };
    let mut store = server.store("away", None);
    store.adopt(&[spec()]).unwrap();
    insist(&mut store, 1);
    server.stop();
    assert!(commit(&mut store, 2).is_err() && store.read(&[]).is_err());
    server.resume();
    assert!(insist(&mut store, 2) <= 1);
    assert_eq!((last(&mut store).unwrap(), counted(&mut store)), (2, 2 * BATCH));
}
