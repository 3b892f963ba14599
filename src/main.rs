//! The program `lexloci`: hands its arguments to the command line host.
//! The hosts are modules of the program and not of the library, so the compiler keeps them to the public API.

mod host;

fn main() -> std::process::ExitCode {
    host::cli::run()
}
