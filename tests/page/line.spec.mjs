// The terminal's line under real keys, as a shell's is under a candidate's fingers: editing, completion, history, pasting.
//
// What each key does to a text is tested where it is decided (src/ui/panel/terminal/line.rs); here, that the keys get there,
// that the browser doesn't take them for itself, and that the cursor stands where it should.

import { expect, open, run, test } from "./page.mjs";

/** The page, its clock stopped, and the focus in the terminal. */
async function atTheLine(page) {
  await open(page);
  await page.getByRole("button", { name: "Pause" }).click();
  const line = page.getByLabel("Command line");
  await line.focus();
  return line;
}

/** Presses keys one after the other; a text in braces is typed. */
async function press(page, keys) {
  for (const key of keys) {
    if (key.startsWith("{")) await page.keyboard.type(key.slice(1, -1));
    else await page.keyboard.press(key);
  }
}

test("keys edit the line where the cursor is", async ({ page }) => {
  const line = await atTheLine(page);
  for (const [keys, left] of [
    [["{get pods}", "Control+a", "{kubectl }", "Control+e", "{ -A}"], "kubectl get pods -A"],
    [["{kubectl get pods}", "Control+w", "{nodes}"], "kubectl get nodes"],
    [["{one two}", "ArrowLeft", "ArrowLeft", "ArrowLeft", "Control+u"], "two"],
    [["{one two}", "ArrowLeft", "ArrowLeft", "ArrowLeft", "Control+k"], "one "],
    [["{one two}", "Home", "{x}", "End", "{y}"], "xone twoy"],
    [["{two one }", "Control+w", "Control+a", "Control+y"], "one two "],
    [["{a.b c}", "Alt+b", "Alt+b", "{x}", "Alt+f", "{y}"], "a.xby c"],
    [["{abc}", "ArrowLeft", "Backspace"], "ac"],
    [["{abc}", "Home", "Delete"], "bc"],
    [["{gte}", "Control+t"], "get"],
  ]) {
    await press(page, keys);
    await expect(line, keys.join(" ")).toHaveValue(left);
    await press(page, ["Control+e", "Control+u"]);
    await expect(line).toHaveValue("");
  }
});

test("Ctrl-C gives a new line, Ctrl-L an empty screen with the line kept", async ({ page }) => {
  const line = await atTheLine(page);
  const log = page.getByRole("log");
  await run(page, "echo before");
  await press(page, ["{not to be run}", "Control+c"]);
  await expect(line).toHaveValue("");
  await expect(log).toContainText("^C");
  await expect(log).not.toContainText("command not found");
  await press(page, ["{echo after}", "Control+l"]);
  await expect(log).not.toContainText("before");
  await expect(line).toHaveValue("echo after");
  await press(page, ["Enter"]);
  await expect(log).toContainText("after");
});

test("Tab completes each part of a command, and a second Tab lists what there is", async ({ page }) => {
  const line = await atTheLine(page);
  await press(page, ["{kubectl desc}", "Tab"]);
  await expect(line).toHaveValue("kubectl describe ");
  await press(page, ["{daemons}", "Tab"]);
  await expect(line).toHaveValue("kubectl describe daemonsets.apps ");
  await press(page, ["{mon}", "Tab"]);
  await expect(line).toHaveValue("kubectl describe daemonsets.apps monitoring-daemon ");
  await press(page, ["{--namesp}", "Tab"]);
  await expect(line).toHaveValue(/--namespace$|--namespace=$|--namespace $/);
  await press(page, ["Control+u", "{k get node }", "Tab", "Tab"]);
  await expect(line).toHaveValue("k get node node-");
  const offered = page.getByRole("list", { name: "Completions" });
  await press(page, ["Tab"]);
  await expect(offered.getByRole("listitem")).toHaveText(["node-1", "node-2", "node-3", "node-4"]);
  await press(page, ["{1}", "Enter"]);
  await expect(page.getByRole("log")).toContainText("Ready");
  await expect(offered).toHaveCount(0);
});

test("the history is walked with arrows and searched with Ctrl-R", async ({ page }) => {
  const line = await atTheLine(page);
  for (const text of ["echo one", "echo two", "kubectl get nodes", "echo three"]) await run(page, text);
  await press(page, ["{own}", "ArrowUp"]);
  await expect(line).toHaveValue("echo three");
  await press(page, ["ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"]);
  await expect(line).toHaveValue("echo one");
  await press(page, ["ArrowDown"]);
  await expect(line).toHaveValue("echo two");
  await press(page, ["ArrowDown", "ArrowDown", "ArrowDown"]);
  await expect(line).toHaveValue("own");

  const wanted = page.getByLabel("Look for an earlier line");
  await press(page, ["Control+r", "{echo}"]);
  await expect(wanted).toHaveValue("echo");
  await press(page, ["Control+r"]);
  await press(page, ["ArrowRight"]);
  await expect(line).toHaveValue("echo two");
  await press(page, ["Control+e", "Control+u", "{mine}", "Control+r", "{nodes}", "Control+g"]);
  await expect(line).toHaveValue("mine");
  await press(page, ["Control+u", "Control+r", "{get no}", "Enter"]);
  await expect(page.getByRole("log").getByText("node-1").first()).toBeVisible();
  await press(page, ["{!echo}", "Enter"]);
  await expect(page.getByRole("log")).toContainText(/three[\s\S]*three/);
});

test("a text of many lines is pasted as its commands, and its last line waits", async ({ page }) => {
  const line = await atTheLine(page);
  const text = "echo first\nfor n in 1 2; do\n  echo turn $n\ndone\ncat <<EOF > note.txt\nkept\nEOF\necho last";
  await line.evaluate((input, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
  const log = page.getByRole("log");
  await expect(log).toContainText("turn 2");
  await expect(line).toHaveValue("echo last");
  await expect(log).not.toContainText(/^last$/m);
  await press(page, ["Enter"]);
  await run(page, "cat note.txt");
  await expect(log).toContainText(/first[\s\S]*turn 1[\s\S]*turn 2[\s\S]*last[\s\S]*kept/);
});

test("of a long answer the last lines are there at once, and the others for the asking", async ({ page }) => {
  await atTheLine(page);
  await run(page, "seq 1000 > numbers.txt; cat numbers.txt");
  const log = page.getByRole("log");
  await expect(log).toContainText("1000");
  await expect(log).not.toContainText(/^800$/m);
  await expect(log).toContainText(/^801$/m);
  await page.getByRole("button", { name: "Show 800 earlier lines" }).click();
  await expect(log).toContainText(/^1\n2\n3$/m);
  await expect(page.getByRole("button", { name: /earlier lines/ })).toHaveCount(0);
});
