//! Lowers wordings, and checks that a rule can fill the wording that it says.

use super::Checker;
use super::names::{Declared, Entity};
use crate::base::limits;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{
    Expr, ExprKind, Norm, Piece, Placeholder, TemplateFault, TemplateFaultKind, Wording,
    WordingText, wording_pieces,
};
use crate::syntax::tree;
use crate::world::value::Type;
use std::collections::HashMap;

impl Checker<'_> {
    pub(super) fn lower_wordings(&mut self) {
        let names = self.names;
        self.program.wordings = self.lower_all(&names.wordings, Self::wording);
    }

    fn wording(&mut self, declared: &Declared<'_, tree::Wording>) -> Wording {
        let Declared { file, item: wording } = *declared;
        self.file = file;
        if wording.texts.is_empty() {
            let message = format!("`{}` has no text", wording.name.text);
            let help = "write at least one: `en: \"We have restricted your message.\"`";
            self.report(Code::BadWording, wording.name.span, message, help);
        }
        let mut first = HashMap::new();
        let mut texts = vec![];
        for text in &wording.texts {
            self.check_language(&text.language);
            let language = text.language.text.to_ascii_lowercase();
            if let Some(earlier) = first.insert(language, text.language.span) {
                let message =
                    format!("`{}` has two texts in `{}`", wording.name.text, text.language.text);
                let fault = Diagnostic::new(Code::BadWording, self.at(text.language.span), message)
                    .related(self.at(earlier), "the first text is here")
                    .help("delete one of the two, or correct its language");
                self.found.push(fault);
            }
            let language = text.language.text.clone();
            texts.push(WordingText { language, pieces: self.wording_pieces(&text.text) });
        }
        Wording { id: self.id(&wording.name), texts }
    }

    fn wording_pieces(&mut self, text: &tree::Text) -> Vec<Piece> {
        let length = text.value.chars().count();
        if length > limits::WORDING {
            let message = format!("the text has {length} characters");
            let help = format!(
                "write at most {}: when the words found and the law are filled in, the text has to fit into a statement of reasons",
                limits::WORDING
            );
            self.report(Code::TooLarge, text.span, message, help);
        }
        if text.value.trim().is_empty() {
            self.report(Code::BadWording, text.span, "the text is empty", "write what people read");
        }
        wording_pieces(&text.value).unwrap_or_else(|fault| {
            self.report_template(text, fault);
            vec![]
        })
    }

    fn report_template(&mut self, text: &tree::Text, fault: TemplateFault) {
        let TemplateFault { kind, bytes } = fault;
        // Behind an escape, the text and the file do not have the same bytes.
        let is_same = text.raw.get(..bytes.end) == text.value.get(..bytes.end);
        let is_marked = is_same && !bytes.is_empty();
        let span = if is_marked { text.span_of(&bytes) } else { text.span };
        let words: Vec<_> =
            Placeholder::ALL.iter().map(|known| format!("`{{{}}}`", known.word())).collect();
        let words = words.join(", ");
        match kind {
            TemplateFaultKind::Unknown { name, near } => {
                let message = format!("there is no placeholder `{{{name}}}`");
                let otherwise = format!("write one of {words}; `{{{{` is a brace itself");
                let at = self.at(span);
                let fault = Diagnostic::new(Code::BadWording, at, message);
                self.found.push(match near {
                    // Only the name itself can be replaced.
                    Some(near) if span != text.span => {
                        fault.suggest(Some((near, near.to_owned())), otherwise)
                    }
                    Some(near) => fault.help(format!("did you mean `{{{near}}}`?")),
                    None => fault.help(otherwise),
                });
            }
            TemplateFaultKind::Open => {
                let help = format!("write one of {words}; for the brace itself, write `{{{{`");
                self.report(Code::BadWording, span, "no `}` closes this `{`", help);
            }
            TemplateFaultKind::Close => {
                let help = "write `}}` for the brace itself";
                self.report(Code::BadWording, span, "no `{` stands before this `}`", help);
            }
        }
    }

    /// The wording that a rule says.
    pub(super) fn says(&mut self, rule: &tree::Rule) -> Option<usize> {
        self.resolve_as(rule.says.as_ref()?, "a wording", Entity::wording)
    }

    /// Reports a wording with a placeholder that the rule can never fill: nobody would ever read it.
    pub(super) fn check_says(&mut self, norm: &Norm, rule: &tree::Rule) {
        let says = norm.kind.rule().and_then(|body| body.says);
        let (Some(path), Some(wording)) =
            (&rule.says, says.and_then(|says| self.program.wordings.get(says)))
        else {
            return;
        };
        let ends = || {
            let acts = norm.kind.rule().into_iter().flat_map(|body| &body.then);
            let mut outcomes = acts.filter(|act| self.program.is_outcome(act));
            outcomes.any(|act| act.keep.is_some() || act.until.is_some())
        };
        let faults: Vec<_> = wording
            .placeholders()
            .filter_map(|placeholder| {
                let (why, help) = match placeholder {
                    Placeholder::Rule | Placeholder::Appeal => return None,
                    Placeholder::Until if ends() => return None,
                    Placeholder::Until => (
                        "the rule does not say when its outcome ends",
                        "say how long it lasts, as in `then restrict for 30 days`, or take `{until}` out of the wording",
                    ),
                    Placeholder::Article if rule.basis.is_some() => return None,
                    Placeholder::Article => (
                        "the rule cites no law or policy",
                        "add a `basis`, or take `{article}` out of the wording",
                    ),
                    Placeholder::Evidence if norm.conditions().any(may_quote) => return None,
                    Placeholder::Evidence => (
                        "the condition looks for no words",
                        "take `{evidence}` out of the wording, or look for words of the message",
                    ),
                };
                let word = placeholder.word();
                Some((format!("`{}` says `{{{word}}}`, but {why}", path.dotted()), help))
            })
            .collect();
        for (message, help) in faults {
            self.report(Code::IdlePlaceholder, path.span, message, help);
        }
    }
}

/// Whether an expression may quote words of the message when it is true or false. When in doubt, it may.
fn may_quote(expr: &Expr) -> bool {
    let is_text = |expr: &Expr| {
        matches!(expr.ty, Type::Text | Type::Surface | Type::Enum(_) | Type::Opaque | Type::List(_))
    };
    match &expr.kind {
        ExprKind::Mentions { .. }
        | ExprKind::Matches { .. }
        | ExprKind::TextTest { .. }
        | ExprKind::Spans { .. }
        | ExprKind::InSet { .. }
        | ExprKind::In { .. }
        | ExprKind::Quantified { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::Call { .. }
        | ExprKind::Defined { .. } => true,
        ExprKind::Compare { left, right, .. } => {
            [left, right].into_iter().any(|side| is_text(side) || may_quote(side))
        }
        ExprKind::Const(_)
        | ExprKind::At
        | ExprKind::Message
        | ExprKind::Local(_)
        | ExprKind::Field { .. }
        | ExprKind::Entry { .. }
        | ExprKind::List(_)
        | ExprKind::Not(_)
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::InPlace { .. }
        | ExprKind::Is(..)
        | ExprKind::Coalesce { .. }
        | ExprKind::Negate(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::Score(_)
        | ExprKind::AtLeast { .. }
        | ExprKind::Counter { .. }
        | ExprKind::Reaches { .. }
        | ExprKind::Mark { .. }
        | ExprKind::If { .. } => expr.children().any(may_quote),
    }
}
