//! Conditions among the actions of a rule. They belong after `when`, and each `else` is a rule of its own.

use super::tokens::{Tokens, first_path, up_to};
use super::{Mend, Rule, Slip, begins_clause, is_keyword};

/// The longest condition that a help repeats.
const MAX_REPEATED: usize = 80;

impl Slip<'_> {
    /// `then if A label else review`, `then label if A`, `then label else review`.
    pub(super) fn branches(&self) -> Option<Mend> {
        let is_first = self.found == "if" && self.follows("then") && self.only(Rule::act);
        let is_if = matches!(self.found, "if" | "where" | "provided");
        let is_else = matches!(self.found, "else" | "otherwise");
        if !is_first && !(self.wants(Rule::kw_within) && (is_if || is_else)) {
            return None;
        }
        let (when, done) = self.before_branch()?;
        if is_else {
            let other = in_short(up_to(self.rest, begins_clause));
            let when = as_operand(when);
            return Some(Mend::say(format!(
                "a rule has no `else`: write a second rule with `when not {when}  then {other}`"
            )));
        }
        let ends =
            |token: &str, rest: &str| begins_clause(token, rest) && !(is_first && token == "then");
        let text = up_to(self.rest, ends);
        let (text, other) = match up_to(text, |token, _| matches!(token, "else" | "otherwise")) {
            first if first.len() == text.len() => (text, None),
            first => {
                let other = text.get(first.len()..)?.trim_start();
                (first, other.strip_prefix("else").or_else(|| other.strip_prefix("otherwise")))
            }
        };
        let (condition, action) = if is_first { parted(text)? } else { (text, done) };
        let (condition, when) = (as_operand(condition.trim()), as_operand(when));
        let action = in_short(action);
        let one = format!("when {condition} and {when}  then {action}");
        let Some(other) = other.map(in_short) else {
            return Some(Mend::say(format!(
                "an action has no condition of its own: write it after `when`: `{one}`"
            )));
        };
        if other.starts_with("if ") {
            return Some(Mend::say(format!(
                "an action has no condition of its own: write a rule for each branch, the first with `{one}`, and the others with `when not {condition} and …`"
            )));
        }
        Some(Mend::say(format!(
            "an action has no condition of its own: write two rules, one with `{one}`, and one with `when not {condition} and {when}  then {other}`"
        )))
    }

    /// The condition of the rule, and the actions before this place.
    fn before_branch(&self) -> Option<(&str, &str)> {
        let then = Tokens::of(self.before).filter(|(_, token)| *token == "then").last()?.0;
        let when = Tokens::of(self.before).find(|(_, token)| *token == "when")?.0;
        let condition = up_to(self.before.get(when + "when".len()..)?, begins_clause).trim();
        let done = self.before.get(then + "then".len()..)?.trim();
        (!condition.is_empty()).then_some((condition, done))
    }
}

/// The condition after `if`, and the actions after it: `chat.public restrict`, `chat.public then restrict`.
fn parted(text: &str) -> Option<(&str, &str)> {
    let (mut last, mut depth) = ("", 0_usize);
    for (at, token) in Tokens::of(text) {
        let begins_action = ends_operand(last) && (!is_keyword(token) || token == "review");
        let is_word = token.starts_with(|c: char| c.is_ascii_alphabetic());
        if depth == 0 && (token == "then" || is_word && begins_action) {
            let actions = text.get(at..)?;
            return Some((text.get(..at)?, actions.strip_prefix("then").unwrap_or(actions)));
        }
        match token {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        last = token;
    }
    None
}

/// Whether a condition can end with a token. After a number comes its unit.
fn ends_operand(token: &str) -> bool {
    let is_word = token.starts_with(|c: char| c.is_ascii_alphabetic());
    is_word && !is_keyword(token)
        || matches!(token, ")" | "]" | "true" | "false" | "missing" | "known" | "none")
        || token.ends_with('"')
}

/// A condition as an operand of `and` and `not`.
fn as_operand(condition: &str) -> String {
    let condition = in_short(condition);
    if first_path(condition) == condition { condition.to_owned() } else { format!("({condition})") }
}

/// `…` for what is too long to be repeated.
fn in_short(text: &str) -> &str {
    let text = text.trim();
    if text.len() > MAX_REPEATED || text.contains('\n') { "…" } else { text }
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn actions_begin_after_a_whole_condition() {
        for (text, condition, actions) in [
            ("chat.public restrict", "chat.public ", "restrict"),
            ("chat.public then restrict", "chat.public ", " restrict"),
            ("text mentions \"a\" review", "text mentions \"a\" ", "review"),
            (
                "sent_at > at - 7 days and (a or b) label",
                "sent_at > at - 7 days and (a or b) ",
                "label",
            ),
            ("reply is missing label, review", "reply is missing ", "label, review"),
        ] {
            assert_eq!(parted(text), Some((condition, actions)));
        }
        assert_eq!(parted("chat.public"), None);
    }
}
