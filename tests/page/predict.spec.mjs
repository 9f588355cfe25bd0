// Predict first: an act waits until it was foretold, then what came is told beside what was said, with its reason.

import AxeBuilder from "@axe-core/playwright";
import { card, expect, expectOneDaemonPodOnEach, open, phone, pods, run, test } from "./page.mjs";

const question = (page) => page.getByRole("region", { name: "Predict first" });
const marks = (page, node) => page.getByRole("group", { name: `What will come of it on ${node}` });

test("a taint is foretold at the cards, done, and compared with what came", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, ["node-1", "node-2", "node-3", "node-4"]);
  await page.getByRole("switch", { name: "Predict first" }).click();
  await run(page, "kubectl taint node node-2 gpu=true:NoExecute");
  await expect(question(page)).toBeFocused();
  await expect(question(page)).toContainText("kubectl taint node node-2 gpu=true:NoExecute");
  await expect(page.getByRole("log")).not.toContainText("tainted");
  await marks(page, "node-2").getByRole("button", { name: "a Pod is Pending" }).click();
  await expect(marks(page, "node-2").getByRole("button", { name: "a Pod is Pending" })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("group", { name: "All nodes not marked yet" }).getByRole("button", { name: "stays" }).click();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole("button", { name: "Let it happen" }).click();
  await expect(page.getByRole("log")).toContainText("node/node-2 tainted");
  await expect(question(page)).toContainText("3 of 4 came as you said.");
  await expect(question(page)).toContainText("You said: a Pod is Pending. It came so: the Pod goes (Absent, taint gpu=true:NoExecute isn't tolerated).");
  await expect(card(page, "node-2")).toContainText("✕ You said: a Pod is Pending.");
  await expect(card(page, "node-3")).toContainText("✓ You said: the Pod stays.");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await question(page).getByRole("button", { name: /^Why\?/ }).click();
  await expect(page.getByRole("group", { name: "Why" })).toContainText("Taint gpu=true:NoExecute: nothing tolerates it.");
  await question(page).getByRole("button", { name: "Close" }).click();
  await expect(question(page)).toHaveCount(0);
});

test("by keyboard, on a phone: a node that joins is foretold; what is dropped doesn't happen", async ({ page }) => {
  await page.setViewportSize(phone);
  await open(page);
  await page.getByRole("switch", { name: "Predict first" }).press("Space");
  await page.getByRole("button", { name: "Add a node" }).press("Enter");
  await expect(question(page)).toBeFocused();
  await expect(question(page)).toContainText("node-5 joins");
  // Its marks stand in the question, not over something else.
  const [around, inner] = [await question(page).boundingBox(), await marks(page, "node-5").boundingBox()];
  expect(inner.y).toBeGreaterThan(around.y);
  expect(inner.y + inner.height).toBeLessThan(around.y + around.height);
  await marks(page, "node-5").getByRole("button", { name: "a Pod appears" }).press("Enter");
  await page.getByRole("button", { name: "Don't" }).press("Enter");
  await expect(question(page)).toHaveCount(0);
  await expect(card(page, "node-5")).toHaveCount(0);

  await page.getByRole("button", { name: "Add a node" }).press("Enter");
  await marks(page, "node-5").getByRole("button", { name: "a Pod appears" }).press("Enter");
  await page.getByRole("button", { name: "Let it happen" }).press("Enter");
  await expect(pods(page, "monitoring-daemon", { node: "node-5" })).toHaveCount(1);
  await expect(question(page)).toContainText("1 of 1 came as you said.");
  // The mode outlives the page.
  await page.reload();
  await expect(page.getByRole("switch", { name: "Predict first" })).toHaveAttribute("aria-checked", "true");
});
