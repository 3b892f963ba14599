//! The vocabulary of the Transparency Database, as of 1 July 2025 (digital-services-act/transparency-database).

/// How far decisions are automated, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Automation {
    /// No person looks at a decision before it takes effect.
    Fully,
    /// A person looks at some decisions.
    Partially,
    /// A person takes every decision.
    Not,
}

/// Who holds an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum AccountType {
    Business,
    Private,
}

/// Types of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say all")]
pub enum ContentType {
    Audio,
    Image,
    Synthetic,
    Text,
    Video,
    Other,
}

impl Automation {
    /// All variants, with their words in settings.
    pub const ALL: [(&str, Self); 3] =
        [("fully", Self::Fully), ("partially", Self::Partially), ("not", Self::Not)];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Fully => "AUTOMATED_DECISION_FULLY",
            Self::Partially => "AUTOMATED_DECISION_PARTIALLY",
            Self::Not => "AUTOMATED_DECISION_NOT_AUTOMATED",
        }
    }
}

impl AccountType {
    /// All variants, with their words in settings.
    pub const ALL: [(&str, Self); 2] = [("business", Self::Business), ("private", Self::Private)];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Business => "ACCOUNT_TYPE_BUSINESS",
            Self::Private => "ACCOUNT_TYPE_PRIVATE",
        }
    }
}

impl ContentType {
    /// All variants, with their words in settings.
    pub const ALL: [(&str, Self); 6] = [
        ("audio", Self::Audio),
        ("image", Self::Image),
        ("synthetic", Self::Synthetic),
        ("text", Self::Text),
        ("video", Self::Video),
        ("other", Self::Other),
    ];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Audio => "CONTENT_TYPE_AUDIO",
            Self::Image => "CONTENT_TYPE_IMAGE",
            Self::Synthetic => "CONTENT_TYPE_SYNTHETIC_MEDIA",
            Self::Text => "CONTENT_TYPE_TEXT",
            Self::Video => "CONTENT_TYPE_VIDEO",
            Self::Other => "CONTENT_TYPE_OTHER",
        }
    }
}

pub(super) const ILLEGAL: &str = "DECISION_GROUND_ILLEGAL_CONTENT";
pub(super) const INCOMPATIBLE: &str = "DECISION_GROUND_INCOMPATIBLE_CONTENT";

/// The fields that explain a decision.
pub(super) const ILLEGAL_EXPLANATION: &str = "illegal_content_explanation";
pub(super) const INCOMPATIBLE_EXPLANATION: &str = "incompatible_content_explanation";

/// The states of the European Economic Area, in the spelling of the database.
const STATES: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

pub(super) fn is_state(code: &str) -> bool {
    STATES.contains(&code)
}

/// Languages of ISO 639-1, in capitals.
const LANGUAGES: &str = "AA AB AE AF AK AM AN AR AS AV AY AZ BA BE BG BH BI BM BN BO BR BS CA CE CH CO CR CS CU CV CY \
    DA DE DV DZ EE EL EN EO ES ET EU FA FF FI FJ FO FR FY GA GD GL GN GU GV HA HE HI HO HR HT HU HY HZ IA ID IE IG II IK \
    IO IS IT IU JA JV KA KG KI KJ KK KL KM KN KO KR KS KU KV KW KY LA LB LG LI LN LO LT LU LV MG MH MI MK ML MN MR MS MT \
    MY NA NB ND NE NG NL NN NO NR NV NY OC OJ OM OR OS PA PI PL PS PT QU RM RN RO RU RW SA SC SD SE SG SI SK SL SM SN SO \
    SQ SR SS ST SU SV SW TA TE TG TH TI TK TL TN TO TR TS TT TW TY UG UK UR UZ VE VI VO WA WO XH YI YO ZA ZH ZU";

/// The database's code for a language tag such as `kk` or `pt-BR`.
pub(super) fn language(tag: &str) -> Option<String> {
    let code = tag.split('-').next()?.to_ascii_uppercase();
    (code.len() == 2 && LANGUAGES.split(' ').any(|known| known == code)).then_some(code)
}

pub(super) fn is_category(word: &str) -> bool {
    crate::check::is_category(word)
}

pub(super) fn keyword(word: &str) -> String {
    format!("KEYWORD_{}", word.to_ascii_uppercase())
}

pub(super) fn category(word: &str) -> String {
    format!("STATEMENT_CATEGORY_{}", word.to_ascii_uppercase())
}

/// Whether the database accepts an address: in ASCII, with HTTP or HTTPS, with a dot in the host, and not too long.
pub(super) fn is_url(url: &str) -> bool {
    let (Some(rest), true) =
        (url.strip_prefix("https://").or(url.strip_prefix("http://")), url.len() <= 500)
    else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    let is_last = |label: &&&str| label.bytes().all(|b| b.is_ascii_alphanumeric());
    labels.len() >= 2
        && labels.iter().all(is_label)
        && labels.last().filter(is_last).is_some()
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit())
        && is_tail(tail)
}

/// Whether a text is a path, a query and a fragment, each with the characters that RFC 3986 allows.
fn is_tail(tail: &str) -> bool {
    let (before, fragment) = tail.split_once('#').unwrap_or((tail, ""));
    let (path, query) = before.split_once('?').unwrap_or((before, ""));
    is_encoded(path, b"/") && is_encoded(query, b"/?") && is_encoded(fragment, b"/?")
}

/// Whether a text has only plain characters, those in `also`, and escapes such as `%20`.
fn is_encoded(text: &str, also: &[u8]) -> bool {
    let is_plain =
        |b: u8| b.is_ascii_alphanumeric() || b"._~!$&'()*+,;=:@-".contains(&b) || also.contains(&b);
    let mut pieces = text.split('%');
    let first = pieces.next().unwrap_or("");
    let is_escape = |piece: &str| {
        let bytes = piece.as_bytes();
        bytes.len() >= 2
            && bytes.iter().take(2).all(u8::is_ascii_hexdigit)
            && bytes.iter().skip(2).all(|b| is_plain(*b))
    };
    first.bytes().all(is_plain) && pieces.all(is_escape)
}
