//! Whole sessions, as they are seen on a terminal.

use super::{Reply, Session};
use std::path::Path;

/// The replies to some lines, as they are seen on a terminal.
fn replies(session: &mut Session, lines: &str) -> String {
    let mut seen = String::new();
    for paragraph in lines.split("\n\n") {
        let line = paragraph.trim().lines().map(str::trim).collect::<Vec<_>>().join("\n");
        let reply = match session.exec(&line) {
            Reply::Text(text) => text,
            Reply::Fault(text) => format!("! {text}"),
            Reply::Edit { before, text } => format!("(edit) {before}{text}"),
            Reply::Quit => "bye".into(),
        };
        seen += &format!("lexloci> {line}\n{reply}\n\n");
    }
    seen
}

#[test]
fn a_session() {
    insta::assert_snapshot!(replies(&mut Session::new(None), r#"
        :decide

        :load nowhere

        :load tests/rules

        chat.members

        :record []

        :record tests/rules/messages.jsonl

        :in

        :record {
          text: "Пассивный доход 30 %!",
          chat: { type: "channel", public: true, members: 3000 }
        }

        chat.members

        1 / 0

        :in KX

        :in KZ,,FR

        :in KZ,FR

        :in

        :in KZ

        :at yesterday

        :at 2026-03-01

        :decide

        :why

        :whynot crowd

        :why promises

        :record { text: "Осторожно, пассивный доход" }

        :whynot promises

        :whynot crowds

        chat.members

        chat.members + 1

        chat.public and text mentions "доход"

        chat.membres

        chat.type ==

        :type text mentions "доход"

        :type 1 + "a"

        :in EU

        :decide

        :why promises

        :in KZ

        :reload

        :wyhnot

        :quit
    "#), @r#"
    lexloci> :decide
    ! there are no rules yet; `:load DIR` reads some, and `jurisdiction …` begins a file

    lexloci> :load nowhere
    ! error[LX1004]: cannot read `nowhere`: No such file or directory (os error 2)

    lexloci> :load tests/rules
    tests/rules: 2 rules, 1 exception

    lexloci> chat.members
    ! there is no record yet; `:record {…}` or `:record @FILE` sets one

    lexloci> :record []
    ! a record is an object, `:record {…}`; `[` begins a list

    lexloci> :record tests/rules/messages.jsonl
    ! a file is named with `@`: `:record @tests/rules/messages.jsonl`

    lexloci> :in
    in no place yet: where the record is visible

    lexloci> :record {
    text: "Пассивный доход 30 %!",
    chat: { type: "channel", public: true, members: 3000 }
    }
    record given, without a date

    lexloci> chat.members
    3000 : int
    no instant: judged at the earliest there is, before all orders and notices; `:at 2026-03-01` sets one

    lexloci> 1 / 0
    unknown : int (division by zero)

    lexloci> :in KX
    ! there is no place `KX`; did you mean `KZ`?

    lexloci> :in KZ,,FR
    ! no place is named; write codes such as `KZ` or `KZ,FR`

    lexloci> :in KZ,FR
    in KZ, Kazakhstan; FR, France

    lexloci> :in
    in KZ, Kazakhstan; FR, France

    lexloci> :in KZ
    in KZ, Kazakhstan

    lexloci> :at yesterday
    ! `yesterday` is neither a day, `2026-03-01`, nor an instant, `2026-03-01T12:00:00Z`

    lexloci> :at 2026-03-01
    at 2026-03-01T00:00:00Z (midnight UTC)

    lexloci> :decide
    KZ at 2026-03-01T00:00:00Z: restrict, escalate, review
      escalate to kz.astana, due 2026-03-02T00:00:00Z by kz.promises
      review by kz.crowds
      kz.crowds “Large chats”
        under On Online Platforms, article 9(4)(1)
      kz.promises “Promises of income”
        under On Online Platforms, article 9(4)(1)
        “Пассивный доход” in text

    lexloci> :why
    kz.crowds "Large chats" fired.
      Basis: On Online Platforms, 9(4)(1).
      Fact: chat.members is 3000.
      It asks for review.

    kz.promises "Promises of income" fired.
      Basis: On Online Platforms, 9(4)(1).
      Words: "Пассивный доход" in text ("пассивн* доход*").
      It asks for restrict.
      It asks for escalate to kz.astana, due 2026-03-02T00:00:00Z.
      Exception kz.warnings "warnings" does not apply.
        text is "Пассивный доход 30 %!"; the exception needs `text mentions "осторожно"` (kz.loci:26:8).

    text | Пассивный доход 30 %!
         | ^^^^^^^^^^^^^^^

    lexloci> :whynot crowd
    ! there is no rule or exception `crowd`; did you mean `crowds`?

    lexloci> :why promises
    kz.promises "Promises of income" fired.
      Basis: On Online Platforms, 9(4)(1).
      Words: "Пассивный доход" in text ("пассивн* доход*").
      It asks for restrict.
      It asks for escalate to kz.astana, due 2026-03-02T00:00:00Z.
      Exception kz.warnings "warnings" does not apply.
        text is "Пассивный доход 30 %!"; the exception needs `text mentions "осторожно"` (kz.loci:26:8).

    text | Пассивный доход 30 %!
         | ^^^^^^^^^^^^^^^

    when
      + text mentions "пассивн* доход*"
          text = "Пассивный доход 30 %!"

    lexloci> :record { text: "Осторожно, пассивный доход" }
    record given, without a date

    lexloci> :whynot promises
    kz.promises "Promises of income" was lifted.
      Basis: On Online Platforms, 9(4)(1).
      It is lifted by kz.warnings "warnings": On Online Platforms, 9(4)(1).
      Exception kz.warnings "warnings" applies.
        Words: "Осторожно" in text ("осторожно").

    when
      + text mentions "пассивн* доход*"
          text = "Осторожно, пассивный доход"

    lexloci> :whynot crowds
    kz.crowds "Large chats" could not be decided.
      Basis: On Online Platforms, 9(4)(1).
      Not known: chat.members.
      chat.members is missing; the rule needs at least 1000 (kz.loci:19:8).

    when
      ? chat.members >= 1000
        ? chat.members

    lexloci> chat.members
    unknown : int, without chat.members

    lexloci> chat.members + 1
    unknown : int, without chat.members

    lexloci> chat.public and text mentions "доход"
    unknown : bool, without chat.public

    lexloci> chat.membres
    ! error[LX2003]: `chat` has no field `membres`
     --> expression:1:6
      |
    1 | chat.membres
      |      ^^^^^^^
      |
    help: did you mean `members`?
      |
    1 - chat.membres
    1 + chat.members
      |

    lexloci> chat.type ==
    ! error[LX0002]: the expression ends too early
     --> expression:1:13
      |
    1 | chat.type ==
      |             ^

    lexloci> :type text mentions "доход"
    bool

    lexloci> :type 1 + "a"
    ! error[LX2002]: `int + text` has no meaning
     --> expression:1:1
      |
    1 | 1 + "a"
      | ^^^^^^^
      |
      = help: arithmetic is for numbers, durations, and instants with durations

    lexloci> :in EU
    in EU

    lexloci> :decide
    27 countries at 2026-03-01T00:00:00Z: none

    lexloci> :why promises
    == 27 countries ==
    kz.promises "Promises of income" does not apply here.
      It speaks for KZ.

    when
      + text mentions "пассивн* доход*"
          text = "Осторожно, пассивный доход"

    lexloci> :in KZ
    in KZ, Kazakhstan

    lexloci> :reload
    tests/rules: 2 rules, 1 exception

    lexloci> :wyhnot
    ! there is no command `:wyhnot`; did you mean `:whynot`?

    lexloci> :quit
    bye
    "#);
}

#[test]
fn records_out_of_a_file() {
    let mut session = Session::new(Some("tests/rules/messages.jsonl".as_ref()));
    insta::assert_snapshot!(replies(&mut session, "
        :load tests/rules

        :record 2

        :record @tests/rules/messages.jsonl:test:1

        text

        :at record

        :decide

        :record 9

        :record @nowhere
    "), @r#"
    lexloci> :load tests/rules
    tests/rules: 2 rules, 1 exception

    lexloci> :record 2
    record test:2, of 2026-03-02T12:00:00Z

    lexloci> :record @tests/rules/messages.jsonl:test:1
    record test:1, of 2026-03-01T12:00:00Z

    lexloci> text
    "Пассивный доход без риска" : surface

    lexloci> :at record
    at the latest date of the record

    lexloci> :decide
    FR at 2026-03-01T12:00:00Z: none
    KZ at 2026-03-01T12:00:00Z: restrict, escalate
      escalate to kz.astana, due 2026-03-02T12:00:00Z by kz.promises
      kz.promises “Promises of income”
        under On Online Platforms, article 9(4)(1)
        “Пассивный доход” in text

    lexloci> :record 9
    ! `tests/rules/messages.jsonl` has no record `9`

    lexloci> :record @nowhere
    ! nowhere: No such file or directory (os error 2)
    "#);
}

/// A fresh copy of the rules below the folder for such things.
fn copied(name: &str) -> std::path::PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tmp").join(name);
    let _ = std::fs::remove_dir_all(&root);
    std::fs::create_dir_all(&root).unwrap();
    std::fs::copy("tests/rules/kz.loci", root.join("kz.loci")).unwrap();
    root
}

#[test]
fn items_are_typed() {
    let mut session = Session::new(None);
    session.begin();
    insta::assert_snapshot!(replies(&mut session, r#"
        platform == "x"

        jurisdiction FR { zone "Europe/Paris" }

        policy desk "Desk" {}

        ## What sellers say.
        terms offers { en: "for sale", }

        rule sale "Sales" {
          basis desk
          when  chat.public and text mentions offers
          then  label
        }

        rule sale { basis desk when chat.publik then label }

        :record { text: "For sale: a bicycle", chat: { public: true } }

        :at 2026-03-01

        :decide

        rule sale "Sales" { basis desk when chat.public and text mentions offers then limit }

        :diff

        :decide

        :show offers

        :rules fr.*

        :lists

        test "sale" { given { text: "for sale", chat: { public: true } } at 2026-03-01 expect label }

        :test

        :keep

        :reload

        :save-test a sale

        :reset

        :rules
    "#), @r#"
    lexloci> platform == "x"
    ! there is no record yet; `:record {…}` or `:record @FILE` sets one

    lexloci> jurisdiction FR { zone "Europe/Paris" }
    added jurisdiction FR in fr.loci

    lexloci> policy desk "Desk" {}
    added policy desk in fr.loci

    lexloci> ## What sellers say.
    terms offers { en: "for sale", }
    added terms offers in fr.loci

    lexloci> rule sale "Sales" {
    basis desk
    when  chat.public and text mentions offers
    then  label
    }
    added rule sale in fr.loci

    lexloci> rule sale { basis desk when chat.publik then label }
    ! error[LX2003]: `chat` has no field `publik`
     --> fr.loci:8:34
      |
    8 | rule sale { basis desk when chat.publik then label }
      |                                  ^^^^^^
      |
    help: did you mean `public`?
      |
    8 - rule sale { basis desk when chat.publik then label }
    8 + rule sale { basis desk when chat.public then label }
      |

    lexloci> :record { text: "For sale: a bicycle", chat: { public: true } }
    record given, without a date

    lexloci> :at 2026-03-01
    at 2026-03-01T00:00:00Z (midnight UTC)

    lexloci> :decide
    FR at 2026-03-01T00:00:00Z: label
      fr.sale “Sales”
        under the policy Desk
        “For sale” in text

    lexloci> rule sale "Sales" { basis desk when chat.public and text mentions offers then limit }
    changed rule sale in fr.loci

    lexloci> :diff
    ~ rule fr.sale
    the decision about the record changes
    - FR at 2026-03-01T00:00:00Z: label
    + FR at 2026-03-01T00:00:00Z: limit

    lexloci> :decide
    FR at 2026-03-01T00:00:00Z: limit
      fr.sale “Sales”
        under the policy Desk
        “For sale” in text

    lexloci> :show offers
    fr.loci:6:1
    ## What sellers say.
    terms offers { en: "for sale", }

    lexloci> :rules fr.*
    fr.sale rule “Sales”

    lexloci> :lists
    fr.offers terms, 1 phrase

    lexloci> test "sale" { given { text: "for sale", chat: { public: true } } at 2026-03-01 expect label }
    added test sale in fr.loci
    FAILED fr: sale

    FAILED fr: sale (fr.loci:10:6)
      in FR at 2026-02-28T23:00:00Z
      - label
      + limit by sale
      | fr.sale "Sales" fired.
      |   Basis: Desk.
      |   Words: "for sale" in text (fr.offers).
      |   Fact: chat.public is true.
      |   It asks for limit.

    lexloci> :test
    0 passed, 1 failed
    FAILED fr: sale (fr.loci:10:6)
      in FR at 2026-02-28T23:00:00Z
      - label
      + limit by sale
      | fr.sale "Sales" fired.
      |   Basis: Desk.
      |   Words: "for sale" in text (fr.offers).
      |   Fact: chat.public is true.
      |   It asks for limit.

    lexloci> :keep
    ! there is no directory to keep them in; start with `lexloci repl DIR`

    lexloci> :reload
    ! nothing was read from a directory

    lexloci> :save-test a sale
    ! items were typed that no file has yet; `:keep` writes them

    lexloci> :reset
    items, record, place and instant are forgotten

    lexloci> :rules
    ! no rule is called like ``
    "#);
}

#[test]
fn a_record_is_changed_and_looked_at_from_all_sides() {
    let mut session = Session::new(Some("tests/rules/messages.jsonl".as_ref()));
    insta::assert_snapshot!(replies(&mut session, r#"
        :load tests/rules

        :next

        :next

        :next

        :prev

        :set chat.members = 3000

        :set chat.public = "yes"

        :set links[0].host = "a.example"

        :set text = "Пассивный доход, no risk"

        :unset sent_at

        :unset sent_at

        :json

        :fields chat.m*

        :at 2026-03-01

        :at +7 days

        :at -12 hours

        :at +soon

        :in KZ,FR

        :matrix

        :timeline

        :at prev

        :at prev

        :at next

        :why promises

        :whynot warnings

        :trace values

        chat.public and text mentions "доход" and chat.members > 10

        any link in links where (link.host == "x")

        :trace off

        :cost

        :cost promises

        :doc chat.members

        :doc LX2003

        :doc lower

        :doc promises

        :doc nonesuch

        :format json

        :matrix

        :format

        :edit

        :history
    "#), @r#"
    lexloci> :load tests/rules
    tests/rules: 2 rules, 1 exception

    lexloci> :next
    record test:1, of 2026-03-01T12:00:00Z

    lexloci> :next
    record test:2, of 2026-03-02T12:00:00Z

    lexloci> :next
    ! that was the last record

    lexloci> :prev
    record test:1, of 2026-03-01T12:00:00Z

    lexloci> :set chat.members = 3000
    record test:1, of 2026-03-01T12:00:00Z

    lexloci> :set chat.public = "yes"
    ! error[LX7004]: chat.public: expected true or false, found the text `yes`

    lexloci> :set links[0].host = "a.example"
    ! there is no `links[0].host`

    lexloci> :set text = "Пассивный доход, no risk"
    record test:1, of 2026-03-01T12:00:00Z

    lexloci> :unset sent_at
    record test:1, without a date

    lexloci> :unset sent_at
    ! there is no `sent_at`

    lexloci> :json
    {
      "id": "test:1",
      "platform": "telegram",
      "visibility": {
        "audience": "public",
        "countries": [
          "KZ",
          "FR"
        ]
      },
      "parts": [
        {
          "kind": "text",
          "text": "Пассивный доход, no risk"
        }
      ],
      "chat": {
        "type": "channel",
        "members": 3000
      }
    }

    lexloci> :fields chat.m*
    chat.members?: int  How many members or subscribers it has.

    lexloci> :at 2026-03-01
    at 2026-03-01T00:00:00Z (midnight UTC)

    lexloci> :at +7 days
    at 2026-03-08T00:00:00Z

    lexloci> :at -12 hours
    at 2026-03-07T12:00:00Z

    lexloci> :at +soon
    ! `+soon` is no time, such as `+7 days`

    lexloci> :in KZ,FR
    in KZ, Kazakhstan; FR, France

    lexloci> :matrix
    at 2026-03-07T12:00:00Z
                 FR    KZ
    outcome      none  restrict, escalate, review
    due                2026-03-08T12:00:00Z
    kz.crowds          fires
    kz.promises        fires

    lexloci> :timeline
    FR
      FROM           DECISION  RULES  BECAUSE
    > the beginning  none

    KZ
      FROM                  DECISION                    RULES                   BECAUSE
      the beginning         none
      2023-09-09T18:00:00Z  restrict, escalate, review  kz.crowds, kz.promises  kz.platforms.measures begins
    > 2025-12-31T19:00:00Z  restrict, escalate, review  kz.crowds, kz.promises  kz.desk begins

    lexloci> :at prev
    at 2025-12-31T19:00:00Z

    lexloci> :at prev
    at 2023-09-09T18:00:00Z

    lexloci> :at next
    at 2025-12-31T19:00:00Z

    lexloci> :why promises
    == FR ==
    kz.promises "Promises of income" does not apply here.
      It speaks for KZ.

    == KZ ==
    kz.promises "Promises of income" fired.
      Basis: On Online Platforms, 9(4)(1).
      Words: "Пассивный доход" in text ("пассивн* доход*").
      It asks for restrict.
      It asks for escalate to kz.astana, due 2026-01-01T19:00:00Z.
      Exception kz.warnings "warnings" does not apply.
        text is "Пассивный доход, no risk"; the exception needs `text mentions "осторожно"` (kz.loci:26:8).

    text | Пассивный доход, no risk
         | ^^^^^^^^^^^^^^^

    when
      + text mentions "пассивн* доход*"
          text = "Пассивный доход, no risk"

    lexloci> :whynot warnings
    kz.warnings “warnings” lifts kz.promises
    when
      - text mentions "осторожно"
          text = "Пассивный доход, no risk"

    lexloci> :trace values
    expressions say what their parts come to

    lexloci> chat.public and text mentions "доход" and chat.members > 10
    unknown : bool, without chat.public
      ? chat.public
      + text mentions "доход"
          text = "Пассивный доход, no risk"
      + chat.members > 10
          chat.members = 3000

    lexloci> any link in links where (link.host == "x")
    false : bool
        links = empty

    lexloci> :trace off
    answers stand alone

    lexloci> :cost
    STEPS   SHARE  RULE
    262146  49 %   kz.promises  kz.loci:11:6
    262146  49 %   kz.warnings  kz.loci:24:11
    5       0 %    kz.crowds    kz.loci:17:6

    lexloci> :cost promises
    STEPS   SHARE  RULE
    262146         kz.promises                        kz.loci:11:6
    262146           text mentions "пассивн* доход*"  kz.loci:13:8

    lexloci> :doc chat.members
    field `chat.members`
      members: int (may be missing)
        How many members or subscribers it has.

    lexloci> :doc LX2003
    # LX2003 unknown-field

    ## What happened

    Records have no such field.

    ## Why it matters

    A condition on a field that no record has would be unknown for ever, and its rule would never act.

    ## Bad

    ```loci
    rule loan_sharks "Loans without questions" {
      basis fraud
      when  chat.member > 10_000
      then  restrict
    }
    ```

    ## Good

    ```loci
    rule loan_sharks "Loans without questions" {
      basis fraud
      when  chat.members > 10_000
      then  restrict
    }
    ```

    ## How to fix

    Mend the spelling: `lexloci doc chat` lists the fields of a chat, `lexloci doc fields` all of them. A host adds its
    own in `schema.loci`.

    ## Settings

    None: this is always an error.

    lexloci> :doc lower
    function `lower`
      lower(text: text) -> text
        The text in lower case.

    lexloci> :doc promises
    rule kz.promises (kz.loci:11:1)

    lexloci> :doc nonesuch
    ! nothing here is called `nonesuch`; `:doc` lists what there is

    lexloci> :format json
    answers are written as json

    lexloci> :matrix
    {"at":"2025-12-31T19:00:00Z","decisions":[{"places":["FR"],"visible":"yes","outcome":"none","account":"none","complete":true,"outcome_due":null,"obligations":[],"matched":[],"defeated":[],"undetermined":[],"shadow":[]},{"places":["KZ"],"visible":"yes","outcome":"restrict","account":"none","complete":true,"outcome_due":null,"obligations":[{"action":"escalate","to":"kz.astana","due":"2026-01-01T19:00:00Z","words":[],"rules":["kz.promises"]},{"action":"review","to":null,"due":null,"words":[],"rules":["kz.crowds"]}],"matched":[{"rule":"kz.crowds","title":"Large chats","category":null,"basis":[{"law":"On Online Platforms","article":"9(4)(1)","url":null}],"evidence":[]},{"rule":"kz.promises","title":"Promises of income","category":null,"basis":[{"law":"On Online Platforms","article":"9(4)(1)","url":null}],"evidence":[{"part":"text","bytes":[0,29],"chars":[0,15],"utf16":[0,15],"text":"Пассивный доход","pattern":"\"пассивн* доход*\""}]}],"defeated":[],"undetermined":[],"shadow":[]}],"rules":[{"rule":"kz.crowds","title":"Large chats","cells":["no","fires"]},{"rule":"kz.promises","title":"Promises of income","cells":["no","fires"]}]}

    lexloci> :format
    ! `:format` takes `pretty` or `json`

    lexloci> :edit
    (edit) :record {
               id: "test:1",
               platform: "telegram",
               visibility: { audience: "public", countries: ["KZ", "FR"] },
               parts: [{ kind: "text", text: "Пассивный доход, no risk" }],
               chat: { type: "channel", members: 3000 },
               links: null,
               wallets: null,
               tags: null,
             }

    lexloci> :history
       1  :load tests/rules
       2  :next
       3  :next
       4  :next
       5  :prev
       6  :set chat.members = 3000
       7  :set chat.public = "yes"
       8  :set links[0].host = "a.example"
       9  :set text = "Пассивный доход, no risk"
      10  :unset sent_at
      11  :unset sent_at
      12  :json
      13  :fields chat.m*
      14  :at 2026-03-01
      15  :at +7 days
      16  :at -12 hours
      17  :at +soon
      18  :in KZ,FR
      19  :matrix
      20  :timeline
      21  :at prev
      22  :at prev
      23  :at next
      24  :why promises
      25  :whynot warnings
      26  :trace values
      27  chat.public and text mentions "доход" and chat.members > 10
      28  any link in links where (link.host == "x")
      29  :trace off
      30  :cost
      31  :cost promises
      32  :doc chat.members
      33  :doc LX2003
      34  :doc lower
      35  :doc promises
      36  :doc nonesuch
      37  :format json
      38  :matrix
      39  :format
      40  :edit
    "#);
}

#[test]
fn what_is_seen_is_saved_as_a_test() {
    let root = copied("saved");
    let mut session = Session::new(Some("tests/rules/messages.jsonl".as_ref()));
    session.exec(&format!(":load {}", root.display()));
    let rules = std::fs::read_to_string(root.join("kz.loci")).unwrap();
    let said = replies(
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
    let said = said.replace(&root.display().to_string(), "ROOT");
    insta::assert_snapshot!(said, @r#"
    lexloci> :in KZ
    in KZ, Kazakhstan

    lexloci> :record { text: "Пассивный доход", chat: { public: true, members: 3000 } }
    record given, without a date

    lexloci> :save-test undated
    ! the record carries no date; `:at 2026-03-01` sets the instant

    lexloci> :at 2026-03-01
    at 2026-03-01T00:00:00Z (midnight UTC)

    lexloci> :save-test a large promise
    wrote to ROOT/kz.loci
    test "a large promise" {
      given  { text: "Пассивный доход", chat: { public: true, members: 3000 } }
      at     2026-03-01T00:00:00Z
      expect restrict by promises,
             escalate to astana due 2026-03-02T00:00:00Z by promises,
             review by crowds
    }

    lexloci> :save-test a large promise
    ! kz.loci has a test `a large promise` already

    lexloci> :save-test "elsewhere" ../kz.loci
    ! `../kz.loci` is no rule file below the rule root

    lexloci> :save-test elsewhere fr.loci
    ! there is no `fr.loci`; name a file behind the title: `kz.loci`

    lexloci> :record 1
    record test:1, of 2026-03-01T12:00:00Z

    lexloci> :in KZ,FR
    in KZ, Kazakhstan; FR, France

    lexloci> :at record
    at the latest date of the record

    lexloci> :save-test "of a \"host\"" kz.loci
    wrote to ROOT/kz.loci
    test "of a \"host\"" {
      given  {
               id: "test:1",
               platform: "telegram",
               sent_at: 2026-03-01T12:00:00Z,
               parts: [{ kind: "text", text: "Пассивный доход без риска" }],
               chat: { type: "channel", members: 12 },
               visibility: { audience: "public", countries: ["KZ", "FR"] },
               links: null,
               wallets: null,
               tags: null,
             }
      at     2026-03-01T12:00:00Z
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
