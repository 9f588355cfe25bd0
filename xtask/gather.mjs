// Makes one style sheet of the page's many, and one script of the program's glue and its modules: each file of its own is a request
// that the first picture waits for. Trunk runs it (through xtask/finish.mjs) after a release build.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync, transformSync } from "esbuild";

const folder = process.env.TRUNK_STAGING_DIR;
const page = join(folder, "index.html");

/** One style sheet, in the order of the page. */
function gatherStyles(html) {
  const links = [...html.matchAll(/\s*<link rel="stylesheet" href="\.\/([^"]+)"\s*\/?>/g)];
  const sheets = links.map(([, file]) => readFileSync(join(folder, file), "utf8"));
  const { code } = transformSync(sheets.join("\n"), { loader: "css", minify: true });
  const name = `style-${createHash("sha256").update(code).digest("hex").slice(0, 16)}.css`;
  for (const [, file] of links) rmSync(join(folder, file));
  writeFileSync(join(folder, name), code);
  links.forEach(([link], index) => {
    html = html.replace(link, index === 0 ? `\n    <link rel="stylesheet" href="./${name}">` : "");
  });
  return html;
}

/** The glue, telling js/rest.js of the program before that begins: even its first function may be one that has to be brought. */
function withRest(glue) {
  const start = /^( *)wasm\.__wbindgen_start\(\);$/m;
  const [, from] = glue.match(/ from (["'].*\/js\/rest\.js["'])/) ?? [];
  if (!from || !start.test(glue)) throw new Error("the glue isn't as xtask/gather.mjs knows it: no start, or no rest.js");
  return `import { beginRest } from ${from};\n${glue.replace(start, "$1beginRest(wasm);\n$&")}`;
}

/** One script under the name that the page knows already. */
function gatherScripts(html) {
  const glue = readdirSync(folder).find((file) => file.endsWith("_bg.wasm")).replace("_bg.wasm", ".js");
  const script = join(folder, glue);
  writeFileSync(script, withRest(readFileSync(script, "utf8")));
  buildSync({ entryPoints: [script], outfile: script, allowOverwrite: true, bundle: true, format: "esm", minify: true, target: "es2022", logLevel: "error" });
  rmSync(join(folder, "snippets"), { recursive: true });
  return html.replace(/\s*<link rel="modulepreload" href="\.\/snippets\/[^>]*>/g, "");
}

if (process.env.TRUNK_PROFILE === "release") writeFileSync(page, gatherScripts(gatherStyles(readFileSync(page, "utf8"))));
