//! Work that is done again whenever a file below a folder changes.

use super::stop::Stop;
use notify::{Config, Event, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// How long nothing has to change before work begins again: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(150);

/// Does some work, and again after every change below a folder. Ends only when the work cannot go on.
///
/// # Errors
/// When the folder cannot be watched, or the work stops.
pub fn watch(folder: &Path, mut work: impl FnMut() -> Result<(), Stop>) -> Result<(), Stop> {
    let (sender, changes) = channel();
    // The watcher is set up before the first work, so that no change is missed.
    let _watcher = watcher(folder, sender)
        .map_err(|error| Stop::Failed(format!("cannot watch `{}`: {error}", folder.display())))?;
    loop {
        work()?;
        if !changed(&changes) {
            return Ok(());
        }
    }
}

/// The operating system tells; where it cannot, files are looked at again and again.
fn watcher(folder: &Path, sender: Sender<()>) -> notify::Result<Box<dyn Watcher>> {
    let tell = move |event: notify::Result<Event>| {
        // Reading a file is no change, and this program reads them.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            // Nobody listens any more.
            let _ = sender.send(());
        }
    };
    let mut watcher: Box<dyn Watcher> =
        match RecommendedWatcher::new(tell.clone(), Config::default()) {
            Ok(watcher) => Box::new(watcher),
            Err(_) => Box::new(PollWatcher::new(
                tell,
                Config::default().with_poll_interval(Duration::from_secs(1)),
            )?),
        };
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(watcher)
}

/// Waits for a change, and until nothing changes any more.
fn changed(changes: &Receiver<()>) -> bool {
    let any = changes.recv().is_ok();
    while changes.recv_timeout(QUIET).is_ok() {}
    any
}
