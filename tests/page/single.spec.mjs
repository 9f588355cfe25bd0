// One HTML file from a disk, without a server: everything is inside.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, expectOneDaemonPodOnEach, run, test } from "./page.mjs";
import { dist } from "./serve.mjs";

test("the single file opens from a disk and does all the same", async ({ page, context }) => {
  execFileSync("node", ["xtask/dist.mjs", "--single-file"], { cwd: join(dist, ".."), stdio: "ignore" });
  await context.setOffline(true);
  await page.goto(pathToFileURL(join(dist, "everynode.html")).href);
  await page.waitForFunction(() => performance.getEntriesByName("interactive").length > 0);
  await page.getByRole("button", { name: "Add a node" }).click();
  await expectOneDaemonPodOnEach(page, ["node-1", "node-5"]);
  await expect(page.locator(".cm-editor")).toBeVisible();
  await run(page, "kubectl explain ds.spec.updateStrategy.type");
  await expect(page.getByRole("log")).toContainText("Type of daemon set update");
  await page.reload();
  await page.waitForFunction(() => performance.getEntriesByName("interactive").length > 0);
  await expectOneDaemonPodOnEach(page, ["node-1", "node-5"]);
});
