// What happened and the inspector: from an act to the Pod that came of it, to its moment, and to everything known of it.

import AxeBuilder from "@axe-core/playwright";
import { card, expect, expectOneDaemonPodOnEach, open, phone, test } from "./page.mjs";

const story = (page) => page.getByRole("group", { name: "What happened" });
const inspector = (page) => page.getByRole("group", { name: "Inspector" });

test("a node that is added is followed to its Pod; a sentence opens to its steps, a step to its moment", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, ["node-1", "node-2", "node-3", "node-4"]);
  await page.getByRole("button", { name: "Add a node", exact: true }).click();
  await expectOneDaemonPodOnEach(page, ["node-5"]);
  const chapter = story(page).locator(".chapter").first();
  await expect(chapter).toContainText("You added node-5");
  const sentences = chapter.locator(".link");
  await expect(sentences.filter({ hasText: /DaemonSet controller\s*created monitoring-daemon-\S+ in answer to Node node-5/ })).toHaveCount(1);
  await expect(sentences.filter({ hasText: /Scheduler\s*found the node that fits, and bound/ })).toHaveCount(1);
  const earlier = story(page).locator(".chapter").last();
  await expect(earlier).toContainText("You ran kubectl apply -f monitoring-daemon.yaml");
  await expect(earlier).toContainText("created 4 Pods of monitoring-daemon");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  // As it was when it was bound: the Pod is selected, and this is the past.
  const bound = earlier.locator(".link", { hasText: "bound" });
  await bound.getByRole("button", { name: "Single changes: 4" }).click();
  await bound.locator(".steps .moment").first().click();
  await expect(page.locator(".looking")).toContainText("You are looking at");
  await expect(card(page, "node-5")).toHaveCount(0);
  await page.getByRole("tab", { name: "Inspector" }).click();
  await expect(inspector(page)).toContainText("Status:           Pending");
  await inspector(page).getByRole("button", { name: "YAML" }).click();
  await expect(inspector(page).locator("ins", { hasText: "nodeName: node-" })).toHaveCount(1);
});

test("the inspector shows an object's family and changes, and does what it offers as commands", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, ["node-1", "node-2", "node-3", "node-4"]);
  await page.getByRole("tab", { name: "Inspector" }).click();
  await expect(inspector(page)).toContainText("Desired Number of Nodes Scheduled: 4");
  await inspector(page).getByRole("button", { name: "Owner tree" }).click();
  await expect(inspector(page).locator(".family li")).toHaveCount(6);
  await inspector(page).getByRole("button", { name: /^Pod monitoring-daemon-/ }).first().click();
  await inspector(page).getByRole("button", { name: "History" }).click();
  await expect(inspector(page)).toContainText("kubectl apply -f monitoring-daemon.yaml");
  await inspector(page).getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("log")).toContainText("kubectl delete pod monitoring-daemon-");
  await expect(inspector(page)).toContainText("It isn't there at this moment.");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("on a phone the story is a tab of its own, and nothing of it is cut off", async ({ page }) => {
  await page.setViewportSize(phone);
  await open(page);
  await page.getByRole("button", { name: "What happened" }).click();
  await expect(story(page)).toContainText("created 4 Pods of monitoring-daemon");
  expect(await story(page).evaluate((box) => box.scrollWidth <= box.clientWidth)).toBe(true);
});
