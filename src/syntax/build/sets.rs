//! `set` and `register` items: their entries, the files that entries come from, and what makes a register complete.

use super::Builder;
use crate::base::source::Span;
use crate::base::time::Day;
use crate::diagnostic::Code;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::{BuildResult, span};
use crate::syntax::tree::{Column, Completeness, ListFile, Set, SetEntries, SetEntry, Spanned};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn set(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Set> {
        let mut children = self.children(pair);
        let name = self.name(&children.take(Rule::name)?);
        let kind = self.name(&children.take(Rule::name)?);
        let files = children.maybe(Rule::set_files);
        let entries = if let Some(files) = files {
            let files = self.children(files);
            SetEntries::Files(self.each(files, Rule::list_file, Self::list_file)?)
        } else {
            let body = self.maybe(&mut children, Rule::set_body, Self::set_entries)?;
            SetEntries::Inline(body.unwrap_or_default())
        };
        let completeness = self.maybe(&mut children, Rule::completeness, Self::completeness)?;
        Ok(Set { name, kind, entries, completeness })
    }

    /// A register: a set that says from which day on it is complete, and how long it stays so.
    pub(super) fn register(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Set> {
        let register = self.set(pair)?;
        let completeness = register.completeness.unwrap_or_default();
        Ok(Set { completeness: Some(completeness), ..register })
    }

    fn completeness(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Completeness> {
        let mut children = self.children(pair);
        let mut found = Completeness::default();
        while let Some(clause) = children.next() {
            match clause.as_rule() {
                Rule::complete_clause => {
                    self.clause(&mut found.from, clause, "complete from", Self::only_day)?;
                }
                Rule::as_of_clause => {
                    self.clause(&mut found.as_of, clause, "as of", Self::as_of)?
                }
                Rule::fresh_clause => {
                    self.clause(&mut found.fresh_for, clause, "fresh for", |builder, clause| {
                        let duration = builder.children(clause).take(Rule::duration)?;
                        builder.period(duration)
                    })?;
                }
                Rule::empty_clause => {
                    self.clause(&mut found.empty, clause, "empty", |_, clause| Ok(span(&clause)))?;
                }
                _ => return Err(children.mismatch("a clause of a register", Some(clause))),
            }
        }
        Ok(found)
    }

    pub(super) fn set_entries(&mut self, body: Pair<'_, Rule>) -> BuildResult<Vec<SetEntry>> {
        self.each(self.children(body), Rule::set_entry, Self::set_entry)
    }

    fn set_entry(&mut self, pair: Pair<'_, Rule>) -> BuildResult<SetEntry> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let text = children.any()?;
        let text = match text.as_rule() {
            Rule::string => self.string(&text),
            Rule::literal_number => self.raw_text(&text),
            _ => return Err(children.mismatch("an entry", Some(text))),
        };
        let from = self.maybe(&mut children, Rule::from_date, Self::only_day)?;
        let until = self.maybe(&mut children, Rule::until_date, Self::only_day)?;
        Ok(SetEntry { text, from, until, span })
    }

    fn list_file(&mut self, pair: Pair<'_, Rule>) -> BuildResult<ListFile> {
        let span = span(&pair);
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
            span,
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
                Rule::as_of_clause => self.clause(&mut file.as_of, clause, "as of", Self::as_of)?,
                Rule::bad_mixture => self.report_mixture(self::span(&clause)),
                _ => return Err(children.mismatch("a clause of a list", Some(clause))),
            }
        }
        Ok(file)
    }

    fn report_mixture(&mut self, span: Span) {
        let message = "these braces have clauses of the file and of the register";
        let help = "write the clauses of the register in braces of their own: `\"lists/a.csv\" { column \"host\" } { complete from … }`";
        self.report(Code::BadClause, span, message, help);
    }

    fn column_clause(
        &mut self,
        slot: &mut Option<Column>,
        clause: Pair<'_, Rule>,
        word: &str,
    ) -> BuildResult<()> {
        self.clause(slot, clause, word, |builder, clause| {
            let column = builder.children(clause).any()?;
            Ok(match column.as_rule() {
                Rule::string => Column::Named(builder.string(&column)),
                Rule::number => Column::Numbered(builder.whole_number(&column)),
                _ => return Err(builder.unexpected("a column", &column)),
            })
        })
    }

    fn as_of(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Spanned<Day>> {
        let mut children = self.children(pair);
        children.maybe(Rule::as_of);
        Ok(self.day(&children.take(Rule::date)?))
    }
}
