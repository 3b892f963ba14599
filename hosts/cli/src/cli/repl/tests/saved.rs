//! Sessions on folders that change: `:save-test` adds a test to a rule file, and an emptied folder does not replace loaded
//! rules.

use super::{MESSAGES, replies, repository_root, session};
use lexloci::Compiler;
use lexloci::session::{Host, Session};
use std::path::{Path, PathBuf};

/// A fresh folder with a copy of the test rules. `name` is its path in the repository.
fn folder_with_rules(name: &str) -> PathBuf {
    let root = repository_root().join(name);
    let _ = std::fs::remove_dir_all(&root);
    std::fs::create_dir_all(&root).unwrap();
    std::fs::copy(repository_root().join("tests/rules/kz.loci"), root.join("kz.loci")).unwrap();
    root
}

#[test]
fn a_decision_is_saved_as_a_test() {
    let name = "target/tmp/saved";
    let root = folder_with_rules(name);
    let mut session = session().records(MESSAGES);
    session.exec(&format!(":load {name}"));
    let rules = std::fs::read_to_string(root.join("kz.loci")).unwrap();
    let shown = replies(
        &mut session,
        r#"
        :in KZ

        :record { text: "Пассивный доход", chat: { public: true, members: 3000 } }

        :save-test undated

        :at 2026-03-01

        :save-test a large promise

        :save-test a large promise

        :save-test "elsewhere" ../kz.loci

        :save-test elsewhere fr.loci

        :record 1

        :in KZ,FR

        :at record

        :save-test "of a \"host\"" kz.loci

        :test
    "#,
    );
    let shown = shown.replace(name, "ROOT");
    insta::assert_snapshot!(shown, @r#"
    lexloci> :in KZ
    in KZ, Kazakhstan

    lexloci> :record { text: "Пассивный доход", chat: { public: true, members: 3000 } }
    record given, without a date

    lexloci> :save-test undated
    ! the record carries no date; `:at 2026-03-01` sets the instant

    lexloci> :at 2026-03-01
    at 2026-03-01, which begins at midnight in each place

    lexloci> :save-test a large promise
    wrote to ROOT/kz.loci
    test "a large promise" {
      given  { text: "Пассивный доход", chat: { public: true, members: 3000 } }
      at     2026-03-01
      expect restrict by promises, escalate to astana due 2026-03-01T19:00:00Z by promises, review by crowds
    }

    lexloci> :save-test a large promise
    ! kz.loci has a test `a large promise` already

    lexloci> :save-test "elsewhere" ../kz.loci
    ! `../kz.loci` is not a rule file in the rules folder

    lexloci> :save-test elsewhere fr.loci
    ! there is no `fr.loci`; after the title, give an existing rule file: `kz.loci`

    lexloci> :record 1
    record test:1, of 2026-03-01T12:00:00Z

    lexloci> :in KZ,FR
    in KZ, Kazakhstan; FR, France

    lexloci> :at record
    at the latest date of the record

    lexloci> :save-test "of a \"host\"" kz.loci
    wrote to ROOT/kz.loci
    test "of a \"host\"" {
      given { id: "test:1", platform: "telegram", sent_at: 2026-03-01T12:00:00Z,
              parts: [{ kind: "text", text: "Пассивный доход без риска" }], chat: { type: "channel", members: 12 },
              visibility: { audience: "public", countries: ["KZ", "FR"] }, links: null, wallets: null, tags: null }
      at    2026-03-01T12:00:00Z
      cases {
        in FR expect nothing
        in KZ expect restrict by promises, escalate to astana due 2026-03-02T12:00:00Z by promises
      }
    }

    lexloci> :test
    7 passed, 0 failed
    "#);
    let after = std::fs::read_to_string(root.join("kz.loci")).unwrap();
    assert!(after.starts_with(&rules));
}

#[test]
fn reloading_an_emptied_folder_keeps_the_rules() {
    let name = "target/tmp/emptied";
    let root = folder_with_rules(name);
    let mut session = session();
    session.exec(&format!(":load {name}"));
    std::fs::remove_file(root.join("kz.loci")).unwrap();
    let shown = replies(&mut session, ":reload\n\n:rules crowds");
    assert!(shown.contains("! error[LX1010]: there are no rule files"), "{shown}");
    assert!(shown.contains("kz.crowds rule"), "{shown}");
}

/// A host that reads rule files and can do nothing else.
#[derive(Debug)]
struct RulesOnly;

impl Host for RulesOnly {
    fn compiler(&self, root: &Path) -> Compiler {
        Compiler::new().directory(repository_root().join(root))
    }
}

#[test]
fn entered_items_do_not_replace_the_rules_of_an_emptied_folder() {
    keeps_rules_of_an_emptied_folder("target/tmp/emptied-with-items", session());
    keeps_rules_of_an_emptied_folder("target/tmp/emptied-rules-only", Session::new(RulesOnly));
}

fn keeps_rules_of_an_emptied_folder(name: &str, mut session: Session) {
    let root = folder_with_rules(name);
    session.exec(&format!(":load {name}"));
    session.exec("policy desk \"Desk\" {}");
    std::fs::remove_file(root.join("kz.loci")).unwrap();
    for input in [":reload", "policy office \"Office\" {}", ":reset"] {
        let shown = replies(&mut session, &format!("{input}\n\n:rules crowds"));
        assert!(shown.contains("! error[LX1010]: there are no rule files"), "{shown}");
        assert!(shown.contains("kz.crowds rule"), "{shown}");
    }
}
