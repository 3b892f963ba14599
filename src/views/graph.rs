//! The graph of rules, their law and their exceptions, for Graphviz and for Mermaid.

use crate::base::sink::{Dot, Mermaid, Output};
use crate::base::time::{Instant, Moment};
use crate::decision::force::{Dates, ground_in_force};
use crate::face::ruleset::RuleSet;
use crate::program::outcome::Truth;
use crate::program::{Ground, Norm, NormKind, Program};
use crate::world::place::Place;
use crate::{output, put};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The graph of a rule set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Graph {
    /// Sorted by file, then by kind, then by id.
    pub nodes: Vec<Node>,
    /// Sorted.
    pub edges: BTreeSet<Edge>,
}

/// A rule, an exception, an article or a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say all")]
#[non_exhaustive]
pub struct Node {
    /// The file that declares it, without its ending: `kz`, `lib.crypto`.
    pub file: String,
    pub kind: NodeKind,
    pub id: String,
    pub title: String,
    /// Whether it is in force on the day that was asked about.
    pub in_force: bool,
}

/// Kinds of [`Node`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say all")]
pub enum NodeKind {
    Article,
    Policy,
    Rule,
    /// A rule in shadow mode.
    Shadow,
    Exception,
}

/// From one node to another, by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say all")]
#[non_exhaustive]
pub struct Edge {
    pub from: String,
    pub to: String,
    pub kind: EdgeKind,
}

/// Kinds of [`Edge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// A rule cites a ground.
    RestsOn,
    /// An exception lifts a rule.
    Lifts,
}

impl RuleSet {
    /// The graph of all rules, or of those that can apply in a place: its own and those of the places above it. With an
    /// instant or a day, nodes that are not in force then are marked. A day begins at midnight in the place, or else in that
    /// of each rule.
    pub fn graph(&self, place: Option<Place>, at: Option<Moment>) -> Graph {
        let program = self.program();
        let mut nodes = BTreeMap::new();
        let mut edges = BTreeSet::new();
        let applies =
            |norm: &&Norm| place.is_none_or(|place| program.blocs.ever_within(place, norm.place));
        for norm in program.norms.iter().filter(applies) {
            let at = at.map(|at| self.instant_in(place.unwrap_or(norm.place), at));
            let node = norm_node(norm, at);
            nodes.insert(node.id.clone(), node);
            for ground in &norm.basis.grounds {
                if let Some(node) = ground_node(program, norm, *ground, at) {
                    let (from, to) = (norm.id.clone(), node.id.clone());
                    edges.insert(Edge { from, to, kind: EdgeKind::RestsOn });
                    nodes.insert(node.id.clone(), node);
                }
            }
            let lifted = norm.kind.defeats().iter().filter_map(|norm| program.norms.get(*norm));
            for lifted in lifted.filter(applies) {
                let (from, to) = (norm.id.clone(), lifted.id.clone());
                edges.insert(Edge { from, to, kind: EdgeKind::Lifts });
            }
        }
        let mut nodes: Vec<Node> = nodes.into_values().collect();
        nodes.sort();
        Graph { nodes, edges }
    }
}

fn norm_node(norm: &Norm, at: Option<Instant>) -> Node {
    let kind = match &norm.kind {
        NormKind::Rule(body) if body.shadow => NodeKind::Shadow,
        NormKind::Rule(_) => NodeKind::Rule,
        NormKind::Exception { .. } => NodeKind::Exception,
    };
    let in_force = at.is_none_or(|at| norm.in_force.contains(at.day(&norm.zone)) == Truth::True);
    Node { file: file_of(&norm.id), kind, id: norm.id.clone(), title: norm.title.clone(), in_force }
}

fn ground_node(
    program: &Program,
    norm: &Norm,
    ground: Ground,
    at: Option<Instant>,
) -> Option<Node> {
    let is_in_force = |at| ground_in_force(program, norm, ground, Dates::on(at)) == Truth::True;
    let in_force = at.is_none_or(is_in_force);
    let (file, kind, id, title) = match ground {
        Ground::Article(index) => {
            let article = program.articles.get(index)?;
            // The id of an article is the file, the law and the article: `kz.platforms.measures`.
            let file = file_of(&file_of(&article.id));
            let title = format!("{}, {}", article.law, article.number);
            (file, NodeKind::Article, article.id.clone(), title)
        }
        Ground::Policy(index) => {
            let policy = program.policies.get(index)?;
            (file_of(&policy.id), NodeKind::Policy, policy.id.clone(), policy.title.clone())
        }
    };
    Some(Node { file, kind, id, title, in_force })
}

