//! How people type a language when their keyboard lacks some letters or they skip marks: `жаксы` for `жақсы`, `depot`
//! for `dépôt`. It applies to the phrases of that language only.

use super::letters::bare;

/// The letters of one language that people often type as others.
#[derive(Debug)]
pub(crate) struct Spelling {
    /// ISO 639 codes.
    languages: &'static [&'static str],
    /// Its letters with marks. They may be typed without marks. A mark that the language lacks counts as disguise.
    marked: &'static str,
    /// Other letters, each with the letter that people type instead.
    substitutes: &'static [(char, char)],
}

/// One row for each language. A language that is not listed has no marks and no spellings of its own.
const SPELLINGS: &[Spelling] = &[
    Spelling {
        languages: &["kk"],
        marked: "äöüñğşıúáóńǵýéīūç",
        substitutes: &[
            ('қ', 'к'),
            ('ғ', 'г'),
            ('ң', 'н'),
            ('ә', 'а'),
            ('ө', 'о'),
            ('ұ', 'у'),
            ('ү', 'у'),
            ('і', 'и'),
            ('һ', 'х'),
        ],
    },
    Spelling {
        languages: &["ky", "mn"],
        marked: "",
        substitutes: &[('ң', 'н'), ('ө', 'о'), ('ү', 'у')],
    },
    Spelling {
        languages: &["tt", "ba"],
        marked: "äöüñğşıç",
        substitutes: &[
            ('ә', 'а'),
            ('ө', 'о'),
            ('ү', 'у'),
            ('җ', 'ж'),
            ('ң', 'н'),
            ('һ', 'х'),
            ('ғ', 'г'),
            ('ҡ', 'к'),
            ('ҙ', 'з'),
            ('ҫ', 'с'),
        ],
    },
    Spelling {
        languages: &["tg"],
        marked: "ӣӯ",
        substitutes: &[('ғ', 'г'), ('қ', 'к'), ('ҳ', 'х'), ('ҷ', 'ч')],
    },
    Spelling {
        languages: &["uz"],
        marked: "ў",
        substitutes: &[('қ', 'к'), ('ғ', 'г'), ('ҳ', 'х')],
    },
    Spelling {
        languages: &["uk"],
        marked: "ї",
        substitutes: &[('ґ', 'г'), ('є', 'е'), ('і', 'и'), ('ї', 'и')],
    },
    Spelling { languages: &["be"], marked: "ў", substitutes: &[('і', 'и')] },
    Spelling { languages: &["sr", "mk"], marked: "čćđšžѓќѐѝ", substitutes: &[] },
    Spelling { languages: &["tr"], marked: "çğıöşüâîû", substitutes: &[] },
    Spelling { languages: &["az"], marked: "çğıöşü", substitutes: &[('ə', 'e')] },
    Spelling { languages: &["fr"], marked: "àâçéèêëîïôùûüÿ", substitutes: &[] },
    Spelling { languages: &["de"], marked: "äöü", substitutes: &[] },
    Spelling { languages: &["es", "gl", "ast"], marked: "áéíóúüñ", substitutes: &[] },
    Spelling { languages: &["ca"], marked: "àçèéíïòóúü", substitutes: &[] },
    Spelling { languages: &["pt"], marked: "áâãàçéêíóôõúü", substitutes: &[] },
    Spelling { languages: &["it"], marked: "àèéìíîòóùú", substitutes: &[] },
    Spelling { languages: &["nl"], marked: "áéëíïóöúü", substitutes: &[] },
    Spelling { languages: &["pl"], marked: "ąćęłńóśźż", substitutes: &[] },
    Spelling {
        languages: &["cs", "sk"], marked: "áäčďéěíĺľňóôŕřšťúůýž", substitutes: &[]
    },
    Spelling { languages: &["hr", "bs", "sl"], marked: "čćđšž", substitutes: &[] },
    Spelling { languages: &["hu"], marked: "áéíóöőúüű", substitutes: &[] },
    Spelling { languages: &["ro"], marked: "ăâîșțşţ", substitutes: &[] },
    Spelling {
        languages: &["sv", "fi", "no", "nb", "nn", "da"],
        marked: "åäöøé",
        substitutes: &[],
    },
    Spelling { languages: &["is", "fo"], marked: "áéíóúýö", substitutes: &[] },
    Spelling { languages: &["et"], marked: "äöõüšž", substitutes: &[] },
    Spelling {
        languages: &["lv", "lt"], marked: "āčēģīķļņšūžąęėįų", substitutes: &[]
    },
    Spelling { languages: &["sq", "lb"], marked: "çëäé", substitutes: &[] },
    Spelling { languages: &["mt"], marked: "ċġħżàèìòù", substitutes: &[] },
    Spelling {
        languages: &["ga", "gd", "cy"], marked: "áéíóúàèìòùâêîôûŵŷ", substitutes: &[]
    },
    Spelling {
        languages: &["vi"],
        marked: "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ",
        substitutes: &[],
    },
    Spelling { languages: &["el"], marked: "άέήίόύώϊϋΐΰ", substitutes: &[] },
    Spelling { languages: &["en", "id", "ms", "ru", "bg"], marked: "", substitutes: &[] },
];

