// What one may do to a node, from its menu: each act is echoed as its command, and a mistake is answered in kubectl's words.

import AxeBuilder from "@axe-core/playwright";
import { card, expect, open, test } from "./page.mjs";

/** Chooses from a node's menu by keyboard. */
async function choose(page, node, item) {
  await card(page, node).getByRole("button", { name: `What to do with ${node}` }).press("Enter");
  await page.getByRole("menuitem", { name: item, exact: true }).press("Enter");
}

test("labels and taints are put on and taken off at the card", async ({ page }) => {
  await open(page);
  const log = page.getByRole("log");
  await choose(page, "node-2", "Taint…");
  await expect(page.getByLabel("Taints for node-2")).toBeFocused();
  await page.keyboard.type("gpu=true:NoSchedul");
  await page.keyboard.press("Enter");
  await expect(log).toContainText("error: invalid taint effect: NoSchedul");
  // What was wrong is mended, not typed again.
  await expect(page.getByLabel("Taints for node-2")).toHaveValue("gpu=true:NoSchedul");
  await page.keyboard.type("e");
  await page.keyboard.press("Enter");
  await expect(log).toContainText("kubectl taint node node-2 gpu=true:NoSchedule\nnode/node-2 tainted");
  await expect(page.getByLabel("Taints for node-2")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "What to do with node-2" })).toBeFocused();
  await card(page, "node-2").getByRole("button", { name: "Take gpu=true:NoSchedule off node-2" }).click();
  await expect(log).toContainText("node/node-2 untainted");

  await choose(page, "node-1", "Label…");
  await page.keyboard.type("disktype=ssd tier=1");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("Enter");
  await expect(log).toContainText("kubectl label node node-1 disktype=ssd tier=1\nnode/node-1 labeled");
  await choose(page, "node-1", "Label…");
  await page.keyboard.press("Escape");
  await expect(page.getByLabel("Labels for node-1")).toHaveCount(0);
});

test("a full disk evicts, and a broken network makes a node NotReady", async ({ page }) => {
  await open(page);
  await choose(page, "node-3", "Fill the disk");
  await expect(page.getByRole("log")).toContainText("# on node-3: the disk fills up");
  await expect(card(page, "node-3")).toContainText("disk nearly full");
  await expect(card(page, "node-3")).toContainText("node.kubernetes.io/disk-pressure:NoSchedule");
  await choose(page, "node-4", "Break the network");
  await expect(card(page, "node-4")).toContainText("NotReady");
  await choose(page, "node-4", "Mend the network");
  await expect(card(page, "node-4")).not.toContainText("NotReady");
});
