// Everything by keyboard: each control can be reached, and the walk be taken without a pointer.

import { card, expect, expectOneDaemonPodOnEach, open, pods, test } from "./page.mjs";

/** Presses a key that moves the focus on, and tells the name of the control where it is now. */
async function step(page, key) {
  await page.keyboard.press(key);
  const { name, inEditor } = await page.evaluate(() => {
    const at = document.activeElement;
    return { name: at.getAttribute("aria-label") ?? at.textContent.trim(), inEditor: at.closest(".cm-editor") !== null };
  });
  // The editor takes Tab for itself, until Escape.
  if (inEditor) await page.keyboard.press("Escape");
  return name;
}

const matches = (name, wanted) => (wanted instanceof RegExp ? wanted.test(name) : name === wanted);

/** Tabs on until the focus is on a control of that name. */
async function tabTo(page, wanted) {
  const passed = [];
  while (passed.length < 150) {
    const name = await step(page, "Tab");
    if (matches(name, wanted)) return;
    passed.push(name);
  }
  throw new Error(`Tab doesn't lead to ${wanted}, only to ${passed.join(" | ")}`);
}

test("every control is reached by Tab, in the order one reads in, and the way back by Shift-Tab", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, ["node-1", "node-4"]);
  await expect(page.locator(".cm-editor")).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  const controls = [
    /^Scenario/, "Use the dark theme", "monitoring-daemon.yaml", "Close monitoring-daemon.yaml", "New file", /^Text of/, /^Apply/, "Examples",
    "Width of the editor", "Before", "After", "Add a node", "Other nodes to add", /^DaemonSet monitoring-daemon/, "node-1", "What to do with node-1", "Remove node-1",
    /, \w+, Running$/, /^kubectl describe/, "Clear the selection", "Height of the terminal", "Command line", "Width of the terminal",
    "Let time run", "One step", "Jump to the next change", "×100",
  ];
  for (const [key, wanted] of [["Tab", controls], ["Shift+Tab", controls.slice(0, -1).reverse()]]) {
    const left = [...wanted];
    for (let i = 0; i < 100 && left.length > 0; i++) {
      if (matches(await step(page, key), left[0])) left.shift();
    }
    expect(left, `not reached by ${key}`).toEqual([]);
  }
});

test("the walk is taken without a pointer", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, ["node-1", "node-2", "node-3", "node-4"]);
  await tabTo(page, "Add a node");
  await page.keyboard.press("Enter");
  await expectOneDaemonPodOnEach(page, ["node-5"]);

  await tabTo(page, "Other nodes to add");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Worker", exact: true })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(card(page, "gpu-1")).toContainText("nvidia.com/gpu=present:NoSchedule");
  await expect(page.getByRole("button", { name: "Other nodes to add" })).toBeFocused();

  await tabTo(page, "What to do with node-1");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Cordon" }).first()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(card(page, "node-1")).toContainText("SchedulingDisabled");

  // Arrow keys go from Pod to Pod, and Enter selects one.
  await tabTo(page, /, (web|api|cache), Running$/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("group", { name: "Selected" })).toContainText("Running on node-1");
  await tabTo(page, /^kubectl describe pod/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log")).toContainText("Controlled By:");

  // Time stands still, so that the card is not collected before it is read.
  await tabTo(page, "Pause");
  await page.keyboard.press("Space");
  await tabTo(page, "Remove node-5");
  await page.keyboard.press("Enter");
  await expect(card(page, "node-5")).toContainText("Removed");

  await tabTo(page, "Height of the terminal");
  const share = Number(await page.locator(":focus").getAttribute("aria-valuenow"));
  await page.keyboard.press("ArrowUp");
  await expect(page.locator(":focus")).toHaveAttribute("aria-valuenow", String(share - 2));

  await tabTo(page, "One step");
  await page.keyboard.press("Enter");
  await tabTo(page, "Let time run");
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
});

test("in the terminal Tab completes, arrows bring lines back, and after Escape Tab leaves", async ({ page }) => {
  await open(page);
  await expect(pods(page, "monitoring-daemon")).toHaveCount(4);
  const line = page.getByLabel("Command line");
  await line.focus();
  await page.keyboard.type("kubectl get daemon");
  await page.keyboard.press("Tab");
  await expect(line).toHaveValue("kubectl get daemonsets.apps ");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log")).toContainText("UP-TO-DATE");
  await page.keyboard.press("ArrowUp");
  await expect(line).toHaveValue("kubectl get daemonsets.apps");
  await page.keyboard.type(" -w");
  await page.keyboard.press("Enter");
  await expect(line).toHaveAttribute("placeholder", /Ctrl-C/);
  await page.keyboard.press("Control+c");
  await expect(page.getByRole("log")).toContainText("^C");
  await page.keyboard.type("kubectl ");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(line).not.toBeFocused();
});
