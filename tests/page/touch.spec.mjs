// The first path of a learner, with a finger: add a node, break it, ask why, take it back, remove a node; each one obvious tap. And what
// other eyes see: system colours, a window in between.

import { card, expect, open, pods, test } from "./page.mjs";

test.describe("with a finger", () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true });

  test("a node is added, tainted, asked why, mended by undo, and another removed", async ({ page }) => {
    await open(page);
    await page.getByRole("button", { name: "Add a node" }).tap();
    await expect(pods(page, "monitoring-daemon", { node: "node-5" })).toHaveCount(1);
    // What was asked for is in sight.
    await expect(card(page, "node-5")).toBeInViewport();

    await card(page, "node-2").getByRole("button", { name: "What to do with node-2" }).tap();
    await page.getByRole("menuitem", { name: "Taint…" }).tap();
    const taint = page.getByLabel("Taints for node-2");
    await expect(taint).toBeFocused();
    await taint.fill("gpu=true:NoExecute");
    await page.getByRole("button", { name: "Apply", exact: true }).tap();
    await expect(pods(page, "monitoring-daemon", { node: "node-2" })).toHaveCount(0);

    await card(page, "node-2").getByRole("button", { name: /why/ }).tap();
    const why = page.getByRole("group", { name: "Why" });
    await expect(why).toContainText("Taint gpu=true:NoExecute: nothing tolerates it.");
    await expect(why.getByRole("button", { name: "Remove the taint gpu=true:NoExecute" })).toBeInViewport();

    await page.getByRole("button", { name: /^Undo/ }).tap();
    await page.getByRole("button", { name: "Cluster", exact: true }).tap();
    await expect(pods(page, "monitoring-daemon", { node: "node-2" })).toHaveCount(1);

    await card(page, "node-1").getByRole("button", { name: "Remove node-1" }).tap();
    await expect(card(page, "node-1")).toContainText("Removed. Its Pods wait for the garbage collector.");
    // A controller's late count is told as one.
    await expect(page.locator(".selection")).toContainText("still counts 5 nodes, and there are 4");
    await expect(page.locator(".selection")).toContainText("belongs on 4 of 4 nodes");
  });
});

test("in system colours the panels are told apart", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await open(page);
  const paint = (selector) => page.locator(selector).first().evaluate((it) => getComputedStyle(it).backgroundColor);
  expect(await paint(".split")).not.toBe(await paint(".panel.terminal"));
});

test("at 1280 pixels every tab of the dock is seen", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page);
  for (const tab of await page.locator(".dock-tabs button").all()) await expect(tab).toBeInViewport({ ratio: 1 });
});
