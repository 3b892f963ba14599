//! Sessions over texts in memory. Longer sessions over real files are tested with the program.

mod memory;
mod places;

use super::{Host, Nowhere, Reply, Session, Texts};
use crate::Code;
use std::path::Path;
use std::sync::Arc;

fn session() -> Session {
    Session::new(Texts::new([
        ("rules/kz.loci", include_str!("../../tests/rules/kz.loci")),
        ("messages.jsonl", include_str!("../../tests/rules/messages.jsonl")),
    ]))
}

fn answer(session: &mut Session, line: &str) -> String {
    match session.exec(line) {
        Reply::Text(text) => text.into_string(),
        Reply::Fault(text) => format!("! {}", text.as_str()),
        Reply::Refused(failure) => format!("!! {}", failure.to_string().trim_end()),
        Reply::Edit { before, text } => format!("(edit) {before}{text}"),
        Reply::Quit => "bye".into(),
    }
}

#[test]
fn a_refused_input_comes_with_its_diagnostics() {
    let Reply::Refused(failure) = session().exec("chat.membres") else { panic!("not refused") };
    let fault = &failure.diagnostics[0];
    assert_eq!(
        (fault.code, fault.help.as_deref()),
        (Code::UnknownField, Some("did you mean `members`?"))
    );
    let at = fault.at.unwrap();
    assert_eq!(
        (failure.sources.name(at.file), failure.sources.slice(at)),
        ("expression", "membres")
    );
}

#[test]
fn a_pattern_stands_for_any_text_at_each_star() {
    for (pattern, text, is_match) in [
        ("prom", "kz.promises", true),
        ("kz.*", "kz.promises", true),
        ("kz.*", "fr.kz.promises", false),
        ("*", "", true),
        ("*.prom*s", "kz.promises", true),
        ("*z*o*", "kz.promises", true),
        ("*o*z*", "kz.promises", false),
        ("a*a", "a", false),
    ] {
        assert_eq!(super::matches_pattern(pattern, text), is_match, "{pattern} {text}");
    }
}

/// Found by fuzzing: an unknown command was repeated unescaped.
#[test]
fn faults_escape_control_characters() {
    let mut session = session();
    for line in [
        ":recor\u{1f}\0d",
        ":show \u{1b}[2Jx",
        ":in \u{1b}[2J",
        ":at \u{1b}[2J",
        ":record @\u{1b}[2J",
    ] {
        let Reply::Fault(text) = session.exec(line) else { panic!("{line:?} is no fault") };
        let text = text.as_str();
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert!(text.contains("\\u{"), "{text:?}");
    }
}

/// A terminal lists completions, so the name of a file with control characters must not be one.
#[test]
fn completions_have_no_control_characters() {
    let names = ["rules/a\u{1b}[8m/kz.loci", "rules/a\u{202e}/kz.loci", "rules/ab/kz.loci"];
    let session = Session::new(Texts::new(names.map(|name| (name, ""))));
    assert_eq!(session.complete(":load rules/a").1, ["rules/ab/"]);
    assert_eq!(session.complete(":record @rules/a").1, ["@rules/ab/"]);
}

#[test]
fn a_session_works_on_files_in_memory() {
    let mut session = session();
    let rules = "rules: 2 rules, 1 exception";
    for (line, first_line) in [
        (":load rules", rules),
        (":diff", "the rules have not changed in this session"),
        (":record @messages.jsonl:2", "record test:2, of 2026-03-02T12:00:00Z"),
        (":prev", "record test:1, of 2026-03-01T12:00:00Z"),
        (":in KZ", "in KZ, Kazakhstan"),
        ("define is_large = chat.members > 9", "added define is_large in kz.loci"),
        (":keep", "wrote rules/kz.loci"),
        ("is_large", "true : bool"),
        (":time", "! there is no clock here"),
        (":at now", "! there is no clock here"),
        (":load nowhere", "nowhere: 0 rules, 0 exceptions"),
        (":load rules", "rules: 2 rules, 1 exception, 1 warning (`lexloci check` shows them)"),
        (":save-test a promise", "wrote to rules/kz.loci"),
        (":test a promise", "2 passed, 0 failed"),
        (":record @nothing.json", "! nothing.json: there is no such file"),
    ] {
        let reply = answer(&mut session, line);
        assert_eq!(reply.lines().next().unwrap_or(""), first_line, "{line}");
    }
}

