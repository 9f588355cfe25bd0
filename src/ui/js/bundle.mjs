// Bundles the editor into one module, and makes the script for other people's pages small. Trunk runs it while it builds the page.
//
// Reads editor.mjs beside it and static/embed.js; writes into Trunk's staging folder, or into dist/ when run by hand.

import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const out = process.env.TRUNK_STAGING_DIR ?? "dist";

// CodeMirror writes its styles into a <style> element, which the page's policy forbids; into a sheet of its own it may.
const ownSheet = {
  name: "own-sheet",
  setup(build) {
    build.onLoad({ filter: /style-mod\/src\/style-mod\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const changed = source.replace("!root.head && root.adoptedStyleSheets", "root.adoptedStyleSheets");
      if (changed === source) throw new Error("style-mod has changed; see src/ui/js/bundle.mjs");
      return { contents: changed };
    });
  },
};

await build({
  entryPoints: [fileURLToPath(new URL("editor.mjs", import.meta.url))],
  outfile: join(out, "editor.js"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "linked",
  plugins: [ownSheet],
  logLevel: "warning",
});

await build({
  entryPoints: [fileURLToPath(new URL("../../../static/embed.js", import.meta.url))],
  outfile: join(out, "embed.js"),
  minify: true,
  target: "es2022",
});