/// For phrases without a language: the marks of all languages are letters.
const UNKNOWN: Spelling = Spelling { languages: &[], marked: "", substitutes: &[] };

impl Spelling {
    /// The spelling of a language tag. Only its first part counts: `kk` in `kk-Latn`.
    pub(crate) fn of(language: Option<&str>) -> &'static Self {
        let code = language.and_then(|tag| tag.split('-').next()).unwrap_or_default();
        let own = |row: &&Self| row.languages.iter().any(|own| own.eq_ignore_ascii_case(code));
        SPELLINGS.iter().find(own).unwrap_or(&UNKNOWN)
    }

    /// The first of the codes in the row. Empty if the language is unknown.
    pub(crate) fn name(&self) -> &'static str {
        self.languages.first().copied().unwrap_or_default()
    }

    /// Whether a letter with a mark is one of the language.
    pub(crate) fn has(&self, marked: char) -> bool {
        let rows = if self.languages.is_empty() { SPELLINGS } else { std::slice::from_ref(self) };
        rows.iter().any(|row| row.marked.contains(marked))
    }

    /// The letter that people type instead of this one when their keyboard lacks it.
    pub(crate) fn substitute(&self, letter: char) -> Option<char> {
        if letter.is_ascii() {
            return None;
        }
        let own = self
            .substitutes
            .iter()
            .find(|(own, _)| *own == letter)
            .map(|&(_, substitute)| substitute);
        own.or_else(|| self.marked.contains(letter).then(|| bare(letter)))
    }

    /// The spelling of a German word without umlauts: `gluecklich` for `glücklich`. `None` for a word without umlauts,
    /// and for other languages.
    pub(crate) fn without_umlauts(&self, word: &str) -> Option<String> {
        let is_german = self.languages.contains(&"de") && word.contains(['ä', 'ö', 'ü']);
        is_german.then(|| word.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue"))
    }

    /// The word with umlauts that a German word with `ae`, `oe`, `ue` means: `glücklich` for `gluecklich`. After a
    /// vowel or `q`, `ue` is two letters (`neue`, `Quelle`).
    pub(crate) fn with_umlauts(&self, word: &str) -> Option<String> {
        if !self.languages.contains(&"de") || word.contains(['ä', 'ö', 'ü']) {
            return None;
        }
        let (mut spelled, mut before) = (String::new(), None);
        let mut letters = word.chars().peekable();
        while let Some(c) = letters.next() {
            let umlaut = match c {
                'a' => Some('ä'),
                'o' => Some('ö'),
                'u' if !matches!(before, Some('a' | 'e' | 'o' | 'u' | 'q')) => Some('ü'),
                _ => None,
            };
            match umlaut.filter(|_| letters.peek() == Some(&'e')) {
                Some(umlaut) => {
                    letters.next();
                    spelled.push(umlaut);
                }
                None => spelled.push(c),
            }
            before = Some(c);
        }
        (spelled != word).then_some(spelled)
    }
}

/// The languages of the table, one for each row.
pub(crate) fn languages() -> impl Iterator<Item = &'static str> {
    let has_own = |row: &&Spelling| !row.substitutes.is_empty() || !row.marked.is_empty();
    SPELLINGS.iter().filter(has_own).map(Spelling::name)
}

/// All letters that people replace in some language, each with the letter that they type instead.
pub(crate) fn substitutes() -> impl Iterator<Item = (char, char)> {
    SPELLINGS.iter().flat_map(|row| row.substitutes.iter().copied())
}
