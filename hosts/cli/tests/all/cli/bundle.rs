//! `lexloci bundle lock`, and other commands on a folder that has a lock.

use super::{code, directory, run, text};

const RULES: &str = r#"jurisdiction KZ { zone "Asia/Almaty" }
policy fraud "Terms of service: fraud" { in force from 2024-01-01 }
set lenders: domain from "lists/lenders.txt"
rule lenders_named "Loans without questions" {
  basis fraud
  when  any link in links where (link.host in lenders)
  then  restrict
}
"#;

#[test]
fn a_locked_folder_loads_only_if_unchanged() {
    let files = [("rules/kz.loci", RULES), ("rules/lists/lenders.txt", "quick-loans.example\n")];
    let root = directory("bundle-lock", &files);
    let lock = |arguments: &[&str]| {
        let output = run(&root, &[&["bundle", "lock"], arguments].concat(), "");
        (code(&output), text(&output.stdout).to_owned(), text(&output.stderr).to_owned())
    };
    let exit_code = |command: &[&str]| code(&run(&root, command, ""));
    assert_eq!(lock(&["--check"]), (1, "rules/lexloci.lock is absent\n".into(), String::new()));
    let (exit, _, note) = lock(&[]);
    assert_eq!((exit, note.trim()), (0, "rules/lexloci.lock: 2 files, 1 rule, 1 place, 1 entry"));
    let written = std::fs::read_to_string(root.join("rules/lexloci.lock")).unwrap();
    assert!(written.starts_with("{\n  \"format\": 1,\n  \"rules\": 1,"), "{written}");
    assert_eq!(lock(&["--check"]).0, 0);
    assert_eq!(exit_code(&["check"]), 0);

    std::fs::write(root.join("rules/lists/lenders.txt"), "").unwrap();
    let refused = run(&root, &["check"], "");
    let stdout = text(&refused.stdout);
    assert_eq!(code(&refused), 1);
    assert!(
        stdout.contains("LX1015") && stdout.contains("changed: `lists/lenders.txt`"),
        "{stdout}"
    );
    for command in [&["plan"][..], &["test"], &["law"], &["graph"], &["cost"]] {
        assert_eq!(exit_code(command), 2, "{command:?}");
    }
    assert_eq!(lock(&["--check"]).1, "rules/lexloci.lock would change\n");
    assert_eq!(lock(&[]).0, 0);
    assert_eq!(exit_code(&["check"]), 0);
    assert_ne!(std::fs::read_to_string(root.join("rules/lexloci.lock")).unwrap(), written);
    let names =
        std::fs::read_dir(root.join("rules")).unwrap().map(|entry| entry.unwrap().file_name());
    let temporary: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with('.')).collect();
    assert_eq!(temporary, [""; 0]);
}
