//! The conditions of all rules as one graph. Equal nodes are shared, constants are folded, and the cheapest operand
//! comes first. Nodes refer to each other by index; the operands of a node have smaller indices than the node.

use super::to_u32;
use crate::program::arithmetic::{calculate, negate};
use crate::program::compare::{compare, equal_bounds};
use crate::program::outcome::Truth;
use crate::program::{CompareOp, MarkRead, TextTest};
use crate::record::Voice;
use crate::syntax::tree::{Aggregate, ArithmeticOp, Knowledge};
use crate::world::place::Place;
use crate::world::standard::{StandardField, message};
use crate::world::value::Value;
use foldhash::HashMap;

/// The assumed number of elements of a list.
const ASSUMED_ELEMENTS: u32 = 3;

/// A node, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) u32);

/// A cell of the message, or of the current element of a quantifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Path {
    pub(crate) base: Base,
    /// The column in its shape.
    pub(crate) slot: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Base {
    Message,
    /// The current element of a quantifier with `level` quantifiers around it, in a list of this shape.
    Element {
        level: u32,
        shape: u32,
    },
}

/// What is evaluated for each element of a list: a condition, or the value that is added up or counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Walk {
    pub(crate) list: Path,
    /// The number of quantifiers around it.
    pub(crate) level: u32,
    pub(crate) body: NodeId,
}

/// The texts of the message: those that the author wrote, all that a reader sees, or passages of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Surface {
    Text,
    AnyText,
    Own,
    Quoted,
    Asked,
    Stated,
    Button,
}

impl Surface {
    /// Each surface with its field of the message.
    pub(super) const ALL: [(StandardField, Self); 7] = [
        (message::TEXT, Self::Text),
        (message::ANY_TEXT, Self::AnyText),
        (message::OWN_TEXT, Self::Own),
        (message::QUOTED_TEXT, Self::Quoted),
        (message::ASKED_TEXT, Self::Asked),
        (message::STATED_TEXT, Self::Stated),
        (message::BUTTON_TEXT, Self::Button),
    ];

    /// Whose texts it has, or passages of.
    pub(crate) fn voices(self) -> &'static [Voice] {
        match self {
            Self::Text | Self::Own | Self::Asked | Self::Stated => &[Voice::Author],
            Self::Quoted => &[Voice::Author, Voice::Quoted],
            Self::Button => &[Voice::Button],
            Self::AnyText => &Voice::ALL,
        }
    }

    /// Whose texts it has if the author states all of theirs.
    pub(crate) fn voice_of_undivided(self) -> Option<Voice> {
        match self {
            Self::Own | Self::Stated => Some(Voice::Author),
            Self::Quoted => Some(Voice::Quoted),
            Self::Text | Self::AnyText | Self::Asked | Self::Button => None,
        }
    }

    /// Whether it has only passages of texts.
    pub(crate) fn is_divided(self) -> bool {
        match self {
            Self::Own | Self::Quoted | Self::Asked | Self::Stated => true,
            Self::Text | Self::AnyText | Self::Button => false,
        }
    }
}

/// A read of what earlier messages left behind, under a key of this record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Recall {
    pub(crate) of: Recalled,
    pub(crate) key: KeyNodes,
    /// Whether a rule in shadow reads it, and so the copy for such rules.
    pub(crate) in_shadow: bool,
    /// The place of the norm that reads it.
    pub(crate) reader: Place,
}

/// The values of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyNodes {
    pub(crate) values: Box<[NodeId]>,
    /// The number of the key, if it is the same for the whole record.
    pub(crate) number: Option<u32>,
}

/// What is read, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Recalled {
    /// How much a counter has. The node is a value.
    Count { counter: u32 },
    /// Whether this record takes a counter to a number. The node is a condition.
    Reaches { counter: u32, least: u64 },
    /// How a mark stands. The node is a condition if the value is a truth.
    Mark { mark: u32, read: MarkRead },
}

