//! Reads comments such as `# allow LX4201: reason` in rule files. A comment on a line of its own applies to the item or
//! clause below it. A comment at the end of a line applies to that line.

use crate::base::source::{FileId, Location, Sources, Span};
use crate::base::steps;
use crate::check::Tree;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax;
use foldhash::HashMap;
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

/// The codes in the comments of all files.
#[derive(Default)]
pub(super) struct Allows {
    /// By file, code and start of the scope.
    all: Vec<Allow>,
    /// For each of them, the greatest end of the scope of this one or one before it with the same file and code.
    ends: Vec<u32>,
}

/// Reads the comments of all files. Bad codes are reported and allow nothing.
pub(super) fn read(trees: &[Tree], sources: &Sources, found: &mut Vec<Diagnostic>) -> Allows {
    let (mut allows, mut bad) = (vec![], vec![]);
    for (file, _, tree) in trees {
        let text = sources.get(*file).map_or("", |source| source.text.as_str());
        let mut reader = Reader { file: *file, text, parts: None, below: None };
        // Backwards, because a comment above another one applies to the same part.
        for comment in tree.comments.iter().rev() {
            reader.comment(*comment, &mut allows, &mut bad);
        }
    }
    bad.sort_by_key(|diagnostic: &Diagnostic| diagnostic.at);
    found.append(&mut bad);
    Allows::new(allows)
}

impl Allows {
    fn new(mut all: Vec<Allow>) -> Self {
        all.sort_by_key(|allow| (allow.file, allow.code, allow.scope.start, allow.at.start));
        let mut ends: Vec<u32> = vec![];
        let mut before: Option<&Allow> = None;
        for allow in &all {
            let is_same = |one: &&Allow| (one.file, one.code) == (allow.file, allow.code);
            let end = before.filter(is_same).and(ends.last()).copied().unwrap_or_default();
            ends.push(end.max(allow.scope.end));
            before = Some(allow);
        }
        Self { all, ends }
    }

    /// Whether a comment allows a diagnostic. Marks each such comment as used.
    pub(super) fn allow(&mut self, diagnostic: &Diagnostic) -> bool {
        let Some(at) = diagnostic.at else { return false };
        let key = (at.file, diagnostic.code);
        let begun = self.all.partition_point(|allow| {
            (allow.file, allow.code, allow.scope.start) <= (key.0, key.1, at.span.start)
        });
        let mut is_allowed = false;
        for (allow, end) in self.all.iter_mut().zip(&self.ends).take(begun).rev() {
            steps::spend(|| 1);
            if (allow.file, allow.code) != key || *end <= at.span.start {
                break;
            }
            if at.span.start < allow.scope.end {
                allow.is_used = true;
                is_allowed = true;
            }
        }
        is_allowed
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Allow> {
        self.all.iter()
    }
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
    /// The parts of the file, by their first byte. They are found when the first comment needs them.
    parts: Option<HashMap<u32, Span>>,
    /// The comment `# allow` on a line of its own that was read last, which is the next one in the file, and its scope.
    below: Option<(Span, Span)>,
}

impl Reader<'_> {
    fn comment(&mut self, comment: Span, allows: &mut Vec<Allow>, found: &mut Vec<Diagnostic>) {
        let text = self.text.get(comment.range()).unwrap_or("");
        let Some(list) = text.trim_start_matches('#').trim_start().strip_prefix("allow ") else {
            return;
        };
        // An ordinary sentence may begin with `allow` too, but then no code follows.
        if !list.trim_start().starts_with("LX") {
            return;
        }
        let (codes, reason) = list.split_once(':').unwrap_or((list, ""));
        let file = self.file;
        let report = |span, message: String, help: String| {
            Diagnostic::new(Code::BadAllow, Location { file, span }, message).help(help)
        };
        if reason.trim().is_empty() {
            let help = "write a reason for the next reader: `# allow LX4201: reason`";
            // The comment still allows the lint: one message about the comment is enough.
            found.push(report(comment, "the comment gives no reason".into(), help.into()));
        }
        let scope = self.scope(comment);
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
                    scope,
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
    fn scope(&mut self, comment: Span) -> Span {
        let before = self.line_before(comment);
        if !before.trim().is_empty() {
            let Range { start, end } = comment.range();
            return Span::of(start - before.len()..end);
        }
        let scope = self.scope_below(comment);
        self.below = Some((comment, scope));
        scope
    }

    /// The item or clause below a comment and the comments that follow it. Each comment is passed once: what follows the
    /// next `# allow` is known.
    fn scope_below(&mut self, comment: Span) -> Span {
        let mut rest = self.text_after(comment).trim_start();
        while rest.starts_with('#') {
            let start = self.text.len() - rest.len();
            if let Some((next, scope)) = self.below
                && next.start as usize == start
            {
                return scope;
            }
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            steps::spend(|| line.len() as u64);
            rest = after.trim_start();
        }
        let start = self.text.len() - rest.len();
        let line = rest.split('\n').next().map_or(0, str::len);
        steps::spend(|| line as u64);
        let line = Span::of(start..start + line);
        let parts = self.parts.get_or_insert_with(|| syntax::parts(self.text));
        parts.get(&line.start).map_or(line, |part| line.to(*part))
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
