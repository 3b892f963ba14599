//! The small world of the generated rules and records: few words, so that rules often fire.

/// The places that have files, each after the places that contain it.
pub const PLACES: &[&str] = &["WORLD", "EU", "FR", "DE", "FR-IDF", "KZ", "GB"];

/// Places to ask about: those, and some that have only the files of WORLD or EU.
pub const JUDGED: &[&str] =
    &["WORLD", "EU", "FR", "FR", "DE", "FR-IDF", "FR-IDF", "KZ", "KZ", "GB", "US", "IT", "DE-BE"];

/// The files whose rules a file may lift: those of all places that its own place ever belonged to.
pub fn above(place: &str) -> &'static [&'static str] {
    match place {
        "WORLD" => &[],
        "FR" | "DE" | "GB" => &["WORLD", "EU"],
        "FR-IDF" => &["WORLD", "EU", "FR"],
        _ => &["WORLD"],
    }
}

/// Whether a place is another, or ever belonged to it.
pub fn within(place: &str, outer: &str) -> bool {
    let country = place.split('-').next().unwrap_or(place);
    let in_eu = ["FR", "DE", "GB", "IT"].contains(&country);
    place == outer || country == outer || outer == "WORLD" || (outer == "EU" && in_eu)
}

/// Most of them within the time of most articles; some at the borders of days, of membership and of articles.
pub const INSTANTS: &[&str] = &[
    "2026-03-01T12:00:00Z",
    "2026-03-01T12:00:00Z",
    "2026-05-04T09:30:00.5Z",
    "2026-05-31T21:59:59Z",
    "2025-07-01T00:00:00Z",
    "2025-07-01T00:00:00Z",
    "2025-12-31T23:00:00Z",
    "2026-04-02T22:00:00Z",
    "2024-02-16T22:59:59Z",
    "2020-01-31T23:30:00Z",
    "9999-12-30T00:00:00Z",
];

/// Instants that a record may carry.
pub const DATES: &[&str] = &[
    "2026-02-28T23:00:00Z",
    "2026-03-01T11:59:59.999+05:00",
    "2025-06-30T10:00:00Z",
    "2024-01-01T00:00:00Z",
    "2026-12-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-30T00:00:00Z",
];

/// Patterns that are a single operand.
pub const PATTERNS: &[&str] = &[
    "profit",
    "profit",
    "invest",
    "warning",
    "lib.shared.profit",
    "\"passive income\"",
    "\"guarante*\"",
    "\"доход*\"",
    "exact \"WARNING\"",
    "loose \"scam\"",
    "\"(invite|приведи) (friends|друга)\"",
    "\"😀\"",
    "\"12 %\"",
    "\"#%\"",
    "\"# (friends|друга)\"",
    "\"argent\"",
];

/// Phrases with gaps.
pub const PHRASES: &[&str] = &[
    "\"invite\" ..2.. \"friends\"",
    "\"пассивн*\" ..1.. \"доход*\"",
    "\"income\" ..5.. \"deposit\" ..5.. \"invest*\"",
    "\"income\" ... \"deposit\"",
    "\"доход*\" ... \"invest*\" ..2.. \"friends\"",
    "\"(passive|invite|invest*|scam|the|TON)\" ... \"(income|friends|deposit|ad|warning)\"",
];

/// The words of messages: those of the patterns, plain and disguised, and others.
pub const WORDS: &[&str] = &[
    "passive",
    "income",
    "passive income",
    "PASSIVE Income",
    "guaranteed",
    "GUARANTEE",
    "invite",
    "friends",
    "invest",
    "ｉｎｖｅｓｔ",
    "deposit",
    "dépôt",
    "DÉPÔT",
    "пассивный",
    "пассивный доход",
    "дохoд",
    "ДОХОДЫ",
    "инвестиции",
    "приведи друга",
    "кепілдендірілген",
    "табысы",
    "scam",
    "5c4m",
    "s c a m",
    "𝐬𝐜𝐚𝐦",
    "sсаm",
    "WARNING",
    "warning",
    "мошенники",
    "⚠️",
    "😀",
    "👩‍👩‍👧",
    "12 %",
    "30%",
    "100 %",
    "5 friends",
    "7 друга",
    "l'argent",
    "TON",
    "ad",
    "a\u{200b}d",
    "مرحبا",
    "שלום",
    "İstanbul",
    "straße",
    "ﬁne",
    "e\u{301}te\u{301}",
    "日本語",
    "scam.example",
    "the",
    "и",
];
