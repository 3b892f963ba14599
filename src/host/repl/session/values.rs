//! A bare line: what it comes to, of which type, and what is missing; and what things are.

use super::{Answered, Detail, Session, shown, text};
use crate::host::{escape, matching, question, table, tree};
use lexloci::{Answer, Code, Expression, Place, Presence, RuleSet, Schema, Type};

/// Orders and notices dated after an instant are not seen at it, so none is at this one.
const EARLIEST: &str = "0000-01-01";

const UNDATED: &str = "\nno instant: judged at the earliest there is, before all orders and notices; `:at 2026-03-01` sets one";

impl Session {
    /// `:type`
    pub fn type_of(&mut self, line: &str) -> Answered {
        if line.is_empty() {
            return Err("`:type` takes an expression".into());
        }
        text(self.expression(line)?.type_name())
    }

    /// `:match`
    pub fn matching(&mut self, line: &str) -> Answered {
        let (pattern, sample) = line
            .split_once(" | ")
            .ok_or("`:match PATTERN | TEXT`: the name of terms or a phrase, then a text")?;
        let expression = self.expression(&matching::question(pattern.trim()))?;
        let pattern = expression.pattern().ok_or("that is no pattern")?;
        text(matching::report(pattern, sample.trim(), table::room()))
    }

    pub(super) fn evaluate(&mut self, line: &str) -> Answered {
        let expression = self.expression(line)?;
        let record = self.judged()?.clone();
        let (at, note) = match self.instant(&record) {
            Ok(at) => (at, ""),
            Err(_) => (question::instant(EARLIEST)?, self.undated()),
        };
        let detail = self.detail;
        let evaluator = self.evaluator()?;
        let Answer { ty, value } = evaluator.evaluate(&expression, &record, at);
        let mut said = match value {
            Ok(value) => format!("{value} : {ty}"),
            Err(missing) => {
                // Reasons other than a missing field are words, not paths.
                let (reasons, paths): (Vec<_>, Vec<_>) =
                    missing.into_iter().partition(|each| each.contains(' '));
                let without = if paths.is_empty() { "" } else { ", without " };
                let because = if reasons.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", reasons.join(", "))
                };
                format!("unknown : {ty}{because}{without}{}", paths.join(", "))
            }
        };
        if detail == Detail::Values
            && let Some(step) = evaluator.steps(&expression, &record, at)
        {
            said += &format!("\n{}", tree::steps(&step.steps, 1));
        }
        text(escape::plain_lines(said.trim_end()).into_owned() + note)
    }

    /// What is said once of expressions on a record without a date.
    fn undated(&mut self) -> &'static str {
        if std::mem::replace(&mut self.told_undated, true) { "" } else { UNDATED }
    }

    /// Names are those of the first place's file, or of the platform's.
    pub(super) fn expression(&self, line: &str) -> Result<Expression, String> {
        let place = self.places.first().copied().unwrap_or(Place::WORLD);
        self.set()?.expression(line, place).map_err(|failure| shown(&failure))
    }

    /// `:doc`
    pub fn doc(&mut self, name: &str) -> Answered {
        let set = self.set()?;
        let found = code(name)
            .or_else(|| field(set, name))
            .or_else(|| function(set, name))
            .or_else(|| action(set, name))
            .or_else(|| item(set, name));
        let unknown = || {
            format!(
                "nothing is known of `{}`; name a field, function, action, item, or code",
                escape::plain(name)
            )
        };
        text(escape::plain_lines(&found.ok_or_else(unknown)?))
    }
}

fn code(name: &str) -> Option<String> {
    let wanted = name.to_uppercase();
    let code = Code::ALL.iter().find(|code| code.as_str() == wanted || code.slug() == name)?;
    let words: Vec<&str> = code.explanation().split_whitespace().collect();
    Some(format!("{} {}\n{}", code.as_str(), code.slug(), words.join(" ")))
}

fn field(set: &RuleSet, path: &str) -> Option<String> {
    let schema = set.schema();
    let (_, mut record) = schema.named(Schema::MESSAGE)?;
    let mut found = None;
    for name in path.split('.') {
        let field = record.fields.get(name.split('[').next()?)?;
        found = Some(field);
        let mut ty = &field.ty;
        if let Type::List(of) = ty {
            ty = of;
        }
        if let Type::Record(id) = ty {
            record = schema.record(*id)?.1;
        }
    }
    let field = found?;
    let presence = match &field.presence {
        Presence::Required => "in every record",
        Presence::Optional => "may be missing",
        Presence::Default(_) => "has a default",
        Presence::Derived => "computed from the record",
    };
    Some(format!("{path}: {}, {presence}\n{}", schema.name_of(&field.ty), field.doc))
}

fn function(set: &RuleSet, name: &str) -> Option<String> {
    let named = |signature: &str| signature.split('(').next() == Some(name);
    let all: Vec<String> = set
        .functions()
        .filter(|function| named(&function.signature))
        .map(|function| format!("{}\n{}", function.signature, function.doc))
        .collect();
    (!all.is_empty()).then(|| all.join("\n"))
}

fn action(set: &RuleSet, name: &str) -> Option<String> {
    let action = set.actions().find(|action| action.name == name)?;
    Some(format!("{}, an action\n{}", action.name, action.doc))
}

fn item(set: &RuleSet, name: &str) -> Option<String> {
    let is = |id: &str| id == name || id.rsplit('.').next() == Some(name);
    let item = set.items().find(|item| is(&item.id))?;
    let at = set.sources().display(item.location);
    Some(format!("{} {} ({at})\n{}", item.keyword, item.id, item.doc).trim_end().to_owned())
}
