// A learner's work is never lost: it survives a reload and a crash; and storage that fails is no error.

import { readFileSync } from "node:fs";
import { expect, expectOneDaemonPodOnEach, open, run, test, writeAfter } from "./page.mjs";

const five = ["node-1", "node-2", "node-3", "node-4", "node-5"];

/** Leaves something of one's own in the file, in the cluster and in the terminal's history. */
async function work(page) {
  await open(page);
  await writeAfter(page, "image: nginx", ":1.29");
  await page.getByRole("button", { name: "Add a node" }).click();
  await run(page, "kubectl label node node-5 mine=yes");
  await expectOneDaemonPodOnEach(page, five);
}

/** What `work` left is there again. */
async function expectWorkIsBack(page) {
  await page.waitForFunction(() => performance.getEntriesByName("interactive").length > 0);
  await expectOneDaemonPodOnEach(page, five);
  await expect(page.getByLabel("Text of monitoring-daemon.yaml")).toContainText("image: nginx:1.29");
  expect(await run(page, "kubectl get nodes -l mine=yes -o name")).toEqual(["node/node-5"]);
}

test("YAML, cluster and history survive a reload", async ({ page }) => {
  await work(page);
  await page.reload();
  await expectWorkIsBack(page);
  await page.getByLabel("Command line").press("ArrowUp");
  await page.getByLabel("Command line").press("ArrowUp");
  await expect(page.getByLabel("Command line")).toHaveValue("kubectl label node node-5 mine=yes");
});

const failing = {
  forbidden: () => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } }),
  full: () => { Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }; },
  absent: () => Object.defineProperty(window, "localStorage", { value: null }),
};
for (const [how, script] of Object.entries(failing)) {
  test(`storage that is ${how} is no error`, async ({ page }) => {
    await page.addInitScript(script);
    await work(page);
    await page.getByRole("button", { name: "Use the dark theme" }).click();
    await page.reload();
    await open(page);
    await expectOneDaemonPodOnEach(page, five.slice(0, 4));
  });
}

test("a save that can't be read is as none", async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem("everynode.work", "{\"everynode\": 1, \"acts\": [[1]]"));
  await open(page);
  await expectOneDaemonPodOnEach(page, five.slice(0, 4));
});

test.describe("a crash", () => {
  test.use({ mayComplain: true });

  test("shows a plain page, offers the work as a file and goes on after a reload", async ({ page }) => {
    await work(page);
    await page.waitForFunction(() => localStorage.getItem("everynode.work")?.includes("mine=yes"));
    // The program panics when the browser refuses it an element.
    await page.evaluate(() => { document.createElement = document.createElementNS = () => { throw new Error("refused"); }; });
    await page.getByRole("button", { name: "Add a node" }).click();
    const notice = page.getByRole("alert");
    await expect(notice).toContainText("everynode stopped");
    await expect(notice.locator("pre")).toContainText("panicked at");
    await expect(page.locator(".page")).toBeHidden();
    await page.evaluate(() => { delete document.createElement; delete document.createElementNS; });

    const [download] = await Promise.all([page.waitForEvent("download"), notice.getByRole("button", { name: "Download my work" }).click()]);
    expect(readFileSync(await download.path(), "utf8")).toContain("nginx:1.29");
    await notice.getByRole("button", { name: "Reload and go on" }).click();
    await expectWorkIsBack(page);
  });

  test("that would come back at every start can be left behind, and the work is set aside", async ({ page }) => {
    await work(page);
    await page.evaluate(() => { document.documentElement.dataset.crashed = ""; });
    await page.getByRole("button", { name: "Set my work aside and start afresh" }).click();
    await expectOneDaemonPodOnEach(page, five.slice(0, 4));
    await expect(page.locator(".node")).toHaveCount(4);
    expect(await page.evaluate(() => localStorage.getItem("everynode.work.set-aside"))).toContain("nginx:1.29");
  });
});
