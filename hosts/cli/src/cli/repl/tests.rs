//! Runs whole sessions on real files, and compares the replies with those that a terminal shows.

mod items;
mod record;
mod saved;

use crate::local_host::LocalHost;
use crate::render;
use lexloci::session::{Reply, Session};
use std::path::{Path, PathBuf};

const MESSAGES: &str = "tests/rules/messages.jsonl";

/// The root of the repository. Paths in the sessions are relative to it.
fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn session() -> Session {
    Session::new(LocalHost { folder: repository_root(), ..LocalHost::default() })
}

/// Runs the inputs, which blank lines separate. Returns them with their replies, as a terminal shows them.
fn replies(session: &mut Session, inputs: &str) -> String {
    let mut shown = String::new();
    for input in inputs.split("\n\n") {
        let input = input.trim().lines().map(str::trim).collect::<Vec<_>>().join("\n");
        let reply = match session.exec(&input) {
            Reply::Text(text) => text.into_string(),
            Reply::Fault(text) => format!("! {}", text.as_str()),
            Reply::Refused(failure) => {
                format!("! {}", render::draw_first(&failure.diagnostics, &failure.sources))
            }
            Reply::Edit { before, text } => format!("(edit) {before}{text}"),
            Reply::Quit => "bye".into(),
        };
        shown += &format!("lexloci> {input}\n{reply}\n\n");
    }
    shown.replace(&format!("{}/", repository_root().display()), "")
}

#[test]
fn main_commands_give_these_replies() {
    insta::assert_snapshot!(replies(&mut session(), r#"
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
    ! there is no record yet; `:record {…}` or `:record @FILE` sets one

    lexloci> :load nowhere
    ! error[LX1004]: cannot read `nowhere`: there is no such file

    lexloci> :load tests/rules
    tests/rules: 2 rules, 1 exception

    lexloci> chat.members
    ! there is no record yet; `:record {…}` or `:record @FILE` sets one

    lexloci> :record []
    ! a record is an object, `:record {…}`; `[` begins a list

    lexloci> :record tests/rules/messages.jsonl
    ! a file is named with `@`: `:record @tests/rules/messages.jsonl`

    lexloci> :in
    no place is set: answers are for the places where the record is visible

    lexloci> :record {
    text: "Пассивный доход 30 %!",
    chat: { type: "channel", public: true, members: 3000 }
    }
    record given, without a date

    lexloci> chat.members
    3000 : int
    no instant is set, so orders and notices do not count; `:at 2026-03-01` sets one

    lexloci> 1 / 0
    unknown : int (division by zero)

    lexloci> :in KX
    ! there is no place `KX`; did you mean `KZ`?

    lexloci> :in KZ,,FR
    ! a code is missing; write codes such as `KZ` or `KZ,FR`

    lexloci> :in KZ,FR
    in KZ, Kazakhstan; FR, France

    lexloci> :in
    in KZ, Kazakhstan; FR, France

    lexloci> :in KZ
    in KZ, Kazakhstan

    lexloci> :at yesterday
    ! `yesterday` is neither a day, `2026-03-01`, nor an instant, `2026-03-01T12:00:00Z` or `2026-03-01 17:00 +05:00`

    lexloci> :at 2026-03-01
    at 2026-03-01, which begins at midnight in each place

    lexloci> :decide
    KZ at 2026-03-01 00:00 +05:00 (Asia/Almaty): restrict, escalate, review
      escalate to kz.astana, due 2026-03-02 00:00 +05:00 by kz.promises
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
      It asks for escalate to kz.astana, due 2026-03-02 00:00 +05:00.
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
      It asks for escalate to kz.astana, due 2026-03-02 00:00 +05:00.
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
    unknown : int (chat.members is missing)

    lexloci> chat.members + 1
    unknown : int (chat.members is missing)

    lexloci> chat.public and text mentions "доход"
    unknown : bool (chat.public is missing)

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
    ! error[LX2002]: `+` cannot calculate with a whole number and a text
     --> expression:1:1
      |
    1 | 1 + "a"
      | ^^^^^^^
      |
      = help: calculate with numbers, with durations, or with an instant and a duration

    lexloci> :in EU
    in EU

    lexloci> :decide
    27 countries at 2026-03-01 00:00 UTC: none
    no rule is about EU or a place around it, so nothing can be decided there

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
fn records_are_read_from_a_file() {
    let mut session = session().records(MESSAGES);
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
    FR at 2026-03-01 12:00 UTC: none
    KZ at 2026-03-01 17:00 +05:00 (Asia/Almaty): restrict, escalate
      escalate to kz.astana, due 2026-03-02 17:00 +05:00 by kz.promises
      kz.promises “Promises of income”
        under On Online Platforms, article 9(4)(1)
        “Пассивный доход” in text

    lexloci> :record 9
    ! `tests/rules/messages.jsonl` has no record `9`

    lexloci> :record @nowhere
    ! nowhere: No such file or directory (os error 2)
    "#);
}
