// Time: to any moment and back, a branch, undo and redo, two moments compared, keys; and a field of many nodes.

import { card, expect, open, pods, run, test } from "./page.mjs";

const slider = (page) => page.getByRole("slider", { name: "The run so far" });
const looking = (page) => page.locator(".looking");

/** Holds time, and lets the opening settle: nothing passes by itself after this. */
async function settle(page) {
  await page.getByRole("button", { name: "Run until nothing but heartbeats happens" }).click();
  await expect(page.locator(".settled.holds")).toBeVisible();
  await expect(page.getByRole("button", { name: "Let time run" })).toBeVisible();
}

test("the past is looked at, branched from, returned to; acts are undone", async ({ page }) => {
  await open(page);
  await settle(page);
  await page.getByRole("button", { name: "Remove node-3" }).click();
  await expect(card(page, "node-3")).toContainText("Removed");
  const end = await page.locator(".time .now").textContent();

  // To the beginning by the keyboard, on the slider: node-3 is there again, and it is said that this is the past.
  await slider(page).focus();
  await page.keyboard.press("Home");
  await expect(slider(page)).toHaveAttribute("aria-valuenow", "0");
  await expect(looking(page)).toContainText("You are looking at 00:00");
  await expect(card(page, "node-3")).toContainText("Ready");
  await page.keyboard.press("PageUp");
  await expect(pods(page, "monitoring-daemon", { node: "node-3" })).toHaveCount(1);
  // A question is answered from there, and begins nothing.
  expect(await run(page, "kubectl get nodes -o name | wc -l")).toEqual(["4"]);
  await expect(looking(page)).toContainText("You are looking at");
  await looking(page).getByRole("button", { name: `Return to ${end}` }).click();
  await expect(looking(page)).toBeEmpty();
  await expect(card(page, "node-3")).toContainText("Removed");

  // By the pointer, dragged to the left edge; an act there begins a branch.
  const box = await slider(page).boundingBox();
  await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + box.height / 2, { steps: 3 });
  await page.mouse.up();
  await expect(looking(page)).toContainText("You are looking at");
  await run(page, "kubectl cordon node-1");
  await expect(looking(page)).toBeEmpty();
  await expect(page.getByRole("log")).toContainText("another course of events begins");
  await expect(card(page, "node-3")).toContainText("Ready");
  await expect(card(page, "node-1")).toContainText("SchedulingDisabled");

  // Compared with the branch that was left.
  await page.getByRole("tab", { name: "Compare" }).click();
  await page.getByRole("button", { name: /^Keep/ }).click();
  const branches = page.getByRole("button", { name: "2 courses of events" });
  await branches.click();
  await page.getByRole("menuitem", { name: /kubectl delete node node-3/ }).click();
  await expect(card(page, "node-3")).toContainText("Removed");
  await expect(page.locator(".compare")).toContainText("another course of events");
  await expect(page.locator(".compare tr.gone", { hasText: "node-3" })).toHaveCount(1);
  await expect(page.locator(".compare tr.changed", { hasText: "node-1" })).toContainText("SchedulingDisabled");

  // Undone and done again by keys, where nobody writes.
  await page.getByRole("tab", { name: "Compare" }).focus();
  await page.keyboard.press("Control+z");
  await expect(card(page, "node-3")).toContainText("Ready");
  await page.keyboard.press("Control+y");
  await expect(card(page, "node-3")).toContainText("Removed");

  // In a field the keys are letters.
  await page.getByLabel("Command line").fill("");
  await page.getByLabel("Command line").press(".");
  await expect(page.getByLabel("Command line")).toHaveValue(".");
  await page.getByLabel("Command line").fill("");
  await page.getByRole("tab", { name: "Compare" }).focus();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await expect(help).toBeVisible();
  await help.getByRole("switch").click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(help).toBeHidden();

  // A reload finds the branches.
  await page.reload();
  await expect(card(page, "node-3")).toContainText("Removed");
  await branches.click();
  await page.getByRole("menuitem", { name: /kubectl cordon node-1/ }).click();
  await expect(card(page, "node-1")).toContainText("SchedulingDisabled");
});

test("hundreds of nodes are a field that is walked, searched, grouped and zoomed", async ({ page }) => {
  await open(page);
  for (const name of ["A hundred workers", "A hundred workers", "GPU node, tainted"]) {
    await page.getByRole("button", { name: "Other nodes to add" }).click();
    await page.getByRole("menuitem", { name }).click();
  }
  await settle(page);
  const field = page.getByRole("grid");
  await expect(field).toHaveAttribute("aria-label", "205 nodes, 205 of them Ready");
  await field.focus();
  await page.keyboard.press("End");
  await expect(field.getByRole("gridcell")).toContainText("gpu-1: Ready, 0 Pods");
  await page.keyboard.press("Enter");
  await expect(card(page, "gpu-1")).toContainText("nvidia.com/gpu=present:NoSchedule");
  await page.keyboard.press("ArrowLeft");
  await expect(field.getByRole("gridcell")).toContainText("Ready, 1 Pods");
  await page.getByRole("button", { name: "Nearer" }).click();

  await page.getByRole("button", { name: "Group the nodes" }).click();
  await page.getByRole("menuitem", { name: "accelerator" }).click();
  await page.getByRole("searchbox").fill("accelerator=nvidia");
  await expect(page.locator(".node")).toHaveCount(1);
  await expect(page.getByRole("heading", { name: /^nvidia/ })).toBeVisible();
  await page.getByRole("searchbox").fill("node-20");
  await expect(page.locator(".node")).toHaveCount(6);
});
