// Terms explain themselves: on hover and on focus, in both languages; the hint can be pointed at, and closed without moving away.

import AxeBuilder from "@axe-core/playwright";
import { card, expect, open, run, test } from "./page.mjs";

test("a term's meaning is shown on focus and hover, stays under the pointer, and closes by Escape", async ({ page }) => {
  await open(page);
  await run(page, "kubectl taint node node-2 gpu=true:NoExecute");
  await card(page, "node-2").getByRole("button", { name: /why/ }).click();
  const term = page.getByRole("group", { name: "Why" }).getByRole("button", { name: "Taint", exact: true });
  await expect(term).toHaveAccessibleDescription(/^A mark on a node that keeps Pods away/);
  const hint = page.getByRole("tooltip").filter({ hasText: /^A mark on a node/ });
  await expect(hint).toBeHidden();
  await expect(page.locator(".chain .no .said")).toHaveText("Taint gpu=true:NoExecute: nothing tolerates it.");
  await term.focus();
  await expect(hint).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(hint).toBeHidden();
  await expect(term).toBeFocused();
  await page.getByLabel("Command line").focus();

  await term.hover();
  await expect(hint).toBeVisible();
  await hint.hover();
  await expect(hint).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(hint).toBeHidden();
  await term.hover();
  await page.mouse.move(5, 5);
  await term.hover();
  await expect(hint).toBeVisible();
  await page.mouse.move(5, 5);
  await expect(hint).toBeHidden();
});

test.describe("in Korean", () => {
  test.use({ locale: "ko-KR" });
  test("a term is found with its particles", async ({ page }) => {
    await open(page);
    await run0(page, "kubectl taint node node-2 gpu=true:NoExecute");
    await card(page, "node-2").locator("button.verdict").click();
    await expect(page.locator(".chain .term").filter({ hasText: /^테인트$/ })).toHaveAccessibleDescription(/톨러레이션이 없는 파드를 막는/);
  });
});

/** Enters a line, whatever the command line is called. */
async function run0(page, line) {
  const input = page.locator(".line input");
  await input.fill(line);
  await input.press("Enter");
}