#[test]
fn entered_items_are_dropped_only_after_a_question() {
    let question = "1 entered item is in no file: terms sale\n`:keep` writes to the files of the rules, \
                    `:keep FILE` to another; `:quit` again drops them";
    let sale = "terms sale { en: \"sale\" }";
    for (lines, last) in [
        (&[":quit"][..], "bye"),
        (&[sale, ":quit"], question),
        (&[sale, ":quit", "", ":quit"], "bye"),
        (&[sale, ":quit", ":in KZ", "exit"], question),
        (&[sale, ":load rules", ":quit"], question),
        (&[sale, ":load rules", ":load rules", ":quit"], "bye"),
        (&[sale, ":keep sale.loci", ":quit"], "bye"),
        (&[sale, ":keep sale.loci", sale, ":quit"], question),
        (&[":load rules", sale, ":keep", ":quit"], "bye"),
    ] {
        let mut session = session();
        let replies: Vec<_> = lines.iter().map(|line| answer(&mut session, line)).collect();
        assert_eq!(replies.last().unwrap(), last, "{lines:?}");
    }
    let mut script = session().script();
    answer(&mut script, sale);
    answer(&mut script, ":reset");
    answer(&mut script, sale);
    assert_eq!(answer(&mut script, ":quit"), "bye");
}

#[test]
fn items_are_kept_in_one_file() {
    let texts = Arc::new(Texts::new([
        ("rules/kz.loci", include_str!("../../tests/rules/kz.loci")),
        ("mine.loci", "terms sale { en: \"sold\" }\n"),
    ]));
    let mut session = Session::new(Shared(Arc::clone(&texts)));
    for line in
        [":load rules", ":in KZ", "terms  sale{en:\"sale\"}", "define is_sale=text mentions sale"]
    {
        assert!(!answer(&mut session, line).starts_with('!'), "{line}");
    }
    assert_eq!(answer(&mut session, ":keep mine.loci"), "wrote mine.loci");
    let mine = "terms sale { en: \"sale\" }\n\ndefine is_sale = text mentions sale\n";
    assert_eq!(texts.files()["mine.loci"], mine);
    for wrong in ["rules/notes.txt", "rules", "rules/"] {
        assert_eq!(
            answer(&mut session, &format!(":keep {wrong}")),
            "! `:keep` writes to a rule file, whose name ends in `.loci`"
        );
    }
    assert_eq!(answer(&mut session, ":keep rules/kz.loci"), "wrote rules/kz.loci");
    assert!(texts.files()["rules/kz.loci"].ends_with(mine));
    assert_eq!(answer(&mut session, ":keep"), "no items were entered");
}

#[test]
fn a_file_of_the_rules_is_one_however_its_path_is_written() {
    for path in ["rules/de.loci", "./rules/de.loci", "rules/./de.loci", "lists/../rules/de.loci"] {
        let texts =
            Arc::new(Texts::new([("rules/fr.loci", "jurisdiction FR { zone \"Europe/Paris\" }")]));
        let mut session = Session::new(Shared(Arc::clone(&texts)));
        for line in [":load rules", ":in FR", "terms sale { en: \"sale\" }"] {
            session.exec(line);
        }
        let refused = answer(&mut session, &format!(":keep {path}"));
        assert!(refused.contains("LX3003"), "{path}: {refused}");
        let fr = path.replace("de.loci", "fr.loci");
        let wrote = answer(&mut session, &format!(":keep {fr}"));
        assert_eq!(wrote, "wrote rules/fr.loci", "{path}");
        assert_eq!(texts.files().len(), 1, "{path}");
    }
}

