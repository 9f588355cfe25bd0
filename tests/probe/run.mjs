// Runs the probe's exports in a bare wasm module: `node run.mjs MODULE.wasm CALL…`, a call being `name` or `name:number`
// (`name:numbern` for a 64-bit argument).
//
// Prints one line a call: its name, what it returned, and the milliseconds of processor time it took, between tabs. All
// calls go to one instance, so that a later one finds what an earlier one prepared. The module gets nothing from
// outside; one that wants anything is refused, and what it wants is named.

import { readFileSync } from "node:fs";

const [path, ...calls] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(path));
const wanted = WebAssembly.Module.imports(module).map((wanted) => `${wanted.module}.${wanted.name}`);
if (wanted.length > 0) {
  console.error(`${path} imports ${wanted.join(", ")}; the core must import nothing`);
  process.exit(1);
}
const { exports } = new WebAssembly.Instance(module);

/** Reads `12` as a number and `12n` as a 64-bit one. */
function argument(text) {
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}

/** Wasm returns signed numbers; ours are unsigned. */
function unsigned(value) {
  return typeof value === "bigint" ? BigInt.asUintN(64, value) : value >>> 0;
}

for (const call of calls) {
  const [name, ...texts] = call.split(":");
  const start = process.cpuUsage();
  const result = exports[name](...texts.map(argument));
  const { user, system } = process.cpuUsage(start);
  console.log(`${name}\t${result === undefined ? "" : unsigned(result)}\t${(user + system) / 1000}`);
}
