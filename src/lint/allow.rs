//! Reads comments such as `# allow LX4201: reason` in rule files. A comment on a line of its own applies to the item or
//! clause below it. A comment at the end of a line applies to that line.

use crate::base::source::{FileId, Location, Sources, Span};
use crate::check::Tree;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax;

/// A lint that a comment allows, and where it allows it.
pub(super) struct Allow {
    pub code: Code,
    file: FileId,
    /// The code in the comment.
    at: Span,
    /// The text to delete if it is unused: the whole comment if it has no other code, otherwise only the code.
    comment: Span,
    scope: Span,
    used: bool,
}

/// Reads the comments of all files. Bad codes are reported and allow nothing.
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

/// Whether a comment allows a diagnostic. Marks each such comment as used.
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
    /// The warning for an unused comment.
    pub(super) fn unused(&self) -> Option<Diagnostic> {
        let at = |span| Location { file: self.file, span };
        let message =
            format!("{} is not reported here, so this comment has no effect", self.code.as_str());
        let diagnostic = Diagnostic::new(Code::UnusedAllow, at(self.at), message)
            .help("delete it: it would hide new warnings")
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
        self.text.get(span.range()).unwrap_or("")
    }

    fn comment(&self, comment: Span, allows: &mut Vec<Allow>, found: &mut Vec<Diagnostic>) {
        let text = self.slice(comment);
        let Some(list) = text.trim_start_matches('#').trim_start().strip_prefix("allow ") else {
            return;
        };
        // An ordinary sentence may begin with `allow` too, but then no code follows.
        if !list.trim_start().starts_with("LX") {
            return;
        }
        let (codes, reason) = list.split_once(':').unwrap_or((list, ""));
        let report = |span, message: String, help: String| {
            Diagnostic::new(Code::BadAllow, Location { file: self.file, span }, message).help(help)
        };
        if reason.trim().is_empty() {
            let help = "write a reason for the next reader: `# allow LX4201: reason`";
            // The comment still allows the lint: one message about the comment is enough.
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

    /// The text before a comment on its line.
    fn before(&self, comment: Span) -> &str {
        let before = self.text.get(..comment.start as usize).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("")
    }

    /// The comment with the blanks before it, and with its line end if it is alone on its line.
    fn with_line(&self, comment: Span) -> Span {
        let before = self.before(comment);
        let blank = length(before) - length(before.trim_end());
        let alone = before.trim().is_empty();
        let rest = self.text.get(comment.end as usize..).unwrap_or("");
        let line_end = ["\r\n", "\n"].into_iter().find(|end| rest.starts_with(end));
        let end = comment.end + line_end.filter(|_| alone).map_or(0, length);
        Span { start: comment.start - blank, end }
    }

    /// The span that a comment applies to.
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
        let end = syntax::part_at(self.text, start).map_or(start, |unit| unit.end);
        Span { start, end: end.max(start + length(line)) }
    }
}

/// The lint with this code. If there is none, the message and the help that say why.
fn lint(name: &str) -> Result<Code, (String, String)> {
    let known = Code::ALL.iter().copied().find(|code| code.as_str() == name);
    match known {
        Some(code) if code.group().is_some() => Ok(code),
        Some(_) => Err((
            format!("`{name}` is an error, and a comment can allow only warnings"),
            "delete the comment, and correct the error".into(),
        )),
        None => {
            let lints = Code::ALL.iter().filter(|code| code.group().is_some());
            let help = nearest(name, lints.map(|code| code.as_str())).map_or_else(
                || "write the code of a warning, such as `LX4201`".into(),
                |near| format!("did you mean `{near}`?"),
            );
            Err((format!("there is no warning `{name}`"), help))
        }
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
