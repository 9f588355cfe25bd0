// Runs the program's own `prepare_opening` while the page is built, and returns the memory as it is then (docs/loading.md).
//
// Nothing of a browser is there: the program must not ask for it, and the build fails if it does.

import { readFileSync, writeFileSync } from "node:fs";

/** Prepares the module in a file, and writes its memory into another. */
export function prepare(file, memory) {
  const module = new WebAssembly.Module(readFileSync(file));
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => {
      throw new Error(`preparing the opening asked the browser for ${name}`);
    };
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  exports.prepare_opening();
  writeFileSync(memory, new Uint8Array(exports.memory.buffer));
}
