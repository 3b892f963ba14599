//! The levels of lints: allow, warn or deny, by code or by group, set by configuration files and command lines.

use super::{Code, nearest};
use std::collections::BTreeMap;
use std::fmt;

/// What happens when a lint finds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is reported.
    Allow,
    /// It is reported as a warning. The rule set is accepted.
    Warn,
    /// It is reported as an error. The rule set is refused.
    Deny,
}

/// The groups of lints. A code's number determines its group: `LX41..` is suspicious.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The code does something other than it appears to.
    Correctness,
    /// The code is most likely not what was meant.
    Suspicious,
    /// The code is slower than necessary.
    Performance,
    /// The code can be written more simply.
    Style,
    /// A lawyer should look at the code.
    Legal,
}

impl Group {
    /// Every group, in the order of their codes.
    pub const ALL: [Group; 5] =
        [Self::Correctness, Self::Suspicious, Self::Performance, Self::Style, Self::Legal];

    /// `legal`
    pub fn name(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::Suspicious => "suspicious",
            Self::Performance => "performance",
            Self::Style => "style",
            Self::Legal => "legal",
        }
    }

    /// The prefix of the group's codes.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Correctness => "LX40",
            Self::Suspicious => "LX41",
            Self::Performance => "LX42",
            Self::Style => "LX43",
            Self::Legal => "LX44",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Levels in layers: the layer of a command line lies above the layer of a configuration file. Within a layer, a code
/// takes precedence over its group, and a group over `all`. `warnings` applies last, to everything that is still a
/// warning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    /// The layers, the lowest first.
    layers: Vec<BTreeMap<Target, Level>>,
}

/// The lints for which a level is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Code(Code),
    Group(Group),
    All,
    Warnings,
}

impl Levels {
    /// The default levels.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the level of a lint (`LX4002` or `unused`), a group (`legal`), of `all` lints, or of `warnings`.
    ///
    /// # Errors
    /// When there is no such lint, or when it already has another level. The text is a message for people.
    pub fn set(&mut self, name: &str, level: Level) -> Result<(), String> {
        let target = target(name)?;
        if self.layers.is_empty() {
            self.layers.push(BTreeMap::new());
        }
        let before = self.layers.last_mut().and_then(|layer| layer.insert(target, level));
        match before {
            Some(before) if before != level => Err(format!("two levels are set for `{name}`")),
            _ => Ok(()),
        }
    }

    /// Puts a layer of other levels below these.
    #[must_use]
    pub fn over(self, mut lower: Levels) -> Levels {
        lower.layers.extend(self.layers);
        lower
    }

    /// The level of a code. For codes other than lints it is always the default.
    pub fn of(&self, code: Code) -> Level {
        let Some(group) = code.group() else { return code.level() };
        let wanted = [Target::Code(code), Target::Group(group), Target::All];
        match self.find(&wanted).unwrap_or_else(|| code.level()) {
            Level::Warn => self.find(&[Target::Warnings]).unwrap_or(Level::Warn),
            level @ (Level::Allow | Level::Deny) => level,
        }
    }

    /// The level of the first of the targets that has one, in the highest layer that has any of them.
    fn find(&self, targets: &[Target]) -> Option<Level> {
        let in_layer =
            |layer: &BTreeMap<_, _>| targets.iter().find_map(|target| layer.get(target).copied());
        self.layers.iter().rev().find_map(in_layer)
    }
}

fn target(name: &str) -> Result<Target, String> {
    if let Some(code) = Code::named(name) {
        return match code.group() {
            Some(_) => Ok(Target::Code(code)),
            None => Err(format!("`{}` is not a lint: it is always an error", code.as_str())),
        };
    }
    if let Some(group) = Group::ALL.into_iter().find(|group| group.name() == name) {
        return Ok(Target::Group(group));
    }
    match name {
        "all" => Ok(Target::All),
        "warnings" => Ok(Target::Warnings),
        _ => {
            let lints = Code::ALL.iter().filter(|code| code.group().is_some());
            let names = lints.flat_map(|code| [code.as_str(), code.slug()]);
            let groups = Group::ALL.into_iter().map(Group::name).chain(["all", "warnings"]);
            let hint = nearest(name, names.chain(groups))
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            Err(format!("there is no lint or group `{name}`{hint}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Group, Level, Levels};
    use crate::diagnostic::Code;

    fn levels(set: &[(&str, Level)]) -> Levels {
        let mut levels = Levels::new();
        for (name, level) in set {
            levels.set(name, *level).unwrap();
        }
        levels
    }

    #[test]
    fn command_lines_override_files_and_codes_override_groups() {
        use Level::{Allow, Deny, Warn};
        for (file, line, expected) in [
            (&[][..], &[][..], Warn),
            (&[("unused", Deny)], &[], Deny),
            (&[("LX4002", Allow), ("correctness", Deny)], &[], Allow),
            (&[("all", Allow)], &[], Allow),
            (&[("unused", Deny)], &[("correctness", Allow)], Allow),
            (&[], &[("warnings", Deny)], Deny),
            (&[("unused", Allow)], &[("warnings", Deny)], Allow),
            (&[("warnings", Deny)], &[("unused", Warn)], Deny),
            (&[("warnings", Deny)], &[("warnings", Warn)], Warn),
        ] {
            let levels = levels(line).over(levels(file));
            assert_eq!(levels.of(Code::Unused), expected, "{file:?} below {line:?}");
        }
        assert_eq!(levels(&[("all", Allow)]).of(Code::Syntax), Deny);
    }

    #[test]
    fn wrong_names_and_contradictory_levels_are_refused() {
        let mut levels = Levels::new();
        for (name, expected) in [
            ("LX0002", "`LX0002` is not a lint: it is always an error"),
            ("stile", "there is no lint or group `stile`; did you mean `style`?"),
            ("", "there is no lint or group ``"),
        ] {
            assert_eq!(levels.set(name, Level::Warn), Err(expected.to_owned()));
        }
        levels.set("LX4002", Level::Warn).unwrap();
        assert!(levels.set("unused", Level::Deny).is_err());
    }

    #[test]
    fn only_lints_have_a_group() {
        for code in Code::ALL {
            assert_eq!(code.group().is_some(), code.as_str().starts_with("LX4"), "{code:?}");
            let is_lint_or_error = code.group().is_some() || code.level() == Level::Deny;
            assert!(is_lint_or_error, "{code:?} is neither a lint nor an error");
        }
        assert_eq!(Code::Unused.group(), Some(Group::Correctness));
    }
}
