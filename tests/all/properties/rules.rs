//! Generates whole rule sets. They are drawn as plain data and then written as the items of files, so that properties can
//! reorder and replace items.

use super::conditions::{Ways, condition, lenient};
use super::words::{PLACES, above};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::strategy::BoxedStrategy;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A rule set as plain data. References are indices, so that every choice is valid.
#[derive(Clone)]
pub struct Drawn {
    pub shared: Vec<String>,
    pub places: BTreeMap<&'static str, Vec<DrawnNorm>>,
}

/// A rule or exception as plain data.
#[derive(Clone, Debug)]
pub struct DrawnNorm {
    /// The norms that it lifts, if it is an exception and there are norms to lift.
    lifts: Vec<Index>,
    all: bool,
    basis: Vec<Index>,
    severity: Option<&'static str>,
    shadow: bool,
    in_force: Option<&'static str>,
    says: Option<&'static str>,
    when: String,
    unless: Option<String>,
    then: Vec<Act>,
    on_unknown: Vec<Act>,
}

/// An action as it is written, with its rank among those of its kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Act {
    pub text: &'static str,
    pub kind: Kind,
}

/// The kind of an action, which decides where the decision reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Content(u8),
    Account(u8),
    /// An obligation by name; its target follows `to`.
    Obligation(&'static str),
}

/// The items of each file, by the name of the file.
pub type Files = BTreeMap<String, Vec<Item>>;

/// An item as it is written.
#[derive(Clone, Debug)]
pub struct Item {
    pub text: String,
    pub norm: Option<Norm>,
}

/// Metadata of a written rule or exception.
#[derive(Clone, Debug)]
pub struct Norm {
    pub id: String,
    pub place: &'static str,
    /// The ids of the norms that it lifts; none if it is a rule.
    pub lifts: Vec<String>,
    pub shadow: bool,
    pub then: Vec<Act>,
    pub on_unknown: Vec<Act>,
}

impl Act {
    /// Whether it is an outcome.
    pub fn is_outcome(&self) -> bool {
        !matches!(self.kind, Kind::Obligation(_))
    }

    /// Whether it is an outcome that ends.
    pub fn has_end(&self) -> bool {
        self.name() != self.text
    }

    /// An outcome without its end: `suspend author`.
    pub fn name(&self) -> &'static str {
        let end = [" for ", " until "].iter().filter_map(|word| self.text.find(word)).min();
        end.and_then(|end| self.text.get(..end)).unwrap_or(self.text)
    }
}

const fn act(text: &'static str, kind: Kind) -> Act {
    Act { text, kind }
}

const LABEL: Act = act("label", Kind::Content(1));
const REMOVE: Act = act("remove", Kind::Content(6));
const SUSPEND: Act = act("suspend author", Kind::Account(1));
pub const OUTCOMES: &[Act] = &[
    LABEL,
    act("age_restrict", Kind::Content(2)),
    act("limit", Kind::Content(3)),
    act("demote", Kind::Content(4)),
    act("restrict", Kind::Content(5)),
    REMOVE,
    SUSPEND,
    act("suspend chat for 3 days from order.received_at", Kind::Account(1)),
    act("label for 90 days", Kind::Content(1)),
    act("limit until sent_at + 900 days", Kind::Content(3)),
    act("restrict until edited_at + 30 days", Kind::Content(5)),
    act("demote for 2 days from notice.received_at", Kind::Content(4)),
];
const OBLIGATIONS: &[Act] = &[
    act("review", Kind::Obligation("review")),
    act("review within 2 hours by policy desk", Kind::Obligation("review")),
    act("escalate to bureau", Kind::Obligation("escalate")),
    act(
        "escalate to bureau within 24 hours from order.received_at by policy desk",
        Kind::Obligation("escalate"),
    ),
    act("report to \"the authority\" within 3 days by policy desk", Kind::Obligation("report")),
    act("notify to author", Kind::Obligation("notify")),
    act("preserve for 6 months", Kind::Obligation("preserve")),
    act("preserve for 90 days from notice.received_at", Kind::Obligation("preserve")),
];

