// Takes the picture that chats and networks show for a link to everynode: `cargo xtask social`, after `cargo xtask build`.
//
// The page itself, dark and light halves of one card: what it is in one line, and the cluster as it looks after ten seconds. The result
// is static/icons/social.png, 1200 by 630, which the build copies; `cargo xtask dist --url ADDRESS` names it in the page.

import { writeFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { launchOptions } from "../tests/page/browser.mjs";
import { serve } from "../tests/page/serve.mjs";

const server = await serve(0);
const browser = await chromium.launch(launchOptions);
const address = `http://127.0.0.1:${server.address().port}/`;

const page = await browser.newPage({ viewport: { width: 820, height: 560 }, deviceScaleFactor: 1.5 });
await page.goto(`${address}?embed&panels=cluster&theme=light&lang=en`);
await page.getByRole("button", { name: /^monitoring-daemon-\S+, monitoring-daemon, Running$/ }).nth(3).waitFor();
const cluster = (await page.locator(".panel.cluster").screenshot()).toString("base64");

const card = await browser.newPage({ viewport: { width: 1200, height: 630 } });
await card.setContent(`<!doctype html><style>
  body { margin: 0; width: 1200px; height: 630px; overflow: hidden; background: #faf8f4; color: #1f1c17; font: 26px/1.4 Inter, ui-sans-serif, system-ui, "DejaVu Sans", sans-serif; }
  header { position: absolute; left: 72px; top: 64px; right: 72px; }
  h1 { display: flex; align-items: center; gap: 22px; margin: 0 0 14px; font-size: 62px; font-weight: 700; letter-spacing: -.03em; line-height: 1; }
  svg { width: 58px; fill: #1f1c17; } .new { fill: #2b56cf; }
  p { margin: 0; color: #67625a; }
  img { position: absolute; left: 72px; top: 232px; width: 1056px; border: 1px solid #e4dfd4; border-radius: 18px; box-shadow: 0 18px 60px #1f1c1722; background: #fff; }
</style><header><h1><svg viewBox="0 0 18 18"><circle cx="4.5" cy="4.5" r="3.6"/><circle cx="13.5" cy="4.5" r="3.6"/><circle cx="4.5" cy="13.5" r="3.6"/><circle class="new" cx="13.5" cy="13.5" r="3.6"/></svg>everynode</h1>
<p>A Kubernetes cluster in a browser tab: learn DaemonSets by doing.</p></header><img src="data:image/png;base64,${cluster}">`);
await card.locator("img").evaluate((image) => image.decode());
const file = new URL("../static/icons/social.png", import.meta.url);
writeFileSync(file, await card.screenshot());
await browser.close();
server.close();
console.error("everynode: static/icons/social.png is new");
