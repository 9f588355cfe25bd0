// Puts the prepared opening into the page's module, cuts it in two, the first picture and the rest (docs/loading.md), and takes
// the functions' names out of both.
// Trunk runs it after a release build.
//
// With EVERYNODE_MARK=FILE the module notes instead which functions ran, and FILE gets their names: `cargo xtask first-load`.
// A page that is built quickly, to be looked at, stays whole and keeps its names; with EVERYNODE_WHOLE=1 so does one that is to be profiled.

import { execFileSync } from "node:child_process";
import { readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepare } from "./prepare.mjs";

const folder = process.env.TRUNK_STAGING_DIR;
const target = process.env.CARGO_TARGET_DIR ?? "target";

/** When the page was last linked under a profile. */
function linked(profile) {
  const file = join(target, "wasm32-unknown-unknown", profile, "everynode-page.wasm");
  return { file, time: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
}

const split = (...words) =>
  execFileSync("cargo", ["run", "--quiet", "--profile", "proof", "--package", "split", "--", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1e8,
  });

if (process.env.TRUNK_PROFILE === "release" && !process.env.EVERYNODE_WHOLE && linked("release").time > linked("quick").time) {
  const name = readdirSync(folder).find((file) => file.endsWith("_bg.wasm"));
  const module = join(folder, name);
  const memory = join(target, "opening.memory");
  prepare(module, memory);
  if (process.env.EVERYNODE_MARK) {
    writeFileSync(process.env.EVERYNODE_MARK, split("mark", module, memory, `${module}.marked`));
    renameSync(`${module}.marked`, module);
  } else {
    split("cut", linked("release").file, module, memory, "xtask/split/first.txt", join(folder, name.replace("_bg", "_rest")));
  }
}
