// Makes of dist/ what a static host needs: `cargo xtask dist` runs it after the release build.
//
// Beside each larger file its compressed variants, a 404 page that leads home, the hashes with which others may pin embed.js,
// and with `--url ADDRESS` a sitemap, robots.txt and the picture that networks show for a link (they want a whole address). With `--single-file` one HTML file with everything inside, which runs
// from a disk: no fetch, no module by its address, no worker.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const folder = "dist";
const flags = process.argv.slice(2);

/** Smaller files gain nothing. */
const compressedFrom = 1_000;
const compressible = /\.(css|html|js|json|md|svg|txt|wasm|webmanifest|yaml)$/;

const read = (file) => readFileSync(join(folder, file));
const files = readdirSync(folder, { recursive: true })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => statSync(join(folder, file)).isFile() && !/\.(br|gz)$/.test(file) && file !== "everynode.html");

/** What index.html is made of: its styles, its start and its program, found by what Trunk wrote. */
function parts(html) {
  const [, script, program] = html.match(/<script type="module">([^]*?from '\.\/([^']+\.js)'[^]*?)<\/script>/);
  const [, wasm] = script.match(/'\.\/([^']+\.wasm)'/);
  return { program, wasm };
}

/** One file as the contents of a script element that no browser runs: gzip, in base64. */
const packed = (file) => `<script type="text/plain" data-file="${file}">${gzipSync(read(file), { level: 9 }).toString("base64")}</script>`;

/** What starts the single file: unpacks what it carries, and gives it out by its name. */
const start = (program, wasm) => `
  import init from "./${program}";
  const types = { js: "text/javascript", wasm: "application/wasm" };
  const carried = new Map();
  for (const element of document.querySelectorAll("script[data-file]")) {
    const bytes = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const name = element.dataset.file;
    carried.set(name, new Blob([await new Response(stream).arrayBuffer()], { type: types[name.split(".").pop()] ?? "text/plain" }));
    element.remove();
  }
  globalThis.everynodeFile = (name) => URL.createObjectURL(carried.get(name));
  const wasm = await init({ module_or_path: await carried.get("${wasm}").arrayBuffer() });
  dispatchEvent(new CustomEvent("TrunkApplicationStarted", { detail: { wasm } }));`;

async function singleFile() {
  const html = read("index.html").toString();
  const { program, wasm } = parts(html);
  const bundled = await build({
    stdin: { contents: start(program, wasm), resolveDir: folder },
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  const code = bundled.outputFiles[0].text.replaceAll("</script", "<\\/script");
  const carried = [wasm, ...files.filter((file) => /^(editor\.js|descriptions\.txt|.*_rest\.wasm|lessons\/.*)$/.test(file))];
  const whole = html
    // The policy is that of a web server's page, and knows the scripts by their hashes.
    .replace(/\s*<meta http-equiv="Content-Security-Policy"[^>]*>/, "")
    .replace(/\s*<meta name="offline"[^>]*>/, "")
    .replace(/\s*<link rel="(manifest|modulepreload|preload)"[^>]*>/g, "")
    .replace(/<link rel="icon"[^>]*>/, () => `<link rel="icon" href="data:image/svg+xml;base64,${read("icon.svg").toString("base64")}">`)
    .replace(/<link rel="stylesheet" href="\.\/([^"]+)"\/?>/g, (_, file) => `<style>${read(file)}</style>`)
    .replace(/<script src="shell\.js"><\/script>/, () => `<script>${read("shell.js")}</script>`)
    .replace(/<script type="module">[^]*?<\/script>/, "")
    .replace("</body>", () => `${carried.map(packed).join("\n")}\n<script type="module">${code}</script>\n</body>`);
  writeFileSync(join(folder, "everynode.html"), whole);
  console.error(`everynode: dist/everynode.html, ${(whole.length / 1e6).toFixed(1)} MB, runs from a disk`);
}

function site(url) {
  writeFileSync(join(folder, "404.html"), read("index.html").toString().replace(/<body>[^]*<\/body>/, `<body>
    <div class="notice">
      <h1>There is no such page</h1>
      <p><a href="${url ?? "./"}">everynode</a> is one page; everything is in it.</p>
    </div>
  </body>`).replace(/<script[^>]*>[^]*?<\/script>/g, "").replace(/\s*<link rel="(modulepreload|preload)"[^>]*>/g, ""));
  const hash = createHash("sha384").update(read("embed.js")).digest("base64");
  writeFileSync(join(folder, "hashes.txt"), `embed.js sha384-${hash}\n`);
  if (url) {
    const home = new URL("./", url).href;
    const [, title] = read("index.html").toString().match(/<title[^>]*>([^<]*)</);
    const tags = { "og:type": "website", "og:url": home, "og:title": title, "og:image": `${home}social.png`, "og:image:width": 1200, "og:image:height": 630 };
    const written = Object.entries(tags).map(([name, value]) => `<meta property="${name}" content="${value}">`);
    written.push('<meta name="twitter:card" content="summary_large_image">');
    const html = read("index.html").toString().replace(/\s*<meta (property="og:|name="twitter:)[^>]*>/g, "");
    writeFileSync(join(folder, "index.html"), html.replace(/(<meta name="description"[^>]*>)/, (first) => [first, ...written].join("\n    ")));
    writeFileSync(join(folder, "sitemap.xml"), `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>${home}</loc></url></urlset>\n`);
    writeFileSync(join(folder, "robots.txt"), `User-agent: *\nAllow: /\nSitemap: ${home}sitemap.xml\n`);
  }
}

function compress() {
  let saved = 0;
  for (const file of readdirSync(folder, { recursive: true }).map((file) => file.replaceAll("\\", "/"))) {
    const path = join(folder, file);
    if (!compressible.test(file) || !existsSync(path) || statSync(path).size < compressedFrom || file === "everynode.html") continue;
    const bytes = readFileSync(path);
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
    writeFileSync(`${path}.br`, brotli);
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    saved += bytes.length - brotli.length;
  }
  console.error(`everynode: dist/ is ready for a static host; compressed variants save ${(saved / 1e6).toFixed(1)} MB`);
}

const at = flags.indexOf("--url");
if (at >= 0 && !URL.canParse(flags[at + 1] ?? "")) {
  console.error("everynode: --url wants the address the site will have, such as https://example.org/everynode/");
  process.exit(1);
}
if (flags.includes("--single-file")) await singleFile();
else {
  site(at >= 0 ? flags[at + 1] : undefined);
  compress();
}
