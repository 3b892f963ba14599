//! [`Shares`]: something that judgings left, with what each author has in it, so that one of them can be forgotten.

use super::entry::Entry;
use super::mark::MarkHistory;
use crate::base::shared::Text;
use crate::base::time::Instant;
use std::collections::BTreeMap;
use std::collections::btree_map;

/// What can be joined in any order and more than once.
pub trait Join: Clone {
    /// Adds another one.
    fn join(&mut self, other: &Self);
}

/// Something that judgings left, with the share of each author. `None` stands for judgings that know no author, and for what
/// persons did. Almost always there is one author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares<T> {
    whole: T,
    by: By<T>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum By<T> {
    One(Option<Text>),
    /// Two or more.
    Several(BTreeMap<Option<Text>, T>),
}

impl<T: Join> Shares<T> {
    /// What the judgings of one author left.
    pub fn new(author: Option<Text>, whole: T) -> Self {
        Self { whole, by: By::One(author) }
    }

    /// What several authors left; `None` if that is nothing.
    pub fn of(shares: impl IntoIterator<Item = (Option<Text>, T)>) -> Option<Self> {
        let mut shares = shares.into_iter();
        let (author, first) = shares.next()?;
        let mut all = Self::new(author, first);
        shares.for_each(|(author, share)| all.join(author.as_ref(), &share));
        Some(all)
    }

    /// All of it, joined.
    pub fn whole(&self) -> &T {
        &self.whole
    }

    /// The only author; `Err` if there are several.
    ///
    /// # Errors
    /// The shares of the authors.
    pub fn author(&self) -> Result<Option<&Text>, &BTreeMap<Option<Text>, T>> {
        match &self.by {
            By::One(author) => Ok(author.as_ref()),
            By::Several(shares) => Err(shares),
        }
    }

    /// Each author with their share.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&Text>, &T)> {
        let (one, several) = match &self.by {
            By::One(author) => (Some((author.as_ref(), &self.whole)), None),
            By::Several(shares) => (None, Some(shares)),
        };
        let several = several.into_iter().flatten();
        one.into_iter().chain(several.map(|(author, share)| (author.as_ref(), share)))
    }

    /// Whether an author has a share.
    pub fn has(&self, author: &Text) -> bool {
        self.iter().any(|(of, _)| of == Some(author))
    }

    /// Adds what a judging of an author left.
    pub fn join(&mut self, author: Option<&Text>, share: &T) {
        match &mut self.by {
            By::One(own) if own.as_ref() == author => {}
            By::One(own) => {
                let own = (own.take(), self.whole.clone());
                self.by = By::Several([own, (author.cloned(), share.clone())].into());
            }
            By::Several(shares) => match shares.entry(author.cloned()) {
                btree_map::Entry::Occupied(known) => known.into_mut().join(share),
                btree_map::Entry::Vacant(free) => drop(free.insert(share.clone())),
            },
        }
        self.whole.join(share);
    }

    /// What is left of it when shares are changed or taken out; `None` if that is nothing.
    #[must_use]
    pub fn retain(self, mut keeps: impl FnMut(Option<&Text>, &mut T) -> bool) -> Option<Self> {
        let shares = match self.by {
            By::One(author) => [(author, self.whole)].into(),
            By::Several(shares) => shares,
        };
        let mut shares: Vec<_> = shares.into_iter().collect();
        shares.retain_mut(|(author, share)| keeps(author.as_ref(), share));
        Self::of(shares)
    }

    /// What is left of it without the share of an author; `None` if that is nothing.
    #[must_use]
    pub fn without(self, author: &Text) -> Option<Self> {
        self.retain(|of, _| of != Some(author))
    }
}

impl Join for Entry {
    fn join(&mut self, other: &Self) {
        self.join(other);
    }
}

impl Join for MarkHistory {
    fn join(&mut self, other: &Self) {
        self.join(other);
    }
}

/// Of several instants the earliest counts.
impl Join for Instant {
    fn join(&mut self, other: &Self) {
        *self = (*self).min(*other);
    }
}
