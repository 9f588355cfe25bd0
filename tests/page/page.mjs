// `test` as every browser test takes it: with a page that may not complain, nor ask anybody but its own server. And what
// a person does on the page, in the words of the tests.

import { test as base, expect } from "@playwright/test";

export { expect };

export const test = base.extend({
  // For tests in which something goes wrong on purpose.
  mayComplain: [false, { option: true }],

  page: async ({ page, baseURL, mayComplain }, use) => {
    const complaints = [];
    page.on("console", (message) => {
      // The configuration's own doing.
      if (message.text() === "Service Worker registration blocked by Playwright") return;
      if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
    page.on("request", (request) => {
      const target = new URL(request.url());
      if (target.protocol.startsWith("http") && target.origin !== new URL(baseURL).origin) complaints.push(`asks ${target.origin}`);
    });
    await use(page);
    if (!mayComplain) expect(complaints, "the page complained, or asked a stranger").toEqual([]);
  },
});

export const wide = { width: 1440, height: 900 };
export const phone = { width: 360, height: 740 };

/** Opens the page and waits until a person can use it. */
export async function open(page) {
  await page.goto("./");
  await page.waitForFunction(() => performance.getEntriesByName("interactive").length > 0);
}

/** A node's card. */
export const card = (page, node) => page.locator(".node").filter({ has: page.getByRole("heading", { name: node, exact: true }) });

/** A workload's Pods on a node, in a STATUS; without a node, all of them. */
export const pods = (page, workload, { node, status = "Running" } = {}) =>
  (node ? card(page, node) : page).getByRole("button", { name: new RegExp(`^${workload}-\\S+, ${workload}, ${status}$`) });

/** Waits until each of these nodes has one daemon Pod that runs. */
export async function expectOneDaemonPodOnEach(page, nodes, options) {
  for (const node of nodes) await expect(pods(page, "monitoring-daemon", { node }), node).toHaveCount(1, options);
}

/** Enters a line in the terminal; returns what was answered at once, line by line, without spaces at their ends. */
export async function run(page, line) {
  const log = page.getByRole("log");
  const before = (await log.textContent()).length;
  await page.getByLabel("Command line").fill(line);
  await page.getByLabel("Command line").press("Enter");
  await expect(page.getByLabel("Command line")).toHaveValue("");
  const said = (await log.textContent()).slice(before).trimEnd();
  return said.split("\n").slice(1).map((text) => text.trimEnd());
}

/** Writes at the end of a line of the file in front, found by what stands in it. */
export async function writeAfter(page, text, more, { nth = 0 } = {}) {
  await page.locator(".cm-line", { hasText: text }).nth(nth).click();
  await page.keyboard.press("End");
  await page.keyboard.type(more);
}

/** The time bar's reading, in seconds. */
export async function now(page) {
  const reading = await page.locator(".time .now").textContent();
  return reading.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0);
}
