// A label or a taint is put on nodes by dragging it there, by touch, and by keys; each time the command is echoed.

import AxeBuilder from "@axe-core/playwright";
import { card, expect, open, run, test } from "./page.mjs";

const tray = (page) => page.getByRole("group", { name: "Labels and taints to put on nodes" });
const stamp = (page, name) => tray(page).getByRole("button", { name });

/** Drags something to the middle of something else, as a hand does. */
async function drag(page, what, to) {
  const [from, target] = [await what.boundingBox(), await to.boundingBox()];
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 20, from.y + from.height / 2 + 10);
  await page.mouse.move(target.x + target.width / 2, target.y + target.height / 2, { steps: 5 });
  await page.mouse.up();
}

test("a taint is dragged onto a node", async ({ page }) => {
  await open(page);
  const log = page.getByRole("log");
  await page.getByRole("button", { name: "Labels and taints to put on nodes" }).click();
  await drag(page, stamp(page, "gpu=true:NoSchedule"), card(page, "node-2"));
  await expect(log).toContainText("kubectl taint node node-2 gpu=true:NoSchedule\nnode/node-2 tainted");
  await expect(card(page, "node-2")).toContainText("gpu=true:NoSchedule");
  // Once dropped it is out of the hand: a click selects again.
  await expect(page.locator(".ghost")).toHaveCount(0);
  await card(page, "node-1").getByRole("button", { name: "node-1", exact: true }).click();
  await expect(page.locator(".selection")).toContainText("node-1");
  // Beside any node it is dropped in vain.
  await drag(page, stamp(page, "disktype=ssd"), page.getByRole("heading", { name: /^Nodes/ }));
  await expect(log).not.toContainText("kubectl label");
});

test("by keys: taken up once, put on several nodes, and put back", async ({ page }) => {
  await open(page);
  const log = page.getByRole("log");
  await page.getByRole("button", { name: "Labels and taints to put on nodes" }).press("Enter");
  await stamp(page, "disktype=ssd").press("Enter");
  await expect(tray(page)).toContainText("In your hand: disktype=ssd.");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  for (const node of ["node-1", "node-3"]) {
    await card(page, node).getByRole("button", { name: `Put disktype=ssd on ${node}` }).press("Enter");
    await expect(log).toContainText(`kubectl label node ${node} disktype=ssd\nnode/${node} labeled`);
  }
  await page.keyboard.press("Escape");
  await expect(stamp(page, "disktype=ssd")).toHaveAttribute("aria-pressed", "false");
  await expect(card(page, "node-1").getByRole("button", { name: "node-1", exact: true })).toHaveCount(1);

  await tray(page).getByLabel("Your own: a label, or a taint with its effect").fill("team=red:NoExecute");
  await page.keyboard.press("Enter");
  await card(page, "node-4").getByRole("button", { name: "Put team=red:NoExecute on node-4" }).press("Enter");
  await expect(log).toContainText("kubectl taint node node-4 team=red:NoExecute\nnode/node-4 tainted");
});

test("in a field of many nodes a stamp goes onto the tile", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Other nodes to add" }).click();
  await page.getByRole("menuitem", { name: "A thousand workers" }).click();
  await run(page, "kubectl get nodes | wc -l");
  await page.getByRole("button", { name: "Let time run" }).click();
  const field = page.getByRole("grid");
  await expect(field).toHaveAttribute("aria-label", /^1004 nodes/);
  await page.getByRole("button", { name: "Labels and taints to put on nodes" }).click();
  await stamp(page, "gpu=true:NoSchedule").press("Enter");
  await field.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log")).toContainText("kubectl taint node node-1 gpu=true:NoSchedule");
  await field.focus();
  await page.keyboard.press("Escape");
  // Why it is as it is, is said where the keys are.
  await expect(page.locator(".tile-says")).toContainText("node-1: Ready");
  await drag(page, stamp(page, "disktype=ssd"), page.locator(".field-box"));
  await expect(page.getByRole("log")).toContainText(/kubectl label node node-\d+ disktype=ssd/);
  const box = await field.boundingBox();
  await page.mouse.move(box.x + 20, box.y + 12);
  await expect(page.locator(".tile-says")).toContainText("taint gpu=true:NoSchedule isn't tolerated");
});
