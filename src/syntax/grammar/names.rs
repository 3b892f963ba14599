//! The names of grammar rules in messages.

use super::Rule;
use crate::syntax::tree::{Aggregate, ArithmeticOp, BinaryOp};
use std::fmt;

/// The name of a grammar rule in a message. In a list, things come before tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::syntax) enum RuleName {
    /// Something that the author makes up: `a name`.
    Thing(&'static str),
    /// A word or sign of the language, as it is written.
    Token(&'static str),
}

impl RuleName {
    /// The text of a token.
    pub(in crate::syntax) fn token(self) -> Option<&'static str> {
        match self {
            Self::Token(text) => Some(text),
            Self::Thing(_) => None,
        }
    }

    /// The text of a token that is a word.
    pub(in crate::syntax) fn word(self) -> Option<&'static str> {
        self.token().filter(|text| text.starts_with(|c: char| c.is_ascii_alphabetic()))
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Thing(name) => f.write_str(name),
            Self::Token(text) => write!(f, "`{text}`"),
        }
    }
}

/// Expands to one match without a wildcard, so that a grammar rule without a name does not compile.
macro_rules! names {
    (
        keywords { $($keyword:ident)* }
        tokens { $($($token:ident)|+ => $text:expr,)* }
        things { $($($thing:ident)|+ => $name:literal,)* }
    ) => {
        pub(in crate::syntax) fn rule_name(rule: Rule) -> RuleName {
            match rule {
                $(Rule::$keyword => RuleName::Token(keyword(stringify!($keyword))),)*
                $($(Rule::$token)|+ => RuleName::Token($text),)*
                $($(Rule::$thing)|+ => RuleName::Thing($name),)*
            }
        }
    };
}

