//! One message under the law of eight places: what is done where, what a licence, a purpose, a private chat and a day
//! change. Run it from the root of the repository: `cargo run --example one-message-many-places`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod table;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", table::tables(std::path::Path::new("."))?);
    Ok(())
}
