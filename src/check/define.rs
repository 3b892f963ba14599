//! Checks definitions. Each is checked when it is first used, so a definition may call one that is declared later.
//! Refuses recursive definitions.

use super::cost::too_deep;
use super::instant::Origin;
use super::names::Declared;
use super::uses::NameKind;
use super::{Checker, Local, arrows, from_least};
use crate::base::limits;
use crate::base::source::Location;
use crate::diagnostic::Code;
use crate::program::bound::Bound;
use crate::program::{Define, Expr};
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
        self.define_states = vec![State::Untouched; names.defines.len()];
        for index in 0..names.defines.len() {
            self.check_define(index);
        }
    }

    /// A definition before its body is checked.
    fn unchecked(&mut self, declared: &Declared<'_, tree::Define>) -> Define {
        let Declared { file, item } = *declared;
        self.file = file;
        let body = self.constant(Value::Bool(false), Type::Bool, item.name.span);
        let id = self.id(&item.name);
        Define {
            id,
            bound: Bound::default(),
            depth: 0,
            reads: BTreeSet::new(),
            reads_at: false,
            reads_state: false,
            compared: BTreeSet::new(),
            keys: BTreeSet::new(),
            params: vec![],
            body,
        }
    }

    /// Checks a definition unless it was checked before. Returns whether it can be used.
    pub(super) fn check_define(&mut self, index: usize) -> bool {
        let Some(declared) = self.names.defines.get(index) else { return false };
        let Declared { file, item: define } = *declared;
        let state = self.state_of(index);
        if matches!(state, State::Done | State::Faulty) {
            return state == State::Done;
        }
        if state == State::Open {
            self.refuse_circle_of_defines(index);
            return false;
        }
        if self.open_defines.len() >= limits::CONDITION_DEPTH {
            self.refuse_deep_define(declared);
            self.set_state(index, State::Faulty);
            return false;
        }
        self.set_state(index, State::Open);
        self.open_defines.push(index);
        let outer_file = std::mem::replace(&mut self.file, file);
        let outer_locals = std::mem::take(&mut self.locals);
        let outer_params = std::mem::take(&mut self.compared_params);
        let outer_keys = std::mem::take(&mut self.key_params);
        let lowered = self.lower_define(define);
        (self.file, self.locals) = (outer_file, outer_locals);
        let compared = std::mem::replace(&mut self.compared_params, outer_params);
        let keys = std::mem::replace(&mut self.key_params, outer_keys);
        self.open_defines.pop();
        let is_faulty = self.state_of(index) == State::Faulty;
        match lowered {
            Some((params, body)) if !is_faulty => {
                self.report_constants(&body);
                let bound = self.bound_of_define(&body, params.len());
                let depth = self.depth_of(&body);
                let (reads, reads_at) = (self.program.reads(&body), self.program.reads_at(&body));
                let reads_state = self.program.reads_state(&body);
                if let Some(slot) = self.program.defines.get_mut(index) {
                    let id = std::mem::take(&mut slot.id);
                    *slot = Define {
                        id,
                        bound,
                        depth,
                        reads,
                        reads_at,
                        reads_state,
                        compared,
                        keys,
                        params,
                        body,
                    };
                }
                // A definition beyond the limit counts as faulty, so that nothing recurses deeper.
                let is_deep = depth > limits::CONDITION_DEPTH;
                if is_deep {
                    self.refuse_deep_define(declared);
                }
                self.set_state(index, if is_deep { State::Faulty } else { State::Done });
            }
            _ => self.set_state(index, State::Faulty),
        }
        self.state_of(index) == State::Done
    }

    /// Reports a recursive definition, at the first definition of the circle.
    fn refuse_circle_of_defines(&mut self, index: usize) {
        let circle: Vec<_> =
            self.open_defines.iter().copied().skip_while(|open| *open != index).collect();
        let members = from_least(&circle).into_iter();
        let members: Vec<_> = members
            .filter_map(|member| self.names.defines.get(member))
            .map(|declared| (self.name_of_define(declared), declared.item.name.text.clone()))
            .collect();
        let (message, help) = match &*members {
            [] => return,
            [(_, name)] => (
                format!("`{name}` uses itself"),
                format!("in its own definition, replace `{name}` with the condition that you mean"),
            ),
            [(_, name), (_, next), ..] => (
                format!("definitions use each other in a circle: {}", arrows(&members)),
                format!(
                    "break the circle: for example, write the definition of `{name}` without `{next}`"
                ),
            ),
        };
        self.report_circle(Code::RecursiveDefine, &members, message, help);
        self.set_state(index, State::Faulty);
    }

    /// Where a definition declares its name.
    fn name_of_define(&self, declared: &Declared<'_, tree::Define>) -> Location {
        Location { file: self.files.get(declared.file).id, span: declared.item.name.span }
    }

    fn refuse_deep_define(&mut self, declared: &Declared<'_, tree::Define>) {
        let message = "with the definitions that it uses, this definition is nested too deep";
        let at = self.name_of_define(declared);
        self.found.push(too_deep(at, message));
    }

    fn state_of(&self, index: usize) -> State {
        self.define_states.get(index).copied().unwrap_or(State::Faulty)
    }

    fn set_state(&mut self, index: usize, state: State) {
        if let Some(slot) = self.define_states.get_mut(index) {
            *slot = state;
        }
    }

    /// The parameters and the body of a definition.
    fn lower_define(&mut self, define: &tree::Define) -> Option<(Vec<(String, Type)>, Expr)> {
        self.refuse_shadowing(&define.name);
        let mut params = vec![];
        let mut has_unknown_type = false;
        for (number, param) in define.params.iter().enumerate() {
            let ty = match &param.ty {
                Some(ty) => self.type_of_name(ty),
                None => self.refuse_untyped(&param.name, &define.body),
            };
            self.refuse_shadowing(&param.name);
            has_unknown_type |= ty.is_none();
            let (name, ty) = (param.name.text.clone(), ty.unwrap_or(Type::Opaque));
            params.push((name.clone(), ty.clone()));
            let (declared, kind) = (self.at(param.name.span), NameKind::Parameter);
            self.record_use(param.name.span, declared, kind);
            let origin = Origin { params: BTreeSet::from([number]), ..Origin::default() };
            let path = name.clone();
            self.locals.push(Local { path, name, ty, declared, kind, origin, form: None });
        }
        // Without the type of a parameter, its uses cannot be checked.
        (!has_unknown_type).then(|| self.expr(&define.body)).flatten().map(|body| (params, body))
    }

    /// Refuses a name that hides a field of the message or a local. Otherwise a reader could think that a condition
    /// reads the hidden field or local.
    pub(super) fn refuse_shadowing(&mut self, name: &tree::Name) {
        let is_field = self.is_message_field(&name.text);
        if is_field || self.is_local(&name.text) {
            let what = if is_field { "the name of a field of the message" } else { "a name here" };
            let message = format!("`{}` is already {what}", name.text);
            self.report(Code::DuplicateName, name.span, message, "choose another name");
        }
    }
}