/// The articles of the law in the library. The law of each place has some of them too. Each has its clauses, whether an
/// exception may rest on it alone, and a condition that reads the event on which it binds.
const ARTICLES: &[(&str, bool, Option<&str>)] = &[
    (
        "in force from 2023-09-10 binds platform, standing deadline 24 hours from decision verified 2026-01-01",
        true,
        None,
    ),
    ("in force from 2023-09-10 binds author, standing verified 2026-01-01", true, None),
    (
        "in force from 2024-02-17 binds platform, on order deadline 24 hours from order.received_at \
         deadline \"without undue delay\" pauses for force_majeure, clarification verified 2026-01-01",
        true,
        Some("any e in reports.orders where (e.country != \"US\")"),
    ),
    (
        "in force from 2023-01-01 binds platform, on notice deadline 1 months from notice.received_at unverified \"press\"",
        true,
        Some("any e in reports.notices where (e.country != \"US\")"),
    ),
    (
        "in force from 2024-02-17 until 2026-04-20 judged by receipt binds platform, on order \
         deadline 12 hours from order.received_at verified 2026-01-01",
        true,
        Some("any e in reports.orders where (e.country != \"US\")"),
    ),
    ("in force by 2026-04-03 binds author, standing unverified \"read on that day\"", true, None),
    (
        "in force from unknown binds platform, on knowledge deadline \"immediately\" from knowledge unverified \"press\"",
        true,
        None,
    ),
    (
        "in force from 2023-01-01 until 2026-01-01 status annulled binds platform, standing verified 2026-01-01",
        false,
        None,
    ),
    (
        "in force from 2023-01-01 status adopted binds author, standing verified 2026-01-01",
        false,
        None,
    ),
    (
        "in force from unknown status draft binds author, standing unverified \"a draft\"",
        false,
        None,
    ),
    (
        "in force from 2023-01-01 until 2026-03-01 judged by sending, also when repealed since \
         binds platform, standing deadline 30 hours from decision verified 2026-01-01",
        true,
        None,
    ),
    (
        "in force from 2024-06-01 judged by sending binds platform, standing verified 2026-01-01",
        true,
        None,
    ),
    (
        "in force from 2020-01-01 binds platform, standing deadline 3 days from decision verified 2026-01-01",
        true,
        None,
    ),
];

const IN_FORCE: &[&str] =
    &["from 2024-06-01", "until 2026-06-01", "from 2025-07-01 until 2026-06-01"];

/// How the line of a rule begins that names its wording.
pub const SAYS: &str = "  says ";

const SEVERITIES: &[&str] = &["low", "medium", "high", "critical"];

/// The files of lists that rules name, with their entries.
pub const LISTS: &[(&str, &str)] =
    &[("lists/listed.txt", "venue.example\n# known since\nt.me\nxn--e1afmkfd.kz\n")];

/// The names of wordings that a rule may use after `says`: from the library, its own file, or the file of the world.
const WORDINGS: &[&str] = &["told", "own", "world.own", "lib.shared.told"];

const SHARED: &str = r#"
terms profit {
  en: "passive income", "guarante*", "double your (money|coins)", "invite" ..2.. "friends",
  ru: "пассивн* доход*", "приведи друга",
  kk: "кепілдендірілген табыс*",
}
terms invest { en: "invest*", "deposit*", ru: "инвест*", "вклад*", fr: "dépôt*" }
terms warning { en: loose "scam", exact "WARNING", ru: "мошенни*" }
pattern percentage = r"[0-9]+ ?%"
wording told {
  en: "{rule}: {article}. {{{appeal}}}", kk: "{rule}",
  pt-BR: "\"{article}\"",
}
wording ended { en: "{rule} until {until}" }
set hosts: domain { "scam.example", "venue.example" from 2025-07-01 until 2026-04-01 }
set listed: domain from "lists/listed.txt"
set names: text { "TON Profit", "news" from 2026-01-01 }
register licensed: domain { "venue.example", "t.me" from 2025-07-01 until 2026-04-01 } { complete from 2025-07-01 as of 2026-02-01 fresh for 61 days }
register unsure: domain from "lists/listed.txt"
register titles: text { "TON Profit" } { complete from 2025-07-01 as of 2026-02-01 fresh for 3 months }
define unlicensed(target: link) = target.host not in licensed
define large(number: int) = number > 1_000
define leads(target: link) = target.host in hosts
define ratio = chat.members / chat.strikes
"#;

