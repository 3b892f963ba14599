//! Lowers laws with their articles, policies and offices: dates, parties, triggers, deadlines.

use super::Checker;
use super::names::{Declared, DeclaredArticle, Entity};
use super::uses::NameKind;
use crate::base::source::{Location, Span};
use crate::base::time::Day;
use crate::diagnostic::foreign::{self, Meant};
use crate::diagnostic::{Code, Diagnostic, nearest, one_of};
use crate::program::outcome::Event;
use crate::program::{
    Article, Deadline, Ground, InForce, JudgedBy, Limit, Office, Party, Policy, Start, Status,
    Trigger,
};
use crate::syntax::tree::{self, DeadlineLimit};
use crate::world::standard::pause;
use crate::world::value::Type;
use std::sync::Arc;

/// Whom an article can bind, as `binds` says it.
pub(crate) const PARTIES: [(&str, Party); 2] =
    [("platform", Party::Platform), ("author", Party::Author)];

/// The event among `names` that a law calls by another word, such as `receipt of the order`.
fn event_meant<'n>(clock: &tree::Path, on: Trigger, names: &[&'n str]) -> Option<&'n str> {
    let [before @ .., last] = clock.names.as_slice() else { return None };
    let Meant::Word(pattern) = foreign::meant(foreign::EVENTS, &last.text)? else { return None };
    let subject = before.last().map_or(on.word(), |name| name.text.as_str());
    let meant = pattern.replace('$', subject);
    names.iter().find(|name| **name == meant).copied()
}

