//! One message under the law of eight places: what is done in each place, and what changes with a licence, another purpose,
//! a private chat or another day. Run it from the root of the repository: `cargo run --example one-message-many-places`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod table;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", table::tables(std::path::Path::new("."))?);
    Ok(())
}
