// The source article's walk, as a learner takes it: look, ask, add a node, remove one, change the YAML, make a mistake.

import { card, expect, expectOneDaemonPodOnEach, now, open, pods, run, test, writeAfter } from "./page.mjs";

const four = ["node-1", "node-2", "node-3", "node-4"];

test("within ten seconds and without typing, every node runs one daemon Pod beside the others", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, four);
  // Ten seconds of a person are a hundred of the cluster, at the ×10 it opens with.
  expect(await now(page)).toBeLessThan(100);

  await expect(page.locator(".node")).toHaveCount(4);
  await expect(pods(page, "web")).toHaveCount(5);
  await expect(pods(page, "api")).toHaveCount(3);
  await expect(pods(page, "cache")).toHaveCount(4);
  for (const node of four) {
    const kinds = await card(page, node).locator(".token").evaluateAll((tokens) => tokens.map((token) => getComputedStyle(token).backgroundColor));
    expect(new Set(kinds).size, `${node} shows several colours`).toBeGreaterThan(1);
  }
});

test("get and describe print what a real cluster prints", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, four);
  const table = await run(page, "kubectl get daemonsets");
  expect(table[0]).toBe("NAME                DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE");
  expect(table[1]).toMatch(/^monitoring-daemon {3}4 {9}4 {9}4 {7}4 {12}4 {11}<none> {10}\d+s$/);
  expect(table).toHaveLength(2);

  const described = await run(page, "kubectl describe daemonsets monitoring-daemon");
  expect(described.slice(0, 28)).toEqual([
    "Name:           monitoring-daemon",
    "Namespace:      default",
    "Selector:       app=monitoring-agent",
    "Node-Selector:  <none>",
    "Labels:         <none>",
    "Annotations:    deprecated.daemonset.template.generation: 1",
    "Desired Number of Nodes Scheduled: 4",
    "Current Number of Nodes Scheduled: 4",
    "Number of Nodes Scheduled with Up-to-date Pods: 4",
    "Number of Nodes Scheduled with Available Pods: 4",
    "Number of Nodes Misscheduled: 0",
    "Pods Status:  4 Running / 0 Waiting / 0 Succeeded / 0 Failed",
    "Pod Template:",
    "  Labels:  app=monitoring-agent",
    "  Containers:",
    "   monitoring-agent:",
    "    Image:         nginx",
    "    Port:          <none>",
    "    Host Port:     <none>",
    "    Environment:   <none>",
    "    Mounts:        <none>",
    "  Volumes:         <none>",
    "  Node-Selectors:  <none>",
    "  Tolerations:     <none>",
    "Events:",
    expect.stringMatching(/^ {2}Type {4}Reason {12}Age {2,}From {18}Message$/),
    expect.stringMatching(/^ {2}---- {4}------ {12}---- {2,}---- {18}-------$/),
    expect.stringMatching(/^ {2}Normal {2}SuccessfulCreate {2}\d+s {2,}daemonset-controller {2}Created pod: monitoring-daemon-\w{5}$/),
  ]);
  expect(described).toHaveLength(31);
});

test("a node that joins gets a Pod; one that is removed keeps its card until its Pod is collected", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, four);
  await page.getByRole("button", { name: "Add a node" }).click();
  await expectOneDaemonPodOnEach(page, [...four, "node-5"]);
  expect(await run(page, "kubectl get nodes -o name")).toEqual([...four, "node-5"].map((name) => `node/${name}`));

  // A moment to move the pointer in, and a removal in the middle: the cards after it must not slide under the pointer.
  const order = page.locator(".node h3");
  const removedAt = await now(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Remove node-2" }).click();
  await expect(card(page, "node-2")).toContainText("Its Pods wait for the garbage collector");
  await expect(order).toHaveText([...four, "node-5"]);
  await expect(pods(page, "monitoring-daemon", { node: "node-2" })).toHaveCount(1);
  await expect(page.getByRole("log")).toContainText("$ kubectl delete node node-2\nnode \"node-2\" deleted");

  await page.getByRole("button", { name: "Let time run" }).click();

  // Collected 40 s after its node was missed. How much later it is seen depends on the machine's frames: src/cluster holds the rest.
  const gone = await page.waitForFunction(() => {
    const there = [...document.querySelectorAll(".node h3")].some((name) => name.textContent === "node-2");
    return there ? null : document.querySelector(".time .now").textContent;
  });
  const [minutes, seconds] = (await gone.jsonValue()).split(":").map(Number);
  const waited = minutes * 60 + seconds - removedAt;
  expect(waited).toBeGreaterThanOrEqual(39);
  await expect(order).toHaveText(["node-1", "node-3", "node-4", "node-5"]);
  await expect(pods(page, "monitoring-daemon")).toHaveCount(4);
});

test("an image changed in the YAML and applied rolls from node to node", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, four);
  const before = await run(page, "kubectl get pods -l app=monitoring-agent -o name");
  await writeAfter(page, "image: nginx", ":1.29");
  await expect(page.getByRole("img", { name: "changed since it was applied" })).toBeVisible();
  // Change by change, so that no moment passes unseen on a slow machine.
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: /^Apply/ }).click();
  await expect(page.getByRole("log")).toContainText("daemonset.apps/monitoring-daemon configured");
  // One node at a time is without a Pod that is ready; the rest keep theirs meanwhile.
  const pending = page.locator(".node .verdict b").filter({ hasText: "Pending" });
  for (let i = 0; i < 50 && (await pending.count()) === 0; i++) await page.getByRole("button", { name: "Jump to the next change" }).click();
  await expect(pending).toHaveCount(1);
  await page.getByRole("button", { name: "Let time run" }).click();
  const after = async () => run(page, "kubectl get pods -l app=monitoring-agent -o jsonpath='{.items[*].spec.containers[0].image}{\"\\n\"}'");
  await expect.poll(after).toEqual(["nginx:1.29 nginx:1.29 nginx:1.29 nginx:1.29"]);
  await expectOneDaemonPodOnEach(page, four);
  const now = await run(page, "kubectl get pods -l app=monitoring-agent -o name");
  expect(now.filter((name) => before.includes(name))).toEqual([]);
});

test("a selector that misses the template's labels is refused in the API server's words", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, four);
  // The selector's line is the first of the two, the template's label the second.
  await writeAfter(page, "app: monitoring-agent", "-2", { nth: 1 });
  const words = "spec.template.metadata.labels: Invalid value: {\"app\":\"monitoring-agent-2\"}: `selector` does not match template `labels`";
  await expect(page.locator(".remarks")).toHaveText(`line 11: ${words}`);
  await expect(page.locator(".cm-line:has(.cm-lintRange-error)")).toHaveText(["labels:"]);
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("log")).toContainText(`The DaemonSet "monitoring-daemon" is invalid: ${words}`);
  await expectOneDaemonPodOnEach(page, four);
});

test("before and after: the daemon Pods go, and come again", async ({ page }) => {
  await open(page);
  await expectOneDaemonPodOnEach(page, four);
  await page.getByRole("button", { name: "Before" }).click();
  await expect(pods(page, "monitoring-daemon", { status: ".*" })).toHaveCount(0);
  await expect(pods(page, "web")).toHaveCount(5);
  await page.getByRole("button", { name: "After" }).click();
  await expectOneDaemonPodOnEach(page, four);
});
