// Pictures of the page for `cargo xtask gallery`: docs/gallery, small, with a list of what each shows.
//
// Each picture is a state that somebody may be in, on one of the screens the page is made for. While one is taken time is held and nothing
// moves; where something would reach over the edge of the screen, that is said and the task fails.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { launchOptions } from "./browser.mjs";
import { card, open, phone, pods, run, wide } from "./page.mjs";
import { serve } from "./serve.mjs";

const folder = fileURLToPath(new URL("../../docs/gallery", import.meta.url));
const korean = { locale: "ko-KR" };
const dark = { colorScheme: "dark" };
const button = (page, name) => page.getByRole("button", { name, exact: true });
const tab = async (page, name) => {
  const wideTab = page.getByRole("tab", { name, exact: true });
  await ((await wideTab.isVisible()) ? wideTab : button(page, name)).click();
};
const settled = async (page) => {
  await page.getByRole("button", { name: /^(Run until nothing but heartbeats happens|하트비트만 남을 때까지 흐르게 하기)$/ }).click();
  await page.locator(".time .settled.holds").waitFor();
};
const add = async (page, item, times = 1) => {
  for (let i = 0; i < times; i++) {
    await page.locator("[popovertarget=menu-add][aria-haspopup]").click();
    await page.locator("#menu-add button").nth(item).click();
  }
};

