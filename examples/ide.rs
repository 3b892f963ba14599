//! What an editor does with a rule file: fix, complete, hover, rename. No file, terminal or socket is needed.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use lexloci::Compiler;
use lexloci::ide::{Cancel, Workspace, fixes};

const TEXT: &str = r#"jurisdiction FR { zone "Europe/Paris" }
policy house "House rules" {}
rule large "Large chats" { basis house  when chat.members = 1000  then label }
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut workspace = Workspace::new(Compiler::new());
    workspace.set_text("fr.loci", 1, TEXT);
    let at = TEXT.find("members").ok_or("no such word")? + 3;
    for item in workspace.complete("fr.loci", at).ok_or("no such file")?.items {
        println!("{} is a {:?}", item.text, item.kind);
    }
    println!("{}", workspace.hover("fr.loci", at).ok_or("nothing there")?.text);

    workspace.check(&Cancel::new())?;
    let edits = fixes::safe(workspace.diagnostics("fr.loci"), workspace.sources(), "fr.loci");
    workspace.set_text("fr.loci", 2, &fixes::edited(TEXT, &edits));
    for file in
        workspace.rename("fr.loci", TEXT.find("house").ok_or("no policy")?, "terms_of_use")?
    {
        println!("{}: {:?}", file.path, file.edits);
    }
    Ok(())
}
