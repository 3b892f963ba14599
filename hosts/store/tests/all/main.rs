//! One suite for all stores: what a model counts, what is lost and what is taken twice.

#[cfg(test)]
mod agree;
#[cfg(test)]
mod files;
#[cfg(test)]
mod forgetting;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod judged;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod model;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod server;
#[cfg(test)]
mod threads;
