//! From names to declarations and back, over all files: definitions, references, renaming, tokens.

use crate::workspace::{Texts, shipped};
use lexloci::ide::{self, NameKind, RenameError, SymbolKind, Workspace, fixes};
use lexloci::{Class, Compiler, RecordLimits, suite};
use std::collections::BTreeMap;

const WORLD: &str = "\
jurisdiction WORLD {}
policy house \"House rules\" {}
rule spam { basis house  when text mentions \"income\" and spread(2)  then label }
define spread(least: int) = count link in links where (link.host in lib.hosts.bad) >= least
";
const KZ: &str = "\
jurisdiction KZ { zone \"Asia/Almaty\" }
use \"lib/hosts.loci\"
law code \"Code\" {
  article one \"1\" { in force from 2026-01-01  binds platform  verified 2026-01-01 }
}
exception known to world.spam, own { basis code.one  when any link in links where (link.host in bad) }
rule own { basis world.house, code.one  when chat.public and small  then restrict }
define small = chat.members < 10
test \"it is lifted\" {
  given  { text: \"income\" }
  at     2026-03-01
  expect defeated world.spam by known
}
";
const HOSTS: &str = "set bad: domain { \"scam.example\" }\n";

fn texts() -> Texts {
    // The world uses the library too.
    let world = WORLD.replace("policy", "use \"lib/hosts.loci\"\npolicy");
    let files = [("world.loci", world.as_str()), ("kz.loci", KZ), ("lib/hosts.loci", HOSTS)];
    let rules = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
    Texts { rules, data_files: BTreeMap::new(), limits: RecordLimits::default() }
}

/// The offset of the first occurrence of a part in a file.
fn byte(workspace: &Workspace, path: &str, part: &str) -> usize {
    workspace.text(path).unwrap().find(part).unwrap()
}

/// Where the name at a part of a file is defined, as `kz.loci:known`, and what it names.
fn defined(
    workspace: &mut Workspace,
    path: &str,
    part: &str,
    skip: usize,
) -> Option<(String, NameKind)> {
    let offset = byte(workspace, path, part) + skip;
    let found = workspace.definition(path, offset)?;
    let sources = workspace.sources();
    let source = sources.iter().find(|(_, source)| source.name == found.place.path).unwrap().1;
    Some((
        format!("{}:{}", found.place.path, source.text.get(found.place.bytes).unwrap()),
        found.kind,
    ))
}

#[test]
fn names_lead_to_their_declarations() {
    let mut workspace = texts().workspace();
    for (path, part, skip, wanted, kind) in [
        ("kz.loci", "world.spam", 6, "world.loci:spam", NameKind::Rule),
        ("kz.loci", "world.spam by", 10, "world.loci:spam", NameKind::Rule),
        ("kz.loci", "own {", 0, "kz.loci:own", NameKind::Rule),
        ("kz.loci", "known\n", 0, "kz.loci:known", NameKind::Exception),
        ("kz.loci", "code.one", 0, "kz.loci:code", NameKind::Law),
        ("kz.loci", "code.one", 5, "kz.loci:one", NameKind::Article),
        ("kz.loci", "world.house", 8, "world.loci:house", NameKind::Policy),
        ("kz.loci", "in bad", 3, "lib/hosts.loci:bad", NameKind::Set),
        ("kz.loci", "small  then", 2, "kz.loci:small", NameKind::Define),
        ("kz.loci", "link.host", 0, "kz.loci:link", NameKind::Element),
        ("kz.loci", "link.host", 5, "std/record.loci:host", NameKind::Field),
        ("kz.loci", "members", 0, "std/record.loci:members", NameKind::Field),
        ("kz.loci", "restrict", 0, "std/action.loci:restrict", NameKind::Action),
        ("kz.loci", "\"lib/hosts", 3, "lib/hosts.loci:", NameKind::File),
        ("world.loci", ">= least", 3, "world.loci:least", NameKind::Parameter),
        ("world.loci", "lib.hosts.bad", 10, "lib/hosts.loci:bad", NameKind::Set),
    ] {
        let found = defined(&mut workspace, path, part, skip);
        assert_eq!(found, Some((wanted.to_owned(), kind)), "{part}");
    }
    assert_eq!(defined(&mut workspace, "kz.loci", "jurisdiction", 3), None);
    assert_eq!(workspace.definition("nowhere.loci", 0), None);
}

