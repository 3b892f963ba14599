pub fn print(_: &super::tree::File) -> String { String::new() }
