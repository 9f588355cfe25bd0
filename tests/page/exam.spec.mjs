// One exam, sat from its link to the teacher's page: begun, worked on three clusters in one terminal, reloaded, paused, handed in,
// gone through again. The seed 2884 draws three short tasks; it draws the same ones for everybody.

import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { expect, phone, run, test, wide } from "./page.mjs";

const bar = (page) => page.getByRole("region", { name: "Exam" });
const task = (page) => page.locator(".panel.task");
const command = (page) => page.getByLabel("Command line");

async function expectNoFaults(page, where) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), where).toEqual([]);
}

async function begin(page, name) {
  await page.goto("./?exam=2884&tasks=3");
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(task(page).getByRole("heading")).toHaveText("Remove a taint");
}

/** Saves the results; returns the file's name and text. */
async function results(page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save the results as a file" }).click(),
  ]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

test("an exam is sat from its link to its results, and a teacher reads them", async ({ page }) => {
  await page.setViewportSize(wide);
  await begin(page, "Kim Minji");
  for (const media of ["print", "screen"]) {
    await page.emulateMedia({ media });
    await expect(page.locator(".panel.cluster")).toBeHidden();
  }
  await expect(bar(page).getByRole("timer")).toHaveText(/^0[89]:\d\d$/);
  await expectNoFaults(page, "an exam under way");

  // The first task by its command; another cluster by its context, as one types it.
  await run(page, "kubectl taint node control-plane node-role.kubernetes.io/control-plane:NoSchedule-");
  await run(page, "alias n='kubectl get nodes'");
  await run(page, "kubectl config use-context k8s-2");
  await expect(task(page).getByRole("heading")).toHaveText("Count the DaemonSets");
  await run(page, "kubectl get ds -A");
  await page.getByLabel("Your answer").fill("4");
  await page.getByLabel("Your answer").press("Enter");
  await bar(page).getByRole("button", { name: "Flag" }).click();
  await expect(bar(page).getByRole("button", { name: "Flag" })).toHaveAttribute("aria-pressed", "true");

  // All of it is there after a reload: the answer, the mark, what the shell knows; and may be thought over.
  await page.reload();
  await expect(page.getByLabel("Your answer")).toHaveValue("4");
  await expect(bar(page).getByRole("button", { name: "Flag" })).toHaveAttribute("aria-pressed", "true");
  expect((await run(page, "n")).join()).toContain("node-1");
  await page.getByLabel("Your answer").fill("3");
  await task(page).getByRole("button", { name: "Answer" }).click();

  await bar(page).getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("heading", { name: "Paused" })).toBeVisible();
  await expect(command(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Go on" }).click();

  // The list of tasks enters the command.
  await bar(page).getByRole("button", { name: "Task 2 of 3" }).click();
  await page.getByRole("dialog", { name: "Tasks" }).getByRole("button", { name: "DESIRED is 0" }).click();
  await expect(page.getByRole("log")).toContainText('Switched to context "k8s-3".');
  await run(page, "kubectl describe ds agent");

  await bar(page).getByRole("button", { name: "End exam" }).click();
  await page.getByRole("dialog", { name: "End exam" }).getByRole("button", { name: "Hand in" }).click();
  // 3 and 2 of 9 points: of the third task only what was so from the beginning.
  await expect(page.locator(".score .number")).toHaveText("55%");
  await expect(page.locator(".result .tasks > li")).toHaveCount(3);
  await expect(page.locator(".result .earned")).toHaveText(["3 of 3", "2 of 2", "0 of 4"]);
  await expect(page.locator(".score")).toContainText("Pauses: 1,");
  await expectNoFaults(page, "the results");
  const file = await results(page);
  expect(file.name).toBe("exam-result-Kim-Minji.yaml");
  expect(file.text).toContain("score: 55");

  // The results stay too. The model answer and the own way, each on its timeline.
  await page.reload();
  await page.locator(".result .tasks > li").nth(2).getByRole("button", { name: "Go through it again" }).click();
  const review = page.locator(".review");
  await expect(review.getByRole("region", { name: "Your way" })).toContainText("kubectl describe ds agent");
  const answer = review.getByRole("region", { name: "Model answer" });
  await answer.getByRole("button", { name: "kubectl label node node-2 zone=edge" }).click();
  await expect(answer.locator('[aria-current="step"]')).toContainText("zone=edge");
  await page.getByRole("button", { name: "Go to now" }).or(page.getByRole("button", { name: "Let time run" })).first().waitFor();
  await answer.getByRole("button", { name: "Model answer" }).click();
  await expect(page.getByRole("button", { name: /^agent-\S+, agent, Running$/ })).toHaveCount(1);
  await review.getByRole("region", { name: "Your way" }).getByRole("button", { name: "Your way" }).click();
  await expect(page.getByRole("button", { name: /^agent-\S+, agent, Running$/ })).toHaveCount(0);
  await expectNoFaults(page, "a task gone through again");
  await review.getByRole("button", { name: "To the results" }).click();
  await page.getByRole("button", { name: "Put away" }).click();
  await expect(page.locator(".node")).toHaveCount(4);

  // The teacher: two files of results, the same one twice, and one that is none.
  await page.goto("./?results");
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Open results…" }).click(),
  ]);
  const other = file.text.replace("Kim Minji", "Jo").replaceAll("met: true", "met: false").replace("score: 55", "score: 0");
  const yaml = (name, text) => ({ name, mimeType: "application/yaml", buffer: Buffer.from(text) });
  await chooser.setFiles([yaml("a.yaml", file.text), yaml("b.yaml", other), yaml("a again.yaml", file.text), yaml("c.yaml", file.text.replace("score: 55", "score: 99"))]);
  await expect(page.locator(".teacher tbody tr")).toHaveCount(2);
  await expect(page.locator(".teacher tbody th")).toHaveText(["Kim Minji", "Jo"]);
  await expect(page.locator(".teacher tbody .total").first()).toContainText("55 %");
  await expect(page.locator(".teacher .refused")).toContainText("c.yaml: line");
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".teacher tbody .took").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Open results…" })).toBeHidden();
  await page.emulateMedia({ media: "screen" });
  await expectNoFaults(page, "the teacher's page");
});