#[test]
fn names_are_found_in_faulty_files_and_after_edits() {
    let mut workspace = texts().workspace();
    assert_eq!(workspace.references("world.loci", byte(&workspace, "world.loci", "spam")).len(), 3);
    // The declaration moves.
    let world =
        format!("# one more line\n{}rule broken {{\n", workspace.text("world.loci").unwrap());
    workspace.set_text("world.loci", 2, &world);
    let wanted = Some(("world.loci:spam".to_owned(), NameKind::Rule));
    assert_eq!(defined(&mut workspace, "kz.loci", "world.spam", 6), wanted);
    let found = workspace.references("kz.loci", byte(&workspace, "kz.loci", "world.spam") + 6);
    let places: Vec<_> = found
        .iter()
        .map(|each| {
            let text = workspace.text(&each.place.path).unwrap();
            (
                each.place.path.as_str(),
                text.get(each.place.bytes.clone()).unwrap(),
                each.is_declaration,
            )
        })
        .collect();
    assert_eq!(
        places,
        [("kz.loci", "spam", false), ("kz.loci", "spam", false), ("world.loci", "spam", true)]
    );
    // A fault in one rule does not hide names in another.
    let kz = KZ.replace("chat.public and", "chat.nothing and");
    workspace.set_text("kz.loci", 2, &kz);
    assert_eq!(defined(&mut workspace, "kz.loci", "small  then", 0).unwrap().0, "kz.loci:small");
}

fn renamed(texts: &mut Texts, path: &str, offset: usize, new: &str) -> Result<(), RenameError> {
    let mut workspace = texts.workspace();
    for file in workspace.rename(path, offset, new)? {
        let text = texts.rules.get_mut(&file.path).unwrap();
        *text = fixes::edited(text, &file.edits);
    }
    Ok(())
}

#[test]
fn a_name_is_renamed_wherever_it_occurs() {
    let mut texts = texts();
    let offset = texts.rules["world.loci"].find("spam").unwrap();
    renamed(&mut texts, "world.loci", offset, "unwanted").unwrap();
    assert_eq!(texts.rules["kz.loci"], KZ.replace("world.spam", "world.unwanted"));
    let offset = texts.rules["kz.loci"].find("rule own").unwrap() + 5;
    renamed(&mut texts, "kz.loci", offset, "mine").unwrap();
    assert!(texts.rules["kz.loci"].contains("to world.unwanted, mine {"));
    let offset = HOSTS.find("bad").unwrap();
    renamed(&mut texts, "lib/hosts.loci", offset, "wicked").unwrap();
    assert!(texts.rules["world.loci"].contains("lib.hosts.wicked"));
    assert!(texts.rules["kz.loci"].contains("in wicked)"));
    let offset = texts.rules["kz.loci"].find("code.one").unwrap() + 5;
    renamed(&mut texts, "kz.loci", offset, "first").unwrap();
    assert!(texts.rules["kz.loci"].contains("basis world.house, code.first  when"));
}

#[test]
fn a_new_name_that_is_invalid_or_changes_meaning_is_refused() {
    let at = |path: &str, part: &str| texts().rules[path].find(part).unwrap();
    let refused = |path: &str, part: &str, new: &str| {
        renamed(&mut texts(), path, at(path, part), new).unwrap_err()
    };
    let kz = "kz.loci";
    for new in ["", "and", "2nd", "two words", "a.b", "имя", "x\n", "x # y", &"x".repeat(200)] {
        assert_eq!(refused(kz, "small =", new), RenameError::Invalid(new.to_owned()), "{new}");
    }
    assert_eq!(refused(kz, "zone", "x"), RenameError::NoName);
    assert_eq!(refused(kz, "members", "x"), RenameError::Fixed(NameKind::Field));
    assert_eq!(refused(kz, "restrict", "x"), RenameError::Fixed(NameKind::Action));
    let bytes = at(kz, "known")..at(kz, "known") + 5;
    assert_eq!(refused(kz, "small =", "known"), RenameError::Taken { path: kz.into(), bytes });
    // A field of the message, an item of a file that uses the library, or a law with the name of a file would hide it.
    for (path, part, new) in [
        (kz, "small =", "links"),
        ("lib/hosts.loci", "bad", "small"),
        (kz, "code \"", "world"),
        (kz, "link in", "chat"),
        ("world.loci", "least: int", "link"),
    ] {
        let error = refused(path, part, new);
        assert!(matches!(error, RenameError::ChangesMeaning { .. }), "{part} to {new}: {error}");
    }
}