/// A rule set: WORLD, some of the other places, and the library that all use.
pub fn rule_set(ways: Ways) -> BoxedStrategy<Drawn> {
    let norms = norms(ways);
    let others = PLACES
        .iter()
        .skip(1)
        .map(|place| weighted(0.7, norms.clone()).prop_map(move |norms| (*place, norms)));
    (vec(condition(ways), 2), norms.clone(), others.collect::<Vec<_>>())
        .prop_map(|(shared, world, others)| {
            let others = others.into_iter().filter_map(|(place, norms)| Some((place, norms?)));
            Drawn { shared, places: [("WORLD", world)].into_iter().chain(others).collect() }
        })
        .boxed()
}

/// The rules and exceptions of one file.
pub fn norms(ways: Ways) -> BoxedStrategy<Vec<DrawnNorm>> {
    let condition = condition(ways);
    let then = (vec(select(OUTCOMES), 0..3), vec(select(OBLIGATIONS), 0..3));
    let lifts = prop_oneof![
        3 => condition.clone().prop_map(|when| (vec![], when)),
        4 => (vec(any::<Index>(), 1..4), lenient(ways)),
    ];
    let norm = (
        lifts,
        weighted(0.2, Just(())),
        (vec(any::<Index>(), 1..4), weighted(0.3, select(SEVERITIES))),
        prop_oneof![6 => Just(false), 1 => Just(true)],
        (weighted(0.2, select(IN_FORCE)), weighted(0.3, select(WORDINGS))),
        weighted(0.2, condition),
        then,
        vec(select(OBLIGATIONS), 0..2),
    );
    let norm = norm.prop_map(
        |(
            (lifts, when),
            all,
            (basis, severity),
            shadow,
            (in_force, says),
            unless,
            (outcomes, mut then),
            on_unknown,
        )| {
            then.extend(outcomes);
            if then.is_empty() {
                then.push(LABEL);
            }
            DrawnNorm {
                lifts,
                all: all.is_some(),
                basis,
                severity,
                shadow,
                in_force,
                says,
                when,
                unless,
                then,
                on_unknown,
            }
        },
    );
    vec(norm, 2..6).boxed()
}

impl Drawn {
    /// The items of each file.
    pub fn files(&self) -> Files {
        let mut files = Files::new();
        let mut written: Vec<Norm> = vec![];
        for place in PLACES {
            let Some(norms) = self.places.get(place) else { continue };
            let mut items = self.ground(place);
            for (number, norm) in norms.iter().enumerate() {
                let item = self.norm(place, number, norm, &written);
                written.extend(item.norm.clone());
                items.push(item);
            }
            files.insert(file_name(place), items);
        }
        let library = SHARED.trim_start().split_inclusive("\n").fold(
            Vec::<String>::new(),
            |mut items, line| {
                match items.last_mut() {
                    Some(item) if line.starts_with([' ', '}']) => item.push_str(line),
                    _ => items.push(line.to_owned()),
                }
                items
            },
        );
        // Definitions may not be recursive.
        let names = ["busy", "invites"].iter().zip(&self.shared);
        let defined = names.map(|(name, body)| {
            let body = body.replace("busy", "chat.public").replace("invites", "chat.scam");
            format!("define {name} = {}\n", body.replace("lib.shared.", ""))
        });
        let law = law("common", (0..ARTICLES.len()).collect());
        let library = library.into_iter().chain(defined).chain([law]);
        files.insert("lib/shared.loci".into(), library.map(Item::plain).collect());
        files
    }

    /// The law and policies of a file.
    fn ground(&self, place: &str) -> Vec<Item> {
        let zone = match place {
            "WORLD" => "UTC",
            "KZ" => "Asia/Almaty",
            "GB" => "Europe/London",
            _ => "Europe/Paris",
        };
        [
            // Half of the files say what people do about orders that no rule answers.
            match place {
                "WORLD" | "KZ" | "EU" => format!(
                    "jurisdiction {place} {{ zone \"{zone}\" on unanswered review within 2 hours from order.received_at by policy desk, escalate to bureau }}\n"
                ),
                _ => format!("jurisdiction {place} {{ zone \"{zone}\" }}\n"),
            },
            "use \"lib/shared.loci\"\n".to_owned(),
            law("code", articles_of(place)),
            format!("policy house \"House rules of {place}\" {{}}\n"),
            "policy desk \"Service levels\" { in force from 2025-07-01 }\n".to_owned(),
            "office bureau \"Bureau\" { languages en }\n".to_owned(),
            format!("wording own {{ en: \"{{rule}} in {place}\", fr: \"{{article}}\" }}\n"),
        ]
        .into_iter()
        .map(Item::plain)
        .collect()
    }