/// A node of the graph. INVARIANT: operands have the types that the operator needs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    // ---- values
    /// A constant, by index.
    Const(u32),
    /// The instant of the decision.
    At,
    /// A value of the record. The node is a condition if the value is a truth.
    Path(Path),
    Surface(Surface),
    /// A list written in a rule. It occurs only on the right side of `in`.
    List(Box<[NodeId]>),
    Negate(NodeId),
    Arithmetic {
        first: NodeId,
        rest: Box<[(ArithmeticOp, NodeId)]>,
    },
    Coalesce {
        value: NodeId,
        default: NodeId,
    },
    /// The node is a condition if the values of its arms are truths.
    If {
        arms: Box<[(NodeId, NodeId)]>,
        otherwise: NodeId,
    },
    /// The number of elements of a list.
    Length(Path),
    /// The number of elements for which a condition is true.
    Count(Walk),
    /// A sum or count of a value of the elements for which a condition is true.
    Aggregate {
        aggregate: Aggregate,
        values: Walk,
        condition: NodeId,
    },
    /// Points, as constants, and the conditions under which they count.
    Score(Box<[(NodeId, NodeId)]>),
    /// The node is a condition if the function returns a truth.
    Call {
        function: u32,
        args: Box<[NodeId]>,
    },
    /// What a store knows. Unknown as long as it was not asked.
    Recall(Box<Recall>),
    // ---- conditions
    Truth(Truth),
    Not(NodeId),
    And(Box<[NodeId]>),
    Or(Box<[NodeId]>),
    AtLeast {
        least: u32,
        of: Box<[NodeId]>,
    },
    Compare {
        op: CompareOp,
        left: NodeId,
        right: NodeId,
    },
    /// Two conditions are both true or both false.
    SameTruth(NodeId, NodeId),
    In {
        item: NodeId,
        list: NodeId,
    },
    /// A place is another place or belongs to it at the instant of the decision.
    InPlace {
        item: NodeId,
        place: Place,
    },
    /// The entry must be valid on the current day in a zone, which is given by index.
    InSet {
        item: NodeId,
        set: u32,
        zone: u32,
    },
    TextTest {
        op: TextTest,
        text: NodeId,
        part: NodeId,
    },
    Mentions {
        text: NodeId,
        pattern: u32,
    },
    Near {
        text: NodeId,
        patterns: [u32; 2],
        distance: u32,
    },
    Matches {
        text: NodeId,
        regex: u32,
    },
    Is(Knowledge, NodeId),
    Any(Walk),
    All(Walk),
    /// A condition that the interpreter evaluates, by index.
    Interpreted(u32),
}

/// Properties of a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// Estimated time to evaluate it, in nanoseconds.
    pub(crate) cost: u32,
    /// The levels of the enclosing quantifiers whose elements it reads, one bit for each.
    levels: u64,
    /// Whether it depends on what a store knows.
    pub(crate) reads_state: bool,
    /// Whether a part of it was left to the interpreter with the whole norm, so that it may be unknown where that is false.
    pub(crate) is_open: bool,
}

impl Facts {
    /// Whether it reads no element of an enclosing quantifier. Then it has one value for each record.
    pub(crate) fn is_closed(self) -> bool {
        self.levels == 0
    }
}

/// All nodes, in the order in which they were created.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    nodes: Vec<Node>,
    facts: Vec<Facts>,
    constants: Vec<Value>,
}

/// Creates nodes. Equal nodes are created only once.
#[derive(Debug, Default)]
pub(super) struct Interner {
    pub(super) nodes: Nodes,
    ids: HashMap<Node, NodeId>,
    /// The index of each constant, by its debug notation, because values cannot be hashed.
    constants: HashMap<String, u32>,
}

impl Nodes {
    pub(crate) fn get(&self, id: NodeId) -> &Node {
        self.nodes.get(id.0 as usize).unwrap_or(&Node::Truth(Truth::Unknown))
    }

    pub(crate) fn facts(&self, id: NodeId) -> Facts {
        let unknown = Facts { cost: u32::MAX, levels: u64::MAX, reads_state: true, is_open: true };
        self.facts.get(id.0 as usize).copied().unwrap_or(unknown)
    }

    pub(crate) fn constant(&self, number: u32) -> Option<&Value> {
        self.constants.get(number as usize)
    }

    /// The value of a constant node.
    pub(crate) fn as_constant(&self, id: NodeId) -> Option<&Value> {
        let Node::Const(number) = self.get(id) else { return None };
        self.constant(*number)
    }

    /// The surfaces that conditions read.
    pub(super) fn surfaces(&self) -> Vec<Surface> {
        let is_read = |surface: &Surface| self.nodes.contains(&Node::Surface(*surface));
        Surface::ALL.map(|(_, surface)| surface).into_iter().filter(is_read).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }
}

impl Interner {
    pub(super) fn truth(&mut self, truth: Truth) -> NodeId {
        self.intern(Node::Truth(truth))
    }

    pub(super) fn constant(&mut self, value: &Value) -> NodeId {
        if let Value::Bool(truth) = value {
            return self.truth((*truth).into());
        }
        let next = to_u32(self.nodes.constants.len());
        let number = *self.constants.entry(format!("{value:?}")).or_insert(next);
        if number == next {
            self.nodes.constants.push(value.clone());
        }
        self.intern(Node::Const(number))
    }

    pub(super) fn not(&mut self, inner: NodeId) -> NodeId {
        let node = self.nodes.get(inner);
        if let Node::Truth(truth) = *node {
            self.truth(!truth)
        } else if let Node::Not(twice) = *node {
            twice
        } else {
            self.intern(Node::Not(inner))
        }
    }