/// Renames every thirtieth name that the shipped rules declare.
#[test]
fn renaming_the_shipped_rules_changes_no_meaning() {
    let original = shipped();
    let results = |texts: &Texts| {
        let set = texts.compiler().compile().unwrap_or_else(|failure| panic!("{failure}"));
        let report = suite::run(&set, None);
        report
            .results
            .iter()
            .map(|result| (result.title.clone(), result.passed()))
            .collect::<Vec<_>>()
    };
    let before = results(&original);
    let mut workspace = original.workspace();
    let mut declared = vec![];
    for path in original.rules.keys() {
        let tokens = workspace.tokens(path).into_iter();
        let names = tokens.filter(|token| token.is_declaration);
        // Rulings name rules in strings. Renaming does not reach into strings, and refuses names that stand there.
        let is_in_string = |bytes: &std::ops::Range<usize>| {
            let name = original.rules[path].get(bytes.clone()).unwrap();
            let id = format!("\"{}.{name}\"", path.trim_end_matches(".loci"));
            original.rules.values().any(|text| text.contains(&id))
        };
        let names = names.filter(|token| !is_in_string(&token.bytes));
        declared.extend(names.map(|token| (path.clone(), token.bytes, token.name.unwrap())));
    }
    assert!(declared.len() > 300, "{}", declared.len());
    let (mut kinds, mut renamed_names) = (BTreeMap::<_, usize>::new(), 0);
    let mut all = original.clone();
    for (path, bytes, kind) in declared.iter().step_by(30) {
        let old = original.rules[path].get(bytes.clone()).unwrap().to_owned();
        let mut texts = original.clone();
        renamed(&mut texts, path, bytes.start, "quite_another_name").unwrap();
        assert_ne!(texts.rules, original.rules);
        let at = texts.rules[path].find("quite_another_name").unwrap();
        renamed(&mut texts, path, at, &old).unwrap();
        assert!(texts.rules == original.rules, "{old} of {path}");
        *kinds.entry(format!("{kind:?}")).or_default() += 1;
        // All renamed together, to compare the decisions. Earlier renamings have moved the declaration, so it is searched.
        let new = format!("name_{renamed_names}");
        let mut workspace = all.workspace();
        let mut places = all.rules[path].match_indices(&old).map(|(at, _)| at);
        let is_declared = |at: &usize| {
            workspace.definition(path, *at).is_some_and(|found| {
                let at = (found.place.path.as_str(), found.place.bytes.start) == (path, *at);
                found.kind == *kind && at
            })
        };
        let place = places.find(is_declared).unwrap();
        renamed(&mut all, path, place, &new).unwrap();
        renamed_names += 1;
    }
    assert!(kinds.len() >= 6, "{kinds:?}");
    assert_eq!(results(&all), before);
}

#[test]
fn tokens_say_what_names_mean() {
    let mut workspace = texts().workspace();
    let text = workspace.text("kz.loci").unwrap().to_owned();
    let tokens = workspace.tokens("kz.loci");
    let meaning = |part: &str| {
        let at = text.find(part).unwrap();
        let token = tokens.iter().find(|token| token.bytes.start == at).unwrap();
        (token.class, token.name, token.is_declaration)
    };
    assert_eq!(meaning("own { basis world"), (Class::Name, Some(NameKind::Rule), true));
    assert_eq!(meaning("small  then"), (Class::Name, Some(NameKind::Define), false));
    assert_eq!(meaning("rule own"), (Class::Keyword, None, false));
    assert_eq!(meaning("restrict"), (Class::Name, Some(NameKind::Action), false));
    // A word of the language that is used as a name has the class of a name.
    let compiler = Compiler::new().file("a.loci", "define order = true\ndefine b = order");
    let mut workspace = Workspace::new(compiler);
    let tokens = workspace.tokens("a.loci");
    assert!(tokens.iter().all(|token| token.name.is_none() || token.class == Class::Name));
}

