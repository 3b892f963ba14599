//! What an editor does with a rule file: fix, complete, hover, rename. No file, terminal or socket is needed.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use lexloci::ide::{self, Cancel, Workspace};
use lexloci::{Compiler, Failure};

const TEXT: &str = r#"jurisdiction FR { zone "Europe/Paris" }
policy house "House rules" {}
rule large "Large chats" { basis house  when chat.members = 1000  then label }
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let refused = Compiler::new().file("fr.loci", TEXT).compile();
    let Failure { diagnostics, sources, .. } = refused.err().ok_or("nothing to fix")?;
    let fixed = ide::fixes::edited(TEXT, &ide::fixes::safe(&diagnostics, &sources, "fr.loci"));

    let mut workspace = Workspace::new(Compiler::new().file("fr.loci", &fixed));
    workspace.check(&Cancel::new())?;
    let set = workspace.rule_set()?;
    let at = fixed.find("members").ok_or("no such word")? + 3;
    for item in ide::complete(&set, "fr.loci", &fixed, at).items {
        println!("{} is a {:?}", item.text, item.kind);
    }
    println!("{}", ide::hover(&set, "fr.loci", &fixed, at).ok_or("nothing there")?.text);
    for edits in
        workspace.rename("fr.loci", fixed.find("house").ok_or("no policy")?, "terms_of_use")?
    {
        println!("{}: {:?} become {}", edits.path, edits.bytes, edits.text);
    }
    Ok(())
}
