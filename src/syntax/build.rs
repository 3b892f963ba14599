//! Builds the syntax tree from pest's pairs, with one function per grammar rule. Mistakes that do not prevent an item
//! from being read are collected.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has 250 rules; one that is not expected is reported as a bug"
)]

mod expr;
mod law;
mod records;
mod rules;
mod sets;
mod test_item;
mod words;

use super::grammar::Rule;
use super::pairs::{BuildResult, Children, span};
use super::tree::{At, Item, ItemKind, Moment, Name, Path, Text};
use crate::base::escape;
use crate::base::source::{FileId, Location, Span};
use crate::base::time::{Day, Instant, Period, Unit};
use crate::diagnostic::{Code, Diagnostic};
use foldhash::HashSet;
use pest::iterators::{Pair, Pairs};

/// Builds the items of one file.
pub(super) struct Builder<'t> {
    file: FileId,
    text: &'t str,
    pub(super) found: Vec<Diagnostic>,
    /// The `##` comments that document an item.
    pub(super) docs: HashSet<Span>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        Self { file, text, found: vec![], docs: HashSet::default() }
    }

    pub(super) fn item(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Item> {
        let span = span(&pair);
        let doc = self.doc(span);
        let kind = match pair.as_rule() {
            Rule::jurisdiction_item => ItemKind::Jurisdiction(self.jurisdiction(pair)?),
            Rule::use_item => ItemKind::Use(self.only_text(pair)?),
            Rule::law_item => ItemKind::Law(self.law(pair)?),
            Rule::policy_item => ItemKind::Policy(self.policy(pair)?),
            Rule::office_item => ItemKind::Office(self.office(pair)?),
            Rule::terms_item => ItemKind::Terms(self.terms(pair)?),
            Rule::set_item => ItemKind::Set(self.set(pair)?),
            Rule::define_item => ItemKind::Define(self.define(pair)?),
            Rule::rule_item => ItemKind::Rule(self.rule(pair)?),
            Rule::exception_item => ItemKind::Exception(self.exception(pair)?),
            Rule::test_item => ItemKind::Test(self.test(pair)?),
            Rule::record_item => ItemKind::Record(self.record(pair)?),
            Rule::action_item => ItemKind::Action(self.action(pair)?),
            Rule::bloc_item => ItemKind::Bloc(self.bloc(pair)?),
            _ => return Err(self.unexpected("an item", &pair)),
        };
        let item = Item { doc, kind, span };
        self.check_line_start(&item);
        Ok(item)
    }

    pub(super) fn lone_expr(&mut self, pairs: Pairs<'_, Rule>) -> BuildResult<super::tree::Expr> {
        let mut inner = pairs.flat_map(Pair::into_inner);
        let Some(pair) = inner.next() else { return Err(self.nothing()) };
        self.expr(pair)
    }

    pub(super) fn lone_record(&mut self, pairs: Pairs<'_, Rule>) -> BuildResult<super::tree::Json> {
        let mut inner = pairs.flat_map(Pair::into_inner);
        let Some(pair) = inner.next() else { return Err(self.nothing()) };
        self.json(pair)
    }

    fn nothing(&self) -> Diagnostic {
        Diagnostic::new(Code::Internal, self.at(Span::default()), "nothing was read")
    }

    // ---- shared by all items ----------------------------------------

    fn children<'i>(&self, pair: Pair<'i, Rule>) -> Children<'i> {
        Children::of(self.file, pair)
    }

    /// The `Internal` diagnostic for a pair that the grammar should not have produced here.
    fn unexpected(&self, want: &str, pair: &Pair<'_, Rule>) -> Diagnostic {
        self.children(pair.clone()).mismatch(want, Some(pair.clone()))
    }

    /// Reads the remaining children. Each must be a `want`.
    fn each<'i, T>(
        &mut self,
        children: Children<'i>,
        want: Rule,
        mut read: impl FnMut(&mut Self, Pair<'i, Rule>) -> BuildResult<T>,
    ) -> BuildResult<Vec<T>> {
        children.all(want)?.into_iter().map(|pair| read(self, pair)).collect()
    }

    /// Reads the next child if it is a `want`.
    fn maybe<'i, T>(
        &mut self,
        children: &mut Children<'i>,
        want: Rule,
        read: impl FnOnce(&mut Self, Pair<'i, Rule>) -> BuildResult<T>,
    ) -> BuildResult<Option<T>> {
        children.maybe(want).map(|pair| read(self, pair)).transpose()
    }

    /// Reads a clause into its slot. A second one is reported.
    fn clause<'i, T>(
        &mut self,
        slot: &mut Option<T>,
        clause: Pair<'i, Rule>,
        what: &str,
        read: impl FnOnce(&mut Self, Pair<'i, Rule>) -> BuildResult<T>,
    ) -> BuildResult<()> {
        let at = span(&clause);
        let value = read(self, clause)?;
        self.once(slot, value, at, what);
        Ok(())
    }

    fn at(&self, span: Span) -> Location {
        Location { file: self.file, span }
    }

    fn report(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.found.push(Diagnostic::new(code, self.at(span), message).help(help));
    }

    /// Puts a clause into its slot. A second one is reported.
    fn once<T>(&mut self, slot: &mut Option<T>, value: T, span: Span, what: &str) {
        if slot.is_some() {
            self.report(
                Code::BadClause,
                span,
                format!("there are two `{what}` clauses"),
                "keep one of them",
            );
        } else {
            *slot = Some(value);
        }
    }

    fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name { text: pair.as_str().to_owned(), span: span(pair) }
    }

    fn names(&self, pair: Pair<'_, Rule>, want: Rule) -> BuildResult<Vec<Name>> {
        Ok(self.children(pair).all(want)?.iter().map(|name| self.name(name)).collect())
    }

    fn path(&self, pair: Pair<'_, Rule>) -> Path {
        let span = span(&pair);
        Path { names: pair.into_inner().map(|name| self.name(&name)).collect(), span }
    }

    fn only_text(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Text> {
        let string = self.children(pair).take(Rule::string)?;
        Ok(self.string(&string))
    }

    fn only_name(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Name> {
        let name = self.children(pair).any()?;
        Ok(self.name(&name))
    }

    fn only_path(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Path> {
        let path = self.children(pair).take(Rule::path)?;
        Ok(self.path(path))
    }

    fn only_day(&mut self, pair: Pair<'_, Rule>) -> BuildResult<At<Day>> {
        let date = self.children(pair).take(Rule::date)?;
        Ok(self.day(&date))
    }

    /// A string with its escapes resolved.
    fn string(&mut self, pair: &Pair<'_, Rule>) -> Text {
        let text = self.phrase_text(pair);
        let inner = text.span.start as usize + 1;
        let value = match unescape(&text.raw) {
            Ok(value) => value,
            Err((from, to)) => {
                let span = Span::of(inner + from..inner + to);
                let found = format!(
                    "`{}` has no meaning in a string",
                    text.raw.get(from..to).unwrap_or("\\")
                );
                self.report(
                    Code::BadEscape,
                    span,
                    found,
                    "write a backslash as `\\\\`, a quote as `\\\"`, a line end as `\\n`; write other characters as they are, or with their number: a tab is `\\u{9}`",
                );
                text.raw.clone()
            }
        };
        Text { value, ..text }
    }

    /// A string of a pattern. The reader of patterns resolves its escapes.
    fn phrase_text(&self, pair: &Pair<'_, Rule>) -> Text {
        let raw = pair.as_str();
        let raw = raw.strip_prefix('r').unwrap_or(raw);
        let raw = raw.strip_prefix('"').unwrap_or(raw);
        let raw = raw.strip_suffix('"').unwrap_or(raw).to_owned();
        Text { value: raw.clone(), raw, span: span(pair) }
    }

    fn day(&mut self, pair: &Pair<'_, Rule>) -> At<Day> {
        let span = span(pair);
        let value = Day::parse(pair.as_str()).unwrap_or_else(|error| {
            self.report(
                Code::BadDate,
                span,
                error.to_string(),
                "write a day that exists, such as `2026-03-01`",
            );
            Day::EPOCH
        });
        At { value, span }
    }

    fn instant(&mut self, pair: &Pair<'_, Rule>) -> At<Instant> {
        let span = span(pair);
        let value = Instant::parse(pair.as_str()).unwrap_or_else(|error| {
            self.report(
                Code::BadDate,
                span,
                error.to_string(),
                "write a time that exists, such as `2026-03-01T12:00:00Z` or `2026-03-01T17:00:00+05:00`",
            );
            Instant::EPOCH
        });
        At { value, span }
    }

    fn moment(&mut self, pair: &Pair<'_, Rule>) -> At<Moment> {
        if pair.as_rule() == Rule::date {
            let At { value, span } = self.day(pair);
            At { value: Moment::Day(value), span }
        } else {
            let At { value, span } = self.instant(pair);
            At { value: Moment::Instant(value), span }
        }
    }

    fn period(&mut self, pair: Pair<'_, Rule>) -> BuildResult<At<Period>> {
        let span = span(&pair);
        let mut children = self.children(pair);
        let amount = self.whole_number(&children.take(Rule::count)?).value;
        let unit = children.take(Rule::unit)?;
        // Any blanks may be between the words of `working days`.
        let word = unit.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
        let one = word.strip_suffix('s').unwrap_or(&word);
        let Some(unit) = Unit::ALL.into_iter().find(|unit| unit.word() == one) else {
            return Err(children.mismatch("a unit of time", Some(unit)));
        };
        let value = Period { amount, unit };
        if value.days() > 365_250 {
            self.report(
                Code::BadNumber,
                span,
                format!("`{value}` is longer than 1000 years"),
                "write a shorter period",
            );
        }
        Ok(At { value, span })
    }

    /// A whole number of at most 32 bits. Reports any other number.
    fn whole_number(&mut self, pair: &Pair<'_, Rule>) -> At<u32> {
        let span = span(pair);
        let value = pair.as_str().replace('_', "").parse().unwrap_or_else(|_| {
            self.report(
                Code::BadNumber,
                span,
                format!("`{}` is not a whole number up to 4294967295", pair.as_str()),
                "write a whole number in this range",
            );
            0
        });
        At { value, span }
    }

    fn check_line_start(&mut self, item: &Item) {
        let before = self.text.get(..item.span.start as usize).unwrap_or("");
        let line = before.rsplit(['\n', '\r']).next().unwrap_or("");
        if !line.trim().is_empty() {
            let message = format!("`{}` is not at the start of a line", item.kind.keyword());
            self.report(
                Code::ItemNotAtLineStart,
                item.head(),
                message,
                "start every item on a line of its own",
            );
        }
    }

    fn source(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    fn line_before(&self, at: usize) -> &'t str {
        let before = self.text.get(..at).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("")
    }

    /// The text of the `##` lines directly above an item.
    fn doc(&mut self, span: Span) -> String {
        let mut end =
            (span.start as usize).saturating_sub(self.line_before(span.start as usize).len());
        let mut lines = vec![];
        while end > 0 {
            let line = self.line_before(end - 1);
            let start = end - 1 - line.len();
            let Some(doc) = line.trim().strip_prefix("##") else { break };
            let blank = line.len() - line.trim_start().len();
            self.docs.insert(Span::of(start + blank..end - 1));
            lines.push(doc.strip_prefix(' ').unwrap_or(doc).trim_end().to_owned());
            end = start;
        }
        lines.reverse();
        lines.join("\n")
    }
}

/// Resolves the escapes of a string. The error is the range of bytes that is not an escape.
fn unescape(raw: &str) -> Result<String, (usize, usize)> {
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    while let Some(c) = raw.get(at..).and_then(|rest| rest.chars().next()) {
        let (c, length) = match c {
            '\\' => {
                escape::read(raw.get(at..).unwrap_or(""), "").map_err(|length| (at, at + length))?
            }
            c => (c, c.len_utf8()),
        };
        out.push(c);
        at += length;
    }
    Ok(out)
}
