//! Items that the user enters in a session, and what `:diff` shows about them.

use super::{replies, session};

#[test]
fn entered_items_are_added_changed_and_tested() {
    let mut session = session();
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
    at 2026-03-01, which begins at midnight in each place

    lexloci> :decide
    FR at 2026-03-01 00:00 +01:00 (Europe/Paris): label
      fr.sale “Sales”
        under the policy Desk
        “For sale” in text

    lexloci> rule sale "Sales" { basis desk when chat.public and text mentions offers then limit }
    changed rule sale in fr.loci

    lexloci> :diff
    ~ rule fr.sale
    the decision about the record changes
    - FR at 2026-03-01 00:00 +01:00 (Europe/Paris): label
    + FR at 2026-03-01 00:00 +01:00 (Europe/Paris): limit

    lexloci> :decide
    FR at 2026-03-01 00:00 +01:00 (Europe/Paris): limit
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
      in FR at 2026-03-01 00:00 +01:00
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
      in FR at 2026-03-01 00:00 +01:00
      - label
      + limit by sale
      | fr.sale "Sales" fired.
      |   Basis: Desk.
      |   Words: "for sale" in text (fr.offers).
      |   Fact: chat.public is true.
      |   It asks for limit.

    lexloci> :keep
    ! there is no directory of rules; `:keep FILE` writes the items to a file

    lexloci> :reload
    ! no directory was loaded, so there is nothing to reload

    lexloci> :save-test a sale
    ! entered items are not in a file yet; `:keep` writes them

    lexloci> :reset
    items, record, place, instant and memory are dropped

    lexloci> :rules
    ! there are no rules
    "#);
}