    pub(super) fn and(&mut self, operands: impl IntoIterator<Item = NodeId>) -> NodeId {
        self.join(operands, Truth::True, Node::And)
    }

    pub(super) fn or(&mut self, operands: impl IntoIterator<Item = NodeId>) -> NodeId {
        self.join(operands, Truth::False, Node::Or)
    }

    /// Joins operands by `and` or `or`: flattened, without duplicates, the cheapest first. Reordering changes neither the
    /// truth in Kleene's logic nor `missing`, which is a union.
    fn join(
        &mut self,
        operands: impl IntoIterator<Item = NodeId>,
        neutral: Truth,
        make: fn(Box<[NodeId]>) -> Node,
    ) -> NodeId {
        let mut flat = vec![];
        for id in operands {
            let node = self.nodes.get(id);
            if *node == Node::Truth(!neutral) {
                return id;
            }
            if let (Node::And(inner), Truth::True) | (Node::Or(inner), Truth::False) =
                (node, neutral)
            {
                flat.extend(inner);
            } else if *node != Node::Truth(neutral) {
                flat.push(id);
            }
        }
        flat.sort_by_key(|id| (self.nodes.facts(*id).cost, *id));
        flat.dedup();
        match flat.as_slice() {
            [] => self.truth(neutral),
            [only] => *only,
            _ => self.intern(make(flat.into())),
        }
    }

    /// Whether two conditions have the same truth. Each is evaluated once; what is none is false, as in other conditions.
    pub(super) fn same_truth(&mut self, left: NodeId, right: NodeId) -> NodeId {
        let truth_of = |side: NodeId| {
            if let Node::Truth(truth) = self.nodes.get(side) { Some(*truth) } else { None }
        };
        let (known, other) = match (truth_of(left), truth_of(right)) {
            (Some(truth), _) => (truth, right),
            (None, Some(truth)) => (truth, left),
            (None, None) => {
                let side = |id: NodeId| (self.nodes.facts(id).cost, id);
                let [first, second] =
                    if side(left) <= side(right) { [left, right] } else { [right, left] };
                return self.intern(Node::SameTruth(first, second));
            }
        };
        match known {
            Truth::True => other,
            Truth::False => self.not(other),
            Truth::Unknown => self.truth(Truth::Unknown),
        }
    }

    pub(super) fn compare(&mut self, op: CompareOp, left: NodeId, right: NodeId) -> NodeId {
        let sides = [left, right].map(|side| self.nodes.as_constant(side).cloned());
        if let [Some(left), Some(right)] = sides {
            return self.truth(compare(
                op,
                Some(&equal_bounds(&left)),
                Some(&equal_bounds(&right)),
            ));
        }
        let is_constant = self.nodes.as_constant(left).is_some();
        // Puts the constant on the right, so that `3 < x` and `x > 3` share a node.
        let (op, left, right) =
            if is_constant { (op.mirrored(), right, left) } else { (op, left, right) };
        if op == CompareOp::NotEqual {
            let equal = self.intern(Node::Compare { op: CompareOp::Equal, left, right });
            return self.not(equal);
        }
        self.intern(Node::Compare { op, left, right })
    }

    /// A calculation without a result is not folded, so that the reason is reported when it is evaluated.
    pub(super) fn arithmetic(
        &mut self,
        first: NodeId,
        rest: Vec<(ArithmeticOp, NodeId)>,
    ) -> NodeId {
        let folded = self.nodes.as_constant(first).cloned().and_then(|first| {
            rest.iter().try_fold(first, |so_far, (op, operand)| {
                calculate(*op, &so_far, self.nodes.as_constant(*operand)?).ok()
            })
        });
        match folded {
            Some(value) => self.constant(&value),
            None => self.intern(Node::Arithmetic { first, rest: rest.into() }),
        }
    }

    pub(super) fn negate(&mut self, inner: NodeId) -> NodeId {
        match self.nodes.as_constant(inner).and_then(|value| negate(value).ok()) {
            Some(value) => self.constant(&value),
            None => self.intern(Node::Negate(inner)),
        }
    }

    pub(super) fn intern(&mut self, node: Node) -> NodeId {
        if let Some(id) = self.ids.get(&node) {
            return *id;
        }
        let facts = self.nodes.facts_of(&node);
        let id = NodeId(to_u32(self.nodes.nodes.len()));
        self.ids.insert(node.clone(), id);
        self.nodes.nodes.push(node);
        self.nodes.facts.push(facts);
        id
    }
}

