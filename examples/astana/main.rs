//! A week of the office in Astana: what two channels post, what authorities and readers write, what is decided and due, and
//! what the office answers. Run it from the root of the repository: `cargo run --example astana`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod told;
mod week;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", week::week(std::path::Path::new("."))?);
    Ok(())
}
