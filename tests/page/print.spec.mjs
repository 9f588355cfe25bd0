// On paper: what there is to read is all there, in light colours, and nothing that is to be pressed.

import { expect, open, pods, run, test } from "./page.mjs";

/** How light a colour is: 0 for black, 1 for white; something that is see-through is paper. */
const lightness = (element) => element.evaluate((it) => {
  const [red, green, blue, alpha = 1] = getComputedStyle(it).backgroundColor.match(/[\d.]+/g).map(Number);
  return alpha === 0 ? 1 : (red * 0.3 + green * 0.59 + blue * 0.11) / 255;
});

test.describe("on a dark screen", () => {
  test.use({ colorScheme: "dark" });

  test("the page is printed light, with its YAML, nodes, terminal and story, and no control", async ({ page }) => {
    await open(page);
    await run(page, "kubectl get daemonsets");
    await expect(pods(page, "monitoring-daemon")).toHaveCount(4);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });

    await expect(page.locator(".cm-line", { hasText: "image: nginx" })).toBeVisible();
    await expect(page.locator(".node")).toHaveCount(4);
    await expect(page.getByRole("log")).toContainText("UP-TO-DATE");
    await expect(page.locator(".chapters li").first()).toBeVisible();
    for (const name of ["Apply", "Diff", "Add a node", "Pause", "Share"]) await expect(page.getByRole("button", { name })).toHaveCount(0);
    await expect(page.getByLabel("Command line")).toBeHidden();

    for (const part of [":root", ".node", ".panel.editor", ".panel.terminal"]) expect(await lightness(page.locator(part).first()), part).toBeGreaterThan(0.9);
    expect(await page.locator(".node .token").first().evaluate((disc) => getComputedStyle(disc).printColorAdjust)).toBe("exact");

    // Nothing scrolls on paper: one panel stands under the other, each as high as what is in it.
    const boxes = await page.locator("main .panel").evaluateAll((panels) => panels.map((panel) => [panel.getBoundingClientRect(), panel.scrollHeight]));
    for (const [place, [box, needs]] of boxes.entries()) {
      expect(needs).toBeLessThanOrEqual(Math.ceil(box.height));
      if (place > 0) expect(box.top).toBeGreaterThanOrEqual(boxes[place - 1][0].bottom - 1);
    }
  });
});

test("a lesson is printed with its question and its conditions", async ({ page }) => {
  await page.goto("./?lesson=05-why-not-here");
  const lesson = page.locator(".lesson article");
  await expect(lesson.getByRole("heading", { name: "Three of four" })).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(lesson.locator(".question")).toBeVisible();
  await expect(lesson.locator(".checks li")).toHaveCount(3);
  await expect(lesson.getByRole("button", { name: "Show me" })).toBeHidden();
});
