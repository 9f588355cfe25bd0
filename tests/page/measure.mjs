// Measures the built page for `cargo xtask bench`: bytes of every file, which of them a first visit loads, how soon a
// person can use the page, and how evenly it is painted with many nodes.
//
// Prints lines of tab-separated fields: `interactive` and `complete`, then the milliseconds of one navigation; `file`, its path, bytes as
// they are, bytes after brotli 11, and `first` or `later`; `frames`, how many nodes, and the milliseconds that 95 of 100
// frames, the longest one and the longest task took (0: none over 50), while three DaemonSets roll out at ×100; `command`, how many nodes,
// a line, the milliseconds until its answer stood, and the longest task of that time. What is asked for before the page's own mark
// "interactive" is the first load; the rest (the editor's module, lessons) comes after it.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { launchOptions } from "./browser.mjs";
import { dist, serve } from "./serve.mjs";

const visits = 5;

/** Lines that have to do with every node or Pod. */
const lines = [
  "kubectl get pods -A -o wide",
  "kubectl get pods --sort-by=.spec.nodeName",
  "kubectl get events",
  "kubectl get pods -o yaml",
  "kubectl get pods -o json | jq -r '.items[].spec.nodeName' | sort | uniq -c",
  "kubectl get pods -o custom-columns=POD:.metadata.name,NODE:.spec.nodeName",
  "kubectl describe pods",
  "kubectl events",
  "kubectl label nodes --all rack=one",
  "kubectl cordon -l rack=one",
  "kubectl annotate pods --all note=looked-at",
  "kubectl delete pods --all --wait=false",
];

/** Opens the page as a first-time visitor; returns when it was interactive, and the files it had asked for by then. */
async function visit(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const seen = await page.waitForFunction(() => {
    const [mark] = performance.getEntriesByName("interactive");
    if (!mark) return null;
    const asked = performance.getEntriesByType("resource").filter((resource) => resource.startTime <= mark.startTime);
    const [complete] = performance.getEntriesByName("complete");
    if (!complete) return null;
    return { milliseconds: mark.startTime, complete: complete.startTime, paths: asked.map((resource) => new URL(resource.name).pathname.slice(1)) };
  });
  const result = await seen.jsonValue();
  await context.close();
  return result;
}

/** Adds `nodes` workers, gives them three DaemonSets, and rolls all three out while frames are timed. */
async function many(browser, url, nodes) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName("interactive").length > 0);
  // As a paste would put it there: how the browser's own tools fill a field is a long task by itself.
  const type = async (line) => {
    const field = page.locator(".terminal .line input");
    await field.evaluate((field, line) => {
      field.value = line;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }, line);
    await field.press("Enter");
  };
  const settle = async () => {
    await page.getByRole("button", { name: "Run until nothing but heartbeats happens" }).click();
    await page.getByRole("button", { name: "Let time run" }).waitFor({ timeout: 600_000 });
  };
  for (let added = 0; added < nodes; added += 1000) {
    await page.getByRole("button", { name: "Other nodes to add" }).click();
    await page.getByRole("menuitem", { name: "A thousand workers" }).click();
  }
  const sets = ["monitoring-daemon", "second", "third"];
  for (const name of sets.slice(1)) await type(`sed s/monitoring-daemon/${name}/ monitoring-daemon.yaml | sed s/monitoring-agent/${name}/ | kubectl apply -f -`);
  await settle();
  for (const name of sets) {
    await type(`kubectl patch ds ${name} -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":"10%"}}}}'`);
    await type(`kubectl set image ds/${name} *=nginx:1.27`);
  }
  await page.getByRole("button", { name: "×100", exact: true }).click();
  await page.getByRole("button", { name: "Let time run" }).click();
  const { took: frames, task } = await page.evaluate(
    () =>
      new Promise((done) => {
        const took = [];
        let task = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) task = Math.max(task, entry.duration);
        }).observe({ type: "longtask" });
        let last = performance.now();
        const frame = (now) => {
          took.push(now - last);
          last = now;
          if (took.length < 300) requestAnimationFrame(frame);
          else setTimeout(() => done({ took: took.slice(10).sort((a, b) => a - b), task }), 300);
        };
        requestAnimationFrame(frame);
      }),
  );
  // Time stands still again, so that a line is alone.
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await settle();
  await page.evaluate(() => {
    window.tasks = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  for (const line of lines) {
    await page.evaluate(() => (window.tasks = []));
    const begun = performance.now();
    await type(line);
    await page.locator(".terminal .line .prompt").waitFor();
    const took = performance.now() - begun;
    // An observer is told of a task after it.
    await page.waitForTimeout(500);
    const longest = await page.evaluate(() => Math.max(0, ...window.tasks));
    console.log(`command\t${nodes}\t${line}\t${took.toFixed(0)}\t${longest.toFixed(0)}`);
  }
  console.log(`frames\t${nodes}\t${frames[Math.floor(frames.length * 0.95)].toFixed(1)}\t${frames.at(-1).toFixed(1)}\t${task.toFixed(0)}`);
  await page.close();
}

const server = await serve(0);
const browser = await chromium.launch(launchOptions);
const first = new Set(["index.html"]);
for (let i = 0; i < visits; i++) {
  const { milliseconds, complete, paths } = await visit(browser, `http://127.0.0.1:${server.address().port}/`);
  console.log(`interactive\t${milliseconds.toFixed(1)}`);
  console.log(`complete\t${complete.toFixed(1)}`);
  for (const path of paths) first.add(path);
}
for (const nodes of [1000, 5000]) await many(browser, `http://127.0.0.1:${server.address().port}/`, nodes);
await browser.close();
server.close();

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
  const path = join(entry.parentPath ?? entry.path, entry.name).slice(dist.length + 1).replaceAll("\\", "/");
  const bytes = readFileSync(join(dist, path));
  console.log(`file\t${path}\t${bytes.length}\t${brotliCompressSync(bytes).length}\t${first.has(path) ? "first" : "later"}`);
}
