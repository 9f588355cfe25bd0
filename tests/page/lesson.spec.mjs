// One lesson, played through as a learner does: predicted, done, a wrong turn taken, helped, finished; and kept.

import { expect, open, run, test, wide } from "./page.mjs";

test("a lesson is predicted, done, mended and finished, and its progress is kept", async ({ page }) => {
  await page.setViewportSize(wide);
  await open(page);
  await page.getByRole("tab", { name: "Lessons" }).click();
  await page.getByRole("button", { name: "What a DaemonSet is" }).click();

  const lesson = page.locator(".lesson article");
  await expect(lesson.getByRole("heading")).toHaveText("One on every node");
  const check = lesson.locator(".checks li");
  await expect(check).not.toHaveClass(/met/);
  // The question is seen without being looked for, and a term in it doesn't look like one of its answers.
  await expect(lesson.locator(".question")).toBeInViewport({ ratio: 1 });
  await expect(lesson.locator(".question .term")).toHaveCSS("border-top-width", "0px");

  await run(page, "kubectl create deployment monitoring --image=nginx");
  await expect(lesson.locator(".wrong")).toContainText("That is a Deployment");

  await lesson.getByRole("button", { name: "four" }).click();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(check).toHaveClass(/met/);
  await expect(lesson.locator(".wrong")).toHaveCount(0);
  await expect(lesson.locator(".question .right")).toHaveText(/four/);

  await lesson.getByRole("button", { name: "Next step" }).click();
  await expect(lesson.getByRole("heading")).toHaveText("Take it away");
  await lesson.getByRole("button", { name: "Hint" }).click();
  await expect(lesson.locator(".aside")).toContainText("kubectl get ds");
  await lesson.getByRole("button", { name: "Show me" }).click();
  await lesson.getByRole("button", { name: "To the lessons" }).click();

  await expect(page.locator(".lessons .finished")).toHaveCount(1);
  await page.reload();
  await page.getByRole("tab", { name: "Lessons" }).click();
  await expect(page.locator(".lessons .finished .title")).toHaveText("What a DaemonSet is");
});

test("a lesson under way survives a reload, in the other language too", async ({ page }) => {
  await open(page);
  await page.getByRole("tab", { name: "Lessons" }).click();
  await page.getByRole("button", { name: "Why not here: taints and tolerations" }).click();
  await page.locator(".question button:not(.term)").first().click();
  await page.getByRole("button", { name: "Apply" }).click();
  await page.locator(".lesson").getByRole("button", { name: "Next step" }).click();
  await expect(page.locator(".lesson h2")).toHaveText("Tolerate it");
  await page.reload();
  await page.getByRole("tab", { name: "Lessons" }).click();
  await expect(page.locator(".lesson h2")).toHaveText("Tolerate it");
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitem", { name: "한국어" }).click();
  await expect(page.locator(".lesson h2")).toHaveText("용인하기");
});

test("an address leads to a lesson, whose question is answered in writing", async ({ page }) => {
  await page.goto("./?lesson=task-01-count");
  const lesson = page.locator(".lesson article");
  await expect(lesson.getByRole("heading", { level: 2 })).toHaveText("Count the DaemonSets");
  await page.getByLabel("Your answer").fill("2");
  await page.getByLabel("Your answer").press("Enter");
  await expect(lesson.locator(".checks li")).not.toHaveClass(/met/);
  await page.getByLabel("Your answer").fill("3");
  await lesson.getByRole("button", { name: "Answer" }).click();
  await expect(lesson.locator(".checks li")).toHaveClass(/met/);
  await expect(page.getByLabel("Your answer")).toHaveAttribute("readonly");
  // What isn't the name of a lesson's file is no lesson.
  await page.goto("./?lesson=../../index");
  await expect(page.locator(".page")).toBeVisible();
});

test("a remark goes when a node gets the label it asks for; the head names the lesson", async ({ page }) => {
  await page.goto("./?lesson=06-only-some-nodes");
  await expect(page.locator(".head .scenario")).toContainText("Only some nodes: nodeSelector and affinity");
  const lesson = page.locator(".lesson article");
  await lesson.getByRole("button", { name: "Show me" }).click();
  await expect(page.locator(".remarks")).toContainText("no node has the label disktype=ssd");
  await lesson.getByRole("button", { name: "Next step" }).click();
  await run(page, "kubectl label node node-2 node-3 disktype=ssd");
  await expect(page.locator(".remarks")).toHaveText("No problems");
  await expect(page.getByRole("log")).not.toContainText("Warning");
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitem", { name: "한국어" }).click();
  await expect(page.locator(".head .scenario")).toContainText("일부 노드에만: nodeSelector와 어피니티");
});

test("a lesson about an old release doesn't tell beforehand what it asks", async ({ page }) => {
  await page.goto("./?lesson=17-before-1-12");
  await expect(page.locator(".lesson article").getByRole("heading", { name: "No room, no Pod" })).toBeVisible();
  await expect(page.locator(".release")).toHaveText("Kubernetes 1.11");
  await expect(page.getByRole("note")).toHaveCount(0);
});
