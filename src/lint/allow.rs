//! Reads comments such as `# allow LX4201: reason` in rule files. A comment on a line of its own applies to the item or
//! clause below it. A comment at the end of a line applies to that line.

use crate::base::source::{FileId, Location, Sources, Span};
use crate::check::Tree;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax;
use std::ops::Range;

/// A code in an `# allow` comment: the lint that it allows, and where.
pub(super) struct Allow {
    pub code: Code,
    file: FileId,
    /// The code in the comment.
    at: Span,
    /// The text that the fix for an unused code deletes: the whole comment if it has no other code.
    deleted: Span,
    /// The text in which the lint is allowed.
    scope: Span,
    is_used: bool,
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
pub(super) fn is_allowed(diagnostic: &Diagnostic, allows: &mut [Allow]) -> bool {
    let Some(at) = diagnostic.at else { return false };
    let mut is_allowed = false;
    for allow in allows {
        let is_in_scope =
            allow.file == at.file && allow.scope.range().contains(&(at.span.start as usize));
        if is_in_scope && allow.code == diagnostic.code {
            allow.is_used = true;
            is_allowed = true;
        }
    }
    is_allowed
}

impl Allow {
    pub(super) fn warning_if_unused(&self) -> Option<Diagnostic> {
        let at = |span| Location { file: self.file, span };
        let message =
            format!("{} is not reported here, so this comment has no effect", self.code.as_str());
        let diagnostic = Diagnostic::new(Code::UnusedAllow, at(self.at), message)
            .help("delete the comment: it would hide a later warning")
            .fix(at(self.deleted), "", true);
        (!self.is_used).then_some(diagnostic)
    }
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
}

impl Reader<'_> {
    fn comment(&self, comment: Span, allows: &mut Vec<Allow>, found: &mut Vec<Diagnostic>) {
        let text = self.text.get(comment.range()).unwrap_or("");
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
        let mut code_end = comment.end as usize - list.len();
        for code in codes.split(',') {
            let start = code_end + code.len() - code.trim_start().len();
            code_end += code.len() + 1;
            let at = Span::of(start..start + code.trim().len());
            let is_only_code = code.len() == codes.len();
            match lint(code.trim()) {
                Ok(code) => allows.push(Allow {
                    code,
                    file: self.file,
                    at,
                    deleted: if is_only_code { self.with_blanks(comment) } else { at },
                    scope: self.scope(comment),
                    is_used: false,
                }),
                Err((message, help)) => found.push(report(at, message, help)),
            }
        }
    }

    /// The text before a comment on its line.
    fn line_before(&self, comment: Span) -> &str {
        let before = self.text.get(..comment.start as usize).unwrap_or("");
        before.rsplit('\n').next().unwrap_or("")
    }

    fn text_after(&self, comment: Span) -> &str {
        self.text.get(comment.end as usize..).unwrap_or("")
    }

    /// The comment with the blanks before it, and with its line end if it is alone on its line.
    fn with_blanks(&self, comment: Span) -> Span {
        let before = self.line_before(comment);
        let code_before = before.trim_end();
        let after = self.text_after(comment);
        let line_end = ["\r\n", "\n"].into_iter().find(|end| after.starts_with(end));
        let line_end = line_end.filter(|_| code_before.is_empty()).map_or(0, str::len);
        let Range { start, end } = comment.range();
        Span::of(start - (before.len() - code_before.len())..end + line_end)
    }

    /// The text that a comment applies to: the code before it on its line, or the item or clause below it.
    fn scope(&self, comment: Span) -> Span {
        let before = self.line_before(comment);
        if !before.trim().is_empty() {
            let Range { start, end } = comment.range();
            return Span::of(start - before.len()..end);
        }
        let below = syntax::after_comments(self.text_after(comment));
        let start = self.text.len() - below.len();
        let line = Span::of(start..start + below.split('\n').next().map_or(0, str::len));
        syntax::part_at(self.text, line.start).map_or(line, |part| line.to(part))
    }
}

/// The lint with this code. The error is a message and its help.
fn lint(name: &str) -> Result<Code, (String, String)> {
    match Code::ALL.iter().copied().find(|code| code.as_str() == name) {
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
