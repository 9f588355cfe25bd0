// Many nodes, and a small screen: what is wrong is said in words, a finger finds its target, and nothing is lost.

import AxeBuilder from "@axe-core/playwright";
import { card, expect, open, phone, run, test } from "./page.mjs";

/** Pairs of targets that a finger may take for one another: smaller than 24 pixels, and nearer than 24 to another's middle. */
const crowded = () => {
  const seen = [...document.querySelectorAll(".cluster :is(button, summary, input)")].filter((it) => it.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && it.getBoundingClientRect().width > 1);
  // What is scrolled under something else can't be met.
  const met = (it, box) => it.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
  const boxes = seen.map((it) => [it, it.getBoundingClientRect()]).filter(([it, box]) => met(it, box));
  const small = boxes.filter(([, box]) => box.width < 24 || box.height < 24);
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  return small.flatMap(([it, box]) => {
    const [x, y] = middle(box);
    const near = boxes.find(([other, there]) => {
      if (other === it) return false;
      const [dx, dy] = [Math.max(there.left - x, 0, x - there.right), Math.max(there.top - y, 0, y - there.bottom)];
      return Math.hypot(dx, dy) < 12;
    });
    return near ? [`${it.outerHTML.slice(0, 100)} is near ${near[0].outerHTML.slice(0, 100)}`] : [];
  });
};

test("sixty nodes: a state is read, not guessed from a colour, and every target is a finger's width", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Pause" }).click();
  for (let i = 0; i < 3; i++) {
    await page.getByRole("button", { name: "Other nodes to add" }).click();
    await page.getByRole("menuitem", { name: "Twenty workers" }).click();
  }
  await page.getByRole("button", { name: "Other nodes to add" }).click();
  await page.getByRole("menuitem", { name: "Node that stays NotReady" }).click();
  await run(page, "kubectl cordon node-1");
  await page.getByRole("button", { name: "Run until nothing but heartbeats happens" }).click();
  await expect(page.locator(".nodes")).toHaveAttribute("data-density", "crowd");
  await expect(card(page, "node-1").getByText("Ready,SchedulingDisabled")).toBeVisible();
  await expect(card(page, "not-ready-1").getByText("NotReady", { exact: true })).toBeVisible();
  await expect(card(page, "not-ready-1").getByText("network broken")).toBeVisible();
  expect(await page.evaluate(crowded)).toEqual([]);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("on a phone: targets are a finger's width, and the release can be chosen", async ({ page }) => {
  await page.setViewportSize(phone);
  await open(page);
  await run0(page);
  // Cards grow as they come to the front.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))));
  expect(await page.evaluate(crowded)).toEqual([]);
  await page.getByRole("button", { name: /^Scenario/ }).click();
  await page.getByRole("menuitem", { name: /^1\.11: the DaemonSet controller/ }).click();
  await expect(page.getByRole("note")).toContainText("As in Kubernetes 1.11");
  await page.getByRole("button", { name: /^Scenario/ }).click();
  await page.getByRole("menuitem", { name: /^1\.36: the scheduler/ }).click();
  await expect(page.getByRole("note")).toHaveCount(0);
});

/** A taint on a card has its own small target. */
async function run0(page) {
  await page.getByRole("button", { name: "Terminal", exact: true }).click();
  await run(page, "kubectl taint node node-2 gpu=true:NoSchedule");
  await page.getByRole("button", { name: "Cluster", exact: true }).click();
}
