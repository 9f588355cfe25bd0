// Opens a marked page as a first-time visitor does and notes which functions ran before the rest came: `cargo xtask first-load`
// (docs/loading.md). In a marked page it never comes.
//
// Usage: node tests/page/first.mjs NAMES RAN. NAMES are the functions' names in the order of their marks, RAN gets those that ran.

import { readFileSync, writeFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { launchOptions } from "./browser.mjs";
import { serve } from "./serve.mjs";

const [, , names, ran] = process.argv;

const server = await serve(0);
const browser = await chromium.launch(launchOptions);
const all = readFileSync(names, "utf8").trimEnd().split("\n");
const found = new Set();

/** One visit; `acts` is what the visitor does. */
async function visit(options, acts) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.addInitScript(() => addEventListener("TrunkApplicationStarted", (event) => { globalThis.program = event.detail.wasm; }));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => globalThis.program && performance.getEntriesByName("interactive").length > 0);
  await page.waitForTimeout(500);
  await acts(page);
  await page.evaluate(() => dispatchEvent(new Event("pagehide")));
  const marks = await page.evaluate(() => Object.entries(globalThis.program).filter(([name, mark]) => name.startsWith("ran:") && mark.value).map(([name]) => Number(name.slice(4))));
  for (const mark of marks) found.add(all[mark]);
  console.error(`first-load: ${marks.length} of ${all.length} functions ran`);
  await context.close();
}

await visit({ viewport: { width: 1440, height: 900 } }, async (page) => {
  await page.mouse.move(700, 300, { steps: 20 });
  await page.getByRole("button", { name: "Add a node", exact: true }).click();
  await page.getByRole("button", { name: "×100", exact: true }).click();
  await page.getByRole("button", { name: /^web-/ }).first().click();
  await page.getByLabel("Command line").fill("kubectl get nodes");
  await page.getByLabel("Command line").press("Enter");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Other nodes to add" }).click();
  await page.keyboard.press("Escape");
});
await visit({ viewport: { width: 360, height: 740 }, locale: "ko-KR", colorScheme: "dark" }, async (page) => {
  for (const tab of ["YAML", "터미널"]) await page.getByRole("button", { name: tab, exact: true }).click();
  await page.setViewportSize({ width: 1024, height: 700 });
  await page.waitForTimeout(200);
});

writeFileSync(ran, [...found].join("\n") + "\n");
await browser.close();
server.close();
