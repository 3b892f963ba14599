//! Builds the syntax tree from pest's pairs, with one function per grammar rule. An item with a small mistake is built
//! all the same, and the mistake is reported.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has 250 rules, and a rule in the wrong place is reported as a bug"
)]

mod counters;
mod expr;
mod law;
mod records;
mod rules;
mod sets;
mod test_item;
mod words;

use super::grammar::Rule;
use super::pairs::{BuildResult, Children, span};
use super::tree::{Item, ItemKind, Name, Path, Spanned, Text};
use crate::base::escape;
use crate::base::source::{FileId, Location, Span};
use crate::base::time::{Day, Instant, Moment, Period, Unit};
use crate::diagnostic::{Code, Diagnostic};
use foldhash::HashSet;
use pest::iterators::Pair;
use std::ops::Range;

const DAYS_OF_1000_YEARS: u64 = 365_250;

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
            Rule::pattern_item => ItemKind::Pattern(self.named_regex(pair)?),
            Rule::set_item => ItemKind::Set(self.set(pair)?),
            Rule::register_item => ItemKind::Register(self.register(pair)?),
            Rule::wording_item => ItemKind::Wording(self.wording(pair)?),
            Rule::define_item => ItemKind::Define(self.define(pair)?),
            Rule::counter_item => ItemKind::Counter(Box::new(self.counter(pair)?)),
            Rule::mark_item => ItemKind::Mark(self.mark(pair)?),
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

    /// The `Internal` diagnostic for a pair that should have a child.
    pub(super) fn nothing(&self) -> Diagnostic {
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

    /// Reads the remaining children. Each must be of the rule `want`.
    fn each<'i, T>(
        &mut self,
        children: Children<'i>,
        want: Rule,
        mut read: impl FnMut(&mut Self, Pair<'i, Rule>) -> BuildResult<T>,
    ) -> BuildResult<Vec<T>> {
        children.all(want)?.into_iter().map(|pair| read(self, pair)).collect()
    }

    /// Reads the next child if it is of the rule `want`.
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
        word: &str,
        read: impl FnOnce(&mut Self, Pair<'i, Rule>) -> BuildResult<T>,
    ) -> BuildResult<()> {
        let span = span(&clause);
        let value = read(self, clause)?;
        if slot.is_none() {
            *slot = Some(value);
        } else {
            self.report_second(span, word);
        }
        Ok(())
    }

    fn report_second(&mut self, span: Span, word: &str) {
        let message = format!("there are two `{word}` clauses");
        self.report(Code::BadClause, span, message, "keep one of them");
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

    fn only_day(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Spanned<Day>> {
        let date = self.children(pair).take(Rule::date)?;
        Ok(self.day(&date))
    }

    /// A string with its escapes resolved.
    fn string(&mut self, pair: &Pair<'_, Rule>) -> Text {
        let text = self.raw_text(pair);
        let value = unescape(&text.raw).unwrap_or_else(|wrong| {
            let message = format!(
                "`{}` has no meaning in a string",
                text.raw.get(wrong.clone()).unwrap_or("\\")
            );
            let start = text.span.start as usize + 1;
            self.report(
                Code::BadEscape,
                Span::of(start + wrong.start..start + wrong.end),
                message,
                "write a backslash as `\\\\`, a quote as `\\\"`, a line end as `\\n`; write other characters as they are, or with their number: a tab is `\\u{9}`",
            );
            text.raw.clone()
        });
        Text { value, ..text }
    }

    /// A string, a regex or a number, without the quotes and with its escapes as written.
    fn raw_text(&self, pair: &Pair<'_, Rule>) -> Text {
        let raw = pair.as_str();
        let raw = raw.strip_prefix('r').unwrap_or(raw);
        let raw = raw.strip_prefix('"').unwrap_or(raw);
        let raw = raw.strip_suffix('"').unwrap_or(raw).to_owned();
        Text { value: raw.clone(), raw, span: span(pair) }
    }

    fn day(&mut self, pair: &Pair<'_, Rule>) -> Spanned<Day> {
        let span = span(pair);
        let text = pair.as_str();
        let value = Day::parse(text).unwrap_or_else(|error| {
            let fault = Diagnostic::new(Code::BadDate, self.at(span), error.to_string());
            let meant = day_that_exists(text);
            let help = meant
                .as_ref()
                .map_or("write a day that exists, such as `2026-03-01`", |(_, help)| help);
            let fault = fault.help(help);
            self.found.push(match meant {
                Some((day, _)) => fault.fix(self.at(span), day.to_string(), false),
                None => fault,
            });
            Day::EPOCH
        });
        Spanned { value, span }
    }

    fn instant(&mut self, pair: &Pair<'_, Rule>) -> Spanned<Instant> {
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
        Spanned { value, span }
    }

    fn moment(&mut self, pair: &Pair<'_, Rule>) -> Spanned<Moment> {
        let value = if pair.as_rule() == Rule::date {
            Moment::Day(self.day(pair).value)
        } else {
            Moment::Instant(self.instant(pair).value)
        };
        Spanned { value, span: span(pair) }
    }

    fn period(&mut self, pair: Pair<'_, Rule>) -> BuildResult<Spanned<Period>> {
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
        if value.days() > DAYS_OF_1000_YEARS {
            let message = format!("`{value}` is longer than 1000 years");
            self.report(Code::BadNumber, span, message, "write a shorter period");
        }
        Ok(Spanned { value, span })
    }

    /// A whole number of at most 32 bits. Reports any other number.
    fn whole_number(&mut self, pair: &Pair<'_, Rule>) -> Spanned<u32> {
        let span = span(pair);
        let value = pair.as_str().replace('_', "").parse().unwrap_or_else(|_| {
            let message = format!("`{}` is not a whole number up to {}", pair.as_str(), u32::MAX);
            self.report(Code::BadNumber, span, message, "write a whole number in this range");
            0
        });
        Spanned { value, span }
    }

    fn check_line_start(&mut self, item: &Item) {
        let before = self.text.get(..item.span.start as usize).unwrap_or("");
        let line = before.rsplit(['\n', '\r']).next().unwrap_or("");
        if !line.trim().is_empty() {
            let message = format!("`{}` is not at the start of a line", item.kind.keyword());
            let help = "start every item on a line of its own";
            self.report(Code::ItemNotAtLineStart, item.head(), message, help);
        }
    }

    fn source(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The text of a line up to a byte in it.
    fn line_before(&self, byte: usize) -> &'t str {
        let before = self.text.get(..byte).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("")
    }

    /// The text of the `##` lines directly above an item.
    fn doc(&mut self, span: Span) -> String {
        let item_start = span.start as usize;
        let mut line_start = item_start - self.line_before(item_start).len();
        let mut lines = vec![];
        while let Some(end) = line_start.checked_sub(1) {
            let line = self.line_before(end);
            let Some(doc) = line.trim().strip_prefix("##") else { break };
            self.docs.insert(Span::of(end - line.trim_start().len()..end));
            lines.push(doc.strip_prefix(' ').unwrap_or(doc).trim_end());
            line_start = end - line.len();
        }
        lines.reverse();
        lines.join("\n")
    }
}

/// The day that was probably meant by one that the calendar does not have, and the help: the last day of the month, or the
/// day that follows when the month and the day change places.
fn day_that_exists(text: &str) -> Option<(Day, String)> {
    let (year, month, number) = (text.get(..4)?, text.get(5..7)?, text.get(8..)?);
    if let Ok(day) = Day::parse(&format!("{year}-{number}-{month}")) {
        return Some((day, format!("write the month before the day: `{day}`")));
    }
    let last = Day::last_of_month(text).filter(|_| number != "00")?;
    Some((last, format!("`{last}` is the last day of {}", last.month_in_words())))
}

/// Resolves the escapes of a string. The error is the range of bytes that is not an escape.
fn unescape(raw: &str) -> Result<String, Range<usize>> {
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    while let Some(c) = raw.get(at..).and_then(|rest| rest.chars().next()) {
        let (c, length) = match c {
            '\\' => {
                escape::read(raw.get(at..).unwrap_or(""), "").map_err(|length| at..at + length)?
            }
            c => (c, c.len_utf8()),
        };
        out.push(c);
        at += length;
    }
    Ok(out)
}
