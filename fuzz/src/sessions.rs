//! Scripts of the session: it answers whatever is typed, and no reply has control characters.

use lexloci::session::{Nowhere, Reply, Session};

/// The input is a script, in which each line is typed into a session without files.
pub fn session(data: &[u8]) {
    let Ok(script) = std::str::from_utf8(data) else { return };
    let mut session = Session::new(Nowhere);
    for line in script.lines().take(30) {
        match session.exec(line) {
            Reply::Text(text) | Reply::Fault(text) => {
                let text = text.as_str();
                assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
            }
            Reply::Refused(failure) => assert!(!failure.to_string().is_empty()),
            Reply::Edit { .. } => {}
            Reply::Quit => return,
        }
    }
}