/// The part of an id before the last name.
fn file_of(id: &str) -> String {
    id.rsplit_once('.').map_or("", |(file, _)| file).to_owned()
}

impl Graph {
    /// The graph in the language of Graphviz.
    pub fn dot(&self) -> Output<Dot> {
        let mut out = output!(
            "digraph rules {{\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=10];\n"
        );
        for (number, (file, nodes)) in self.nodes_by_file().enumerate() {
            put!(out, "  subgraph cluster_{} {{\n    label=\"{}\";\n", number, file);
            out.extend(nodes.iter().map(dot_node));
            put!(out, "  }}\n");
        }
        for edge in &self.edges {
            let attributes: Output<Dot> = match edge.kind {
                EdgeKind::RestsOn => output!("color=gray40"),
                EdgeKind::Lifts => output!("label=\"lifts\", style=dashed, arrowhead=tee"),
            };
            put!(out, "  \"{}\" -> \"{}\" [{}];\n", edge.from, edge.to, attributes);
        }
        put!(out, "}}\n");
        out
    }

    /// The graph in the language of Mermaid, which READMEs and wikis draw.
    pub fn mermaid(&self) -> Output<Mermaid> {
        let numbers: HashMap<&str, usize> =
            self.nodes.iter().zip(0..).map(|(node, number)| (&*node.id, number)).collect();
        let number = |id: &str| numbers.get(id).copied().unwrap_or_default();
        let mut out = output!("flowchart LR\n");
        let mut not_in_force = vec![];
        for (group, (file, nodes)) in self.nodes_by_file().enumerate() {
            put!(out, "  subgraph file{}[\"{}\"]\n", group, file);
            for node in nodes {
                let number = number(&node.id);
                put!(out, "    n{}{}\n", number, mermaid_node(node));
                if !node.in_force {
                    not_in_force.push(format!("n{number}"));
                }
            }
            put!(out, "  end\n");
        }
        for edge in &self.edges {
            let (from, to) = (number(&edge.from), number(&edge.to));
            match edge.kind {
                EdgeKind::RestsOn => put!(out, "  n{} --> n{}\n", from, to),
                EdgeKind::Lifts => put!(out, "  n{} -. lifts .-x n{}\n", from, to),
            }
        }
        if !not_in_force.is_empty() {
            put!(
                out,
                "  classDef gone stroke:#999,color:#999\n  class {} gone\n",
                not_in_force.join(",")
            );
        }
        out
    }

    fn nodes_by_file(&self) -> impl Iterator<Item = (&str, &[Node])> {
        let groups = self.nodes.chunk_by(|a, b| a.file == b.file);
        groups.filter_map(|nodes| Some((nodes.first()?.file.as_str(), nodes)))
    }
}

impl Node {
    fn label(&self) -> String {
        format!("{}\n{}", self.id, self.title)
    }
}

fn dot_node(node: &Node) -> Output<Dot> {
    let (shape, style) = match node.kind {
        NodeKind::Article => ("note", "solid"),
        NodeKind::Policy => ("folder", "solid"),
        NodeKind::Rule => ("box", "bold"),
        NodeKind::Shadow => ("box", "dashed"),
        NodeKind::Exception => ("ellipse", "solid"),
    };
    let color = if node.in_force { "black" } else { "gray" };
    let mut out = output!("    \"{}\" [label=\"{}\", ", node.id, node.label());
    put!(out, "shape={}, style={}, color={}, fontcolor={}];\n", shape, style, color, color);
    out
}

fn mermaid_node(node: &Node) -> Output<Mermaid> {
    let label = node.label();
    match node.kind {
        NodeKind::Article => output!("[/\"{}\"/]", label),
        NodeKind::Policy => output!("[(\"{}\")]", label),
        NodeKind::Rule => output!("[\"{}\"]", label),
        NodeKind::Shadow => output!("[[\"{}\"]]", label),
        NodeKind::Exception => output!("([\"{}\"])", label),
    }
}