/// Two faulty files: with an item without end, an unknown field and an unknown name.
fn faulty() -> Workspace {
    let mut texts = texts();
    let world = format!("{}rule broken {{ when chat.nothing and\n", texts.rules["world.loci"]);
    let kz = format!("{KZ}rule late {{ basis nowhere  when chat.public and spre");
    let schema = "record chat {\n  ## Whether it sells.\n  sells?: bool\n}\n";
    texts.rules.insert("world.loci".into(), world);
    texts.rules.insert("kz.loci".into(), kz);
    texts.rules.insert("schema.loci".into(), schema.into());
    assert!(texts.compiler().compile().is_err());
    texts.workspace()
}

#[test]
fn faulty_files_are_completed() {
    let mut workspace = faulty();
    let text = workspace.text("kz.loci").unwrap().to_owned();
    let (before, _) = text.rsplit_once("basis nowhere").unwrap();
    let mut version = 1;
    let mut offered = |typed: &str| -> Vec<String> {
        version += 1;
        let text = format!("{before}{typed}");
        workspace.set_text("kz.loci", version, &text);
        let found = workspace.complete("kz.loci", text.len()).unwrap();
        assert!(text.is_char_boundary(found.start) && found.start <= text.len());
        found.items.into_iter().map(|item| item.text).collect()
    };
    for (typed, wanted) in [
        ("basis ", "code.one"),
        ("basis ", "world.house"),
        ("when chat.sel", "sells"),
        ("when chat.country in ", "EU"),
        ("when chat.country not in ", "FR"),
        ("when chat.country in ", "visibility.except"),
        ("when chat.country in ", "bad"),
        ("when chat.public then label until ", "sent_at"),
        ("when chat.public then suspend ", "author"),
        ("when sent_at < ", "at"),
        ("when at > ", "sent_at"),
        ("when chat.public and spre", "spread"),
        ("when chat.public and sma", "small"),
        ("when chat.type == \"ch", "channel\""),
        ("when any link in links where (link.host in ", "bad"),
        ("then restr", "restrict"),
    ] {
        let offered = offered(typed);
        assert!(offered.iter().any(|each| each == wanted), "{typed}: {offered:?}");
    }
    // A day follows, and a field is no day.
    for typed in
        ["in force from 2026-01-01 until ", "then label }\ntest \"t\" { expect restrict until "]
    {
        let offered = offered(typed);
        assert!(!offered.contains(&"sent_at".to_owned()), "{typed}: {offered:?}");
    }
    assert_eq!(offered("judged by "), ["receipt", "sending"]);
    assert_eq!(workspace.complete("nowhere.loci", 0), None);
    // Without the schema, its fields are not offered.
    workspace.remove("schema.loci");
    workspace.set_text("kz.loci", 99, "define a = chat.sel");
    assert_eq!(workspace.complete("kz.loci", 19).unwrap().items, []);
}

#[test]
fn names_in_faulty_files_are_described() {
    let mut workspace = faulty();
    for (path, part, skip, title) in [
        ("kz.loci", "world.spam", 6, "rule world.spam"),
        ("kz.loci", "code.one", 5, "article kz.code.one"),
        ("kz.loci", "in bad", 3, "set lib.hosts.bad"),
        ("kz.loci", "small  then", 0, "define kz.small"),
        ("kz.loci", "link.host", 6, "link.host: text"),
        ("kz.loci", "restrict", 0, "action `restrict`, an outcome"),
        ("world.loci", "house  when", 0, "policy world.house"),
        ("schema.loci", "record", 0, "keyword `record`"),
    ] {
        let offset = byte(&workspace, path, part) + skip;
        let text = workspace.hover(path, offset).map(|hover| hover.text).unwrap_or_default();
        assert_eq!(text.lines().next(), Some(title), "{path}: {part}");
    }
    let text = "define a = length(";
    workspace.set_text("kz.loci", 2, text);
    let call = workspace.signature("kz.loci", text.len()).unwrap();
    assert!(call.label.starts_with("length("), "{call:?}");
}

