//! `--watch`: does some work again whenever a file below a folder changes, or the settings file.

use super::config;
use super::stdio;
use super::stop::Stop;
use lexloci::output;
use notify::{Config, Event, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// The work is done again after nothing has changed for this long, because editors write a file in several steps.
const QUIET_TIME: Duration = Duration::from_millis(150);

/// How often to look for changes if the operating system does not report them.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Does some work, and does it again after every change below a folder or of a settings file, until the work fails.
///
/// # Errors
/// When the folder cannot be watched, or the work stops.
pub fn watch(
    folder: &Path,
    settings: Option<&Path>,
    mut work: impl FnMut() -> Result<(), Stop>,
) -> Result<(), Stop> {
    let (sender, changes) = channel();
    // The watcher is set up before the first run of the work, so that no change is missed.
    let mut watched = WatchedFolder::new(folder, settings, sender).map_err(|error| {
        Stop::failed(format_args!("cannot watch `{}`: {error}", folder.display()))
    })?;
    loop {
        work()?;
        if !wait_for_change(&changes) {
            return Ok(());
        }
        watched.renew();
    }
}

/// A folder that is watched, even after it was deleted and created again.
struct WatchedFolder {
    path: PathBuf,
    watcher: Box<dyn Watcher>,
}

impl WatchedFolder {
    /// Sends a message for every change below the folder or of the settings file, and when the folder itself is created or
    /// deleted.
    fn new(folder: &Path, settings: Option<&Path>, sender: Sender<()>) -> notify::Result<Self> {
        let folder = std::fs::canonicalize(folder).map_err(notify::Error::io)?;
        let settings = settings.and_then(|path| std::fs::canonicalize(path).ok());
        let folder_of_settings = settings.as_deref().and_then(Path::parent).map(Path::to_owned);
        let mut watcher = watcher(&folder, settings, sender)?;
        watcher.watch(&folder, RecursiveMode::Recursive)?;
        // A watch ends when its folder is deleted. The watch of the folder above reports when the folder is created again.
        let above = folder.parent();
        if let Some(above) = above {
            watcher.watch(above, RecursiveMode::NonRecursive)?;
        }
        // Editors replace a file by another, so the folder of the settings is watched.
        let elsewhere =
            folder_of_settings.filter(|path| !path.starts_with(&folder) && Some(&**path) != above);
        if let Some(elsewhere) = elsewhere {
            watcher.watch(&elsewhere, RecursiveMode::NonRecursive)?;
        }
        Ok(Self { path: folder, watcher })
    }

    /// Watches the folder again: it may have been deleted and created anew.
    fn renew(&mut self) {
        // Both may fail: the watch of a deleted folder has ended, and an absent folder cannot be watched.
        let _ = self.watcher.unwatch(&self.path);
        let _ = self.watcher.watch(&self.path, RecursiveMode::Recursive);
    }
}

/// The result of one round. Faults were shown, or are shown here, and the next change may mend them. Only a closed
/// stdout ends the watch.
pub fn shown<T>(result: Result<T, Stop>) -> Result<(), Stop> {
    match result {
        Ok(_) | Err(Stop::Shown) => Ok(()),
        Err(Stop::Failed(message)) => {
            stdio::stderr_line(&output!("error: {}", message));
            Ok(())
        }
        Err(Stop::Closed) => Err(Stop::Closed),
    }
}

/// A watcher for a folder and the settings. The operating system reports changes to it. If the system cannot do that, the
/// watcher looks for changes regularly.
fn watcher(
    folder: &Path,
    settings: Option<PathBuf>,
    sender: Sender<()>,
) -> notify::Result<Box<dyn Watcher>> {
    let folder = folder.to_owned();
    let report = move |event: notify::Result<Event>| {
        let Ok(event) = event else { return };
        // A new settings file beside the folder counts too.
        let concerns = |path: &PathBuf| {
            path.starts_with(&folder)
                || path.ends_with(config::FILE_NAME)
                || settings.as_ref() == Some(path)
        };
        let is_here = event.paths.is_empty() || event.paths.iter().any(concerns);
        // Reading a file is no change, and this program reads the files itself.
        if is_here && !event.kind.is_access() {
            // This fails when the work has stopped and nothing receives changes any more.
            let _ = sender.send(());
        }
    };
    Ok(match RecommendedWatcher::new(report.clone(), Config::default()) {
        Ok(watcher) => Box::new(watcher),
        Err(_) => {
            Box::new(PollWatcher::new(report, Config::default().with_poll_interval(POLL_INTERVAL))?)
        }
    })
}

/// Waits for a change, and then until nothing has changed for a while. Returns false if no change can come any more.
fn wait_for_change(changes: &Receiver<()>) -> bool {
    let has_changed = changes.recv().is_ok();
    while changes.recv_timeout(QUIET_TIME).is_ok() {}
    has_changed
}

#[cfg(test)]
mod tests {
    use super::watch;
    use crate::stop::Stop;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::sync::mpsc::channel;
    use std::time::Duration;

    /// The rounds of work that are done. Each makes the change that begins the next one.
    fn rounds(
        folder: &Path,
        settings: Option<PathBuf>,
        change: impl Fn(i32) + Send + 'static,
    ) -> Vec<i32> {
        let (sender, rounds) = channel();
        let folder = folder.to_owned();
        std::thread::spawn(move || {
            let mut round = 0;
            let _ = watch(&folder, settings.as_deref(), || {
                round += 1;
                if round == 5 {
                    return Err(Stop::Shown);
                }
                change(round);
                sender.send(round).unwrap();
                Ok(())
            });
        });
        std::iter::from_fn(|| rounds.recv_timeout(Duration::from_secs(60)).ok()).collect()
    }

    fn temporary(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("lexloci-{name}-{}", std::process::id()))
    }

    #[test]
    fn a_folder_is_still_watched_after_it_was_deleted_and_made_again() {
        let above = temporary("watch");
        let folder = above.join("rules");
        fs::create_dir_all(&folder).unwrap();
        let watched = folder.clone();
        let rounds = rounds(&folder, None, move |round| {
            if round == 1 {
                fs::remove_dir_all(&watched).unwrap();
                fs::create_dir(&watched).unwrap();
            } else {
                fs::write(watched.join(format!("{round}.loci")), "").unwrap();
            }
        });
        assert_eq!(rounds, [1, 2, 3, 4]);
        fs::remove_dir_all(above).unwrap();
    }

    #[test]
    fn settings_are_watched_wherever_they_are() {
        for (name, settings) in
            [("above", "lexloci.toml"), ("elsewhere", "other/levels.toml"), ("beside", "a/b.toml")]
        {
            let top = temporary(name);
            let (folder, settings) = (top.join("a/rules"), top.join(settings));
            fs::create_dir_all(&folder).unwrap();
            fs::create_dir_all(settings.parent().unwrap()).unwrap();
            fs::write(&settings, "").unwrap();
            let changed = settings.clone();
            let rounds = rounds(&folder, Some(settings), move |round| {
                fs::write(&changed, round.to_string()).unwrap();
            });
            assert_eq!(rounds, [1, 2, 3, 4], "{name}");
            fs::remove_dir_all(top).unwrap();
        }
    }
}