test("on a phone, in Korean, an exam is sat one panel at a time, and its time runs out", async ({ page }) => {
  await page.setViewportSize(phone);
  // The wall clock is set on by hand, by less than what counts as a pause.
  await page.addInitScript(() => {
    const now = Date.now;
    window.ahead = 0;
    Date.now = () => now() + window.ahead;
  });
  await page.goto("./?exam=2884&tasks=3&lang=ko");
  await page.getByRole("button", { name: "시작" }).click();
  await expect(task(page).getByRole("heading")).toHaveText("테인트 떼기");
  await expect(page.locator(".tabs button")).toHaveText(["과제", "터미널", "YAML"]);
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await sideways(), "nothing sticks out").toBeLessThanOrEqual(0);
  await expectNoFaults(page, "an exam on a phone");

  const clock = page.locator(".exam-bar .clock");
  const left = async () => {
    const [minutes, seconds] = (await clock.textContent()).split(":").map(Number);
    return minutes * 60 + seconds;
  };
  const pass = async () => {
    const before = await left();
    await page.evaluate(() => { window.ahead += 70_000; });
    await expect.poll(async () => (await clock.count()) === 0 || (await left()) < before - 60).toBe(true);
  };
  for (let passed = 0; passed < 4; passed += 1) await pass();
  await expect(clock).toHaveClass(/soon/);
  for (let passed = 0; passed < 8 && (await clock.count()) > 0; passed += 1) await pass();
  await expect(page.locator(".score .number")).toHaveText("0%");
  await expect(page.locator(".score")).toContainText("9분이 다 되어 끝났다");
  expect(await sideways(), "nothing of the results sticks out").toBeLessThanOrEqual(0);
  await expectNoFaults(page, "results on a phone");
});
