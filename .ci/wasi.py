"""Runs a WebAssembly program of WASI with the root of the repository as its folder: what cargo's runner needs for tests."""

import os
import sys

import wasmtime

program, *arguments = sys.argv[1:]
settings = wasmtime.Config()
settings.cache = True
# Unoptimised tests nest deeply; the host's stack is larger than the guest's.
settings.max_wasm_stack = 1 << 20
engine = wasmtime.Engine(settings)
wasi = wasmtime.WasiConfig()
wasi.argv = [program, *arguments]
wasi.env = [(name, value) for name, value in os.environ.items() if name.startswith(("LEXLOCI_", "CARGO_", "INSTA_"))]
wasi.inherit_stdout()
wasi.inherit_stderr()
# Tests name their files absolutely, from the manifest's folder.
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
wasi.preopen_dir(root, root)
store = wasmtime.Store(engine)
store.set_wasi(wasi)
linker = wasmtime.Linker(engine)
linker.define_wasi()
module = linker.instantiate(store, wasmtime.Module.from_file(engine, program))
try:
    module.exports(store)["_start"](store)
except wasmtime.ExitTrap as ended:
    sys.exit(ended.code)