    fn norm(&self, place: &'static str, number: usize, drawn: &DrawnNorm, before: &[Norm]) -> Item {
        let may_lift: Vec<&Norm> = before
            .iter()
            .filter(|norm| norm.place == place || above(place).contains(&norm.place))
            .filter(|norm| place == "WORLD" || !acts_everywhere(norm, before))
            // GB left before any of these rules began.
            .filter(|norm| place != "GB" || norm.place != "EU")
            .collect();
        let lifted = drawn.lifts.iter().filter(|_| !may_lift.is_empty());
        let lifted = lifted.map(|index| index.get(&may_lift).id.clone());
        let lifts: Vec<String> = lifted.collect::<BTreeSet<_>>().into_iter().collect();
        let name = format!("n{number}");
        let id = format!("{}.{name}", prefix(place));
        let (basis, event) = self.basis(place, drawn, !lifts.is_empty());
        let when = event
            .map_or_else(|| drawn.when.clone(), |event| format!("{} and ({event})", drawn.when));
        let unless = drawn.unless.as_ref().filter(|unless| **unless != drawn.when);
        let unless = unless.map(|unless| format!("  unless {unless}\n")).unwrap_or_default();
        let body = format!("  basis {basis}\n  when {when}\n{unless}");
        if !lifts.is_empty() {
            let norm = Norm { id, place, lifts, shadow: false, then: vec![], on_unknown: vec![] };
            let text = format!("{} {{\n{body}}}\n", head_of_exception(&norm));
            return Item { text, norm: Some(norm) };
        }
        let then: Vec<Act> = drawn
            .then
            .iter()
            .map(|act| if *act == REMOVE && place != "WORLD" { LABEL } else { *act })
            .collect();
        let written = |word: &str, acts: &[Act]| {
            let acts: BTreeSet<_> = acts.iter().map(|act| act.text).collect();
            if acts.is_empty() {
                String::new()
            } else {
                format!("  {word} {}\n", acts.into_iter().collect::<Vec<_>>().join(", "))
            }
        };
        let severity = drawn.severity.map(|severity| format!("  severity {severity}\n"));
        let severity = severity.unwrap_or_default();
        let mode = if drawn.shadow { "  mode shadow\n" } else { "" };
        let in_force =
            drawn.in_force.map(|in_force| format!("  in force {in_force}\n")).unwrap_or_default();
        let says = drawn.says.map(|says| {
            if then.iter().any(|act| act.is_outcome() && act.has_end()) { "ended" } else { says }
        });
        let says = says.map(|says| format!("{SAYS}{says}\n")).unwrap_or_default();
        let acts = written("then", &then) + &written("on unknown", &drawn.on_unknown);
        let text = format!(
            "rule {name} {{
{body}{severity}{says}{mode}{in_force}{acts}}}
"
        );
        let on_unknown = drawn.on_unknown.clone();
        let norm = Norm { id, place, lifts: vec![], shadow: drawn.shadow, then, on_unknown };
        Item { text, norm: Some(norm) }
    }

    /// What a norm cites. If all its articles bind only on an event, also a condition that reads the event.
    fn basis(
        &self,
        place: &str,
        drawn: &DrawnNorm,
        exception: bool,
    ) -> (String, Option<&'static str>) {
        let mut grounds = vec![("house".to_owned(), true, None), ("desk".to_owned(), true, None)];
        let named = |law: String, articles: Vec<usize>| -> Vec<_> {
            let article = |number: usize| {
                (format!("{law}.a{number}"), ARTICLES[number].1, ARTICLES[number].2)
            };
            articles.into_iter().map(article).collect()
        };
        grounds.extend(named("common".into(), (0..ARTICLES.len()).collect()));
        grounds.extend(named("code".into(), articles_of(place)));
        for above in above(place).iter().filter(|above| self.places.contains_key(*above)) {
            grounds.extend(named(format!("{}.code", prefix(above)), articles_of(above)));
        }
        let mut cited: Vec<_> = drawn.basis.iter().map(|index| index.get(&grounds)).collect();
        if exception {
            // The checker refuses an exception that can never apply, so it cites law that is in force, and always was.
            cited.retain(|(_, alive, _)| *alive);
            if !drawn.all {
                cited.extend(grounds.first());
            }
        }
        if cited.is_empty() {
            cited.extend(grounds.first());
        }
        // Policies bind on nothing, so only articles matter.
        let mut articles = cited.iter().filter(|(name, ..)| name.contains('.')).peekable();
        let first = articles.peek().and_then(|(.., event)| *event);
        let event = first.filter(|_| articles.all(|(.., event)| event.is_some()));
        // Law that is judged by receipt needs an event, whatever else is cited.
        let by_receipt = cited.iter().find(|(name, ..)| is_judged_by_receipt(name));
        let event = event.or(by_receipt.and_then(|(.., event)| *event));
        let names: BTreeSet<_> = cited.iter().map(|(name, ..)| name.as_str()).collect();
        let all = if drawn.all && names.len() > 1 { "all of " } else { "" };
        (format!("{all}{}", names.into_iter().collect::<Vec<_>>().join(", ")), event)
    }
}

