//! What the memory keeps, as lines.

use super::Memory;
use crate::state::known::Known;
use crate::state::line::Line;
use crate::state::mark::MarkHistory;
use crate::state::store::{History, Logged, Whom};
use std::collections::BTreeSet;

impl Memory {
    /// All that is kept about a record or an author; all that is kept, if nobody is named.
    pub fn lines(&self, whom: Option<&Whom>) -> Vec<Line> {
        let is_meant = |judging| whom.is_none_or(|whom| whom.is_of(judging));
        let judgings = self.judgings.iter().filter(|(judging, _)| is_meant(judging));
        let judgings: Vec<_> = judgings.collect();
        let mut records: BTreeSet<_> =
            judgings.iter().map(|(judging, _)| &judging.record).collect();
        if let Some(Whom::Record(record)) = whom {
            records.insert(record);
        }
        let mut lines = vec![];
        for (key, kept) in &self.kept {
            let concerns = whom.is_none_or(|whom| key.concerns(whom.id()));
            match &kept.history {
                History::Counter(meanings) => {
                    for (meaning, entries) in meanings {
                        let shown = entries.entries.iter();
                        let shown =
                            shown.filter(|(record, _)| concerns || records.contains(record));
                        lines.extend(shown.map(|(record, entry)| Line::Entry {
                            key: key.clone(),
                            meaning: meaning.clone(),
                            policy: entries.policy,
                            record: record.clone(),
                            entry: entry.clone(),
                        }));
                    }
                }
                History::Mark(history) => {
                    let history = if concerns {
                        history.clone()
                    } else {
                        history.about(|record| records.contains(record))
                    };
                    if history != MarkHistory::default() {
                        lines.push(Line::Mark { key: key.clone(), history });
                    }
                }
                History::First(first) => {
                    let first = first.filter(|_| concerns);
                    lines.extend(first.map(|at| Line::First { key: key.clone(), at }));
                }
            }
            if concerns && kept.known != Known::All {
                lines.push(Line::Dropped { key: key.clone(), known: kept.known });
            }
        }
        for (judging, logged) in judgings {
            if let Logged::Decision { decided, state } = logged {
                let (judging, decided) = (judging.clone(), decided.clone());
                lines.push(Line::Judging { judging, decided, state: state.clone() });
            }
        }
        lines
    }
}