#[test]
fn what_a_session_writes_is_in_the_canonical_layout() {
    let kz = crate::format("kz.loci", include_str!("../../tests/rules/kz.loci")).unwrap();
    let texts = Arc::new(Texts::new([("rules/kz.loci", kz.as_str())]));
    let mut session = Session::new(Shared(Arc::clone(&texts)));
    session.exec(":load rules");
    let long = "chat: { type: \"channel\", public: true, members: 3000, title: \"A long title of a chat\" }";
    for (places, at, record) in [
        (
            "KZ",
            "2026-03-01",
            "{ text: \"Пассивный доход\", chat: { public: true, members: 3000 } }".to_owned(),
        ),
        ("KZ,FR", "2026-03-01T12:00:00Z", "{ text: \"a\" }".to_owned()),
        ("FR", "2026-03-01", format!("{{ text: \"{}\", {long} }}", "Пассивный доход. ".repeat(9))),
        (
            "KZ",
            "2026-03-01",
            format!(
                "{{ text: \"a\", {long}, author: {{ kind: \"user\", account: {{ id: 3 }} }} }}"
            ),
        ),
    ] {
        session.exec(&format!(":in {places}"));
        session.exec(&format!(":at {at}"));
        session.exec(&format!(":record {record}"));
        let title = format!("of {places} at {at}, {}", record.len());
        let saved = answer(&mut session, &format!(":save-test \"{title}\" kz.loci"));
        assert!(saved.starts_with("wrote"), "{saved}");
    }
    session.exec(":in KZ");
    session.exec("## What sellers say.\nterms sale{en:\"for sale\"}");
    session.exec(
        "rule  sales \"Sale\" {basis platforms.measures when text mentions sale\nthen review}",
    );
    assert!(answer(&mut session, ":keep").starts_with("wrote"));
    let written = texts.files()["rules/kz.loci"].clone();
    assert!(written.contains("rule sales \"Sale\" {\n"), "{written}");
    let formatted = crate::format("kz.loci", &written).unwrap();
    assert_eq!(written, formatted);
}

/// Files in memory that the test can read too.
#[derive(Debug)]
struct Shared(Arc<Texts>);

impl Host for Shared {
    fn compiler(&self, root: &Path) -> crate::Compiler {
        self.0.compiler(root)
    }
    fn text(&self, path: &Path) -> Result<String, String> {
        self.0.text(path)
    }
    fn write(&self, path: &Path, text: &str) -> Result<(), String> {
        self.0.write(path, text)
    }
    fn is_file(&self, path: &Path) -> bool {
        self.0.is_file(path)
    }
}

#[test]
fn the_prompt_shows_the_places_and_the_time() {
    let mut session = session();
    for (line, prompt) in [
        (":load rules", "lexloci> "),
        (":in KZ", "KZ> "),
        (":at 2026-03-01", "KZ 2026-03-01> "),
        (":at 2026-03-01T12:00:00Z", "KZ 2026-03-01 17:00 +05:00> "),
        (":in KZ,FR,DE,AT", "KZ,FR,DE,… 2026-03-01 12:00 UTC> "),
        (":in record", "2026-03-01 12:00 UTC> "),
        (":at record", "lexloci> "),
    ] {
        answer(&mut session, line);
        assert_eq!(session.prompt(), prompt, "{line}");
    }
}

