// The control loop, one step at a time: a change is read, queued, worked on and answered.

import AxeBuilder from "@axe-core/playwright";
import { expect, open, run, test } from "./page.mjs";

test("a change is followed from the API server through queue and reconcile to what is written", async ({ page }) => {
  await open(page);
  await page.getByRole("tab", { name: "Loop" }).click();
  const loop = page.getByRole("group", { name: "Loop" });
  await page.getByRole("button", { name: "Run until nothing but heartbeats happens" }).click();
  await run(page, "kubectl delete pod -l app=monitoring-agent --wait=false");
  const step = loop.getByRole("button", { name: "One step" });
  const said = [];
  for (let taken = 0; taken < 80 && !said.some((text) => text.includes("looks for a node for default/monitoring-daemon")); taken++) {
    await step.click();
    said.push(await loop.getByRole("status").textContent());
  }
  const first = (part) => said.findIndex((text) => text.includes(part));
  expect(first("reads")).toBeGreaterThanOrEqual(0);
  expect(first("daemonset-controller takes default/monitoring-daemon from its queue")).toBeGreaterThan(first("reads"));
  expect(first("looks for a node for default/monitoring-daemon")).toBeGreaterThan(first("daemonset-controller takes"));
  await expect(loop.locator("li.at")).toContainText("default-scheduler");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});
