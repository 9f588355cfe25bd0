// The first path of a learner, with a finger: add a node, break it, ask why, take it back, remove a node; each one obvious tap. And what
// other eyes see: system colours, a window in between.

import { card, expect, open, phone, pods, test } from "./page.mjs";

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

test.describe("on a phone", () => {
  test.use({ viewport: phone, hasTouch: true, isMobile: true });

  test("what has arrived doesn't arrive again when the cluster comes back to the front", async ({ page }) => {
    await open(page);
    await expect(pods(page, "monitoring-daemon")).toHaveCount(4);
    const idle = () => page.evaluate(() => document.getAnimations().every((one) => one.animationName !== "arrive"));
    await expect.poll(idle).toBe(true);
    await page.evaluate(() => {
      globalThis.arrivals = [];
      addEventListener("animationstart", (event) => {
        if (event.animationName === "arrive") arrivals.push(event.target.dataset.node ?? event.target.closest(".node")?.dataset.node);
      });
    });
    await page.getByRole("button", { name: "YAML", exact: true }).tap();
    await expect(card(page, "node-1")).toBeHidden();
    await page.getByRole("button", { name: "Cluster", exact: true }).tap();
    await expect(card(page, "node-1")).toBeVisible();
    await page.getByRole("button", { name: "Add a node" }).tap();
    await expect(pods(page, "monitoring-daemon", { node: "node-5" })).toHaveCount(1);
    await expect.poll(() => page.evaluate(() => [...new Set(arrivals)])).toEqual(["node-5"]);
  });

  test("the heads fit: a thousand nodes, a search, two courses of events", async ({ page }) => {
    await open(page);
    const add = page.getByRole("button", { name: "Add a node" });
    await add.tap();
    await expect(pods(page, "monitoring-daemon", { node: "node-5" })).toHaveCount(1);
    await page.getByRole("button", { name: /^Undo/ }).tap();
    await expect(page.getByRole("button", { name: "2 courses of events" })).toBeVisible();
    await page.getByRole("button", { name: "Other nodes to add" }).tap();
    await page.getByRole("menuitem", { name: "A thousand workers" }).tap();
    await expect(page.getByRole("heading", { name: "Nodes 1004" })).toBeVisible();

    const middle = async (locator) => {
      const box = await locator.boundingBox();
      return box.y + box.height / 2;
    };
    const beside = async (one, other) => expect(Math.abs((await middle(one)) - (await middle(other)))).toBeLessThan(8);
    await beside(add, page.getByRole("heading", { name: "Nodes 1004" }));
    await beside(page.getByRole("button", { name: "Keys" }), page.getByRole("button", { name: /^Undo/ }));
    // The whole placeholder is seen.
    const cut = await page.getByRole("searchbox").evaluate((field) => {
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = getComputedStyle(field).font;
      const { paddingLeft, paddingRight } = getComputedStyle(field);
      return pen.measureText(field.placeholder).width - (field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
    });
    expect(cut).toBeLessThan(0);
  });

  test("while a prediction is asked for, the nodes to be marked have the room", async ({ page }) => {
    await open(page);
    await page.getByRole("switch", { name: "Predict first" }).tap();
    await expect(page.locator(".selection")).toBeVisible();
    await page.getByRole("button", { name: "Remove node-2" }).tap();
    await expect(page.getByRole("button", { name: "Let it happen" })).toBeVisible();
    await expect(page.locator(".selection")).toBeHidden();
    await expect(card(page, "node-1").locator(".guess").first()).toBeInViewport({ ratio: 1 });
    await page.getByRole("button", { name: "Don't" }).tap();
    await expect(page.locator(".selection")).toBeVisible();
    await expect(card(page, "node-2")).toContainText("Ready");
  });

  test("a verdict is read to its end", async ({ page }) => {
    await open(page);
    await card(page, "node-1").getByRole("button", { name: "What to do with node-1" }).tap();
    await page.getByRole("menuitem", { name: "Stop the kubelet" }).tap();
    const verdict = card(page, "node-1").getByRole("button", { name: /^Kept/ });
    await expect(verdict).toBeVisible();
    expect(await verdict.evaluate((it) => it.scrollHeight - it.clientHeight)).toBeLessThanOrEqual(1);
    await expect(verdict.getByText("why?")).toBeVisible();
  });
});

test("of several problems, that which can be mended at once is told first", async ({ page }) => {
  await open(page);
  await page.locator(".cm-line", { hasText: "image:" }).first().click();
  await page.keyboard.press("Home");
  await page.keyboard.type("x");
  await expect(page.locator(".remarks")).toContainText("ximage");
  await page.locator(".foot .fix").click();
  await expect(page.locator(".remarks")).toHaveText("No problems");
});

test.describe("in Korean", () => {
  test.use({ viewport: phone, locale: "ko-KR" });

  test("no word is broken in two", async ({ page }) => {
    await open(page);
    const said = page.locator(".selection p");
    await expect(said).toContainText("준비됨");
    // The lines as they lie, each word with one box.
    const broken = await said.evaluate((it) => {
      const words = [];
      const walk = document.createTreeWalker(it, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        for (const { 0: word, index } of walk.currentNode.data.matchAll(/[가-힣0-9]+/g)) {
          const range = document.createRange();
          range.setStart(walk.currentNode, index);
          range.setEnd(walk.currentNode, index + word.length);
          if (new Set([...range.getClientRects()].map((box) => box.top)).size > 1) words.push(word);
        }
      }
      return words;
    });
    expect(broken).toEqual([]);
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