#[test]
fn why_not_shows_what_decided_and_all_the_rest() {
    let rules = "jurisdiction KZ { zone \"UTC\" }
policy desk \"Desk\" {}
rule sale \"Sale\" {
  basis  desk
  when   chat.public and (text mentions \"sale\" or text mentions \"offer\") and chat.members > 9
  unless text mentions \"news\"
  then   review
}";
    let mut session = Session::new(Texts::new([("rules/kz.loci", rules)]));
    session.exec(":load rules");
    session.exec(":in KZ");
    session.exec(":at 2026-03-01");
    session.exec(":record { text: \"hello\", chat: { public: true, members: 3 } }");
    let tree = |reply: String| reply.split_once("when\n").unwrap().1.to_owned();
    assert_eq!(
        tree(answer(&mut session, ":whynot sale")),
        "  - chat.public and (text mentions \"sale\" or text mentions \"offer\") and chat.members > 9
    - text mentions \"sale\" or text mentions \"offer\"
      - text mentions \"sale\"
          text = \"hello\"
      - text mentions \"offer\"
`:whynot kz.sale all` shows the other conditions"
    );
    let all = tree(answer(&mut session, ":whynot sale all"));
    assert!(all.contains("chat.members = 3") && all.contains("unless"), "{all}");
    assert_eq!(all, tree(answer(&mut session, ":why sale")));
    let fault = answer(&mut session, ":whynot sale none");
    assert_eq!(fault, "! `:whynot` takes the id of a rule, and after it `all` or nothing");
}

