// Without a network, and from one version to the next.

import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, expectOneDaemonPodOnEach, open, run, test } from "./page.mjs";
import { dist, serve } from "./serve.mjs";

test.use({ serviceWorkers: "allow" });

const kept = (page) => page.evaluate(async () => {
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
});

test("after the first visit the page opens without a network, the editor and kubectl explain included", async ({ page, context }) => {
  await open(page);
  await kept(page);
  await context.setOffline(true);
  await page.reload();
  await page.waitForFunction(() => performance.getEntriesByName("interactive").length > 0);
  await page.getByRole("button", { name: "Add a node" }).click();
  await expectOneDaemonPodOnEach(page, ["node-1", "node-5"]);
  await expect(page.locator(".cm-editor")).toBeVisible();
  await run(page, "kubectl explain ds.spec.updateStrategy.type");
  await expect(page.getByRole("log")).toContainText("Type of daemon set update");
});

test.describe("versions", () => {
  // A server of its own is a stranger to the tests' usual one.
  test.use({ mayComplain: true });

  test("a newer version waits until it is asked for, and the work goes on in it", async ({ page }) => {
    const folder = mkdtempSync(join(tmpdir(), "everynode-"));
    cpSync(dist, folder, { recursive: true });
    const server = await serve(0, folder);
    try {
      const address = `http://localhost:${server.address().port}/`;
      await page.goto(address);
      await page.waitForFunction(() => performance.getEntriesByName("interactive").length > 0);
      await kept(page);
      await run(page, "kubectl create namespace mine");
      const worker = join(folder, "sw.js");
      writeFileSync(worker, readFileSync(worker, "utf8").replace(/version = "/, "$&next-"));
      appendFileSync(join(folder, "index.html"), "<!-- the next version -->");
      await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
      await expect(page.locator("#newer")).toBeVisible();
      const loaded = page.waitForEvent("load");
      await page.getByRole("button", { name: "Reload", exact: true }).click();
      await loaded;
      await page.waitForFunction(() => performance.getEntriesByName("interactive").length > 0);
      expect(await page.evaluate(() => fetch("./index.html").then((answer) => answer.text()))).toContain("the next version");
      expect(await run(page, "kubectl get namespace mine -o name")).toEqual(["namespace/mine"]);
      expect(await page.evaluate(() => caches.keys())).toHaveLength(1);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