/** Each: its name, what it shows, the screen, and what one does to come there. */
const pictures = [
  ["wide", "The opening: a daemon Pod on each of four nodes.", {}, async (page) => settled(page)],
  ["wide-dark", "The same, dark.", dark, async (page) => settled(page)],
  ["wide-korean", "The same in Korean.", korean, async (page) => settled(page)],
  ["phone", "The opening on a phone, 360 pixels wide.", { viewport: phone }, async (page) => settled(page)],
  ["phone-korean-dark", "The same in Korean, dark.", { viewport: phone, ...korean, ...dark }, async (page) => settled(page)],
  ["why", "Why isn't there a Pod? A taint that nothing tolerates, and what would change it.", {}, async (page) => {
    await run(page, "kubectl taint node node-2 gpu=true:NoExecute");
    await settled(page);
    await card(page, "node-2").getByRole("button", { name: /why/ }).click();
    await button(page, "Show the taint gpu=true:NoExecute on node-2").click();
  }],
  ["why-affinity", "Why is it Pending? Each filter, each expression, what is asked for and what is free.", {}, async (page) => {
    const term = '{"matchExpressions":[{"key":"disktype","operator":"In","values":["ssd","nvme"]},{"key":"kubernetes.io/os","operator":"Exists"}]}';
    const spec = `{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[${term}]}}},"containers":[{"name":"big","image":"nginx","resources":{"requests":{"cpu":"6","memory":"2Gi"}}}]}`;
    await run(page, `kubectl run big --image=nginx --overrides='{"spec":${spec}}'`);
    await settled(page);
    await page.getByRole("button", { name: /^big, / }).click();
    await tab(page, "Why");
    await page.getByRole("group", { name: "Why" }).getByRole("button", { name: "node-3" }).click();
  }],
  ["phone-why", "Why, on a phone.", { viewport: phone }, async (page) => {
    await tab(page, "Terminal");
    await run(page, "kubectl taint node node-2 gpu=true:NoExecute");
    await settled(page);
    await tab(page, "Cluster");
    await card(page, "node-2").getByRole("button", { name: /why/ }).click();
  }],
  ["hint", "A term and its meaning.", {}, async (page) => {
    await run(page, "kubectl taint node node-2 gpu=true:NoExecute");
    await settled(page);
    await card(page, "node-2").getByRole("button", { name: /why/ }).click();
    await page.getByRole("group", { name: "Why" }).getByRole("button", { name: "Taint", exact: true }).focus();
  }],
  ["story", "What happened: a node that joined, told from the act to the Pod that runs.", {}, async (page) => {
    await settled(page);
    await button(page, "Add a node").click();
    await settled(page);
    await tab(page, "What happened");
  }],
  ["phone-story", "What happened, on a phone.", { viewport: phone }, async (page) => {
    await button(page, "Add a node").click();
    await settled(page);
    await tab(page, "What happened");
  }],
  ["predict", "Predict first: what will come of it on each node?", {}, async (page) => {
    await settled(page);
    await page.getByRole("switch", { name: "Predict first" }).click();
    await run(page, "kubectl taint node node-2 gpu=true:NoExecute");
    const on = (node) => page.getByRole("group", { name: `What will come of it on ${node}` });
    await on("node-2").getByRole("button", { name: "a Pod is Pending" }).click();
    await on("node-3").getByRole("button", { name: "the Pod stays" }).click();
  }],
  ["predict-told", "And what came of it.", {}, async (page) => {
    await settled(page);
    await page.getByRole("switch", { name: "Predict first" }).click();
    await run(page, "kubectl taint node node-2 gpu=true:NoExecute");
    const on = (node) => page.getByRole("group", { name: `What will come of it on ${node}` });
    await on("node-2").getByRole("button", { name: "a Pod is Pending" }).click();
    await on("node-3").getByRole("button", { name: "the Pod stays" }).click();
    await button(page, "Let it happen").click();
    await page.getByText("came as you said").waitFor();
  }],
  ["phone-predict-korean", "Predict first on a phone, in Korean.", { viewport: phone, ...korean }, async (page) => {
    await settled(page);
    await page.getByRole("switch").first().click();
    await page.locator(".pair > button").first().click();
  }],
  ["stamps", "Labels and taints to put on nodes.", {}, async (page) => {
    await settled(page);
    await page.locator(".tray").click();
    await page.locator(".stamp").nth(1).click();
    await card(page, "node-2").locator(".plain").click();
    await page.waitForTimeout(300);
  }],
  ["some", "A dozen nodes of several kinds.", {}, async (page) => {
    for (const kind of [1, 2, 3, 4, 5, 6, 7]) await add(page, kind);
    await settled(page);
  }],
  ["crowd", "Sixty nodes, some of them in trouble.", {}, async (page) => {
    await add(page, 8, 3);
    await run(page, "kubectl cordon node-7");
    await run(page, "ssh node-9 sudo systemctl stop kubelet");
    await run(page, "kubectl taint node node-11 gpu=true:NoExecute");
    await page.locator(".time").getByRole("button", { name: "×100", exact: true }).click();
    await page.locator(".node .status", { hasText: "NotReady" }).waitFor();
    await settled(page);
  }],
  ["field", "A thousand nodes while a DaemonSet rolls out, grouped by verdict.", {}, async (page) => {
    await add(page, 10);
    await settled(page);
    await run(page, `kubectl patch ds monitoring-daemon -p '{"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":"10%"}}}}'`);
    await run(page, "kubectl set image ds/monitoring-daemon *=nginx:1.27");
    await page.getByRole("button", { name: "Group the nodes" }).click();
    await page.getByRole("menuitem", { name: "By verdict" }).click();
    for (let i = 0; i < 40; i++) await button(page, "Jump to the next change").click();
    await page.getByRole("grid").focus();
    await page.keyboard.press("Home");
  }],
  ["phone-field", "A thousand nodes on a phone.", { viewport: phone }, async (page) => {
    await add(page, 10);
    await settled(page);
  }],
  ["lessons", "The lessons.", {}, async (page) => {
    await tab(page, "Lessons");
    await page.locator(".lesson li").first().waitFor();
  }],
  ["lesson", "A lesson's first step.", {}, async (page) => {
    await tab(page, "Lessons");
    await page.locator(".lesson li button").first().click();
    await page.locator(".lesson article").waitFor();
    await settled(page);
  }],
  ["phone-lesson-korean", "The same on a phone, in Korean.", { viewport: phone, ...korean }, async (page) => {
    await page.locator(".tabs button").nth(3).waitFor();
    await page.locator(".tabs button", { hasText: "수업" }).click();
    await page.locator(".lesson li button").first().click();
    await page.locator(".lesson article").waitFor();
  }],
  ["inspector", "The inspector: all there is to know of a Pod.", {}, async (page) => {
    await settled(page);
    await pods(page, "monitoring-daemon", { node: "node-1" }).click();
    await tab(page, "Inspector");
  }],
  ["loop", "The control loop, step by step.", {}, async (page) => {
    await tab(page, "Loop");
    await button(page, "Pause").click();
    await button(page, "Add a node").click();
    for (let i = 0; i < 3; i++) await page.getByRole("tabpanel").getByRole("button", { name: "Until something changes" }).click();
  }],
  ["zoom", "The wide screen at 200 per cent.", { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 }, async (page) => settled(page)],
  ["forced-colours", "Where the system chooses the colours.", { forcedColors: "active" }, async (page) => {
    await run(page, "kubectl cordon node-3");
    await settled(page);
  }],
];