impl Node {
    /// The nodes directly inside this node.
    pub(crate) fn children(&self) -> Vec<NodeId> {
        match self {
            Self::Const(_)
            | Self::At
            | Self::Path(_)
            | Self::Surface(_)
            | Self::Length(_)
            | Self::Truth(_)
            | Self::Interpreted(_) => vec![],
            Self::Negate(one) | Self::Not(one) | Self::Is(_, one) => vec![*one],
            Self::List(of) | Self::And(of) | Self::Or(of) | Self::AtLeast { of, .. } => of.to_vec(),
            Self::Score(parts) => parts.iter().map(|(_, condition)| *condition).collect(),
            Self::Call { args, .. } => args.to_vec(),
            Self::Recall(recall) => recall.key.values.to_vec(),
            Self::Arithmetic { first, rest } => {
                [*first].into_iter().chain(rest.iter().map(|(_, operand)| *operand)).collect()
            }
            Self::Coalesce { value, default } => vec![*value, *default],
            Self::If { arms, otherwise } => {
                let arms = arms.iter().flat_map(|(condition, value)| [*condition, *value]);
                arms.chain([*otherwise]).collect()
            }
            Self::Compare { left, right, .. } => vec![*left, *right],
            Self::SameTruth(left, right) => vec![*left, *right],
            Self::In { item, list } => vec![*item, *list],
            Self::InPlace { item, .. } | Self::InSet { item, .. } => vec![*item],
            Self::TextTest { text, part, .. } => vec![*text, *part],
            Self::Mentions { text, .. } | Self::Near { text, .. } | Self::Matches { text, .. } => {
                vec![*text]
            }
            Self::Count(walk) | Self::Any(walk) | Self::All(walk) => vec![walk.body],
            Self::Aggregate { values, condition, .. } => vec![values.body, *condition],
        }
    }
}

impl Path {
    fn levels(self) -> u64 {
        match self.base {
            Base::Message => 0,
            Base::Element { level, .. } => 1_u64.checked_shl(level).unwrap_or(u64::MAX),
        }
    }
}

impl Nodes {
    fn facts_of(&self, node: &Node) -> Facts {
        let children = node.children();
        let inside =
            children.iter().map(|child| self.facts(*child).cost).fold(0_u32, u32::saturating_add);
        let levels = children.iter().map(|child| self.facts(*child).levels).fold(0, |a, b| a | b);
        let reads_state = matches!(node, Node::Recall(_))
            || children.iter().any(|child| self.facts(*child).reads_state);
        let is_open = *node == Node::Truth(Truth::Unknown)
            || children.iter().any(|child| self.facts(*child).is_open);
        let own = self.own_cost(node);
        if let Node::Path(path) | Node::Length(path) = node {
            return Facts { cost: own, levels: path.levels(), reads_state, is_open };
        }
        if let Node::Count(walk)
        | Node::Any(walk)
        | Node::All(walk)
        | Node::Aggregate { values: walk, .. } = node
        {
            let levels = levels & !1_u64.checked_shl(walk.level).unwrap_or(0) | walk.list.levels();
            let of_elements = inside.saturating_mul(ASSUMED_ELEMENTS);
            return Facts { cost: own.saturating_add(of_elements), levels, reads_state, is_open };
        }
        Facts { cost: own.saturating_add(inside), levels, reads_state, is_open }
    }

    /// Estimated time to evaluate a node without its operands, in nanoseconds.
    fn own_cost(&self, node: &Node) -> u32 {
        let on_message = |text: &NodeId| matches!(self.get(*text), Node::Surface(surface) if !surface.is_divided());
        match node {
            Node::Const(_) | Node::At | Node::Truth(_) => 0,
            Node::Path(_) | Node::Surface(_) | Node::Length(_) | Node::Is(..) => 1,
            Node::Not(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::Compare { .. }
            | Node::SameTruth(..) => 2,
            Node::AtLeast { .. } | Node::Score(_) | Node::Coalesce { .. } | Node::If { .. } => 3,
            Node::List(of) => u32::try_from(of.len()).unwrap_or(u32::MAX),
            Node::Negate(_) | Node::Arithmetic { .. } | Node::In { .. } => 10,
            // The message is searched once for the patterns of all rules.
            Node::Mentions { text, .. } if on_message(text) => 3,
            Node::Count(_) | Node::Any(_) | Node::All(_) | Node::Aggregate { .. } => 10,
            // Most texts are not divided.
            Node::Mentions { text, .. } if matches!(self.get(*text), Node::Surface(_)) => 20,
            Node::TextTest { .. } => 40,
            Node::InPlace { .. } | Node::InSet { .. } => 60,
            Node::Call { .. } | Node::Matches { .. } => 200,
            Node::Recall(_) => 500,
            Node::Mentions { .. } => 1_000,
            Node::Near { .. } => 2_000,
            Node::Interpreted(_) => 20_000,
        }
    }
}
