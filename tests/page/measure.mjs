// Measures the built page for `cargo xtask bench`: bytes of every file, which of them a first visit loads, and how soon a
// person can use the page.
//
// Prints lines of tab-separated fields: `interactive`, then the milliseconds of one navigation; `file`, its path, bytes as
// they are, bytes after brotli 11, and `first` or `later`. What is asked for before the page's own mark "interactive"
// is the first load; the rest (the editor's module, lessons) comes after it.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { launchOptions } from "./browser.mjs";
import { dist, serve } from "./serve.mjs";

const visits = 5;

/** Opens the page as a first-time visitor; returns when it was interactive, and the files it had asked for by then. */
async function visit(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const seen = await page.waitForFunction(() => {
    const [mark] = performance.getEntriesByName("interactive");
    if (!mark) return null;
    const asked = performance.getEntriesByType("resource").filter((resource) => resource.startTime <= mark.startTime);
    return { milliseconds: mark.startTime, paths: asked.map((resource) => new URL(resource.name).pathname.slice(1)) };
  });
  const result = await seen.jsonValue();
  await context.close();
  return result;
}

const server = await serve(0);
const browser = await chromium.launch(launchOptions);
const first = new Set(["index.html"]);
for (let i = 0; i < visits; i++) {
  const { milliseconds, paths } = await visit(browser, `http://127.0.0.1:${server.address().port}/`);
  console.log(`interactive\t${milliseconds.toFixed(1)}`);
  for (const path of paths) first.add(path);
}
await browser.close();
server.close();

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
  const path = join(entry.parentPath ?? entry.path, entry.name).slice(dist.length + 1).replaceAll("\\", "/");
  const bytes = readFileSync(join(dist, path));
  console.log(`file\t${path}\t${bytes.length}\t${brotliCompressSync(bytes).length}\t${first.has(path) ? "first" : "later"}`);
}
