//! Checks definitions. Each is checked when it is first used, so a definition may call one that is declared later.
//! Refuses recursive definitions.

use super::names::Declared;
use super::uses::NameKind;
use super::{Checker, Local};
use crate::base::limits;
use crate::base::source::Location;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Define, Expr, ExprKind};
use crate::syntax::tree;
use crate::world::value::{Type, Value};
use std::collections::BTreeSet;

/// How far the check of a definition has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Untouched,
    /// Its check has begun and not ended; a use of it now is recursive.
    Open,
    Done,
    /// Its faults were reported. Uses of it are not reported again.
    Faulty,
}

impl Checker<'_> {
    pub(super) fn check_defines(&mut self) {
        let names = self.names;
        self.program.defines = self.lower_all(&names.defines, Self::unchecked);
        self.defines = vec![State::Untouched; names.defines.len()];
        for index in 0..self.defines.len() {
            self.define(index);
        }
    }

    /// A definition before its body is checked.
    fn unchecked(&mut self, declared: &Declared<'_, tree::Define>) -> Define {
        let Declared { file, item } = *declared;
        let at = Location { file: self.files.get(file).id, span: item.name.span };
        let body = Expr { kind: ExprKind::Const(Value::Bool(false)), ty: Type::Bool, at };
        let id = format!("{}.{}", self.files.get(file).prefix, item.name.text);
        Define { id, cost: 0, depth: 0, reads: BTreeSet::new(), params: vec![], body }
    }

    /// Marks all definitions as checked. Used when an expression is checked against a finished program.
    pub(super) fn mark_defines_done(&mut self) {
        self.defines = vec![State::Done; self.names.defines.len()];
    }

    /// Checks a definition unless it was checked before. Returns whether it can be used.
    pub(super) fn define(&mut self, index: usize) -> bool {
        let Some(&Declared { file, item: define }) = self.names.defines.get(index) else {
            return false;
        };
        let state = self.state_of(index);
        if matches!(state, State::Done | State::Faulty) {
            return state == State::Done;
        }
        if state == State::Open {
            self.refuse_circle_of_defines(index);
            return false;
        }
        if self.open_defines.len() >= limits::CONDITION_DEPTH {
            let at = Location { file: self.files.get(file).id, span: define.name.span };
            self.found.push(too_deep(at));
            self.set_state(index, State::Faulty);
            return false;
        }
        self.set_state(index, State::Open);
        self.open_defines.push(index);
        let (here, outer) =
            (std::mem::replace(&mut self.file, file), std::mem::take(&mut self.locals));
        let lowered = self.define_body(define);
        (self.file, self.locals) = (here, outer);
        self.open_defines.pop();
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
                // A definition beyond the limit is marked faulty, so neither this pass nor an evaluation recurses
                // deeper.
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

    /// Reports a recursive definition. The report is placed at the circle's first definition in declaration order, so
    /// that it does not depend on where the check entered the circle.
    fn refuse_circle_of_defines(&mut self, index: usize) {
        let circle: Vec<_> =
            self.open_defines.iter().copied().skip_while(|open| *open != index).collect();
        let first = circle.iter().min().and_then(|least| circle.iter().position(|at| at == least));
        let members = circle.iter().cycle().skip(first.unwrap_or(0)).take(circle.len());
        let members: Vec<_> = members
            .filter_map(|member| self.names.defines.get(*member))
            .map(|Declared { file, item }| {
                let at = Location { file: self.files.get(*file).id, span: item.name.span };
                (at, format!("`{}`", item.name.text))
            })
            .collect();
        if let [(at, name), others @ ..] = &*members {
            let (message, help) = if let [(_, next), ..] = others {
                let names = members.iter().chain(members.first()).map(|(_, name)| name.as_str());
                let names: Vec<_> = names.collect();
                (
                    format!("definitions use each other in a circle: {}", names.join(" → ")),
                    format!(
                        "break the circle: for example, write the definition of {name} without {next}"
                    ),
                )
            } else {
                (
                    format!("{name} uses itself"),
                    format!(
                        "in its own definition, replace {name} with the condition that you mean"
                    ),
                )
            };
            let diagnostic = Diagnostic::new(Code::RecursiveDefine, *at, message).help(help);
            self.found.push(others.iter().fold(diagnostic, |diagnostic, (other, _)| {
                diagnostic.related(*other, "also in the circle")
            }));
        }
        self.set_state(index, State::Faulty);
    }

    fn state_of(&self, index: usize) -> State {
        self.defines.get(index).copied().unwrap_or(State::Faulty)
    }

    fn set_state(&mut self, index: usize, state: State) {
        if let Some(slot) = self.defines.get_mut(index) {
            *slot = state;
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
            let (declared, kind) = (self.at(param.name.span), NameKind::Parameter);
            self.record_use(param.name.span, declared, kind);
            self.locals.push(Local { path: name.clone(), name, ty, declared, kind });
        }
        // Without the type of a parameter, its uses cannot be checked.
        (!faulty).then(|| self.expr(&define.body)).flatten().map(|body| (params, body))
    }

    /// Refuses a name that hides a field of the message or a local. Otherwise a reader could think that a condition
    /// reads the hidden field or local.
    pub(super) fn refuse_shadowing(&mut self, name: &tree::Name) {
        let field =
            self.message().is_some_and(|(_, message)| message.fields.contains_key(&name.text));
        let local = self.locals.iter().any(|local| local.name == name.text);
        if field || local {
            let what = if field { "the name of a field of the message" } else { "a name here" };
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
        "with the definitions that it uses, this definition is nested too deep",
    )
    .help("the limit is 64 levels: shorten the chain of definitions that use one another")
}
