//! `# allow LX4201: reason` in a rule file: on a line of its own for what begins below it, an item or a clause; behind
//! something for its line.

use crate::base::source::{FileId, Location, Sources, Span};
use crate::check::Tree;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax;

/// One lint that a comment allows somewhere.
pub(super) struct Allow {
    pub code: Code,
    file: FileId,
    /// The code in the comment.
    at: Span,
    /// The whole comment, with its line when it stands alone and allows nothing else.
    comment: Span,
    scope: Span,
    used: bool,
}

/// What the comments of all files allow. What is wrong with one is reported, and allows nothing.
pub(super) fn read(trees: &[Tree], sources: &Sources, found: &mut Vec<Diagnostic>) -> Vec<Allow> {
    let mut allows = vec![];
    for (file, _, tree) in trees {
        let text = sources.get(*file).map_or("", |source| source.text.as_str());
        let reader = Reader { file: *file, text };
        for comment in &tree.comments {
            reader.comment(*comment, &mut allows, found);
        }
    }
    allows
}

/// Whether some comment allows what a diagnostic says, and marks it as needed.
pub(super) fn allows(allows: &mut [Allow], diagnostic: &Diagnostic) -> bool {
    let Some(at) = diagnostic.at else { return false };
    let mut covered = false;
    for allow in allows {
        let here = allow.file == at.file
            && allow.scope.start <= at.span.start
            && at.span.start < allow.scope.end;
        if here && allow.code == diagnostic.code {
            allow.used = true;
            covered = true;
        }
    }
    covered
}

impl Allow {
    /// What is said of one that nothing needs.
    pub(super) fn unused(&self) -> Option<Diagnostic> {
        let at = |span| Location { file: self.file, span };
        let message = format!("nothing here brings about {}", self.code.as_str());
        let diagnostic = Diagnostic::new(Code::UnusedAllow, at(self.at), message)
            .help("delete the comment, so that it hides nothing new")
            .fix(at(self.comment), "", true);
        (!self.used).then_some(diagnostic)
    }
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
}

impl Reader<'_> {
    fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    fn comment(&self, comment: Span, allows: &mut Vec<Allow>, found: &mut Vec<Diagnostic>) {
        let text = self.slice(comment);
        let Some(list) = text.trim_start_matches('#').trim_start().strip_prefix("allow ") else {
            return;
        };
        // Prose may begin with `allow`, and no prose goes on with a code.
        if !list.trim_start().starts_with("LX") {
            return;
        }
        let (codes, reason) = list.split_once(':').unwrap_or((list, ""));
        let report = |span, message: String, help: String| {
            Diagnostic::new(Code::BadAllow, Location { file: self.file, span }, message).help(help)
        };
        if reason.trim().is_empty() {
            let help = "say why, for whoever reads it next: `# allow LX4201: reason`";
            // It counts all the same: what it hides is not the slip to speak of.
            found.push(report(comment, "the comment gives no reason".into(), help.into()));
        }
        let mut from = comment.end - length(list);
        let alone = !codes.contains(',');
        for code in codes.split(',') {
            let start = from + length(code) - length(code.trim_start());
            let at = Span { start, end: start + length(code.trim()) };
            from += length(code) + 1;
            match lint(code.trim()) {
                Ok(code) => allows.push(Allow {
                    code,
                    file: self.file,
                    at,
                    comment: if alone { self.with_line(comment) } else { at },
                    scope: self.scope(comment),
                    used: false,
                }),
                Err((message, help)) => found.push(report(at, message, help)),
            }
        }
    }

    /// What stands before a comment on its line.
    fn before(&self, comment: Span) -> &str {
        let before = self.text.get(..comment.start as usize).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("")
    }

    /// The comment with the blanks before it and, if nothing else stands there, the end of its line.
    fn with_line(&self, comment: Span) -> Span {
        let before = self.before(comment);
        let blank = length(before) - length(before.trim_end());
        let alone = before.trim().is_empty();
        let rest = self.text.get(comment.end as usize..).unwrap_or("");
        let line_end = ["\r\n", "\n"].into_iter().find(|end| rest.starts_with(end));
        let end = comment.end + line_end.filter(|_| alone).map_or(0, length);
        Span { start: comment.start - blank, end }
    }

    /// What a comment speaks of.
    fn scope(&self, comment: Span) -> Span {
        let before = self.before(comment);
        if !before.trim().is_empty() {
            return Span { start: comment.start - length(before), end: comment.end };
        }
        let mut rest = self.text.get(comment.end as usize..).unwrap_or("").trim_start();
        while rest.starts_with('#') {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
        }
        let start = length(self.text) - length(rest);
        let line = rest.split('\n').next().unwrap_or("");
        let end = syntax::unit_at(self.text, start).map_or(start, |unit| unit.end);
        Span { start, end: end.max(start + length(line)) }
    }
}

/// The lint of a code, or what is wrong with it.
fn lint(name: &str) -> Result<Code, (String, String)> {
    let known = Code::ALL.iter().copied().find(|code| code.as_str() == name);
    match known {
        Some(code) if code.group().is_some() => Ok(code),
        Some(_) => {
            Err((format!("`{name}` is no lint"), "what is wrong cannot be allowed: mend it".into()))
        }
        None => {
            let lints = Code::ALL.iter().filter(|code| code.group().is_some());
            let help = nearest(name, lints.map(|code| code.as_str())).map_or_else(
                || "lints are named by their codes: `LX4201`".into(),
                |near| format!("did you mean `{near}`?"),
            );
            Err((format!("there is no lint `{name}`"), help))
        }
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
