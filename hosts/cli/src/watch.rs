//! `--watch`: work that is done again whenever a file below a folder changes.

use super::stop::Stop;
use notify::{Config, Event, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// How long nothing has to change before work begins again: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(150);

/// How often files are looked at where the operating system cannot tell of changes.
const POLL: Duration = Duration::from_secs(1);

/// Does some work, and again after every change below a folder. Ends only when the work cannot go on.
///
/// # Errors
/// When the folder cannot be watched, or the work stops.
pub fn watch(folder: &Path, mut work: impl FnMut() -> Result<(), Stop>) -> Result<(), Stop> {
    let (sender, changes) = channel();
    // The watcher is set up before the first work, so that no change is missed.
    let mut watched = Watched::new(folder, sender).map_err(|error| {
        Stop::failed(format_args!("cannot watch `{}`: {error}", folder.display()))
    })?;
    loop {
        work()?;
        if !changed(&changes) {
            return Ok(());
        }
        watched.renew();
    }
}

/// A folder that is watched, also after it was deleted and made again.
struct Watched {
    /// Its full path.
    folder: PathBuf,
    watcher: Box<dyn Watcher>,
}

impl Watched {
    /// Sends something for every change below the folder, and when the folder itself comes or goes.
    fn new(folder: &Path, sender: Sender<()>) -> notify::Result<Self> {
        let folder = std::fs::canonicalize(folder).map_err(notify::Error::io)?;
        let mut watcher = watcher(&folder, sender)?;
        watcher.watch(&folder, RecursiveMode::Recursive)?;
        // A deleted folder tells nothing any more. The folder above tells that it is there again.
        if let Some(above) = folder.parent() {
            watcher.watch(above, RecursiveMode::NonRecursive)?;
        }
        Ok(Self { folder, watcher })
    }

    /// Watches the folder that is there now, which may be another one under the same name.
    fn renew(&mut self) {
        // The watch of a deleted folder is gone, and a folder that is not there cannot be watched yet.
        let _ = self.watcher.unwatch(&self.folder);
        let _ = self.watcher.watch(&self.folder, RecursiveMode::Recursive);
    }
}

/// By way of the operating system; where it cannot, files are looked at again and again.
fn watcher(folder: &Path, sender: Sender<()>) -> notify::Result<Box<dyn Watcher>> {
    let folder = folder.to_owned();
    let tell = move |event: notify::Result<Event>| {
        let Ok(event) = event else { return };
        let is_here = event.paths.is_empty() || event.paths.iter().any(|p| p.starts_with(&folder));
        // Reading a file is no change, and this program reads them.
        if is_here && !event.kind.is_access() {
            // Nobody listens any more when the work has stopped.
            let _ = sender.send(());
        }
    };
    Ok(match RecommendedWatcher::new(tell.clone(), Config::default()) {
        Ok(watcher) => Box::new(watcher),
        Err(_) => Box::new(PollWatcher::new(tell, Config::default().with_poll_interval(POLL))?),
    })
}

/// Waits for a change, and until nothing changes any more.
fn changed(changes: &Receiver<()>) -> bool {
    let any = changes.recv().is_ok();
    while changes.recv_timeout(QUIET).is_ok() {}
    any
}

#[cfg(test)]
mod tests {
    use super::watch;
    use crate::stop::Stop;
    use std::fs;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn a_folder_that_is_deleted_and_made_again_is_still_watched() {
        let above = std::env::temp_dir().join(format!("lexloci-watch-{}", std::process::id()));
        let folder = above.join("rules");
        fs::create_dir_all(&folder).unwrap();
        let (sender, rounds) = channel();
        let watched = folder.clone();
        std::thread::spawn(move || {
            let mut round = 0;
            // Each round makes the change that begins the next one.
            let _ = watch(&watched, || {
                round += 1;
                match round {
                    1 => {
                        fs::remove_dir_all(&watched).unwrap();
                        fs::create_dir(&watched).unwrap();
                    }
                    2..5 => fs::write(watched.join(format!("{round}.loci")), "").unwrap(),
                    _ => return Err(Stop::Shown),
                }
                sender.send(round).unwrap();
                Ok(())
            });
        });
        let begun = std::iter::from_fn(|| rounds.recv_timeout(Duration::from_secs(60)).ok());
        assert_eq!(begun.collect::<Vec<_>>(), [1, 2, 3, 4]);
        fs::remove_dir_all(above).unwrap();
    }
}
