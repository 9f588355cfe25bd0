// Bundles the editor into one module. Trunk runs it while it builds the page.
//
// Reads editor.mjs beside it; writes editor.js into Trunk's staging folder, or into dist/ when run by hand.

import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const out = process.env.TRUNK_STAGING_DIR ?? "dist";

await build({
  entryPoints: [fileURLToPath(new URL("editor.mjs", import.meta.url))],
  outfile: join(out, "editor.js"),
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "linked",
  logLevel: "warning",
});
