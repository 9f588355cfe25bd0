// What the page can do without its program: the theme before the first paint, and the way out of a crash.
//
// Names in storage are those of src/ui/host/storage.rs. Storage may be forbidden; then the latest save is in the document.

(() => {
  const root = document.documentElement;
  const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

  const theme = stored("everynode.theme");
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
    if (!document.querySelector(".page")) crashed(String(event.reason));
  });

  addEventListener("DOMContentLoaded", () => {
    if (typeof WebAssembly !== "object") crashed("This browser has no WebAssembly.");
    element("crash-reload").onclick = () => location.reload();
    element("crash-download").onclick = download;
    element("crash-fresh").onclick = startAfresh;
  });
})();
