//! Letters of all scripts that look like those of the Latin, Cyrillic and Greek alphabets, in either case.
//!
//! GENERATED from Unicode's `confusables.txt` (UTS 39, version 17.0.0), which is © Unicode, Inc., under the Unicode
//! License v3 (<https://www.unicode.org/license.txt>). The test below compares the table with that file, and rewrites
//! it with `UPDATE_CONFUSABLES=1 CONFUSABLES=path/to/confusables.txt cargo test --lib confusables`. Two letters look
//! alike if Unicode gives the same prototype to both, to their capitals, or to one and the capital of the other. All
//! letters are in their folded form, and fold to a single character.

#[rustfmt::skip]
pub(crate) const CONFUSABLES: &[(char, &str)] = &[
    ('a', "αаᎪᗅꓮ𐊠𖽀"),
    ('b', "ƅβвьᏏᏴᑲᖯᗷⲃꓐꞵ𐊂𐊡𐌁𖺶𖻑"),
    ('c', "сငၚᏟⲥꓚ𐊢𐌂𐐽𐔜𑣩𑣲"),
    ('d', "ԁᎠᏧᑯᗞᗪꓒꓓ"),
    ('e', "εеҽᎬⴹꓰꬲ𐊆𑣆𑣎"),
    ('f', "ƒϝքᖴẝꓝꞙꬵ𐊇𐊥𐔥𑣂"),
    ('g', "ƍԍցᏀᏳᶃꓖ"),
    ('h', "ηнһհᎻᏂᕼⲏꓧ𐋏"),
    ('i', "1lıǀɩιіӏւוןا١۱ߊᎥᛁⲓⵏꓲꙇ𐊊𐌉𐌠𑣃𑷚𑷡𖺪𖻅𖼨𞣇"),
    ('j', "ʝϳјᎫᒍꓙ"),
    ('k', "κкᏦᛕⲕꓗ𐔘"),
    ('l', "1iıǀɩιіӏוןا١۱ߊᏞᒪᛁⲓⳑⵏꓡꓲ𐊊𐌉𐌠𐑃𐔦𑣃𑣒𑷚𑷡𖺪𖻅𖼖𖼨𞣇"),
    ('m', "μϻмᎷᗰᛖⲙꓟ𐊰𐌑𑜀𑣣"),
    ('n', "νոռⲛꓠ𐔓"),
    ('o', "0οσϭоօסه٥ھہە۵߀०০੦૦ଠ୦௦ం౦ಂ೦ംഠ൦ං๐໐ဝ၀ჿዐ០ᴑⲟⵔ〇ꓳꬽ𐊒𐊫𐐬𐓪𐔖𑓐𑣈𑣕𑣗𑣠𑷠"),
    ('p', "þƿρϸрᏢᑭⲣⳏꓑ𐊕"),
    ('q', "ԛգզⵕ"),
    ('r', "гᎡᏒᖇᴦⲅꓣꭇꭈ𐓜𖼵"),
    ('s', "ƽѕտടᏕᏚꓢ𐊖𐑈𑣁𖼺"),
    ('t', "τтᎢⲧꓔ𐊗𐊱𐌕𑣜𖼊"),
    ('u', "ʋυսሀᑌꓴꞟꭎꭒ𐓶𑣘𖽂"),
    ('v', "νѵט٧۷Ꮩᐯⴸꓦꛟ𐔝𑜆𑣀𖼈"),
    ('w', "ɯшѡԝաᎳᏔⲽꓪ𑜊𑜎𑜏𑣦𑣯"),
    ('x', "χхᕁᕽᚷⲭⵝꓫꭓ𐊐𐊴𐌗𐌢𐔧𑣬"),
    ('y', "ɣγυуүყᎩᎽᶌỿⲩꓬꭚ𐊲𑣄𑣜𖽃"),
    ('z', "ζᏃꓜ𐋵𑣄𑣉𑣥"),
    ('α', "aаᎪᗅꓮ𐊠𖽀"),
    ('β', "bвᏰᏴᗷⲃꓐꞵꟗ𐊂𐊡𐌁"),
    ('γ', "yɣгуүყᎱᒥᶌỿⲅⲩꭚ𑣜𖼇"),
    ('δ', "ծᐃᕷẟⲇⳝⵠ𐊅𐊣𖼚"),
    ('ε', "eɛеєԑᎬⲉⴹꓰꞓ𐊆𐐩𑣆𑣎"),
    ('ζ', "zᏃꓜ𐋵𑣉𑣥"),
    ('η', "hŋƞнղᎻᕼⲏꓧ𐋏"),
    ('θ', "ɵѳөᎾᏫⲑⴱꝋ"),
    ('ι', "1ilıǀɩіӏւוןا١۱ߊᎥᛁⲓⵏꓲꙇ𐊊𐌉𐌠𑣃𑷚𑷡𖺪𖻅𖼨𞣇"),
    ('κ', "kĸкᏦᛕⲕꓗ𐔘"),
    ('λ', "ʌл٨۸ᐱⲗⴷꓥꛎꟛ𐊍𐓘𐓛𖼽"),
    ('μ', "mϻмᎷᗰᛖⲙꓟ𐊰𐌑"),
    ('ν', "nvѵטⲛꓠ𐔓𑜆𑣀"),
    ('ξ', "ⲷ"),
    ('ο', "0oσϭоօסه٥ھہە۵߀०০੦૦ଠ୦௦ం౦ಂ೦ംഠ൦ං๐໐ဝ၀ჿዐ០ᴑⲟⵔ〇ꓳꬽ𐊒𐊫𐐬𐓪𐔖𑓐𑣈𑣕𑣗𑣠𑷠"),
    ('π', "пᴨⲡꛛ𖺦𖻁"),
    ('ρ', "pþƿϸрᏢᑭⲣⳏꓑ𐊕"),
    ('σ', "oʃοϭоօסه٥ھہە۵०০੦૦୦௦ం౦ಂംഠ൦ං๐໐ဝ၀ჿ០ᴑⲟⵉꬽ𐐬𐓪𑓐𑣈𑣗"),
    ('τ', "tтᎢⲧꓔ𐊗𐊱𐌕𑣜𖼊"),
    ('υ', "uyʋуүսᎩᎽⲩꓬꞟꭎꭒ𐊲𐓶𑣄𑣘𖽃"),
    ('φ', "ɸфփቀᛰⲫⳡ𐊳"),
    ('χ', "xхᚷⲭⵝꓫꭓꭕ𐊐𐊴𐌗𐌢𐔧𑣬"),
    ('ψ', "ѱᛘⲯ𐊵𐓹"),
    ('ω', "ᘯᘵⲱꙍꞷ𐊶"),
    ('а', "aαᎪᗅꓮ𐊠𖽀"),
    ('б', "6ƃϭᏮⳓⳝ𑣕"),
    ('в', "bβᏴᗷⲃꓐꞵ𐊂𐊡𐌁"),
    ('г', "rγᎱᒥᴦⲅꭇꭈ𖼇"),
    ('е', "eεҽᎬⴹꓰꬲ𐊆𑣆𑣎"),
    ('з', "3ȝɜʒӡ३૩ᴈⲝⳅⳍꝫ𑣊𖼻"),
    ('и', "ͷᴎꚡ𐑍"),
    ('й', "ѝ"),
    ('к', "kĸκᏦᛕⲕꓗ𐔘"),
    ('л', "ʌλ٨۸ᐱᴫⴷꓥꛎꟛ𐊍𐓘𖼽"),
    ('м', "mʍμϻᎷᗰᛖⲙꓟ𐊰𐌑"),
    ('н', "hηᎻᕼⲏꓧ𐋏"),
    ('о', "0oοσϭօסه٥ھہە۵߀०০੦૦ଠ୦௦ం౦ಂ೦ംഠ൦ං๐໐ဝ၀ჿዐ០ᴑⲟⵔ〇ꓳꬽ𐊒𐊫𐐬𐓪𐔖𑓐𑣈𑣕𑣗𑣠𑷠"),
    ('п', "πᴨⲡꛛ𖺦𖻁"),
    ('р', "pþƿρϸᏢᑭⲣⳏꓑ𐊕"),
    ('с', "cငၚᏟⲥꓚ𐊢𐌂𐐽𐔜𑣩𑣲"),
    ('т', "tτᎢⲧꓔ𐊗𐊱𐌕𑣜𖼊"),
    ('у', "yɣγυүყᎩᎽᶌỿⲩꓬꭚ𐊲𑣄𑣜𖽃"),
    ('ф', "ɸφփቀᛰⲫⳡ𐊳"),
    ('х', "xχᕁᕽᚷⲭⵝꓫꭓ𐊐𐊴𐌗𐌢𐔧𑣬"),
    ('ч', "ϥપ૫"),
    ('ш', "wɯѡԝաⲽ𑜊𑜎𑜏"),
    ('ь', "bƅᏏᑲᖯ𖺶𖻑"),
    ('я', "ᴙ"),
    ('є', "ɛεԑⲉꞓ𐐩𑣎"),
    ('ѕ', "sƽտടᏕᏚꓢ𐊖𐑈𑣁𖼺"),
    ('і', "1ilıǀɩιӏւוןا١۱ߊᎥᛁⲓⵏꓲꙇ𐊊𐌉𐌠𑣃𑷚𑷡𖺪𖻅𖼨𞣇"),
    ('ј', "jʝϳᎫᒍꓙ"),
    ('љ', "ꭠ"),
    ('ћ', "ħ𐓵"),
    ('ѝ', "й"),
    ('ғ', "ɍ"),
    ('қ', "ⱪ"),
    ('ң', "ⱨ"),
    ('ҫ', "ç"),
    ('ү', "yɣγυуყᎩᎽᶌỿⲩꓬꭚ𐊲𑣄𑣜𖽃"),
    ('ұ', "ɏ"),
    ('ҷ', "ӌ"),
    ('һ', "hհᏂ"),
    ('ә', "ǝə"),
    ('ө', "ɵθѳᎾᏫⲑⴱꝋ"),
];

