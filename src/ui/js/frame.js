// The page inside somebody else's: messages out and in. static/embed.js is the other end; docs/embedding.md says what they hold.

const root = document.documentElement;

/** What the address asked for, which static/shell.js has read. */
export const asked = (name) => root.dataset[name];

/** The manifest in the address: `#yaml=…`. */
export function manifest() {
  const [, text] = location.hash.match(/^#yaml=(.+)$/s) ?? [];
  try { return text && decodeURIComponent(text); } catch { return undefined; }
}

/** Tells the page around of something. */
export function tell(event, detail) {
  if ("embed" in root.dataset && parent !== window) parent.postMessage({ everynode: 1, event, detail }, "*");
}

/** Tells of a lesson's step that is done, of so many. */
export const tellPassed = (lesson, step, steps) => tell("check-passed", { lesson, step, steps, finished: step === steps });

/** Hears what the page around wants, and tells it our height whenever that changes. */
export function listen(heard) {
  if (!("embed" in root.dataset) || parent === window) return;
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data?.everynode !== 1) return;
    if (data.do === "theme") root.dataset.theme = data.value === "dark" ? "dark" : "light";
    else heard(String(data.do), String(data.value ?? ""));
  });
  new ResizeObserver(() => tell("size", document.body.offsetHeight)).observe(document.body);
  tell("ready");
}
