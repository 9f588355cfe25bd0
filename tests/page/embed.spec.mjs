// <every-node> in somebody else's page: three of them, sandboxed, under a strict policy, on a wide screen and at 360 pixels.

import { expect, phone, test } from "./page.mjs";

const manifest = `
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: own
spec:
  selector:
    matchLabels: {app: own}
  template:
    metadata:
      labels: {app: own}
    spec:
      containers:
      - {name: c, image: nginx}
`;

const host = `<!doctype html><html lang="ko"><head><title>Host</title><script src="embed.js" defer></script></head><body>
  <every-node id="first" panels="cluster,editor"><pre>${manifest}</pre></every-node>
  <every-node id="second" scenario="two-kinds" panels="cluster" lang="en" read-only></every-node>
  <every-node id="third" panels="terminal" lang="en"></every-node>
</body></html>`;

const policy = "default-src 'none'; script-src 'self'; frame-src 'self'";

for (const [name, viewport] of [["wide", { width: 1100, height: 1600 }], ["a phone's", phone]]) {
  test(`three clusters live in a strict page of ${name} width, each for itself`, async ({ page, baseURL }) => {
    const strangers = [];
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(baseURL).origin) strangers.push(request.url());
    });
    await page.setViewportSize(viewport);
    await page.route("**/host.html", (route) =>
      route.fulfill({ body: host, contentType: "text/html", headers: { "content-security-policy": policy } }));
    await page.addInitScript(() => {
      window.settled = [];
      addEventListener("settled", (event) => window.settled.push(event.target.id));
    });
    await page.goto("./host.html");

    const inside = (id) => page.locator(`#${id} iframe`).contentFrame();
    await page.locator("#first").scrollIntoViewIfNeeded();
    await expect(inside("first").getByRole("button", { name: /^own-\S+, own, Running$/ })).toHaveCount(3);
    await expect(inside("first").locator("html")).toHaveAttribute("lang", "ko");
    // The author's manifest, and no other file beside it.
    await expect(inside("first").locator(".files li")).toHaveCount(1);
    await page.locator("#second").scrollIntoViewIfNeeded();
    await expect(inside("second").locator(".node")).toHaveCount(5);
    await expect(inside("second").getByRole("button", { name: "Add a node" })).toHaveCount(0);
    await page.locator("#third").scrollIntoViewIfNeeded();
    await expect(inside("third").getByRole("log")).toBeVisible();
    await page.evaluate(() => document.querySelector("#third").run("kubectl get nodes -o name"));
    await expect(inside("third").getByRole("log")).toContainText("node/node-4");
    // A frame out of sight gets no time from the browser.
    await page.locator("#first").scrollIntoViewIfNeeded();
    await expect.poll(() => page.evaluate(() => window.settled)).toContain("first");

    for (const id of ["first", "second", "third"]) {
      const width = await inside(id).locator("html").evaluate((root) => root.scrollWidth - root.clientWidth);
      expect(width, `${id} doesn't stick out`).toBeLessThanOrEqual(0);
    }
    expect(strangers).toEqual([]);
  });
}

test("on paper an embedded cluster is light, fits its frame, and stands below its YAML", async ({ page }) => {
  await page.setViewportSize({ width: 1100, height: 900 });
  await page.route("**/host.html", (route) => route.fulfill({ body: host, contentType: "text/html" }));
  await page.goto("./host.html");
  const first = page.locator("#first"), inside = first.locator("iframe").contentFrame();
  await expect(inside.getByRole("button", { name: /^own-\S+, own, Running$/ })).toHaveCount(3);
  await expect(first.locator("pre")).toBeHidden();
  await page.emulateMedia({ media: "print" });
  // As wide as a sheet of A4 between its margins.
  await page.setViewportSize({ width: 690, height: 1000 });
  await expect(first.locator("pre")).toBeVisible();
  await expect(inside.locator(".node")).toHaveCount(4);
  const [frame, last] = [await first.locator("iframe").boundingBox(), await inside.locator(".node").last().boundingBox()];
  expect(last.y + last.height).toBeLessThan(frame.y + frame.height);
  await expect(inside.getByRole("button", { name: "Add a node" })).toBeHidden();
});

test("a lesson in somebody else's page tells when its steps are done", async ({ page }) => {
  const body = `<!doctype html><html lang="en"><head><title>Host</title><script src="embed.js" defer></script></head><body>
    <every-node lesson="task-19-untaint"></every-node></body></html>`;
  await page.setViewportSize({ width: 1200, height: 1600 });
  await page.route("**/host.html", (route) =>
    route.fulfill({ body, contentType: "text/html", headers: { "content-security-policy": policy } }));
  await page.addInitScript(() => addEventListener("check-passed", (event) => { window.passed = event.detail; }));
  await page.goto("./host.html");
  const inside = page.locator("every-node iframe").contentFrame();
  await expect(inside.locator(".lesson h2")).toHaveText("Remove a taint");
  await expect(inside.getByRole("button", { name: "Sit a practice exam" })).toHaveCount(0);
  await inside.getByRole("button", { name: "Show me" }).click();
  await expect.poll(() => page.evaluate(() => window.passed)).toEqual({ lesson: "task-19-untaint", step: 1, steps: 1, finished: true });
});
