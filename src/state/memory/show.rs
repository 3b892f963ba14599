//! What the memory keeps, as lines.

use super::Memory;
use crate::state::line::Line;
use crate::state::store::Whom;

impl Memory {
    /// All that is kept about a record or an author; all that is kept, if nobody is named.
    pub fn lines(&self, whom: Option<&Whom>) -> Vec<Line> {
        let is_author = whom.is_some_and(|whom| self.is_other_author(whom));
        let mut lines = vec![];
        for (key, kept) in &self.kept {
            let about = whom.filter(|whom| !key.concerns(whom, is_author));
            lines.extend(kept.lines(key, about));
        }
        let is_meant = |judging| whom.is_none_or(|whom| whom.is_of(judging));
        let judgings = self.judgings.iter().filter(|(judging, _)| is_meant(judging));
        lines.extend(judgings.map(|(judging, (decided, state))| {
            let (decided, state) = (decided.clone(), state.clone());
            Line::Judging { judging: judging.clone(), decided, state }
        }));
        lines
    }
}
