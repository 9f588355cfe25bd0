// The desk: what the editor knows of a manifest, and files that a command in the terminal waits for.

import AxeBuilder from "@axe-core/playwright";
import { expect, expectOneDaemonPodOnEach, open, run, test, writeAfter } from "./page.mjs";

const text = (page) => page.locator(".cm-content");

test("the editor completes fields, says what is wrong and mends it, and shows what applying would change", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, ["node-1", "node-4"]);

  // The new line has the indentation of its container; what fits there is offered.
  await writeAfter(page, "image: nginx", "\nimageP");
  await expect(page.locator(".cm-tooltip-autocomplete")).toContainText("imagePullPolicy");
  // A list that has only just come takes no key: CodeMirror lets nobody accept what they haven't seen.
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
  await expect(text(page)).toContainText("imagePullPolicy:");
  await page.keyboard.type("IfNotPresent");
  await page.keyboard.press("Escape");
  await expect(page.locator(".remarks")).toHaveText("No problems");

  await page.getByRole("button", { name: "Diff" }).click();
  await expect(page.locator(".changes del")).toContainText("imagePullPolicy: Always");
  await expect(page.locator(".changes ins")).toContainText("imagePullPolicy: IfNotPresent");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole("button", { name: "Diff" }).click();

  await writeAfter(page, "spec:", "\nreplicas: 3");
  await expect(page.locator(".remarks")).toContainText("a DaemonSet has no replicas");
  await page.getByRole("button", { name: "Take out replicas" }).click();
  await expect(text(page)).not.toContainText("replicas");
  await expect(page.locator(".remarks")).toHaveText("No problems");
});

test("vi and kubectl edit open a file, and go on when it is saved and closed", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, ["node-1", "node-4"]);
  await run(page, "vi notes.txt");
  await expect(page.getByRole("button", { name: /^Save & close/ })).toBeVisible();
  await text(page).click();
  await page.keyboard.type("two words");
  await page.getByRole("button", { name: /^Save & close/ }).click();
  expect(await run(page, "cat notes.txt")).toEqual(["two words"]);

  await run(page, "kubectl edit daemonset monitoring-daemon");
  await writeAfter(page, "annotations:", "\nnote: mine");
  await expect(text(page)).toContainText("note: mine");
  await page.getByRole("button", { name: /^Save & close/ }).click();
  await expect(page.getByRole("log")).toContainText("daemonset.apps/monitoring-daemon edited");
  await expect(page.getByRole("button", { name: /^Apply/ })).toBeVisible();
});
