//! The outline of a rule file, for breadcrumbs, search and the list of symbols.

pub use crate::face::analysis::symbols::{Symbol, SymbolKind};

use crate::face::analysis::symbols;

/// The items of a rule file in order, laws with their articles, tests with their rows, records with their fields. Items
/// that cannot be read are left out. Linear in the text.
///
/// ```
/// use lexloci::ide::{SymbolKind, symbols};
///
/// let text = "law code \"The code\" { article ads \"9(4)\" { in force from 2026-01-01 } }";
/// let law = &symbols(text)[0];
/// assert_eq!((law.name.as_str(), law.detail.as_str(), law.kind), ("code", "The code", SymbolKind::Law));
/// assert_eq!(&text[law.children[0].name_bytes.clone()], "ads");
/// ```
pub fn symbols(text: &str) -> Vec<Symbol> {
    symbols::outline(text)
}

#[cfg(test)]
mod tests {
    use super::{Symbol, symbols};
    use std::fmt::Write;

    fn outline(symbols: &[Symbol], text: &str, depth: usize, out: &mut String) {
        for symbol in symbols {
            let name = text.get(symbol.name_bytes.clone()).unwrap();
            let Symbol { kind, detail, children, .. } = symbol;
            let line = format!("{}{kind:?} {name} {detail}", "  ".repeat(depth));
            writeln!(out, "{}", line.trim_end()).unwrap();
            assert!(symbol.bytes.start <= symbol.name_bytes.start);
            outline(children, text, depth + 1, out);
        }
    }

    #[test]
    fn the_outline_has_items_and_their_named_parts() {
        let text = "jurisdiction KZ { zone \"Asia/Almaty\" }
use \"lib/a.loci\"
law code \"Code\" { article one \"1\" { binds platform } article two \"2\" { binds author } }
rule broken {{
exception out to world.rule { when chat.public }
set hosts: domain { \"a.example\" }
test \"it works\" {
  given { text: \"x\" }
  cases { \"first\": at 2026-03-01 expect none }
}
";
        let mut out = String::new();
        outline(&symbols(text), text, 0, &mut out);
        assert_eq!(
            out,
            "\
Jurisdiction KZ Asia/Almaty
Use \"lib/a.loci\"
Law code Code
  Article one 1
  Article two 2
Exception out to world.rule
Set hosts domain
Test \"it works\"
  Case \"first\"
"
        );
    }
}