#[test]
fn a_workspace_completes_and_describes_like_a_rule_set() {
    let texts = shipped();
    let (set, mut workspace) = (texts.compiler().compile().unwrap(), texts.workspace());
    for (path, text) in &texts.rules {
        let places = (0..text.len()).step_by(211).filter(|at| text.is_char_boundary(*at));
        for at in places {
            let wanted = ide::complete(&set, path, text, at);
            assert_eq!(workspace.complete(path, at).unwrap(), wanted, "{path}: {at}");
            assert_eq!(workspace.signature(path, at), ide::signature(&set, text, at));
        }
        let middle = text.len() / 2;
        let places = (middle..text.len()).step_by(61).take(8);
        for at in places.filter(|at| text.is_char_boundary(*at)) {
            let hover = workspace.hover(path, at);
            assert_eq!(hover, ide::hover(&set, path, text, at), "{path}: {at}");
        }
    }
}

#[test]
fn each_rule_that_an_exception_may_lift_is_proposed() {
    let texts = texts();
    let set = texts.compiler().compile().unwrap();
    for head in ["exception e to ", "exception e to world.spam, "] {
        let text = format!("{KZ}{head}");
        let found = ide::complete(&set, "kz.loci", &text, text.len());
        let names: Vec<_> = found.items.iter().map(|item| item.text.as_str()).collect();
        assert_eq!(names, ["known", "own", "world.spam"], "{head}");
    }
}

#[test]
fn the_name_of_a_regex_is_known_wherever_it_is_written() {
    let mut texts = texts();
    let library = format!("{HOSTS}## Digits.\npattern digits = r\"[0-9]+\"\n");
    texts.rules.insert("lib/hosts.loci".into(), library);
    let rule = "rule numbers { basis code.one  when text matches digits and text mentions digits and \
                length(spans(text, digits)) > 1  then label }\n";
    texts.rules.insert("kz.loci".into(), format!("{KZ}{rule}"));
    let set = texts.compiler().compile().unwrap();
    for head in ["text matches ", "text mentions ", "any m in spans(text, "] {
        let text = format!("{KZ}rule r {{ when {head}");
        let found = ide::complete(&set, "kz.loci", &text, text.len());
        assert!(found.items.iter().any(|item| item.text == "digits"), "{head}: {found:?}");
    }
    let mut workspace = texts.workspace();
    let digits = byte(&workspace, "kz.loci", "digits and");
    let hover = workspace.hover("kz.loci", digits).unwrap().text;
    assert_eq!(hover, "pattern lib.hosts.digits\nDigits.");
    let wanted = Some(("lib/hosts.loci:digits".to_owned(), NameKind::Pattern));
    assert_eq!(defined(&mut workspace, "kz.loci", "digits)", 0), wanted);
    assert_eq!(workspace.references("kz.loci", digits).len(), 4);
    renamed(&mut texts, "kz.loci", digits, "numerals").unwrap();
    assert_eq!(texts.rules["kz.loci"], format!("{KZ}{}", rule.replace("digits", "numerals")));
}

