//! Lowers the actions of `then` and `on unknown`: checks that they exist, take these arguments, and may be used here.

use super::Checker;
use super::instant::reads_at;
use super::names::Entity;
use super::uses::NameKind;
use crate::base::source::Span;
use crate::base::time::{Period, Zone};
use crate::diagnostic::foreign::{self, Meant};
use crate::diagnostic::{Code, Diagnostic, is_slip, nearest, one_of};
use crate::program::outcome::Event;
use crate::program::{Act, Action, ActionKind, Expr, MarkChange, OnUnanswered, Takes, Trigger};
use crate::syntax::tree::{self, ItemKind, Target};
use crate::world::place::Place;
use crate::world::value::Type;

impl Checker<'_> {
    /// Lowers what people do about orders and notices that no rule answers.
    pub(super) fn lower_unanswered(&mut self) {
        for (file, item) in self.files.items() {
            let ItemKind::Jurisdiction(jurisdiction) = &item.kind else { continue };
            self.file = file;
            let acts = self.acts(&jurisdiction.on_unanswered);
            self.refuse_outcomes(
                &acts,
                "on unanswered",
                "no rule says that the order is justified",
            );
            let file = self.files.get(self.file);
            if let (Some(place), Some(first)) = (file.place, acts.first()) {
                let zone = file.zone.clone().unwrap_or_else(Zone::utc);
                let (id, at) = (format!("jurisdiction {place}"), first.at);
                self.program.on_unanswered.push(OnUnanswered { id, place, acts, zone, at });
            }
        }
    }

    pub(super) fn acts(&mut self, acts: &[tree::Act]) -> Vec<Act> {
        acts.iter().filter_map(|act| self.act(act)).collect()
    }

    fn act(&mut self, act: &tree::Act) -> Option<Act> {
        let (index, action) = self.action(&act.action)?;
        self.refuse_action_of_world(&action, act);
        let to = match &act.mark {
            Some(mark) => {
                if let Some(to) = &act.to {
                    self.refuse_target_of_mark(&action, to);
                }
                self.marked(mark, act)
            }
            None => match self.recipient(&action, act.account.as_ref(), act.to.as_ref()) {
                Some(to) => to,
                None => self.refuse_without_recipient(&action, act.action.span),
            },
        };
        let within = act.within.as_ref().and_then(|within| self.within(&action, within));
        let keep = act.keep.as_ref().and_then(|keep| {
            if !action.keep && !action.kind.is_outcome() {
                let message = format!("`{}` cannot have a `for`", action.name);
                let help = "delete `for` and the period after it";
                return self.refuse(Code::BadAction, keep.span, message, help);
            }
            if keep.period.value.amount == 0 {
                let message = format!(
                    "`for {}` is no time at all, so `{}` would have no effect",
                    keep.period.value, action.name
                );
                let help = "write how long it lasts, such as `for 30 days`";
                return self.refuse(Code::BadNumber, keep.period.span, message, help);
            }
            if let (ActionKind::Mark(_), Some(clock)) = (action.kind, &keep.clock) {
                let message = "a mark lasts from the decision on";
                let help = format!(
                    "delete `from {0}`, or write when it ends: `until {0} + {1}`",
                    clock.dotted(),
                    keep.period.value
                );
                return self.refuse(Code::BadAction, clock.span, message, help);
            }
            let event = keep
                .clock
                .as_ref()
                .map_or(Some(Event::Decision), |clock| self.event(clock, Trigger::Standing))?;
            Some((keep.period.value, event))
        });
        let until =
            act.until.as_ref().and_then(|until| self.end(&action, act, until)).map(Box::new);
        Some(Act { action: index, to, within, keep, until, at: self.at(act.span) })
    }

    /// Lowers the instant at which an outcome ends.
    fn end(&mut self, action: &Action, act: &tree::Act, until: &tree::Expr) -> Option<Expr> {
        if !action.kind.is_outcome() && action.kind != ActionKind::Mark(MarkChange::Set) {
            return self.refuse(
                Code::BadAction,
                until.span,
                format!("`{}` cannot have an `until`", action.name),
                "only outcomes and marks have an end: delete `until` and what follows it",
            );
        }
        if act.keep.is_some() {
            return self.refuse(
                Code::BadAction,
                until.span,
                format!("`{}` has two ends: `for` and `until`", action.name),
                "delete one of them",
            );
        }
        if reads_at(until) {
            return self.refuse(
                Code::LooseInstant,
                until.span,
                "the end would move with `at`, so the outcome would never end",
                "write `for 3 days`, or count from an instant of the record: `until sent_at + 3 days`",
            );
        }
        if let tree::ExprKind::Duration(period) = &until.kind {
            self.refuse_period_as_end(act, until, *period);
            return None;
        }
        let end = self.expr(until)?;
        let end = self.coerce(end, &Type::Instant)?;
        if self.program.reads_state(&end) {
            return self.refuse(
                Code::BadAction,
                until.span,
                "`until` cannot read counters and marks",
                "a store is asked only for conditions: write `for 90 days`, or count from an instant of the message: `until sent_at + 90 days`",
            );
        }
        Some(end)
    }

    /// Reports `until 30 days`.
    fn refuse_period_as_end(&mut self, act: &tree::Act, until: &tree::Expr, period: Period) {
        let message = format!("`{period}` is a period, and `until` names an instant");
        let fault = Diagnostic::new(Code::TypeMismatch, self.at(until.span), message).help(format!(
            "write `for {period}`, or count from an instant of the record: `until sent_at + {period}`"
        ));
        let before = self.at(Span { start: act.span.start, end: until.span.start });
        let word = "until";
        self.found.push(match self.sources.slice(before).rfind(word) {
            Some(at) => {
                let start = act.span.start as usize + at;
                fault.fix(self.at(Span::of(start..start + word.len())), "for", false)
            }
            None => fault,
        });
    }

    /// Whose account an action is about, or to whom it goes. The outer option is `None` if neither is written.
    pub(super) fn recipient(
        &mut self,
        action: &Action,
        account: Option<&tree::Name>,
        to: Option<&Target>,
    ) -> Option<Option<String>> {
        let account = account.map(|account| self.account(action, account, to.is_some()));
        let target = to.map(|to| self.target(action, to));
        account.or(target)
    }

    /// Reports an action without the account or target that it needs.
    fn refuse_without_recipient(&mut self, action: &Action, span: Span) -> Option<String> {
        let name = &action.name;
        let either = |words: &[String], prefix: &str| {
            let words = words.iter().map(|word| format!("`{prefix} {word}`"));
            words.collect::<Vec<_>>().join(" or ")
        };
        let (missing, help) = match &action.to {
            Takes::Nothing => return None,
            Takes::Account(words) => ("whose account", format!("write {}", either(words, name))),
            Takes::Office => ("to whom", "add an office: `to astana`".to_owned()),
            Takes::Text => ("to whom", "add whom to tell: `to \"name\"`".to_owned()),
            Takes::Mark => ("which mark", format!("write `{name} NAME`")),
            Takes::OneOf(words) => ("to whom", format!("add {}", either(words, "to"))),
        };
        self.refuse(Code::BadAction, span, format!("`{name}` does not say {missing}"), help)
    }

    /// Lowers the word that says whose account an outcome is about.
    fn account(
        &mut self,
        action: &Action,
        account: &tree::Name,
        has_target: bool,
    ) -> Option<String> {
        let Takes::Account(words) = &action.to else {
            let (name, word) = (&action.name, &account.text);
            let message = format!("`{name}` is not about an account");
            let help = match &action.to {
                Takes::OneOf(words) if !has_target && words.contains(word) => {
                    let help = format!("write `{name} to {word}`");
                    let fault = Diagnostic::new(Code::BadAction, self.at(account.span), message);
                    let meant = format!("to {word}");
                    self.found.push(fault.help(help).fix(self.at(account.span), meant, false));
                    return None;
                }
                Takes::Office if !has_target => format!("add `to` before it: `{name} to {word}`"),
                Takes::Text if !has_target => {
                    format!("add `to` before it, and quotes: `{name} to \"{word}\"`")
                }
                Takes::Nothing
                | Takes::Mark
                | Takes::Account(_)
                | Takes::Office
                | Takes::Text
                | Takes::OneOf(_) => format!("delete `{word}`"),
            };
            return self.refuse(Code::BadAction, account.span, message, help);
        };
        let words = words.iter().map(String::as_str);
        self.one_word_of(&account.text, account.span, "account", words).map(str::to_owned)
    }

    /// Resolves the name of an action. Returns its index and a copy of it.
    pub(super) fn action(&mut self, name: &tree::Name) -> Option<(usize, Action)> {
        if let Some((index, _, action)) = self.program.actions.get_full(&name.text) {
            let action = action.clone();
            if let Some(declared) = self.standard.actions.get(index) {
                self.record_use(name.span, *declared, NameKind::Action);
            }
            return Some((index, action));
        }
        let message = format!("there is no action `{}`", name.text);
        if let Some(meant) = foreign::meant(foreign::ACTIONS, &name.text) {
            let fault = Diagnostic::new(Code::BadAction, self.at(name.span), message);
            self.found.push(match meant {
                Meant::Word(word) if self.is_of_world(word) => fault.help(format!(
                    "write `restrict` to hide it in this place; `{word}` acts in all places, and only `world.loci` may ask for it"
                )),
                Meant::Word(_) | Meant::Help(_) => fault.meant(meant),
            });
            return None;
        }
        let known: Vec<_> = self.program.actions.keys().cloned().collect();
        // Two letters lead from one action to another, so only one may differ.
        let near = nearest(&name.text, known.iter().map(String::as_str))
            .filter(|near| is_slip(near, &name.text));
        let help = format!("{}; `lexloci doc actions` explains them", one_of(&known));
        self.report_unknown(Code::BadAction, name.span, message, near, help);
        None
    }

    /// Whether only `world.loci` may use an action, and this is another file.
    fn is_of_world(&self, action: &str) -> bool {
        let here = self.files.get(self.file).place.unwrap_or(Place::WORLD);
        let action = self.program.actions.get(action);
        action.is_some_and(|action| action.world_only) && here != Place::WORLD
    }

    /// Reports an action that only `world.loci` may use, when another file uses it.
    fn refuse_action_of_world(&mut self, action: &Action, act: &tree::Act) {
        let here = self.files.get(self.file).place.unwrap_or(Place::WORLD);
        if self.is_of_world(&action.name) {
            let message = format!(
                "`{}` acts in all places, so a rule for {here} cannot ask for it",
                action.name
            );
            let help = "write `restrict`, or move the rule to `world.loci`";
            self.report(Code::GlobalAct, act.action.span, message, help);
        }
    }

    /// Reports `mark warned to author`.
    fn refuse_target_of_mark(&mut self, action: &Action, to: &Target) {
        let span = match to {
            Target::Named(path) => path.span,
            Target::Text(text) => text.span,
        };
        let message = format!("`{}` cannot have a `to`", action.name);
        let help = "delete `to …`: the mark itself says what it is on";
        self.report(Code::BadAction, span, message, help);
    }

    /// Lowers the target after `to`.
    fn target(&mut self, action: &Action, target: &Target) -> Option<String> {
        match (&action.to, target) {
            (Takes::Office, Target::Named(path)) => {
                let office = self.resolve_as(path, "an office", Entity::office)?;
                self.program.offices.get(office).map(|office| office.id.clone())
            }
            (Takes::Text, Target::Text(text)) => Some(text.value.clone()),
            (Takes::OneOf(words), Target::Named(path)) => {
                let word = path.dotted();
                let words = words.iter().map(String::as_str);
                self.one_word_of(&word, path.span, "target", words).map(str::to_owned)
            }
            (
                takes,
                Target::Named(tree::Path { span, .. }) | Target::Text(tree::Text { span, .. }),
            ) => {
                let (message, help) = match takes {
                    Takes::Nothing | Takes::Account(_) | Takes::Mark => {
                        (format!("`{}` cannot have a `to`", action.name), "delete `to …`")
                    }
                    Takes::Text => (
                        format!("the target of `{}` must be in quotes", action.name),
                        "write `to \"name\"`",
                    ),
                    Takes::Office | Takes::OneOf(_) => (
                        format!("the target of `{}` must not be in quotes", action.name),
                        "delete the quotes",
                    ),
                };
                self.refuse(Code::BadAction, *span, message, help)
            }
        }
    }

    /// Lowers a service level of the platform.
    fn within(&mut self, action: &Action, within: &tree::Within) -> Option<(Period, Event, usize)> {
        if !action.within {
            let help = if !action.kind.is_outcome() {
                "delete `within …`"
            } else {
                "delete `within …`: the deadline comes from the article that the rule cites"
            };
            let message = format!("`{}` cannot have a `within`", action.name);
            return self.refuse(Code::BadAction, within.span, message, help);
        }
        let event = within
            .clock
            .as_ref()
            .map_or(Some(Event::Decision), |clock| self.event(clock, Trigger::Standing))?;
        let Some(policy) = &within.policy else {
            let own = self.own_policy();
            let by = match &own {
                Some(policy) => format!("add the policy, such as `by policy {policy}`"),
                None => "declare a `policy`, and name it after `by policy`".to_owned(),
            };
            let help = format!(
                "{by}; if a law sets the limit, delete `within …` and write `deadline` in the article"
            );
            let message = "the time limit does not say which policy sets it";
            let at = self.at(within.span);
            let fault = Diagnostic::new(Code::DeadlineWithoutSource, at, message).help(help);
            let end = self.at(Span { start: within.span.end, end: within.span.end });
            self.found.push(match own {
                Some(policy) => fault.fix(end, format!(" by policy {policy}"), false),
                None => fault,
            });
            return None;
        };
        let policy = self.resolve_as(policy, "a policy", Entity::policy)?;
        Some((within.period.value, event, policy))
    }

    /// Reports outcomes and marks in `on unknown`: a condition that is unknown must not restrict or mark anybody.
    pub(super) fn refuse_outcomes(&mut self, acts: &[Act], clause: &str, because: &str) {
        for act in acts {
            if !self.program.is_outcome(act) && self.program.mark_change(act).is_none() {
                continue;
            }
            let name = self.name_of_action(act.action);
            let message = format!("`{clause}` cannot ask for `{name}`, because {because}");
            let help = "write `escalate` or `review`, so that people decide";
            self.report(Code::UnknownBurden, act.at.span, message, help);
        }
    }

    pub(super) fn name_of_action(&self, action: usize) -> &str {
        self.program.actions.get_index(action).map_or("", |(name, _)| name)
    }
}