#[test]
fn names_of_libraries_are_completed_and_suggested() {
    let kz = "jurisdiction KZ { zone \"UTC\" }
use \"lib/pyramids.loci\"
terms sale { en: \"sale\" }
register banks: domain { \"bank.example\" }";
    let library = "terms easy_profit { en: \"easy\" }
set hosts: text { \"a\" }
define is_easy = text mentions easy_profit";
    let files = [("rules/kz.loci", kz), ("rules/lib/pyramids.loci", library)];
    let mut session = Session::new(Texts::new(files));
    session.exec(":load rules");
    session.exec(":in KZ");
    for (line, start, found) in [
        ("text mentions lib.p", 18, &["pyramids.easy_profit"][..]),
        ("text mentions lib.pyramids.", 27, &["easy_profit"]),
        ("text mentions kz.", 17, &["sale"]),
        ("chat.public and lib.pyr", 20, &["pyramids.is_easy"]),
        ("chat.type in lib.p", 17, &["pyramids.hosts"]),
        (":show lib.pyramids.e", 6, &["lib.pyramids.easy_profit"]),
        (":lists h", 7, &["hosts"]),
        (":lists kz.b", 7, &["kz.banks"]),
        (":match ea", 7, &["easy_profit"]),
        (":match easy_profit | ea", 23, &[]),
        (":doc chat.mem", 5, &["chat.members"]),
        (":whynot kz.sale a", 16, &["all"]),
        ("exc", 0, &["exception"]),
        ("juri", 0, &["jurisdiction"]),
    ] {
        let found = found.iter().map(ToString::to_string).collect();
        assert_eq!(session.complete(line), (start, found), "{line}");
    }
    for line in ["kz.easy_profit", "text mentions kz.easy_profit"] {
        let Reply::Refused(failure) = session.exec(line) else { panic!("{line} is accepted") };
        let help = failure.diagnostics[0].help.as_deref();
        assert_eq!(help, Some("did you mean `lib.pyramids.easy_profit`?"), "{line}");
    }
}

#[test]
fn help_and_tables_fit_narrow_screens() {
    #[derive(Debug)]
    struct Narrow;
    impl Host for Narrow {
        fn columns(&self) -> usize {
            60
        }
    }
    let mut session = Session::new(Narrow);
    let places = ["KZ", "FR", "DE", "US", "GB", "IT", "ES", "PL"];
    for place in places {
        session.exec(&format!("jurisdiction {place} {{ zone \"UTC\" }}"));
        session.exec(&format!(":in {place}"));
        session.exec("policy desk \"Desk\" {}");
        let name = format!("promises_of_{}", place.to_lowercase());
        let rule = format!("rule {name} \"P\" {{ basis desk  when chat.public  then label }}");
        let added = answer(&mut session, &rule);
        assert!(added.starts_with("added rule"), "{added}");
    }
    session.exec(":record { text: \"a\", chat: { public: true } }");
    session.exec(":at 2026-03-01T12:00:00Z");
    session.exec(&format!(":in {}", places.join(",")));
    for line in [":help", ":matrix"] {
        let shown = answer(&mut session, line);
        let widest = shown.lines().max_by_key(|line| line.chars().count()).unwrap();
        assert!(widest.chars().count() <= 60 && shown.lines().count() > 5, "{shown}");
    }
}

#[test]
fn an_item_is_shown_with_its_tabs() {
    let mut session = session();
    answer(&mut session, "policy desk \"Desk\" {\n\tin force from 2026-01-01\n}");
    let shown = answer(&mut session, ":show desk");
    assert!(shown.ends_with("\n\tin force from 2026-01-01\n}"), "{shown:?}");
}

/// A word in the record must not look like the message that there is no such record.
#[test]
fn a_fault_in_the_next_record_is_shown() {
    let mut session = Session::new(Texts::new([("a.jsonl", "{\"has no record\": 1}\n{}")]));
    answer(&mut session, ":load rules");
    let mut session = session.records("a.jsonl");
    let reply = answer(&mut session, ":next");
    assert!(reply.contains("a.jsonl, line 1"), "{reply}");
    assert_eq!(answer(&mut session, ":prev"), "! that was the first record");
}

#[test]
fn a_session_without_files_refuses_file_commands() {
    let mut session = Session::new(Nowhere);
    assert_eq!(answer(&mut session, ":record @a.json"), "! a.json: this session has no files");
    assert!(answer(&mut session, ":keep").starts_with("no items"));
    assert!(answer(&mut session, "policy desk \"Desk\" {}").starts_with("added policy desk"));
    assert!(answer(&mut session, ":keep").starts_with("! there is no directory"));
    assert!(answer(&mut session, ":keep a.loci").ends_with("this session has no files"));
}

#[test]
fn a_clone_does_not_change_the_session() {
    let mut session = session();
    let mut copy = session.clone();
    answer(&mut copy, ":in KZ");
    assert!(answer(&mut session, ":in").starts_with("no place is set"));
}

#[test]
fn lines_are_completed() {
    let mut session = session();
    assert_eq!(
        session.complete(":re"),
        (0, [":reload", ":record", ":receipt", ":reset"].map(String::from).into())
    );
    session.exec(":load rules");
    session.exec(":in KZ");
    session.exec("terms easy_money { en: \"easy money\" }");
    session.exec("set hosts: domain { \"a.example\" }");
    session.exec("define is_large = chat.members > 9");
    for (line, start, found) in [
        (":why kz.p", 5, &["kz.promises"][..]),
        (":why prom", 5, &["promises"]),
        (":in k", 4, &["KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ"]),
        (":in re", 4, &["record", "RE"]),
        (":in E", 4, &["EU", "EEA", "EC", "EE", "EG", "EH", "ER", "ES", "ET"]),
        (":help why", 6, &["why", "whynot"]),
        (":load ru", 6, &["rules/"]),
        (":in KZ,F", 7, &["FI", "FJ", "FK", "FM", "FO", "FR"]),
        (":record @rules/k", 8, &["@rules/kz.loci"]),
        (":at ne", 4, &["next"]),
        (":trace v", 7, &["values"]),
        (
            ":doc LX200",
            5,
            &[
                "LX2001", "LX2002", "LX2003", "LX2004", "LX2005", "LX2006", "LX2007", "LX2008",
                "LX2009",
            ],
        ),
        (":unset chat.pub", 12, &["public"]),
        (":set chat.type = \"ch", 18, &["channel\""]),
        ("text men", 5, &["mentions"]),
        ("lowe", 0, &["lower"]),
        ("chat.pub", 5, &["public"]),
        ("text mentions ea", 14, &["easy_money"]),
        ("any link in links where (link.host in ho", 38, &["hosts"]),
        ("chat.public and is_l", 16, &["is_large"]),
        (":show ea", 6, &["easy_money"]),
        (":type author.account.age + chat.mem", 32, &["members"]),
        (":type cha", 6, &["chat"]),
        (":record { tex", 10, &["text"]),
        (":record { text: \"a\", chat: { pub", 29, &["public"]),
        (":record { text: \"a\", chat: { type: \"chan", 36, &["channel\""]),
        (":record { chat: { public: t", 26, &["true"]),
        (":record { links: [{ host: \"a\" }, { ho", 35, &["host"]),
        (
            ":record { visibility: { countries: [\"K",
            37,
            &[
                "KE\"", "KG\"", "KH\"", "KI\"", "KM\"", "KN\"", "KP\"", "KR\"", "KW\"", "KY\"",
                "KZ\"",
            ],
        ),
        ("test \"t\" { given { chat: { type: \"chan", 34, &["channel\""]),
        ("test \"t\" { given { text: \"a\" } expect rest", 38, &["restrict"]),
        ("not (par", 5, &["parts"]),
        ("chat.nothing.x", 13, &[]),
        (":unknown x", 10, &[]),
        ("chat.type == \"su", 14, &["supergroup\""]),
        ("chat.type in [\"channel\", \"gr", 26, &["group\""]),
        (
            "any order in reports.orders where (order.country == \"K",
            53,
            &[
                "KE\"", "KG\"", "KH\"", "KI\"", "KM\"", "KN\"", "KP\"", "KR\"", "KW\"", "KY\"",
                "KZ\"",
            ],
        ),
        ("any link in li", 12, &["links"]),
        ("any link in links where (link.ho", 30, &["host"]),
        ("sent_at - edited_at > 24 h", 25, &["hours"]),
        ("rule a { basis platforms.me", 25, &["measures"]),
        ("rule a { then escalate to as", 26, &["astana"]),
        ("rule a { th", 9, &["then"]),
        ("test \"t\" { expect und", 18, &["undetermined"]),
        ("test \"t\" { expect undetermined pro", 31, &["promises"]),
    ] {
        assert_eq!(
            session.complete(line),
            (start, found.iter().map(ToString::to_string).collect()),
            "{line}"
        );
    }
    // Completions fit the type: a number is compared with numbers.
    let (_, found) = session.complete("chat.members >= ");
    assert!(
        found.contains(&"chat".to_owned()) && !found.contains(&"platform".to_owned()),
        "{found:?}"
    );
    // An empty line offers the fields.
    assert!(session.complete("").1.contains(&"chat".to_owned()));
}

#[test]
fn lines_have_hints() {
    let mut session = session();
    session.exec(":load rules");
    for (line, hint) in [
        (
            ":in ",
            Some(
                "[PLACE,… | all | record]  set the places, or show them: countries, subdivisions, blocs, WORLD",
            ),
        ),
        (":in", None),
        ("chat.members", Some("  : int")),
        ("chat.members >= 3", Some("  : bool")),
        ("chat.members >=", None),
        ("lower(", Some("  lower(text: text) -> text")),
        ("chat.type == \"gr", None),
        ("any link in links where (link.host", Some("  : text")),
    ] {
        assert_eq!(session.hint(line).as_deref(), hint, "{line}");
    }
}

#[test]
fn a_field_is_set_to_none_and_to_a_value_again() {
    let mut session = session();
    session.exec(":record { text: \"a\", reply: none, forward: none, chat: { members: 3 } }");
    for (line, condition, value) in [
        (":set via_bot = none", "via_bot is none", "true"),
        (":set reply.author = { kind: \"user\" }", "reply is known", "true"),
        (":set reply.author.account = none", "reply.author.account.id == 3", "false"),
        (":unset forward", "forward is missing", "true"),
        (":set reply = none", "reply.author is none", "true"),
        (":set reply = { text: \"a\", author: none }", "reply.author is none", "true"),
        (":set reply = { author: { account: none } }", "reply.author.account is none", "true"),
        (":set reply.author = none", "reply is known and reply.author is none", "true"),
    ] {
        let changed = answer(&mut session, line);
        assert!(!changed.starts_with('!'), "{changed}");
        let found = answer(&mut session, condition);
        assert!(found.starts_with(value), "{line}: {found}");
    }
    assert_eq!(
        answer(&mut session, ":set chat = none"),
        "! error[LX7015]: absent[0]: `chat` cannot be listed as none: every message has such a record"
    );
}
