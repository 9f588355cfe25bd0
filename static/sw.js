// Keeps everynode at hand without a network: the service worker of the page.
//
// `xtask/offline.mjs` fills in which files there are and what they are, as one number. A version lies in a cache of its own and is used whole:
// what a page loads later fits what it loaded first. A new version waits until no page uses the old one, or until a learner asks for it.

const version = "{version}";
const files = [];

const prefix = `everynode ${new URL(registration.scope).pathname} `;
const own = prefix + version;

addEventListener("install", (event) => {
  // Past the browser's own cache: a host may let it keep index.html for hours.
  const fresh = files.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(caches.open(own).then((cache) => cache.addAll(fresh)));
});

addEventListener("activate", (event) => {
  const clean = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== own);
    await Promise.all(old.map((name) => caches.delete(name)));
    // The very first page too: what it has not loaded yet is here already.
    await clients.claim();
  };
  event.waitUntil(clean());
});

addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});

addEventListener("fetch", (event) => {
  const { method, url, mode } = event.request;
  const path = new URL(url).href.replace(/[?#].*/s, "");
  if (method !== "GET" || !path.startsWith(registration.scope)) return;
  const file = path.slice(registration.scope.length) || "index.html";
  if (mode === "navigate" ? file !== "index.html" : !files.includes(file)) return;
  const answer = async () => (await (await caches.open(own)).match(file)) ?? fetch(event.request);
  event.respondWith(answer());
});
