// What the page can do without its program: what its address asks for, the theme before the first paint, and the way out of a crash.
//
// Names in storage are those of src/ui/host/storage.rs. Storage may be forbidden; then the latest save is in the document.

(() => {
  const root = document.documentElement;
  const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

  // What the address asks for stands on the root element, where style sheets and the program find it (docs/embedding.md).
  const asked = new URLSearchParams(location.search);
  for (const name of ["embed", "read-only", "scenario", "lesson", "speed", "exam", "tasks", "results"]) {
    if (asked.has(name)) root.setAttribute(`data-${name}`, asked.get(name));
  }
  if (asked.has("lang")) root.dataset.language = asked.get("lang");
  if (asked.has("embed")) {
    const panels = (asked.get("panels") || (asked.has("lesson") ? "lesson,cluster,editor,terminal,time" : "cluster,editor,time")).split(",");
    // All others are panels of the dock.
    if (panels.some((panel) => !["cluster", "editor", "terminal", "time"].includes(panel))) panels.push("dock");
    root.dataset.panels = panels.join(" ");
  }

  const theme = asked.get("theme") ?? stored("everynode.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  const element = (id) => document.getElementById(id);
  const work = () => element("work").textContent || stored("everynode.work") || "";

  function crashed(what) {
    if (!element("crash") || "crashed" in root.dataset) return;
    element("crash-what").textContent = what;
    root.dataset.crashed = "";
  }

  function download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([work()], { type: "text/plain" }));
    link.download = "everynode-work.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // A save that crashes the page at every start must not be the end of it, and must not be lost either.
  function startAfresh() {
    try {
      localStorage.setItem("everynode.work.set-aside", work());
      localStorage.removeItem("everynode.work");
    } catch { /* nothing was kept, so nothing comes back */ }
    location.reload();
  }

  // The program itself failing to arrive or to start; later panics come from the program's own hook.
  addEventListener("error", (event) => {
    if (event.error instanceof WebAssembly.RuntimeError) crashed(String(event.error));
  });
  addEventListener("unhandledrejection", (event) => {
    // `isFatal`: a part of the program could not be had (src/ui/js/rest.js).
    if (!document.querySelector(".page") || event.reason?.isFatal) crashed(String(event.reason));
  });

  // Without a network from the second visit on. Not in somebody else's page, nor before this one has what it needs itself.
  async function keepAtHand() {
    const named = document.querySelector("meta[name=offline]");
    if (!named || asked.has("embed") || !navigator.serviceWorker) return;
    const workers = navigator.serviceWorker;
    const registration = await workers.register(named.content, { updateViaCache: "none" });
    const offer = () => { element("newer").hidden = !registration.waiting || !workers.controller; };
    registration.addEventListener("updatefound", () => registration.installing.addEventListener("statechange", offer));
    offer();
    element("newer-later").onclick = () => { element("newer").hidden = true; };
    element("newer-take").onclick = () => {
      workers.addEventListener("controllerchange", () => location.reload(), { once: true });
      registration.waiting?.postMessage("take over");
    };
  }
  // A browser may forbid it, as it forbids storage; the page works without.
  addEventListener("load", () => setTimeout(() => keepAtHand().catch(() => {}), 2_000));

  addEventListener("DOMContentLoaded", () => {
    if (typeof WebAssembly !== "object") crashed("This browser has no WebAssembly.");
    element("crash-reload").onclick = () => location.reload();
    element("crash-download").onclick = download;
    element("crash-fresh").onclick = startAfresh;
  });
})();
