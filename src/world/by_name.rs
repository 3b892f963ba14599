//! [`ByName`]: values by name, in the order in which they were declared.

use indexmap::IndexMap;

/// Values by name. They are found by name in constant time, and listed in the order in which they were inserted.
#[derive(Clone, Debug, PartialEq)]
pub struct ByName<T>(IndexMap<String, T>);

impl<T> ByName<T> {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.get(name)
    }

    /// The names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&String, &T)> + Clone {
        self.0.iter()
    }

    /// The names in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &String> {
        self.0.keys()
    }

    /// The values in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &T> {
        self.0.values()
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contains_key(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn get_index_mut(&mut self, index: usize) -> Option<(&String, &mut T)> {
        self.0.get_index_mut(index)
    }

    /// Removes a name and keeps the order of the others. Linear.
    pub(crate) fn shift_remove(&mut self, name: &str) -> Option<T> {
        self.0.shift_remove(name)
    }

    pub(crate) fn get_index(&self, index: usize) -> Option<(&String, &T)> {
        self.0.get_index(index)
    }

    pub(crate) fn get_index_of(&self, name: &str) -> Option<usize> {
        self.0.get_index_of(name)
    }

    pub(crate) fn get_full(&self, name: &str) -> Option<(usize, &String, &T)> {
        self.0.get_full(name)
    }

    pub(crate) fn insert(&mut self, name: String, value: T) -> Option<T> {
        self.0.insert(name, value)
    }
}

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self(IndexMap::new())
    }
}

impl<T> FromIterator<(String, T)> for ByName<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl<'a, T> IntoIterator for &'a ByName<T> {
    type Item = (&'a String, &'a T);
    type IntoIter = Pairs<'a, T>;

    fn into_iter(self) -> Pairs<'a, T> {
        Pairs(self.0.iter())
    }
}

/// The names and values of a [`ByName`] in order.
#[derive(Debug)]
pub struct Pairs<'a, T>(indexmap::map::Iter<'a, String, T>);

impl<'a, T> Iterator for Pairs<'a, T> {
    type Item = (&'a String, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}
