#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lexloci_fuzz::session(data));