#[cfg(test)]
mod tests {
    use super::CONFUSABLES;
    use crate::text::fold::Folded;
    use std::collections::{BTreeMap, HashMap};
    use std::{env, fs, iter};

    const ALPHABETS: &str = "abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяђѓєѕіїјљњћќўџѐѝ\
        ґғҗҙқҡңҫүұҳҷһәөӣӯαβγδεζηθικλμνξοπρστυφχψω";

    fn is_folded(c: char) -> bool {
        Folded::of(c.encode_utf8(&mut [0; 4])).as_str().chars().eq(iter::once(c))
    }

    fn cases(c: char) -> Vec<char> {
        let mut upper = c.to_uppercase();
        let one = upper.next().filter(|upper_c| *upper_c != c && upper.next().is_none());
        iter::once(c).chain(one).collect()
    }

    fn prototypes(file: &str) -> HashMap<char, String> {
        let scalar = |hex: &str| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap();
        let lines = file.lines().map(|line| line.trim_start_matches('\u{feff}'));
        let rows = lines.filter_map(|line| line.split('#').next()?.split_once(';'));
        rows.map(|(from, rest)| {
            let to = rest.split(';').next().unwrap();
            (scalar(from.trim()), to.split_whitespace().map(scalar).collect())
        })
        .collect()
    }

