// Tries the recipes of docs/embedding.md with the generators themselves: `node tests/recipes/try.mjs [NAME…]`, after `cargo xtask build`.
//
// Each site here is built with the command below, dist/ is put beside what came out, and a browser looks whether the YAML block
// becomes a live cluster, on the first page and after going away and coming back. The generators are not ours to install: one that
// isn't there is said to be missing, which is a failure for a recipe that was asked for by name.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { launchOptions } from "../page/browser.mjs";
import { dist, serve } from "../page/serve.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const work = fileURLToPath(new URL("../../target/recipes/", import.meta.url));

/** How each is built, in its folder, and where its pages come out. */
const recipes = {
  hugo: { build: "hugo --quiet", out: "public" },
  mkdocs: { build: "mkdocs build --quiet", out: "site", other: "Elsewhere" },
  docusaurus: { build: "npm install --no-audit --no-fund --loglevel=error && npx docusaurus build", out: "build" },
  mdbook: { build: "mdbook build", out: "book" },
};

/** Builds a site; returns the folder of its pages, or nothing where the generator is missing. */
function built(name) {
  const { build, out } = recipes[name];
  const site = join(work, name);
  if (name !== "docusaurus") rmSync(site, { recursive: true, force: true });
  mkdirSync(site, { recursive: true });
  cpSync(join(here, name), site, { recursive: true });
  const { status, stdout, stderr } = spawnSync(build, { cwd: site, shell: true, encoding: "utf8" });
  if (status === 127) return undefined;
  if (status !== 0) throw new Error(`${build}\n${stdout}${stderr}`);
  cpSync(dist, join(site, out, "everynode"), { recursive: true });
  return join(site, out);
}

/** Looks at the page as a reader does. */
async function look(browser, folder, { other }) {
  const server = await serve(0, folder);
  const page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
  const live = async () => {
    const inside = page.locator("every-node iframe").contentFrame();
    await page.locator("every-node").scrollIntoViewIfNeeded();
    await inside.getByRole("button", { name: /^own-\S+, own, Running$/ }).nth(2).waitFor({ timeout: 60_000 });
  };
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await live();
  if (other) {
    await page.getByRole("link", { name: other }).last().click();
    await page.getByRole("heading", { name: other }).waitFor();
    await page.getByRole("link", { name: "Back" }).click();
    await live();
  }
  await page.close();
  server.closeAllConnections();
  server.close();
}

const asked = process.argv.slice(2);
const browser = await chromium.launch(launchOptions);
let failed = false;
for (const name of asked.length > 0 ? asked : Object.keys(recipes)) {
  try {
    const folder = built(name);
    if (folder) await look(browser, folder, recipes[name]);
    failed ||= !folder && asked.length > 0;
    console.log(`${name}: ${folder ? "live" : "the generator is not installed"}`);
  } catch (error) {
    failed = true;
    console.log(`${name}: ${error.message}`);
  }
}
await browser.close();
process.exitCode = failed ? 1 : 0;
