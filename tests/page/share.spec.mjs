// Work handed on: by a link that holds everything, by a file; and links that can't be opened.

import { readFile } from "node:fs/promises";

import AxeBuilder from "@axe-core/playwright";
import { expect, open, run, test } from "./page.mjs";

/** The link that the Share card offers. */
async function shared(page) {
  await page.getByRole("button", { name: "Share" }).click();
  const link = page.getByRole("textbox", { name: "Link" });
  await expect(link).toHaveValue(/#1\./);
  return link.inputValue();
}

test("a link opens the same cluster for somebody else, whose own work can be had back", async ({ page, browser, baseURL }) => {
  await open(page);
  await page.getByRole("button", { name: "Add a node" }).click();
  await expect(page.locator(".node")).toHaveCount(5);
  await run(page, "kubectl label node node-1 mine=yes");
  const link = await shared(page);
  expect(link.length).toBeLessThan(1_500);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  const other = await (await browser.newContext({ baseURL })).newPage();
  await open(other);
  await run(other, "kubectl create namespace own");
  await other.waitForFunction(() => localStorage.getItem("everynode.work")?.includes("namespace own"));
  await other.goto(link);
  await expect(other.locator(".news")).toContainText("Your own work is set aside");
  await expect(other.locator(".node")).toHaveCount(5);
  expect(await run(other, "kubectl get nodes -l mine=yes -o name")).toEqual(["node/node-1"]);
  expect(new URL(other.url()).hash).toBe("");
  await other.getByRole("button", { name: "Back to my work" }).click();
  await expect(other.locator(".node")).toHaveCount(4);
  expect(await run(other, "kubectl get namespace own -o name")).toEqual(["namespace/own"]);

  for (const [hash, said] of [[new URL(link).hash.slice(0, -9), "damaged"], ["#2.00000000.x", "newer everynode"]]) {
    await other.goto("about:blank");
    await other.goto(`./${hash}`);
    await expect(other.locator(".news")).toContainText(said);
    expect(await run(other, "kubectl get namespace own -o name")).toEqual(["namespace/own"]);
  }
  await other.context().close();
});

test("a cluster leaves the tab as a folder for kind and KWOK", async ({ page }) => {
  await open(page);
  await run(page, "kubectl label node node-2 disktype=ssd");
  await page.getByRole("button", { name: "Share" }).click();
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save for kind or KWOK" }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe("everynode-cluster.zip");
  const zip = (await readFile(await download.path())).toString("utf8");
  for (const piece of ["README.md", "kind create cluster --config kind.yaml", "manifests/50-daemonset-monitoring-daemon.yaml", "kwok.x-k8s.io/node: fake", "disktype: ssd"]) {
    expect(zip).toContain(`${piece}`);
  }
});