impl Checker<'_> {
    /// Lowers laws, policies and offices.
    pub(super) fn lower_law(&mut self) {
        for (_, file) in self.files.iter() {
            let Some(place) = file.place else { continue };
            self.program.zones.extend(file.zone.clone().map(|zone| (place, zone)));
            if !file.holidays.is_empty() {
                self.program.holidays.insert(place, file.holidays.clone());
            }
        }
        let names = self.names;
        self.program.articles = self.lower_all(&names.articles, Self::article);
        self.program.policies = self.lower_all(&names.policies, Self::policy);
        self.program.offices = self.lower_all(&names.offices, Self::office);
    }

    /// Reports an article with the name of an earlier article of its law.
    fn refuse_duplicate(&mut self, law: &tree::Law, article: &tree::Article) {
        let name = &article.name;
        let first = law.articles.iter().find(|other| other.name.text == name.text);
        if first.is_some_and(|first| first.name.span != name.span) {
            let message = format!("`{}` is declared twice in `{}`", name.text, law.name.text);
            self.report(Code::DuplicateName, name.span, message, "rename one of them");
        }
    }

    fn article(&mut self, declared: &DeclaredArticle<'_>) -> Article {
        let DeclaredArticle { file, law, item: article } = *declared;
        self.file = file;
        self.refuse_duplicate(law, article);
        let (party, trigger) = self.binds(article);
        let deadlines: Vec<_> =
            article.deadlines.iter().map(|deadline| self.deadline(deadline, trigger)).collect();
        let pauses = self.pauses(article, &deadlines);
        let judged_by = self.judged_by(article);
        if let (Party::Author, Some(deadline)) = (party, article.deadlines.first()) {
            let message =
                "the article binds the author, so it cannot have a deadline for the platform";
            let help = "delete the deadline, or write `binds platform`";
            self.report(Code::DeadlineOfAuthor, deadline.span, message, help);
        }
        let in_force = match &article.in_force {
            Some(in_force) => self.in_force(in_force),
            None => {
                let help = "write `in force from` and the first day; if only a later day is known, write `in force by` and that day; if no day is known, write `in force from unknown`";
                let message = "the article does not say when it is in force";
                self.report(Code::MissingClause, article.name.span, message, help);
                InForce::default()
            }
        };
        let file = self.files.get(self.file);
        Article {
            id: format!("{}.{}", self.id(&law.name), article.name.text),
            place: file.place,
            law: law.title.value.clone(),
            original: law.original.as_ref().map(|text| text.value.clone()),
            number: article.number.value.clone(),
            url: article.url.as_ref().or(law.url.as_ref()).map(|text| text.value.clone()),
            doc: article.doc.clone(),
            in_force,
            status: self.status(article),
            party,
            trigger,
            deadlines,
            pauses,
            judged_by,
            demands: article.demands.iter().filter_map(|name| Some(self.action(name)?.0)).collect(),
            verified: self.verified(article),
            zone: file.zone.clone(),
            at: self.at(article.name.span),
        }
    }

    fn status(&mut self, article: &tree::Article) -> Status {
        let Some(word) = &article.status else { return Status::InForce };
        if let Some(meant) = foreign::meant(foreign::STATUSES, &word.text) {
            let message = format!("there is no status `{}`", word.text);
            let fault = Diagnostic::new(Code::UnknownWord, self.at(word.span), message);
            self.found.push(fault.meant(meant));
            return Status::InForce;
        }
        let words = Status::ALL.map(|status| (status.word(), status));
        let status = self.look_up_word(&word.text, word.span, "status", &words);
        let status = status.unwrap_or(Status::InForce);
        if status == Status::Annulled
            && article.in_force.as_ref().is_none_or(|in_force| in_force.until.is_none())
        {
            let help = "add `until` and the first day on which the article was no longer in force: `in force from … until 2026-01-01`";
            let message = "the article is annulled, but does not say since when";
            self.report(Code::MissingClause, word.span, message, help);
        }
        status
    }

    /// Looks up what a word means, in a table of the words that are allowed here. Reports a word that is not in it.
    pub(super) fn look_up_word<T: Copy>(
        &mut self,
        text: &str,
        span: Span,
        what: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let known = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if known.is_none() {
            let mut all: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            // The likeliest words come first.
            all.sort_by_key(|word| !word.starts_with(text));
            let message = format!("there is no {what} `{text}`");
            let fault = Diagnostic::new(Code::UnknownWord, self.at(span), message);
            self.found.push(fault.suggest_word(text, &all, str::to_owned));
        }
        known
    }

    /// Returns a word if it is one of those that are allowed here. Reports any other.
    pub(super) fn one_word_of<'w>(
        &mut self,
        text: &str,
        span: Span,
        what: &str,
        words: impl IntoIterator<Item = &'w str>,
    ) -> Option<&'w str> {
        let words: Vec<_> = words.into_iter().map(|word| (word, word)).collect();
        self.look_up_word(text, span, what, &words)
    }

    /// Whom an article binds, and after which event.
    fn binds(&mut self, article: &tree::Article) -> (Party, Trigger) {
        let Some(binds) = &article.binds else {
            let help = "write `binds platform`, `binds platform, on order` or `binds author`";
            let message = "the article does not say whom it binds";
            self.report(Code::MissingClause, article.name.span, message, help);
            return (Party::Platform, Trigger::Standing);
        };
        let party = self
            .look_up_word(&binds.who.text, binds.who.span, "party", &PARTIES)
            .unwrap_or(Party::Platform);
        let Some(word) = &binds.trigger else { return (party, Trigger::Standing) };
        let words = Trigger::ALL.map(|trigger| (trigger.word(), trigger));
        let trigger = self.look_up_word(&word.text, word.span, "trigger", &words);
        (party, trigger.unwrap_or(Trigger::Standing))
    }

    fn deadline(&mut self, deadline: &tree::Deadline, on: Trigger) -> Deadline {
        let event = deadline.clock.as_ref().map(|clock| self.event(clock, on));
        let limit = match &deadline.limit {
            DeadlineLimit::Words(words) => {
                self.warn_quoted_period(deadline, words, on);
                Limit::Words(words.value.clone())
            }
            DeadlineLimit::Within(period) => Limit::Within(period.value),
            DeadlineLimit::AsOrdered { path, otherwise } => {
                self.check_ordered_deadline(path);
                Limit::AsOrdered { otherwise: otherwise.as_ref().map(|period| period.value) }
            }
        };
        let needs_clock = match &limit {
            Limit::Words(_) | Limit::AsOrdered { otherwise: None } => false,
            Limit::Within(_) | Limit::AsOrdered { otherwise: Some(_) } => true,
        };
        if needs_clock && event.is_none() {
            let help =
                "add the event from which it runs: `from order.received_at`, `from decision`, …";
            let message = "the deadline does not say from which event it runs";
            self.report(Code::UnknownEvent, deadline.span, message, help);
        }
        Deadline { limit, event: event.flatten().unwrap_or(Event::Decision) }
    }

    /// Reports a path other than `order.deadline`, which is the only deadline that an authority sets itself.
    fn check_ordered_deadline(&mut self, path: &tree::Path) {
        if path.dotted() != Event::OrderDeadline.name() {
            let text = path.dotted();
            let help = format!(
                "put the words of the law in quotes: `\"{text}\"`, or write a period such as `24 hours`; if the order itself sets the deadline, write `order.deadline`"
            );
            let message = format!("`{text}` is not a deadline");
            let fault = Diagnostic::new(Code::UnknownEvent, self.at(path.span), message).help(help);
            self.found.push(match path.names.as_slice() {
                [_] => fault.fix(self.at(path.span), format!("\"{text}\""), false),
                _ => fault,
            });
        }
    }

    /// The grounds on which the clocks of an article pause. Reports grounds that an order in a record cannot have.
    fn pauses(&mut self, article: &tree::Article, deadlines: &[Deadline]) -> Vec<String> {
        let Some(first) = article.pauses.first() else { return vec![] };
        let counts_from_order = |deadline: &Deadline| {
            !matches!(deadline.limit, Limit::Words(_))
                && deadline.event.list() == Some(Event::Order)
        };
        if !deadlines.iter().any(counts_from_order) {
            let help = "delete `pauses`, or add such a deadline: `deadline 24 hours from order.received_at`";
            let message = "`pauses` has nothing to pause: the article has no deadline that starts with an order";
            self.report(Code::IdlePause, first.span, message, help);
        }
        let pause = self.program.schema.named(pause::GROUND.record);
        let field = pause.and_then(|(_, pause)| pause.fields.get(pause::GROUND.name));
        let words = match field.map(|field| &field.ty) {
            Some(Type::Enum(words)) => words.clone(),
            Some(_) | None => Arc::default(),
        };
        for ground in &article.pauses {
            let words = words.iter().map(String::as_str);
            self.one_word_of(&ground.text, ground.span, "ground", words);
        }
        article.pauses.iter().map(|ground| ground.text.clone()).collect()
    }

    fn judged_by(&mut self, article: &tree::Article) -> JudgedBy {
        let Some(judged) = &article.judged else { return JudgedBy::Decision };
        let words = JudgedBy::NAMED.map(|by| (by.written().unwrap_or_default(), by));
        let by = self.look_up_word(&judged.by.text, judged.by.span, "way to judge", &words);
        match (by.unwrap_or(JudgedBy::Decision), judged.also_repealed) {
            (JudgedBy::Sending { .. }, also) => JudgedBy::Sending { also_repealed: also.is_some() },
            (JudgedBy::Receipt, Some(also)) => {
                let help = "delete `, also when repealed since`: an order or notice counts if the law was in force when it came in, whatever happened since";
                let message = "`also when repealed since` belongs to `judged by sending`";
                self.report(Code::IdleJudgedBy, also, message, help);
                JudgedBy::Receipt
            }
            (by @ (JudgedBy::Receipt | JudgedBy::Decision), _) => by,
        }
    }

    /// The event that a path after `from` names. `on` is what triggers the duty.
    pub(super) fn event(&mut self, clock: &tree::Path, on: Trigger) -> Option<Event> {
        let text = clock.dotted();
        let event = Event::STARTS.into_iter().find(|event| event.name() == text);
        if event.is_none() {
            let names: Vec<_> = Event::STARTS.iter().map(|event| event.name()).collect();
            let near =
                event_meant(clock, on, &names).or_else(|| nearest(&text, names.iter().copied()));
            let help = one_of(&names);
            let message = format!("there is no event `{text}` from which a deadline can run");
            self.report_unknown(Code::UnknownEvent, clock.span, message, near, help);
        }
        event
    }

    /// The day on which a person read the text of an article, or why nobody has.
    fn verified(&mut self, article: &tree::Article) -> Result<Day, String> {
        match (&article.verified, &article.unverified) {
            (Some(day), None) => return Ok(day.value),
            (None, Some(why)) if !why.value.trim().is_empty() => return Err(why.value.clone()),
            (None, Some(why)) => {
                let message = "`unverified` gives no reason";
                let help = "write in the quotes why nobody has read the text of the law";
                self.report(Code::UnverifiedArticle, why.span, message, help);
            }
            (Some(day), Some(_)) => {
                let message = "the article is both verified and unverified";
                self.report(Code::UnverifiedArticle, day.span, message, "keep one of them");
            }
            (None, None) => {
                let help = "if a person has read the text of the law, write `verified` and the day; if not, write `unverified` and the reason in quotes";
                let message = "the article says neither `verified` nor `unverified`";
                self.report(Code::UnverifiedArticle, article.name.span, message, help);
            }
        }
        Err(String::new())
    }

    /// Lowers an interval. Reports it if it contains no day.
    pub(super) fn in_force(&mut self, in_force: &tree::InForce) -> InForce {
        let start = match &in_force.start {
            None => Start::Always,
            Some(tree::Start::From(day)) => Start::From(day.value),
            Some(tree::Start::By(day)) => Start::By(day.value),
            Some(tree::Start::Unknown(_)) => Start::Unknown,
        };
        let until = in_force.until.as_ref().map(|day| day.value);
        if in_force.start.is_none() && until.is_none() {
            let help = "write `in force from` and the first day";
            self.report(Code::MissingClause, in_force.span, "`in force` names no day", help);
        }
        let first = match &in_force.start {
            Some(tree::Start::From(day)) => Some(("from", day)),
            Some(tree::Start::By(day)) => Some(("by", day)),
            Some(tree::Start::Unknown(_)) | None => None,
        };
        if let (Some((word, first)), Some(until)) = (first, &in_force.until) {
            self.refuse_empty(in_force.span, word, first, until, "the period has no days");
        }
        InForce { start, until }
    }

    fn policy(&mut self, declared: &Declared<'_, tree::Policy>) -> Policy {
        let Declared { file, item: policy } = *declared;
        self.file = file;
        let in_force =
            policy.in_force.as_ref().map(|in_force| self.in_force(in_force)).unwrap_or_default();
        Policy {
            id: self.id(&policy.name),
            title: policy.title.value.clone(),
            url: policy.url.as_ref().map(|text| text.value.clone()),
            in_force,
            zone: self.files.get(file).zone.clone(),
            at: self.at(policy.name.span),
        }
    }

    fn office(&mut self, declared: &Declared<'_, tree::Office>) -> Office {
        let Declared { file, item: office } = *declared;
        self.file = file;
        office.languages.iter().for_each(|language| self.check_language(language));
        Office {
            id: self.id(&office.name),
            title: office.title.value.clone(),
            languages: office.languages.iter().map(|language| language.text.clone()).collect(),
            at: self.at(office.name.span),
        }
    }

    /// Resolves the path of an article or a policy, which is the ground of a rule.
    pub(super) fn resolve_ground(&mut self, path: &tree::Path) -> Option<Ground> {
        let (entity, rest) = self.resolve(path, "a law or policy")?;
        match (entity, rest) {
            (Entity::Policy(policy), []) => return Some(Ground::Policy(policy)),
            (Entity::Law(law), [name]) => {
                let articles = &self.names.laws.get(law)?.articles;
                if let Some(article) = articles.get(name.text.as_str()) {
                    self.record_article_use(name.span, *article);
                    return Some(Ground::Article(*article));
                }
                let known: Vec<_> = articles.keys().copied().collect();
                let near = nearest(&name.text, known.iter().copied());
                let message = format!("the law has no article `{}`", name.text);
                let help = one_of(&known);
                self.report_unknown(Code::UnknownName, name.span, message, near, help);
            }
            (Entity::Law(_), _) => {
                let message = format!("`{}` is not an article", path.dotted());
                let help = "name the law and one of its articles: `law.article`";
                return self.refuse_kind(path, message, help);
            }
            (
                Entity::Policy(_)
                | Entity::Office(_)
                | Entity::Terms(_)
                | Entity::Pattern(_)
                | Entity::Set(_)
                | Entity::Register(_)
                | Entity::Wording(_)
                | Entity::Define(_)
                | Entity::Counter(_)
                | Entity::Mark(_)
                | Entity::Rule(_)
                | Entity::Exception(_),
                _,
            ) => {
                let message = "this is neither an article nor a policy";
                return self.refuse_kind(path, message, "cite `law.article` or a policy");
            }
        }
        None
    }

    fn record_article_use(&mut self, span: Span, article: usize) {
        if let Some(DeclaredArticle { file, item, .. }) = self.names.articles.get(article) {
            let declared = Location { file: self.files.get(*file).id, span: item.name.span };
            self.record_use(span, declared, NameKind::Article);
        }
    }
}
