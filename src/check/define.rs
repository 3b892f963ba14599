//! Definitions: checked when first used, so that one may use another declared further down; never in a circle.

use super::{Checker, Local};
use crate::base::limits;
use crate::base::source::Location;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Define, Expr, ExprKind};
use crate::syntax::tree::{self, ItemKind};
use crate::world::value::{Type, Value};
use std::collections::BTreeSet;

/// A definition and how far its check has come.
pub(super) struct Entry<'a> {
    pub state: State,
    file: usize,
    item: &'a tree::Define,
}

/// How far the check of a definition has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Untouched,
    /// It is being checked: meeting it again is a circle.
    Open,
    Done,
    /// It was reported; its uses are not.
    Faulty,
}

impl Checker<'_> {
    pub(super) fn all_defines(&mut self) {
        for (file, item) in self.files.items() {
            let ItemKind::Define(item) = &item.kind else { continue };
            let at = Location { file: self.files.get(file).id, span: item.name.span };
            let body = Expr { kind: ExprKind::Const(Value::Bool(false)), ty: Type::Bool, at };
            let id = format!("{}.{}", self.files.get(file).prefix, item.name.text);
            self.program.defines.push(Define {
                id,
                cost: 0,
                depth: 0,
                reads: BTreeSet::new(),
                params: vec![],
                body,
            });
            self.defines.push(Entry { state: State::Untouched, file, item });
        }
        for index in 0..self.defines.len() {
            self.define(index);
        }
    }

    /// For an expression that comes after a whole check.
    pub(super) fn defines_are_done(&mut self) {
        self.defines = self
            .files
            .items()
            .filter_map(|(file, item)| match &item.kind {
                ItemKind::Define(item) => Some(Entry { state: State::Done, file, item }),
                _ => None,
            })
            .collect();
    }

    /// Checks a definition unless it is; whether it can be used.
    pub(super) fn define(&mut self, index: usize) -> bool {
        let Some(&Entry { state, file, item: define }) = self.defines.get(index) else {
            return false;
        };
        if matches!(state, State::Done | State::Faulty) {
            return state == State::Done;
        }
        if state == State::Open || self.open_defines >= limits::CONDITION_DEPTH {
            let at = Location { file: self.files.get(file).id, span: define.name.span };
            let name = &define.name.text;
            self.found.push(if state == State::Open {
                Diagnostic::new(Code::RecursiveDefine, at, format!("`{name}` leads back to itself"))
                    .help("there is no recursion: write the condition out")
            } else {
                too_deep(at)
            });
            self.set_state(index, State::Faulty);
            return false;
        }
        self.set_state(index, State::Open);
        self.open_defines += 1;
        let (here, outer) =
            (std::mem::replace(&mut self.file, file), std::mem::take(&mut self.locals));
        let lowered = self.define_body(define);
        (self.file, self.locals) = (here, outer);
        self.open_defines -= 1;
        let faulty = self.state_of(index) == State::Faulty;
        match lowered {
            Some((params, body)) if !faulty => {
                self.report_constants(&body);
                let (cost, depth, reads) =
                    (self.cost_of(&body), self.depth_of(&body), self.program.reads(&body));
                if let Some(slot) = self.program.defines.get_mut(index) {
                    let id = std::mem::take(&mut slot.id);
                    *slot = Define { id, cost, depth, reads, params, body };
                }
                // Neither this pass nor an evaluation goes deeper than the limit, whatever uses the definition.
                let is_deep = depth > limits::CONDITION_DEPTH;
                if is_deep {
                    self.found.push(too_deep(Location {
                        file: self.files.get(file).id,
                        span: define.name.span,
                    }));
                }
                self.set_state(index, if is_deep { State::Faulty } else { State::Done });
            }
            _ => self.set_state(index, State::Faulty),
        }
        self.state_of(index) == State::Done
    }

    fn state_of(&self, index: usize) -> State {
        self.defines.get(index).map_or(State::Faulty, |entry| entry.state)
    }

    fn set_state(&mut self, index: usize, state: State) {
        if let Some(entry) = self.defines.get_mut(index) {
            entry.state = state;
        }
    }

    fn define_body(&mut self, define: &tree::Define) -> Option<(Vec<(String, Type)>, Expr)> {
        self.refuse_shadowing(&define.name);
        let mut params = vec![];
        let mut faulty = false;
        for param in &define.params {
            let ty = self.type_of_name(&param.ty);
            self.refuse_shadowing(&param.name);
            faulty |= ty.is_none();
            let (name, ty) = (param.name.text.clone(), ty.unwrap_or(Type::Opaque));
            params.push((name.clone(), ty.clone()));
            self.locals.push(Local { path: name.clone(), name, ty, optional: true });
        }
        // What is asked of a parameter of no type cannot be judged.
        (!faulty).then(|| self.expr(&define.body)).flatten().map(|body| (params, body))
    }

    /// A name that hides a field of the message would change what a condition reads.
    pub(super) fn refuse_shadowing(&mut self, name: &tree::Name) {
        let field =
            self.message().is_some_and(|(_, message)| message.fields.contains_key(&name.text));
        let local = self.locals.iter().any(|local| local.name == name.text);
        if field || local {
            let what = if field { "a field of the message" } else { "declared around it" };
            self.report(
                Code::DuplicateName,
                name.span,
                format!("`{}` is already {what}", name.text),
                "choose another name",
            );
        }
    }
}

fn too_deep(at: Location) -> Diagnostic {
    Diagnostic::new(
        Code::TooDeep,
        at,
        "this definition goes too deep when those that it uses are unfolded",
    )
    .help("at most 64 conditions stand inside each other: write some of them out")
}