/// Registers are proposed, explained and renamed as sets are; their clauses are proposed in their own braces.
#[test]
fn names_of_registers_are_proposed_and_renamed() {
    let mut texts = texts();
    let register = "\n## Who holds a licence.\nregister licensed: domain { \"a.example\" } { complete from 2026-01-01  as of 2026-02-01  fresh for 90 days }\n";
    texts.rules.insert("lib/hosts.loci".into(), format!("{HOSTS}{register}"));
    let rule = "rule more { basis house  when any link in links where (link.host not in licensed)  then label }\n\
                test \"more\" { given { text: \"\", links: [{ host: \"b.example\" }] } given licensed {}  at 2026-03-01  expect label by more }\n";
    texts.rules.insert("kz.loci".into(), format!("{KZ}{}", rule.replace("house", "code.one")));
    let set = texts.compiler().compile().unwrap();
    let has = |text: &str, word: &str| {
        let found = ide::complete(&set, "kz.loci", text, text.len());
        found.items.iter().any(|item| item.text == word)
    };
    assert!(has("rule r { when any link in links where (link.host in ", "licensed"));
    assert!(has("rule r { when any link in links where (link.host not in l", "licensed"));
    for (head, wants_register, wants_file) in [
        ("register r: domain { ", true, false),
        ("register r: domain { \"a.example\" } { ", true, false),
        ("register r: domain from \"lists/a.csv\" { ", true, true),
        ("register r: domain from \"lists/a.csv\" { column \"host\" } { ", true, false),
        (
            "register r: domain from \"lists/a.csv\" { column \"host\" } { complete from 2026-01-01 ",
            true,
            false,
        ),
        ("set r: domain from \"lists/a.csv\" { ", false, true),
        ("set r: domain { ", false, false),
    ] {
        assert_eq!(
            (has(head, "fresh for"), has(head, "pointer")),
            (wants_register, wants_file),
            "{head}"
        );
    }
    let mut workspace = texts.workspace();
    let licensed = byte(&workspace, "kz.loci", "licensed)");
    let hover = workspace.hover("kz.loci", licensed).unwrap().text;
    assert_eq!(hover, "register lib.hosts.licensed\nWho holds a licence.");
    let wanted = Some(("lib/hosts.loci:licensed".to_owned(), NameKind::Register));
    assert_eq!(defined(&mut workspace, "kz.loci", "licensed {}", 0), wanted);
    assert_eq!(workspace.references("kz.loci", licensed).len(), 3);
    renamed(&mut texts, "kz.loci", licensed, "permitted").unwrap();
    assert_eq!(
        texts.rules["lib/hosts.loci"],
        format!("{HOSTS}{}", register.replace("licensed", "permitted"))
    );
    let symbols = ide::symbols(&texts.rules["lib/hosts.loci"]);
    assert!(
        symbols.iter().any(|one| one.kind == ide::SymbolKind::Register && one.name == "permitted")
    );
}

#[test]
fn a_wording_is_known_wherever_it_is_said() {
    let mut texts = texts();
    let library =
        format!("{HOSTS}## For hidden messages.\nwording hidden {{ en: \"{{rule}}\" }}\n");
    texts.rules.insert("lib/hosts.loci".into(), library);
    let rule = "wording mine { en: \"A\" }\n\
                rule numbers { basis code.one  says hidden  when chat.public  then label }\n\
                rule others { basis code.one  says mine  when chat.scam  then label }\n";
    texts.rules.insert("kz.loci".into(), format!("{KZ}{rule}"));
    let set = texts.compiler().compile().unwrap();
    let proposed = |text: &str| {
        let text = format!("{KZ}{text}");
        let found = ide::complete(&set, "kz.loci", &text, text.len());
        let names: Vec<_> = found.items.iter().map(|item| item.text.clone()).collect();
        (text.len() - found.start, names)
    };
    assert_eq!(proposed("rule r { says "), (0, vec!["mine".to_owned(), "hidden".to_owned()]));
    assert_eq!(proposed("wording w { en: \"Words: {ev"), (2, vec!["evidence}".to_owned()]));
    assert_eq!(proposed("wording w { en: \"{").1.len(), 5);
    for text in ["wording w { en: \"{{", "wording w { en: \"{rule} ", "policy p \"{"] {
        assert_eq!(proposed(text).1, [""; 0], "{text}");
    }
    let mut workspace = texts.workspace();
    let hidden = byte(&workspace, "kz.loci", "hidden");
    let hover = workspace.hover("kz.loci", hidden).unwrap().text;
    assert_eq!(hover, "wording lib.hosts.hidden\nFor hidden messages.");
    let wanted = Some(("lib/hosts.loci:hidden".to_owned(), NameKind::Wording));
    assert_eq!(defined(&mut workspace, "kz.loci", "hidden", 0), wanted);
    assert_eq!(workspace.references("kz.loci", hidden).len(), 2);
    let symbols = ide::symbols(workspace.text("kz.loci").unwrap());
    let mine = symbols.into_iter().find(|one| one.name == "mine").unwrap();
    assert_eq!((mine.kind, &*mine.detail), (SymbolKind::Wording, "en"));
    renamed(&mut texts, "kz.loci", hidden, "frozen").unwrap();
    assert_eq!(texts.rules["kz.loci"], format!("{KZ}{}", rule.replace("hidden", "frozen")));
}