    fn table(file: &str) -> BTreeMap<char, String> {
        let prototypes = prototypes(file);
        let prototype = |c: char| prototypes.get(&c).cloned().unwrap_or_else(|| c.to_string());
        let mut letters: HashMap<String, Vec<char>> = HashMap::new();
        for letter in ALPHABETS.chars().filter(|&c| is_folded(c)) {
            for case in cases(letter) {
                letters.entry(prototype(case)).or_default().push(letter);
            }
        }
        let mut table: BTreeMap<char, String> = BTreeMap::new();
        for like in ('0'..=char::MAX).filter(|&c| c.is_alphanumeric() && is_folded(c)) {
            let mut lookalikes: Vec<char> = cases(like)
                .into_iter()
                .filter_map(|case| letters.get(&prototype(case)))
                .flatten()
                .copied()
                .collect();
            lookalikes.sort_unstable();
            lookalikes.dedup();
            for letter in lookalikes.into_iter().filter(|letter| *letter != like) {
                table.entry(letter).or_default().push(like);
            }
        }
        table
    }

    #[test]
    fn the_table_is_that_of_unicode() {
        let path = env::var("CONFUSABLES")
            .unwrap_or_else(|_| "../shared/data/lists/unicode/confusables.txt".to_owned());
        let Ok(file) = fs::read_to_string(&path) else {
            let mut out = std::io::stdout();
            std::io::Write::write_all(
                &mut out,
                b"no data: the table of lookalikes was not compared\n",
            )
            .unwrap();
            return;
        };
        let expected = table(&file);
        if env::var_os("UPDATE_CONFUSABLES").is_some() {
            let own = concat!(env!("CARGO_MANIFEST_DIR"), "/src/text/confusables.rs");
            let old = fs::read_to_string(own).unwrap();
            let (head, rest) = old.split_once("= &[\n").unwrap();
            let (_, tail) = rest.split_once("];\n").unwrap();
            let rows: String = expected
                .iter()
                .map(|(letter, likes)| format!("    ('{letter}', \"{likes}\"),\n"))
                .collect();
            fs::write(own, format!("{head}= &[\n{rows}];\n{tail}")).unwrap();
        } else {
            let written: BTreeMap<char, String> =
                CONFUSABLES.iter().map(|&(letter, likes)| (letter, likes.to_owned())).collect();
            assert_eq!(written, expected);
        }
    }
}
