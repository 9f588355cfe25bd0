// What holds of the page whatever it shows: axe finds nothing, it fits a phone, and what an act answers is seen there too.

import AxeBuilder from "@axe-core/playwright";
import { card, expect, expectOneDaemonPodOnEach, open, phone, run, test, wide, writeAfter } from "./page.mjs";

const tabs = ["Cluster", "YAML", "Terminal", "Events"];

async function expectAxeFindsNothing(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test("axe finds nothing on a wide screen, nor when all sorts of things have gone wrong", async ({ page }) => {
      await page.setViewportSize(wide);
      await open(page);
      await expectOneDaemonPodOnEach(page, ["node-1", "node-4"]);
      await expectAxeFindsNothing(page);

      await run(page, "kubectl taint nodes node-1 gpu=true:NoSchedule");
      await run(page, "kubectl set resources daemonset monitoring-daemon --requests=cpu=50");
      await run(page, "kubectl get nonsense");
      await page.getByRole("button", { name: "Remove node-3" }).click();
      await writeAfter(page, "kind: DaemonSet", "s");
      await expect(page.getByRole("heading", { name: "Waiting for a node" })).toBeVisible();
      await card(page, "node-4").getByText("Labels").click();
      await page.getByRole("button", { name: "What to do with node-1" }).click();
      await expect(page.getByRole("menuitem", { name: "Drain" })).toBeVisible();
      await expectAxeFindsNothing(page);
    });

    test("axe finds nothing on a phone, whatever is in front", async ({ page }) => {
      await page.setViewportSize(phone);
      await open(page);
      for (const tab of tabs) {
        await page.getByRole("button", { name: tab, exact: true }).click();
        await expectAxeFindsNothing(page);
      }
    });
  });
}

test("nothing sticks out at 360 pixels, with fifty nodes either", async ({ page }) => {
  await page.setViewportSize(phone);
  await open(page);
  const expectToFit = async () => {
    for (const tab of tabs) {
      await page.getByRole("button", { name: tab, exact: true }).click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth), tab).toBeLessThanOrEqual(phone.width);
      const cut = await page.locator("button:visible, input:visible").evaluateAll((all, width) =>
        all.filter((one) => !one.closest(".scroll, .screen, .files ul") && one.getBoundingClientRect().right > width + 1).map((one) => one.outerHTML), phone.width);
      expect(cut, tab).toEqual([]);
    }
  };
  await expectToFit();
  await page.getByRole("button", { name: "Cluster", exact: true }).click();
  for (let i = 0; i < 3; i++) {
    await page.getByRole("button", { name: "Other nodes to add" }).click();
    await page.getByRole("menuitem", { name: "Twenty workers" }).click();
  }
  await expect(page.locator(".node")).toHaveCount(64);
  await expectToFit();
});

test.describe("in Korean", () => {
  test.use({ locale: "ko-KR" });

  test("the page speaks as the browser asks, until one chooses; then so at the next visit", async ({ page }) => {
    await open(page);
    await expect(page.locator("html")).toHaveAttribute("lang", "ko");
    await expect(page.getByRole("heading", { name: "노드" }).first()).toBeVisible();
    await expectAxeFindsNothing(page);
    await page.getByRole("button", { name: "언어" }).click();
    await page.getByRole("menuitem", { name: "English" }).click();
    await expect(page.getByRole("button", { name: "Add a node" })).toBeVisible();
    await expect(page).toHaveTitle(/^everynode: a Kubernetes cluster/);
    await page.reload();
    await expect(page.getByRole("button", { name: "Add a node" })).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
  });
});

test("the terminal has room for the 93 columns of get daemonsets at 1440 pixels", async ({ page }) => {
  await page.setViewportSize(wide);
  await open(page);
  await run(page, "kubectl get daemonsets");
  const screen = page.locator(".screen");
  expect(await screen.evaluate((box) => box.scrollWidth)).toBeLessThanOrEqual(await screen.evaluate((box) => box.clientWidth));
});

test("on a phone, applying shows what comes of it: the nodes, or why it was refused", async ({ page }) => {
  await page.setViewportSize(phone);
  await open(page);
  await page.getByRole("button", { name: "YAML", exact: true }).click();
  await page.getByRole("button", { name: /^Apply/ }).click();
  await expect(card(page, "node-1")).toBeVisible();
  await page.getByRole("button", { name: "YAML", exact: true }).click();
  await writeAfter(page, "kind: DaemonSet", "s");
  await page.getByRole("button", { name: /^Apply/ }).click();
  await expect(page.getByRole("log")).toBeVisible();
  await expect(page.getByRole("log")).toContainText("no matches for kind \"DaemonSets\"");
});

test.describe("the page's policy", () => {
  test.use({ mayComplain: true });

  test("refuses scripts and styles that aren't its own files", async ({ page }) => {
    await open(page);
    const got = await page.evaluate(() => {
      const add = (tag, text) => document.head.append(Object.assign(document.createElement(tag), { textContent: text }));
      add("script", "window.strange = true");
      add("style", "body { opacity: 0.5 }");
      return { strange: window.strange, opacity: getComputedStyle(document.body).opacity };
    });
    expect(got).toEqual({ strange: undefined, opacity: "1" });
  });
});

test("the first picture needs the first part of the program alone, and what is done before the rest has come is done then", async ({ page }) => {
  await page.setViewportSize(wide);
  let release;
  const released = new Promise((ready) => { release = ready; });
  await page.route("**/*_rest.wasm", async (route) => {
    // What the program can't wait for may pass: it would stand still for ever.
    if (route.request().resourceType() !== "xhr") await released;
    await route.continue();
  });
  await page.goto("/");
  await expect(card(page, "node-4")).toBeVisible();
  await page.getByRole("button", { name: "Add a node", exact: true }).click();
  // A function's name has changed, or another is needed: `cargo xtask first-load` writes anew what the first picture needs.
  expect(await page.evaluate(() => performance.getEntriesByName("everynode:demanded").length), "cargo xtask first-load").toBe(0);
  await expect(card(page, "node-5")).toHaveCount(0);
  release();
  await expect(card(page, "node-5")).toBeVisible();
});