/// Counters and marks have names like rules: other files read them with the prefix of their file.
#[test]
fn counters_and_marks_are_known_wherever_they_are_named() {
    let world = "\
jurisdiction WORLD {}
policy house \"House rules\" { in force from 2026-01-01 }
rule offer \"Offer\" { basis house  when text mentions \"income\"  then label }
## Offers of one author.
counter offers \"Offers\" { per author.key  over 90 days  since 2026-12-01  counts rules offer }
mark warned on author \"Warned\"
rule warn \"Warning\" { basis house  when offers reaches 3  then review, mark warned for 90 days }
rule calm \"Calm\" { basis house  when text mentions \"thanks\" and warned is set  then clear warned }
";
    let kz = "\
jurisdiction KZ { zone \"Asia/Almaty\" }
policy desk \"Desk\" { in force from 2026-01-01 }
rule again \"Again\" { basis desk  when world.offers >= 5 and world.warned is set and at > world.warned.since + 1 day  then review }
";
    let compiler = Compiler::new().file("world.loci", world).file("kz.loci", kz);
    let mut workspace = Workspace::new(compiler);
    let at = |workspace: &Workspace, path: &str, part: &str, skip: usize| {
        byte(workspace, path, part) + skip
    };
    for (part, skip, declared, kind) in [
        ("world.offers", 6, "world.loci:offers", NameKind::Counter),
        ("world.warned is", 8, "world.loci:warned", NameKind::Mark),
        ("world.warned.since", 8, "world.loci:warned", NameKind::Mark),
    ] {
        let found = defined(&mut workspace, "kz.loci", part, skip);
        assert_eq!(found, Some((declared.to_owned(), kind)), "{part}");
    }
    for (part, uses) in [("offers \"", 3), ("warned on", 6), ("offer \"", 2)] {
        let offset = at(&workspace, "world.loci", part, 0);
        assert_eq!(workspace.references("world.loci", offset).len(), uses, "{part}");
    }
    let offset = at(&workspace, "world.loci", "offers \"", 0);
    let described = workspace.hover("world.loci", offset).unwrap();
    assert_eq!(described.text, "counter world.offers\nOffers of one author.");
    let offset = at(&workspace, "world.loci", "warned on", 0);
    let edits = workspace.rename("world.loci", offset, "cautioned").unwrap();
    assert_eq!(edits.iter().map(|file| file.edits.len()).collect::<Vec<_>>(), [2, 4]);
    let kinds: Vec<_> = ide::symbols(world).iter().map(|symbol| symbol.kind).collect();
    assert_eq!(kinds[3..5], [SymbolKind::Counter, SymbolKind::Mark]);
    // What is proposed.
    let set = Compiler::new().file("world.loci", world).file("kz.loci", kz).compile().unwrap();
    for (path, text, wanted) in [
        ("world.loci", "rule r \"R\" { basis house  when off", "offers"),
        ("world.loci", "rule r \"R\" { basis house  when warned is s", "set"),
        (
            "world.loci",
            "rule r \"R\" { basis house  when text mentions \"a\"  then mark w",
            "warned",
        ),
        (
            "world.loci",
            "rule r \"R\" { basis house  when text mentions \"a\"  then clear w",
            "warned",
        ),
        ("world.loci", "rule r \"R\" { basis house  when warned.s", "since"),
        ("kz.loci", "rule r \"R\" { basis desk  when world.off", "offers"),
        ("kz.loci", "rule r \"R\" { basis desk  when world.warned.u", "until"),
        ("world.loci", "counter c { p", "per"),
        ("world.loci", "counter c { per author.k", "key"),
        ("world.loci", "counter c { per each link in links: link.h", "host"),
        ("world.loci", "counter c { per author.key  over 9 d", "days"),
        ("world.loci", "counter c { per author.key  counts rules o", "offer"),
        ("world.loci", "mark m on a", "author"),
    ] {
        let found = ide::complete(&set, path, text, text.len());
        let words: Vec<_> = found.items.iter().map(|item| item.text.as_str()).collect();
        let is_there = words.iter().any(|word| word.split(' ').any(|part| part == wanted));
        assert!(is_there, "{text}: {words:?}");
    }
    // Only the file of a mark sets it.
    let text = "rule r \"R\" { basis desk  when text mentions \"a\"  then mark w";
    assert_eq!(ide::complete(&set, "kz.loci", text, text.len()).items, []);
}
