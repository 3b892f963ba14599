//! `set` items: their entries, and the files that entries come from.

use super::Builder;
use crate::syntax::grammar::Rule;
use crate::syntax::kids::{BuildResult, span};
use crate::syntax::tree::{Column, ListFile, Set, SetEntries, SetEntry, Text};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn set(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Set> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let kind = self.name(&children.take(Rule::name)?);
        let entries = children.any()?;
        let entries = if entries.as_rule() == Rule::set_files {
            let files = self.children(entries).all(Rule::list_file)?;
            SetEntries::Files(
                files.into_iter().map(|file| self.list_file(file)).collect::<BuildResult<_>>()?,
            )
        } else {
            SetEntries::Inline(self.set_entries(entries)?)
        };
        Ok(Set { name, kind, entries })
    }

    pub(super) fn set_entries(&mut self, body: Pair<'_, Rule>) -> BuildResult<Vec<SetEntry>> {
        let entries = self.children(body).all(Rule::set_entry)?;
        entries.into_iter().map(|entry| self.set_entry(entry)).collect()
    }

    fn set_entry(&mut self, pair: Pair<'_, Rule>) -> BuildResult<SetEntry> {
        let whole = span(&pair);
        let mut children = self.children(pair);
        let text = children.any()?;
        let text = match text.as_rule() {
            Rule::string => self.string(&text),
            Rule::literal_number => Text {
                raw: text.as_str().to_owned(),
                value: text.as_str().to_owned(),
                span: span(&text),
            },
            _ => return Err(children.mismatch("an entry", Some(text))),
        };
        let from = children.maybe(Rule::from_date).map(|date| self.only_day(date)).transpose()?;
        let until = children.maybe(Rule::until_date).map(|date| self.only_day(date)).transpose()?;
        Ok(SetEntry { text, from, until, span: whole })
    }

    fn list_file(&mut self, pair: Pair<'_, Rule>) -> BuildResult<ListFile> {
        let whole = span(&pair);
        let mut children = self.children(pair);
        let path = self.string(&children.take(Rule::string)?);
        let mut file = ListFile {
            path,
            column: None,
            from: None,
            until: None,
            pointer: None,
            sha256: None,
            source: None,
            as_of: None,
            span: whole,
        };
        while let Some(clause) = children.next() {
            match clause.as_rule() {
                Rule::column_clause => self.column_clause(&mut file.column, clause, "column")?,
                Rule::from_column => self.column_clause(&mut file.from, clause, "from column")?,
                Rule::until_column => {
                    self.column_clause(&mut file.until, clause, "until column")?
                }
                Rule::pointer_clause => self.text_clause(&mut file.pointer, clause, "pointer")?,
                Rule::sha256_clause => self.text_clause(&mut file.sha256, clause, "sha256")?,
                Rule::source_clause => self.text_clause(&mut file.source, clause, "source")?,
                Rule::as_of_clause => {
                    let at = span(&clause);
                    let mut children = self.children(clause);
                    children.maybe(Rule::as_of);
                    let day = self.day(&children.take(Rule::date)?);
                    self.once(&mut file.as_of, day, at, "as of");
                }
                _ => return Err(children.mismatch("a clause of a list", Some(clause))),
            }
        }
        Ok(file)
    }

    fn column_clause(
        &mut self,
        slot: &mut Option<Column>,
        clause: Pair<'_, Rule>,
        what: &str,
    ) -> BuildResult<()> {
        let at = span(&clause);
        let column = self.children(clause).any()?;
        let column = match column.as_rule() {
            Rule::string => Column::Named(self.string(&column)),
            Rule::number => Column::Numbered(self.whole_number(&column)),
            _ => return Err(self.children(column.clone()).mismatch("a column", Some(column))),
        };
        self.once(slot, column, at, what);
        Ok(())
    }
}
