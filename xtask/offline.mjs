// Tells the service worker which files the page consists of. Trunk runs it last after a release build.
//
// The version is a hash over all of them, so that any change is a new version and no change is none. A development build
// has no service worker: it would show yesterday's page.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Never asked for by the page itself, or not to be kept. */
const left = new Set(["sw.js", "embed.js", "editor.js.LEGAL.txt", "social.png"]);

/** Every file below `folder`, by its path with slashes, in order. */
function filesOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1).replaceAll("\\", "/")).sort();
}

const folder = process.env.TRUNK_STAGING_DIR;
if (process.env.TRUNK_PROFILE === "release") {
  const page = join(folder, "index.html");
  const named = '<meta name="offline" content="sw.js">\n    <link rel="manifest" href="app.webmanifest">';
  writeFileSync(page, readFileSync(page, "utf8").replace(/<link rel="icon"/, (first) => `${named}\n    ${first}`));

  const worker = readFileSync("static/sw.js", "utf8");
  const files = filesOf(folder).filter((file) => !left.has(file));
  const hash = createHash("sha256").update(worker);
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  const filled = worker
    .replace("{version}", hash.digest("hex").slice(0, 16))
    .replace("files = []", `files = ${JSON.stringify(files)}`);
  writeFileSync(join(folder, "sw.js"), filled);
}
