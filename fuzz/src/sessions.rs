//! Scripts of the session: whatever is typed, it answers, and nothing that steers a terminal comes back.

use lexloci::session::{Nowhere, Reply, Session};

/// Lines of a script, one input each, against a host without files.
pub fn session(data: &[u8]) {
    let Ok(script) = std::str::from_utf8(data) else { return };
    let mut session = Session::new(Nowhere);
    for line in script.lines().take(30) {
        match session.exec(line) {
            Reply::Text(told) | Reply::Fault(told) => {
                let told = told.as_str();
                assert!(!told.chars().any(|c| c.is_control() && c != '\n'), "{told:?}");
            }
            Reply::Refused(failure) => assert!(!failure.to_string().is_empty()),
            Reply::Edit { .. } => {}
            Reply::Quit => return,
        }
    }
}
