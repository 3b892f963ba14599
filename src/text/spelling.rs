//! How people type a language when their keyboard lacks letters, or without marks: `жаксы` for `жақсы`, `depot` for
//! `dépôt`. A phrase is found in the spellings of its own language only.

use super::letters::without_mark;

/// The letters of one language that people often type as others.
#[derive(Debug)]
pub(crate) struct Spelling {
    /// ISO 639 codes.
    languages: &'static [&'static str],
    /// Its letters with marks. They may be typed without marks. A mark that the language lacks counts as disguise.
    marked_letters: &'static str,
    /// Its other letters that keyboards lack, each followed by the letter that people type instead.
    substitutes: &'static [&'static str],
}

/// One row for each language. A language that is not listed has no marks and no spellings of its own.
const SPELLINGS: &[Spelling] = &[
    Spelling {
        languages: &["kk"],
        marked_letters: "äöüñğşıúáóńǵýéīūç",
        substitutes: &["қк", "ғг", "ңн", "әа", "өо", "ұу", "үу", "іи", "һх"],
    },
    Spelling {
        languages: &["ky", "mn"], marked_letters: "", substitutes: &["ңн", "өо", "үу"]
    },
    Spelling {
        languages: &["tt", "ba"],
        marked_letters: "äöüñğşıç",
        substitutes: &["әа", "өо", "үу", "җж", "ңн", "һх", "ғг", "ҡк", "ҙз", "ҫс"],
    },
    Spelling {
        languages: &["tg"], marked_letters: "ӣӯ", substitutes: &["ғг", "қк", "ҳх", "ҷч"]
    },
    Spelling { languages: &["uz"], marked_letters: "ў", substitutes: &["қк", "ғг", "ҳх"] },
    Spelling {
        languages: &["uk"], marked_letters: "ї", substitutes: &["ґг", "єе", "іи", "їи"]
    },
    Spelling { languages: &["be"], marked_letters: "ў", substitutes: &["іи"] },
    Spelling { languages: &["sr", "mk"], marked_letters: "čćđšžѓќѐѝ", substitutes: &[] },
    Spelling { languages: &["tr"], marked_letters: "çğıöşüâîû", substitutes: &[] },
    Spelling { languages: &["az"], marked_letters: "çğıöşü", substitutes: &["əe"] },
    Spelling {
        languages: &["fr"], marked_letters: "àâçéèêëîïôùûüÿ", substitutes: &[]
    },
    Spelling { languages: &["de"], marked_letters: "äöü", substitutes: &[] },
    Spelling {
        languages: &["es", "gl", "ast"], marked_letters: "áéíóúüñ", substitutes: &[]
    },
    Spelling { languages: &["ca"], marked_letters: "àçèéíïòóúü", substitutes: &[] },
    Spelling { languages: &["pt"], marked_letters: "áâãàçéêíóôõúü", substitutes: &[] },
    Spelling { languages: &["it"], marked_letters: "àèéìíîòóùú", substitutes: &[] },
    Spelling { languages: &["nl"], marked_letters: "áéëíïóöúü", substitutes: &[] },
    Spelling { languages: &["pl"], marked_letters: "ąćęłńóśźż", substitutes: &[] },
    Spelling {
        languages: &["cs", "sk"], marked_letters: "áäčďéěíĺľňóôŕřšťúůýž", substitutes: &[]
    },
    Spelling { languages: &["hr", "bs", "sl"], marked_letters: "čćđšž", substitutes: &[] },
    Spelling { languages: &["hu"], marked_letters: "áéíóöőúüű", substitutes: &[] },
    Spelling { languages: &["ro"], marked_letters: "ăâîșțşţ", substitutes: &[] },
    Spelling {
        languages: &["sv", "fi", "no", "nb", "nn", "da"],
        marked_letters: "åäöøé",
        substitutes: &[],
    },
    Spelling { languages: &["is", "fo"], marked_letters: "áéíóúýö", substitutes: &[] },
    Spelling { languages: &["et"], marked_letters: "äöõüšž", substitutes: &[] },
    Spelling {
        languages: &["lv", "lt"], marked_letters: "āčēģīķļņšūžąęėįų", substitutes: &[]
    },
    Spelling { languages: &["sq", "lb"], marked_letters: "çëäé", substitutes: &[] },
    Spelling { languages: &["mt"], marked_letters: "ċġħżàèìòù", substitutes: &[] },
    Spelling {
        languages: &["ga", "gd", "cy"],
        marked_letters: "áéíóúàèìòùâêîôûŵŷ",
        substitutes: &[],
    },
    Spelling {
        languages: &["vi"],
        marked_letters: "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ",
        substitutes: &[],
    },
    Spelling { languages: &["el"], marked_letters: "άέήίόύώϊϋΐΰ", substitutes: &[] },
    Spelling { languages: &["en", "id", "ms", "ru", "bg"], marked_letters: "", substitutes: &[] },
];

/// The spelling of phrases without a language. It has no substitutes, and has the marked letters of all languages.
const UNKNOWN: Spelling = Spelling { languages: &[], marked_letters: "", substitutes: &[] };

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

    /// Whether a letter with a mark belongs to the language.
    pub(crate) fn has(&self, marked: char) -> bool {
        let rows = if self.languages.is_empty() { SPELLINGS } else { std::slice::from_ref(self) };
        rows.iter().any(|row| row.marked_letters.contains(marked))
    }

    /// The letter that people type instead of this one when their keyboard lacks it.
    pub(crate) fn substitute(&self, letter: char) -> Option<char> {
        if letter.is_ascii() {
            return None;
        }
        let typed =
            self.substitutes.iter().find_map(|pair| pair.strip_prefix(letter)?.chars().next());
        typed.or_else(|| self.marked_letters.contains(letter).then(|| without_mark(letter)))
    }

    /// A German word without umlauts: `gluecklich` for `glücklich`. `None` if it has none, and for other languages.
    pub(crate) fn without_umlauts(&self, word: &str) -> Option<String> {
        let is_german = self.languages.contains(&"de") && word.contains(['ä', 'ö', 'ü']);
        is_german.then(|| word.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue"))
    }

    /// A German word with umlauts in place of `ae`, `oe`, `ue`: `glücklich` for `gluecklich`. After a vowel or `q`, `ue`
    /// does not stand for an umlaut (`neue`, `Quelle`). `None` if nothing changes, and for other languages.
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

/// A language of each row that has letters of its own.
pub(crate) fn languages() -> impl Iterator<Item = &'static str> {
    let has_own = |row: &&Spelling| !row.substitutes.is_empty() || !row.marked_letters.is_empty();
    SPELLINGS.iter().filter(has_own).map(Spelling::name)
}

/// All letters that keyboards lack in some language, each with the letter that people type instead.
pub(crate) fn substitutes() -> impl Iterator<Item = (char, char)> {
    let letters = |pair: &&str| pair.chars().next().zip(pair.chars().nth(1));
    SPELLINGS.iter().flat_map(move |row| row.substitutes.iter().filter_map(letters))
}