/// The word of a keyword rule: `law` for `kw_law`. A test of the word table checks that the grammar follows this
/// convention.
fn keyword(rule: &'static str) -> &'static str {
    rule.strip_prefix("kw_").unwrap_or(rule)
}

names! {
    keywords {
        kw_account kw_action kw_adds kw_all kw_also kw_and kw_any kw_article kw_as kw_at kw_basis kw_before kw_binds kw_bloc kw_by
        kw_cases kw_category kw_cites kw_clear kw_column kw_complete kw_contains kw_content kw_count kw_counter kw_counts kw_deadline
        kw_defeated kw_define kw_delta kw_demands kw_derived kw_distinct kw_dsa kw_due kw_each kw_else kw_empty kw_ends kw_every kw_evidence kw_exact
        kw_exception kw_expect kw_false kw_fires kw_for kw_fresh kw_from kw_gap kw_given kw_global kw_holidays kw_if
        kw_in kw_incomplete kw_is kw_judged kw_jurisdiction kw_known kw_languages kw_lateness kw_law kw_least kw_loose kw_mark kw_marks kw_matches
        kw_mentions kw_missing kw_mode kw_near kw_no kw_none kw_not kw_nothing kw_null kw_obligation kw_of kw_office
        kw_on kw_or kw_original kw_over kw_pattern kw_pauses kw_per kw_pointer kw_policy kw_reaches kw_record kw_register kw_repealed kw_repeat kw_review kw_rule kw_rules kw_says kw_score kw_set kw_severity kw_sha256 kw_since
        kw_source kw_spans kw_standing kw_starts kw_status kw_sum kw_takes kw_terms kw_test kw_then kw_to kw_true
        kw_unanswered kw_undetermined kw_unknown kw_unless kw_until kw_unverified kw_upheld kw_url kw_use kw_verified kw_when kw_where
        kw_with kw_within kw_wording kw_words kw_zone
    }
    tokens {
        in_force_head => "in force",
        as_of => "as of",
        all_of => "all of",
        also_repealed => "also when repealed since",
        else_if => "else if",
        prefix => "not",
        not_in => BinaryOp::NotIn.word(),
        starts_with => BinaryOp::StartsWith.word(),
        ends_with => BinaryOp::EndsWith.word(),
        count_distinct => Aggregate::CountDistinct.word(),
        sum_head => Aggregate::Sum.word(),
        at_least_head => "at least",
        spans_head => "spans(",
        open => "{",
        close => "}",
        lparen => "(",
        rparen => ")",
        lbracket => "[",
        rbracket => "]",
        comma => ",",
        colon => ":",
        equals => "=",
        bar => "|",
        optional => "?",
        eq | bad_eq => BinaryOp::Equal.word(),
        ne => BinaryOp::NotEqual.word(),
        le => BinaryOp::LessOrEqual.word(),
        ge => BinaryOp::GreaterOrEqual.word(),
        lt => BinaryOp::Less.word(),
        gt => BinaryOp::Greater.word(),
        plus => ArithmeticOp::Add.word(),
        minus | negative | bad_negative => ArithmeticOp::Subtract.word(),
        times => ArithmeticOp::Multiply.word(),
        divide => ArithmeticOp::Divide.word(),
        coalesce => BinaryOp::Coalesce.word(),
        bad_and => "and",
        bad_or => "or",
    }
    things {
        EOI => "the end",
        file => "a rule file",
        lone_item | item | bad_item | item_start => "an item",
        lone_expr | expr | chain | operand => "a condition or value",
        lone_record => "a record",
        jurisdiction_item => "a jurisdiction",
        zone_clause => "a time zone",
        holidays_clause => "the holidays",
        use_item => "a `use`",
        bloc_item => "a bloc",
        member => "a member with `from` and its day",
        law_item => "a law",
        article => "an article",
        article_clause | rule_clause | counter_clause | action_clause => "a clause",
        url_clause => "a web address",
        original_clause => "an original title",
        status_clause | status_in_force => "a status",
        binds_clause => "a `binds` clause",
        trigger => "a trigger",
        deadline_clause => "a deadline",
        as_ordered => "the instant that an order sets",
        pauses_clause => "the grounds of a pause",
        judged_clause => "a `judged by` clause",
        clock => "a clock",
        subdivision => "a part of a country, such as `FR-IDF`",
        demands_clause => "the actions that an article requires",
        verified_clause => "the day of a verification",
        unverified_clause => "the reason why it is unverified",
        in_force => "an `in force` clause",
        from_date => "a first day",
        from_unknown => "an unknown first day",
        by_date => "a day after `by`",
        until_date => "the day on which it ends",
        policy_item | by_policy => "a policy",
        office_item => "an office",
        languages_clause => "languages",
        terms_item => "a list of terms",
        pattern_item => "a pattern",
        term_group => "terms of a language, such as `en: \"word\"`",
        language => "a language code, such as `en`",
        phrase => "a phrase in quotes",
        gap => "a gap",
        some_gap | open_gap | bad_gap => "a gap, such as `..5..`",
        set_item => "a set",
        set_files | list_file => "a file of entries",
        list_clause | bad_mixture => "a clause of the list",
        column_clause => "a column of entries",
        from_column => "a column of first days",
        until_column => "a column of end days",
        pointer_clause => "a pointer",
        sha256_clause => "a digest",
        source_clause => "a source",
        as_of_clause => "the day of the list",
        set_body => "entries",
        set_entry => "an entry",
        register_item => "a register",
        completeness | completeness_clause => "what makes the register complete",
        complete_clause => "the day since when it is complete",
        fresh_clause => "how long it stays complete",
        empty_clause => "the word `empty`",
        wording_item => "a wording",
        wording_text => "a text of a language, such as `en: \"…\"`",
        define_item => "a definition",
        counter_item => "a counter",
        per_clause => "what is counted separately",
        per_each => "a list after `each`",
        over_clause => "how long a message counts",
        since_clause => "the first day that counts",
        counts_clause => "the rules that count",
        distinct_clause => "a value after `distinct`",
        adds_clause => "a number after `adds`",
        lateness_clause => "how late a message may be",
        mark_item => "a mark",
        mark_arg => "the name of a mark",
        mark_action => "`mark` or `clear`",
        after_act => "what follows an action",
        mark_clause => "what the action does to a mark",
        params => "parameters",
        param => "a parameter",
        type_name => "a type",
        list_type => "a list type",
        map_type => "a map type",
        enum_type => "a type of words, such as `a | b`",
        rule_item => "a rule",
        exception_item => "an exception",
        lifted => "the rules that it lifts",
        basis_clause => "a legal basis",
        category_clause => "a category",
        keywords => "keywords in brackets",
        severity_clause => "a severity",
        says_clause => "a `says` clause",
        review_clause => "a review date",
        mode_clause => "a mode",
        when_clause => "a `when` clause",
        unless_clause => "an `unless` clause",
        unknown_clause => "an `on unknown` clause",
        unanswered_clause => "an `on unanswered` clause",
        expect_unanswered => "whether an order is unanswered",
        then_clause => "a `then` clause",
        act => "an action",
        to_arg => "a target after `to`",
        within_arg => "a time limit after `within`",
        for_arg => "a period after `for`",
        end_arg => "an instant after `until`",
        account_word => "`author` or `chat`",
        test_item | postfix => "a test",
        scene_clause => "a record, place or instant",
        given_clause => "a record after `given`",
        fixture => "a file with a record",
        cases_clause => "cases",
        case => "a case",
        case_title => "the title of a case, such as `\"…\":`",
        entries_clause => "entries of a set after `given`",
        before_clause => "an earlier message after `before`",
        repeat_clause => "earlier messages after `repeat`",
        place_clause => "a place",
        at_clause => "an instant",
        expect_clause | expectation | expect_not | expect_undetermined | expect_defeated |
            expect_fires | expect_gap | expect_evidence | expect_cites | expect_complete |
            expect_incomplete | expect_nothing | expect_count | expect_delta | expect_marks | expect_act
            => "an expectation",
        due_arg => "an instant or a statute's words after `due`",
        until_arg => "an instant after `until`",
        in_part => "a part of the message after `in`",
        by_path => "a rule after `by`",
        object => "a record in braces",
        pair => "a field with its value",
        key => "a field name",
        json => "a value",
        array | list => "a list in square brackets",
        record_item => "a record type",
        field => "a field",
        default => "a default",
        action_item => "an action type",
        level_clause => "an outcome with its strictness",
        obligation_clause | scope_clause => "a clause of the action",
        takes_clause => "an argument of the action",
        dsa_clause => "a code of the DSA",
        conditional => "a conditional",
        infix => "an operator",
        is_missing => "an `is missing` test",
        is_known => "an `is known` test",
        is_none => "an `is none` test",
        mentions_test | bad_not_mentions => "a `mentions` test",
        matches_test => "a `matches` test",
        reaches_test => "a `reaches` test",
        is_set => "an `is set` test",
        bad_operand | bad_regex | regex => "a regex, such as `r\"…\"`",
        pattern | pattern_operand => "a pattern",
        near => "a `near` clause",
        group => "a condition or value in brackets",
        quantifier => "a quantifier",
        aggregate => "a sum or count",
        score => "a score",
        score_part => "points, such as `5 when A`",
        aggregated => "the value of each element",
        at_least => "an `at least` test",
        spans => "a call of `spans`",
        call | call_head => "a function call",
        keyed | keyed_head => "a counter with a key",
        name => "a name",
        word => "a word",
        word_char => "a letter",
        path => "a name or field path",
        code => "the code of a place, such as `KZ`",
        reserved => "a keyword",
        string => "a string",
        number | literal_number | count => "a number",
        date => "a day, such as `2026-03-01`",
        instant => "an instant, such as `2026-03-01T12:00:00Z`",
        duration => "a duration, such as `24 hours`",
        unit | working_day => "a unit of time",
        blank | WHITESPACE => "a blank",
        COMMENT => "a comment",
    }
}
