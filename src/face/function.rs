//! [`FunctionSpec`]: a function that a host gives to rules, and the reasons for refusing one.

use crate::base::limits;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::functions::{Cost, Function, Run, builtins};
use crate::syntax;
use crate::world::schema::Schema;
use crate::world::value::{Inside, Type};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a function of the host is called, takes, answers and costs. [`Compiler::function`](crate::Compiler::function)
/// adds it; [`Compiler::compile`](crate::Compiler::compile) refuses a bad one with code `LX2013` and the reason.
///
/// ```
/// use lexloci::{FunctionSpec, Type};
///
/// let spec = FunctionSpec::new("host_age_days", "whois-2026-11", Type::Int)
///     .param("host", Type::Text)
///     .doc("Days since the domain was registered.")
///     .cost(10);
/// assert_eq!(spec.name, "host_age_days");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FunctionSpec {
    /// The name by which rules call it: letters, digits and `_`; neither a reserved word nor the name of a built-in
    /// function.
    pub name: String,
    /// The version of its code and of its data. It changes whenever an answer may change. Receipts contain it,
    /// and the digest of the rules depends on it.
    pub version: String,
    /// Names and types of the parameters. Several functions may share a name when these types differ.
    pub params: Vec<(String, Type)>,
    /// The type of its answer: any type that rules can use, except [`Type::Surface`].
    pub result: Type,
    /// The most steps that a call takes, at least 1. A step takes about a nanosecond. The cost counts towards the limit on the
    /// cost of a condition. A text or list in the answer counts as no longer than this.
    pub cost: u64,
    /// One sentence for the reference and for completion.
    pub doc: String,
}

impl FunctionSpec {
    /// A function without parameters whose call costs one step.
    pub fn new(name: impl Into<String>, version: impl Into<String>, result: Type) -> Self {
        let (name, version) = (name.into(), version.into());
        Self { name, version, params: vec![], result, cost: 1, doc: String::new() }
    }

    /// Adds a parameter after the others.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, ty: Type) -> Self {
        self.params.push((name.into(), ty));
        self
    }

    /// Sets the most steps that a call takes.
    #[must_use]
    pub fn cost(self, cost: u64) -> Self {
        Self { cost, ..self }
    }

    /// Sets its documentation: one sentence.
    #[must_use]
    pub fn doc(self, doc: impl Into<String>) -> Self {
        Self { doc: doc.into(), ..self }
    }

    pub(super) fn into_function(self, run: Arc<Run>) -> Function {
        let Self { name, version, params, result, cost, doc } = self;
        let version = Some(version);
        Function {
            name,
            doc,
            params,
            result,
            cost: Cost::Call(cost),
            counts_elements: false,
            excerpts: None,
            version,
            run,
        }
    }
}

/// One diagnostic for each function of the host that is refused.
pub(super) fn faults(functions: &[Function], schema: &Schema) -> Vec<Diagnostic> {
    let built_in: BTreeSet<String> = builtins().into_iter().map(|function| function.name).collect();
    let mut found = vec![];
    for (index, function) in functions.iter().enumerate() {
        let types = |function: &Function| {
            function.params.iter().map(|(_, ty)| ty.clone()).collect::<Vec<_>>()
        };
        let has_same_signature =
            |other: &Function| other.name == function.name && types(other) == types(function);
        let is_duplicate = functions.iter().take(index).any(has_same_signature);
        let why = if built_in.contains(&function.name) {
            Some("a built-in function has this name".to_owned())
        } else if is_duplicate {
            Some("another function has the same name and the same types of parameters".to_owned())
        } else {
            fault(function, schema)
        };
        if let Some(why) = why {
            let name: String = function.name.chars().take(limits::NAME_BYTES).collect();
            let message =
                format!("the function `{}` of the host cannot be used: {why}", name.escape_debug());
            let help = "correct its `FunctionSpec` in the host";
            found.push(Diagnostic::general(Code::BadFunction, message).help(help));
        }
    }
    found
}

/// The first fault of one function, without regard to the others.
fn fault(function: &Function, schema: &Schema) -> Option<String> {
    let Function { name, params, result, cost, version, .. } = function;
    if !syntax::is_name(name) {
        return Some(
            "its name must consist of letters, digits and `_`, and must not be a keyword"
                .to_owned(),
        );
    }
    if version.as_ref().is_none_or(|version| version.trim().is_empty()) {
        return Some("its version is empty".to_owned());
    }
    let (Cost::Call(cost) | Cost::Byte { steps: cost, .. } | Cost::Digest { steps: cost, .. }) =
        cost;
    if *cost == 0 || *cost > limits::COST {
        return Some(format!("its cost is {cost}, but must be from 1 to {} steps", limits::COST));
    }
    let mut names = BTreeSet::new();
    for (param, ty) in params {
        if !syntax::is_name(param) || !names.insert(param) {
            return Some(
                "the name of a parameter is not valid, or another parameter has it".to_owned(),
            );
        }
        if !is_known(ty, schema) {
            return Some(format!("rules cannot use the type of its parameter `{param}`"));
        }
    }
    let can_answer = *result != Type::Surface && is_known(result, schema);
    (!can_answer).then(|| "rules cannot use the type of its result".to_owned())
}

/// Whether rules can have values of a type.
fn is_known(ty: &Type, schema: &Schema) -> bool {
    match ty.inside() {
        Inside::Nothing => !matches!(ty, Type::Enum(words) if words.is_empty()),
        Inside::Record(id) => schema.record(id).is_some(),
        Inside::List(of) | Inside::Map(of) => is_known(of, schema),
        Inside::Unknown => false,
    }
}