/// Whether `common.a3` is judged by receipt.
fn is_judged_by_receipt(article: &str) -> bool {
    let number = article.rsplit_once(".a").and_then(|(_, number)| number.parse::<usize>().ok());
    let clauses = number.and_then(|number| ARTICLES.get(number)).map_or("", |article| article.0);
    clauses.contains("judged by receipt")
}

/// The articles in the law of a place.
fn articles_of(place: &str) -> Vec<usize> {
    let step = PLACES.iter().position(|one| *one == place).unwrap_or_default();
    (0..ARTICLES.len()).filter(|number| number % 4 == step % 4).collect()
}

fn law(name: &str, articles: Vec<usize>) -> String {
    let articles = articles
        .iter()
        .map(|number| format!("  article a{number} \"{number}\" {{ {} }}\n", ARTICLES[*number].0));
    format!("law {name} \"The law of {name}\" {{\n{}}}\n", articles.collect::<String>())
}

/// Whether a norm is a rule of WORLD that removes or suspends, or an exception to one.
fn acts_everywhere(norm: &Norm, all: &[Norm]) -> bool {
    if norm.lifts.is_empty() {
        let acts_everywhere = |act: &Act| *act == REMOVE || matches!(act.kind, Kind::Account(_));
        return norm.place == "WORLD" && norm.then.iter().any(acts_everywhere);
    }
    let mut lifted = all.iter().filter(|one| norm.lifts.contains(&one.id));
    lifted.any(|one| acts_everywhere(one, all))
}

/// `exception n2 to n0, world.n1`
pub fn head_of_exception(norm: &Norm) -> String {
    let (prefix, name) = norm.id.rsplit_once('.').unwrap();
    let short = |id: &String| match id.rsplit_once('.') {
        Some((file, name)) if file == prefix => name.to_owned(),
        _ => id.clone(),
    };
    let lifted: Vec<_> = norm.lifts.iter().map(short).collect();
    format!("exception {name} to {}", lifted.join(", "))
}

impl Item {
    /// An item that is neither a rule nor an exception.
    pub fn plain(text: String) -> Self {
        Self { text, norm: None }
    }
}

/// All rules and exceptions of files, by id.
pub fn norms_of(files: &Files) -> BTreeMap<&str, &Norm> {
    files
        .values()
        .flatten()
        .filter_map(|item| item.norm.as_ref())
        .map(|norm| (norm.id.as_str(), norm))
        .collect()
}

/// `FR-IDF` → `fr-idf.loci`
pub fn file_name(place: &str) -> String {
    format!("{}.loci", place.to_lowercase())
}

/// `FR-IDF` → `fr_idf`
pub fn prefix(place: &str) -> String {
    place.to_lowercase().replace('-', "_")
}

/// Files as they are written, each under its name.
pub fn written(files: &Files) -> impl DoubleEndedIterator<Item = (&str, String)> {
    files
        .iter()
        .map(|(name, items)| (name.as_str(), items.iter().map(|item| item.text.as_str()).collect()))
}

/// Rule sets are shown as rule files.
impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        written(&self.files()).try_for_each(|(name, text)| write!(f, "\n# file: {name}\n{text}"))
    }
}