/** Elements that reach over the window's edges, or text cut off without a sign that there is more. */
const overhang = () => {
  const wide = document.documentElement.clientWidth;
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest(".sr, .cm-editor, [aria-hidden=true]");
  /** How far right and left an element may reach: the nearest thing around it that cuts off what doesn't fit, unless it can be scrolled. */
  const room = (element) => {
    for (let it = element.parentElement; it; it = it.parentElement) {
      const how = getComputedStyle(it).overflowX;
      if (/auto|scroll/.test(how) || getComputedStyle(it).textOverflow === "ellipsis") return null;
      if (/hidden|clip/.test(how)) return it.getBoundingClientRect();
    }
    return { left: 0, right: wide };
  };
  const over = [];
  for (const element of document.querySelectorAll("button, p, h1, h2, h3, li, input, summary")) {
    const box = element.getBoundingClientRect();
    const limit = box.width > 1 && seen(element) ? room(element) : null;
    if (limit && (box.right > limit.right + 1 || box.left < limit.left - 1)) over.push(`cut off: ${element.outerHTML.slice(0, 110)}`);
  }
  return document.documentElement.scrollWidth > wide ? [...over, "the page scrolls sideways"] : over;
};

const only = process.argv.slice(2);
const server = await serve(0);
const browser = await chromium.launch(launchOptions);
{
  // Without a Korean typeface all of its letters are the same box, which nobody would see from the numbers.
  const page = await browser.newPage();
  const boxes = await page.evaluate(() => {
    const paint = (letter) => {
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("2d");
      context.font = "40px sans-serif";
      context.fillText(letter, 0, 60);
      return canvas.toDataURL();
    };
    return paint("노") === paint("드");
  });
  await page.close();
  if (boxes) throw new Error("there is no Korean typeface here (on Debian: apt-get install fonts-nanum)");
}
const wrong = [];
mkdirSync(folder, { recursive: true });
if (only.length === 0) for (const file of readdirSync(folder)) if (file.endsWith(".webp")) rmSync(join(folder, file));
for (const [name, , screen, come] of pictures) {
  if (only.length > 0 && !only.includes(name)) continue;
  const context = await browser.newContext({ viewport: wide, reducedMotion: "reduce", locale: "en-US", baseURL: `http://127.0.0.1:${server.address().port}/`, ...screen });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  try {
    await open(page);
    await page.locator(".cm-editor").waitFor({ state: "attached" });
    await come(page);
    await page.evaluate(() => document.fonts.ready);
    await page.locator(".cluster .scroll").evaluate((box) => box.scrollTo(0, 0));
    const over = await page.evaluate(overhang);
    wrong.push(...over.map((what) => `${name}: ${what}`));
    const session = await context.newCDPSession(page);
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 62 });
    writeFileSync(join(folder, `${name}.webp`), Buffer.from(data, "base64"));
    console.log(`${name}: ${Math.round((data.length * 3) / 4096)} KB`);
  } catch (problem) {
    wrong.push(`${name}: ${problem.message}`);
  }
  await context.close();
}
await browser.close();
server.close();

if (only.length === 0) {
  const list = pictures.map(([name, about]) => `## ${name}\n\n${about}\n\n![${about}](${name}.webp)\n`);
  writeFileSync(join(folder, "README.md"), `# Gallery\n\nWhat the page looks like, made by \`cargo xtask gallery\`. Not to be edited by hand.\n\n${list.join("\n")}`);
}
if (wrong.length > 0) {
  console.error(wrong.join("\n"));
  process.exitCode = 1;
}
