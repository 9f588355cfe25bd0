// What holds of the page whatever it shows: it opens without complaint, asks nobody, fits a phone, and axe finds nothing.

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./page.mjs";

const wide = { width: 1440, height: 900 };
const phone = { width: 360, height: 740 };

/** Opens the page and waits until a person can use it. */
async function open(page) {
  await page.goto("./");
  await page.waitForFunction(() => performance.getEntriesByName("interactive").length > 0);
}

for (const colorScheme of ["light", "dark"]) {
  for (const [name, viewport] of Object.entries({ wide, phone })) {
    test(`axe finds nothing, ${colorScheme}, ${name}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize(viewport);
      await open(page);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
    });
  }
}

test("nothing sticks out at 360 pixels", async ({ page }) => {
  await page.setViewportSize(phone);
  await open(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width);
});
