// "Why?": from a node's verdict to every question behind it, to the line it rests on, to what changes the answer, and back.

import AxeBuilder from "@axe-core/playwright";
import { card, expect, open, phone, pods, run, test } from "./page.mjs";

const panel = (page) => page.getByRole("group", { name: "Why" });

test("a taint keeps the daemon Pod away; why says so, leads to the line, and mends it", async ({ page }) => {
  await open(page);
  await run(page, "kubectl taint node node-2 gpu=true:NoExecute");
  await expect(card(page, "node-2")).toContainText("Absent: taint gpu=true:NoExecute isn't tolerated");
  await card(page, "node-2").getByRole("button", { name: /why/ }).click();
  await expect(panel(page)).toContainText("Taint gpu=true:NoExecute: nothing tolerates it.");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await panel(page).getByRole("button", { name: "monitoring-daemon.yaml:13" }).click();
  await expect(page.locator(".cm-activeLine")).toHaveText("    spec:");

  await panel(page).getByRole("button", { name: "Tolerate gpu=true:NoExecute" }).click();
  await expect(page.getByRole("log")).toContainText("kubectl patch daemonset monitoring-daemon --type=json");
  await expect(pods(page, "monitoring-daemon", { node: "node-2" })).toHaveCount(1);
  await expect(panel(page)).toContainText("the template tolerates it");
  await page.getByRole("button", { name: /^Undo/ }).click();
  await expect(card(page, "node-2")).toContainText("Absent");
});

test("a Pod that nobody can take is explained for every node, by keyboard", async ({ page }) => {
  await page.setViewportSize(phone);
  await open(page);
  await page.getByRole("button", { name: "Terminal", exact: true }).click();
  await run(page, "kubectl cordon node-1");
  await run(page, `kubectl run big --image=nginx --overrides='{"spec":{"nodeSelector":{"disktype":"ssd"}}}'`);
  await page.getByRole("button", { name: "Cluster", exact: true }).click();
  const waiting = page.getByRole("button", { name: /^big, / });
  await waiting.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Why", exact: true }).click();
  await panel(page).getByRole("button", { name: "node-1" }).focus();
  await page.keyboard.press("Enter");
  await expect(panel(page)).toContainText("NodeUnschedulable: node(s) were unschedulable");
  await panel(page).getByRole("button", { name: "node-3" }).click();
  await expect(panel(page)).toContainText("NodeAffinity: node(s) didn't match Pod's node affinity/selector");
  await panel(page).getByRole("button", { name: "Label the node disktype=ssd" }).click();
  await page.getByRole("button", { name: "Cluster", exact: true }).click();
  await expect(pods(page, "big", { node: "node-3" }).or(page.locator(".node").filter({ hasText: "node-3" }).getByRole("button", { name: /^big, .*Running/ }))).toHaveCount(1);
});

test("why shows each expression, what is asked and what is free, and the taint on its card", async ({ page }) => {
  await open(page);
  await run(page, "kubectl taint node node-2 gpu=true:NoExecute");
  await card(page, "node-2").getByRole("button", { name: /why/ }).click();
  await panel(page).getByRole("button", { name: "Show the taint gpu=true:NoExecute on node-2" }).click();
  await expect(page.locator(".taints .lit")).toHaveText("gpu=true:NoExecute");
  const spec = {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: "disktype", operator: "In", values: ["ssd"] }, { key: "kubernetes.io/os", operator: "Exists" }] }] } } },
    containers: [{ name: "big", image: "nginx", resources: { requests: { cpu: "64" } } }],
  };
  await run(page, `kubectl run big --image=nginx --overrides='${JSON.stringify({ spec })}'`);
  await page.getByRole("button", { name: /^big, / }).click();
  await page.getByRole("tab", { name: "Why" }).click();
  await panel(page).getByRole("button", { name: "node-3" }).click();
  await expect(panel(page).getByRole("listitem").filter({ hasText: "disktype In [ssd]" }).last()).toHaveText("No: disktype In [ssd]");
  await expect(panel(page).getByRole("listitem").filter({ hasText: "kubernetes.io/os Exists" }).last()).toHaveText("Yes: kubernetes.io/os Exists");
  await expect(panel(page)).toContainText(/cpu: asks for 64; \d+m of 4 free/);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});
