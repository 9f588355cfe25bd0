// Takes the functions' names out of the page's wasm: a quarter of its bytes after brotli. Trunk runs it after a release build.
//
// rustc's own `strip` would also take the section in which wasm-bindgen reads what the module may use, so the names go last.
// A development build keeps them, for readable stack traces.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The sections nobody reads at run time. */
const dropped = ["name", "producers"];

/** Returns the module without the dropped sections. */
function strip(wasm) {
  const kept = [wasm.subarray(0, 8)];
  let at = 8;
  while (at < wasm.length) {
    const start = at;
    const isCustom = wasm[at] === 0;
    const size = number(wasm, at + 1);
    at = size.end + size.value;
    const name = isCustom ? number(wasm, size.end) : null;
    const isDropped = isCustom && dropped.includes(wasm.toString("utf8", name.end, name.end + name.value));
    if (!isDropped) kept.push(wasm.subarray(start, at));
  }
  return Buffer.concat(kept);
}

/** Reads an unsigned LEB128 number; returns it and the place after it. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: at };
  }
}

const folder = process.env.TRUNK_STAGING_DIR;
if (process.env.TRUNK_PROFILE === "release") {
  for (const file of readdirSync(folder).filter((file) => file.endsWith(".wasm"))) {
    const path = join(folder, file);
    writeFileSync(path, strip(readFileSync(path)));
  }
}
