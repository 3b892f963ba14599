//! How large records and their texts can be, as far as the bounds of costs need it.

use super::Grounds;
use crate::base::limits::{self, RecordLimits};
use crate::base::steps;
use crate::program::bound::{Most, Texts};
use crate::program::{Expr, ExprKind, Program};
use crate::record::{self, MostParts};
use crate::world::standard::{StandardField, message};
use crate::world::value::Type;

/// How large records can be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of all texts.
    pub(super) text: u64,
    /// Bytes of all texts, and all values.
    pub(super) size: u64,
    /// Bytes of JSON.
    pub(super) bytes: u64,
    /// Orders and notices.
    pub(super) events: u64,
    /// Parts of surfaces.
    pub(super) parts: MostParts,
}

impl Limits {
    pub(super) fn of(program: &Program) -> Self {
        let RecordLimits { bytes, text, list: _, links: _, orders, notices } =
            program.schema.limits;
        // Each value takes a byte of JSON, and a comma.
        let values = limits::RECORD_NODES.min(bytes / 2);
        Self {
            text: text as u64,
            size: (text + values) as u64,
            bytes: bytes as u64,
            events: (orders + notices) as u64,
            parts: record::most_parts(&program.schema),
        }
    }

    pub(super) fn most(self) -> Most {
        Most { size: self.size, parts: self.most_parts() }
    }

    /// The parts of the largest surface.
    pub(super) fn most_parts(self) -> u64 {
        self.parts.seen.max(self.parts.passages) as u64
    }

    /// The parts of the surface in a field.
    pub(super) fn parts_of(self, field: &str) -> u64 {
        match texts_in(field) {
            Texts::Passages | Texts::Sentences => self.parts.passages as u64,
            Texts::Button => self.parts.whole as u64,
            Texts::Whole if field == message::TEXT.name => self.parts.whole as u64,
            Texts::Whole if field == message::ANY_TEXT.name => self.parts.seen as u64,
            Texts::Whole => self.most_parts(),
        }
    }

    /// What passing on the grounds of a result costs. A number has grounds why it is not smaller and why it is not greater, and
    /// a comparison may take both for each.
    pub(super) fn pass_on(self, ty: &Type, grounds: Grounds) -> u64 {
        let once = match grounds {
            Grounds::Nothing => 0,
            Grounds::Evidence => steps::GROUNDS,
            // Those that can make it true, and those that can make it false.
            Grounds::Events => steps::GROUNDS + 2 * self.events * steps::EVENT,
        };
        if *ty == Type::Bool { once } else { 4 * once }
    }
}

/// The texts of the record in which an expression searches.
pub(super) fn texts_of(text: &Expr) -> Texts {
    let ExprKind::Field { path, .. } = &text.kind else { return Texts::Whole };
    texts_in(path)
}

/// The texts of the record that a field has.
fn texts_in(field: &str) -> Texts {
    let is_of = |fields: &[StandardField]| fields.iter().any(|one| one.name == field);
    if is_of(&[message::OWN_TEXT, message::QUOTED_TEXT]) {
        Texts::Passages
    } else if is_of(&[message::ASKED_TEXT, message::STATED_TEXT]) {
        Texts::Sentences
    } else if is_of(&[message::BUTTON_TEXT]) {
        Texts::Button
    } else {
        Texts::Whole
    }
}
