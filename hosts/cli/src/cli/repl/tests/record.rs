//! Commands that change the record, judge it, and show everything about it.

use super::{MESSAGES, replies, session};
use lexloci::session::Session;

#[test]
fn next_and_set_change_the_record() {
    let mut session = session().records(MESSAGES);
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
    "#);
}

/// A session with a changed record.
fn with_changed_record() -> Session {
    let mut session = session().records(MESSAGES);
    let text = ":set text = \"Пассивный доход, no risk\"";
    for line in [":load tests/rules", ":next", ":set chat.members = 3000", text, ":unset sent_at"] {
        replies(&mut session, line);
    }
    session
}

#[test]
fn a_record_is_judged_in_places_and_at_times() {
    let mut session = with_changed_record();
    insta::assert_snapshot!(replies(&mut session, r#"
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
    "#), @r#"
    lexloci> :at 2026-03-01
    at 2026-03-01, which begins at midnight in each place

    lexloci> :at +7 days
    at 2026-03-08, which begins at midnight in each place

    lexloci> :at -12 hours
    ! 2026-03-08 does not begin at one instant in all places; name an instant

    lexloci> :at +soon
    ! `+soon` is not a span of time such as `+7 days`

    lexloci> :in KZ,FR
    in KZ, Kazakhstan; FR, France

    lexloci> :matrix
    at 2026-03-08
                 FR                    KZ
    at           2026-03-08 00:00 UTC  2026-03-08 00:00 +05:00 (Asia/Almaty)
    outcome      none                  restrict, escalate, review
    due                                2026-03-09 00:00 +05:00
    kz.crowds                          fires
    kz.promises                        fires

    lexloci> :timeline
    FR
      FROM (UTC)     DECISION  RULES  BECAUSE
    > the beginning  none

    KZ
      FROM (Asia/Almaty)       DECISION                    RULES                   BECAUSE
      the beginning            none
      2023-09-10 00:00 +06:00  restrict, escalate, review  kz.crowds, kz.promises  kz.platforms.measures begins
    > 2026-01-01 00:00 +05:00  restrict, escalate, review  kz.crowds, kz.promises  kz.desk begins

    lexloci> :at prev
    at 2025-12-31 19:00 UTC

    lexloci> :at prev
    at 2023-09-09 18:00 UTC

    lexloci> :at next
    at 2025-12-31 19:00 UTC

    lexloci> :why promises
    == FR ==
    kz.promises "Promises of income" does not apply here.
      It speaks for KZ.

    == KZ ==
    kz.promises "Promises of income" fired.
      Basis: On Online Platforms, 9(4)(1).
      Words: "Пассивный доход" in text ("пассивн* доход*").
      It asks for restrict.
      It asks for escalate to kz.astana, due 2026-01-02 00:00 +05:00.
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
    expressions show the values of their parts

    lexloci> chat.public and text mentions "доход" and chat.members > 10
    unknown : bool (chat.public is missing)
      ? chat.public
      + text mentions "доход"
          text = "Пассивный доход, no risk"
      + chat.members > 10
          chat.members = 3000

    lexloci> any link in links where (link.host == "x")
    false : bool
        links = empty

    lexloci> :trace off
    answers show no details
    "#);
}

#[test]
fn costs_documentation_and_json_are_shown() {
    let mut session = with_changed_record();
    insta::assert_snapshot!(replies(&mut session, r#"
        :in KZ,FR

        :at 2025-12-31T19:00:00Z

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
    "#), @r#"
    lexloci> :in KZ,FR
    in KZ, Kazakhstan; FR, France

    lexloci> :at 2025-12-31T19:00:00Z
    at 2025-12-31 19:00 UTC

    lexloci> :cost
    STEPS    SHARE  RULE
    7586530  52 %   kz.promises  kz.loci:11:6
    6996706  47 %   kz.warnings  kz.loci:24:11
    1432     0 %    kz.crowds    kz.loci:17:6

    lexloci> :cost promises
    STEPS    SHARE  RULE
    7586530         kz.promises                        kz.loci:11:6
    7586530           text mentions "пассивн* доход*"  kz.loci:13:8

    lexloci> :doc chat.members
    field `chat.members`
      members: int (may be missing)
        How many members or subscribers it has.

    lexloci> :doc LX2003
    LX2003 unknown-field

    What happened

      Records have no field of this name.

    Why it matters

      A condition on a field that no record has would always be unknown, and its
      rule would never fire.

    Bad

        rule loan_sharks "Loans without questions" {
          basis fraud
          when  chat.member > 10_000
          then  restrict
        }

    Good

        rule loan_sharks "Loans without questions" {
          basis fraud
          when  chat.members > 10_000
          then  restrict
        }

    How to fix

      Correct the spelling: `lexloci doc chat` lists the fields of a chat, `lexloci
      doc fields` lists all fields. A host declares its own fields in `schema.loci`.

    Settings

      None. This is always an error.

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
    {"at":"2025-12-31T19:00:00Z","decisions":[{"places":["FR"],"visible":"yes","outcomes":[],"outcome":"none","account":"none","complete":true,"outcome_due":null,"obligations":[],"matched":[],"defeated":[],"undetermined":[],"shadow":[]},{"places":["KZ"],"visible":"yes","outcomes":[{"action":"restrict","due":null,"words":[],"rules":["kz.promises"]}],"outcome":"restrict","account":"none","complete":true,"outcome_due":null,"obligations":[{"action":"escalate","to":"kz.astana","due":"2026-01-01T19:00:00Z","words":[],"rules":["kz.promises"]},{"action":"review","to":null,"due":null,"words":[],"rules":["kz.crowds"]}],"matched":[{"rule":"kz.crowds","title":"Large chats","category":null,"basis":[{"law":"On Online Platforms","article":"9(4)(1)","url":null}],"evidence":[]},{"rule":"kz.promises","title":"Promises of income","category":null,"basis":[{"law":"On Online Platforms","article":"9(4)(1)","url":null}],"evidence":[{"part":"text","bytes":[0,29],"chars":[0,15],"utf16":[0,15],"text":"Пассивный доход","pattern":"\"пассивн* доход*\""}]}],"defeated":[],"undetermined":[],"shadow":[]}],"rules":[{"rule":"kz.crowds","title":"Large chats","cells":["no","fires"]},{"rule":"kz.promises","title":"Promises of income","cells":["no","fires"]}]}

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
    "#);
}
