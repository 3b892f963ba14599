//! lexloci and the engines of others, one file each.

#[cfg(feature = "cedar")]
pub mod cedar;
#[cfg(feature = "cel")]
pub mod cel;
pub mod lexloci;
#[cfg(feature = "regorus")]
pub mod regorus;
#[cfg(feature = "rhai")]
pub mod rhai;
#[cfg(feature = "vrl")]
pub mod vrl;
#[cfg(feature = "wirefilter")]
pub mod wirefilter;
#[cfg(feature = "yara-x")]
pub mod yara_x;
#[cfg(feature = "zen")]
pub mod zen;

/// A text as a string literal, for languages whose literals are like those of JSON.
#[cfg(any(
    feature = "regorus",
    feature = "cedar",
    feature = "cel",
    feature = "rhai",
    feature = "vrl",
    feature = "wirefilter"
))]
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

/// Writes words by a function, and joins them.
pub fn joined<'a>(
    words: impl IntoIterator<Item = &'a String>,
    between: &str,
    written: impl Fn(&str) -> String,
) -> String {
    words.into_iter().map(|word| written(word)).collect::<Vec<_>>().join(between)
}
