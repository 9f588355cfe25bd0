// <every-node>: a live cluster in anybody's page. No dependency; everything happens in a frame from this script's own folder.
//
//   <script src="https://…/everynode/embed.js" defer></script>
//   <every-node panels="cluster,editor"><pre>apiVersion: apps/v1 …</pre></every-node>
//
// The YAML inside is the manifest; it stays what a reader sees without JavaScript and on paper. docs/embedding.md has the
// attributes, the events, the messages and a recipe for each site generator.

(() => {
  const home = new URL(".", document.currentScript.src);
  const passed = ["panels", "speed", "scenario", "lesson"];
  // Its scripts and nothing else: no storage, no forms. Its one link opens a tab of its own.
  const sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads";
  const styles = `
    :host { display: block; margin: 1em 0; }
    :host([hidden]) { display: none; }
    iframe { display: block; width: 100%; border: 1px solid #8884; border-radius: 12px; color-scheme: normal; }
    .live slot { display: none; }
    @media print { .live slot { display: block; } iframe { break-inside: avoid; } }`;

  class EveryNode extends HTMLElement {
    static observedAttributes = [...passed, "read-only"];
    #box; #frame; #near;

    constructor() {
      super();
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(styles);
      const shadow = this.attachShadow({ mode: "open" });
      shadow.adoptedStyleSheets = [sheet];
      this.#box = document.createElement("div");
      this.#box.append(document.createElement("slot"));
      shadow.append(this.#box);
    }

    connectedCallback() {
      addEventListener("message", this.#heard);
      this.#near = new IntersectionObserver(([entry]) => entry.isIntersecting && this.#begin(), { rootMargin: "300px" });
      this.#near.observe(this);
      looks.add(this);
    }

    // Sites that swap pages without loading them take elements away: the cluster goes with its element.
    disconnectedCallback() {
      removeEventListener("message", this.#heard);
      this.#near.disconnect();
      looks.delete(this);
      this.#frame?.remove();
      this.#frame = undefined;
      this.#box.className = "";
    }

    attributeChangedCallback() {
      if (!this.#frame) return;
      this.#frame.remove();
      this.#frame = undefined;
      this.#begin();
    }

    /** The manifest: the text inside, without what indents all of it. */
    get yaml() {
      const lines = this.textContent.replace(/^\s*\n|\s+$/g, "").split("\n");
      const margins = lines.filter((line) => line.trim()).map((line) => line.match(/^ */)[0].length);
      return lines.map((line) => line.slice(Math.min(...margins))).join("\n");
    }

    run(line) { this.#ask("run", line); }
    apply(yaml) { this.#ask("apply", yaml); }
    pause() { this.#ask("pause"); }
    resume() { this.#ask("resume"); }
    reset() { this.#ask("reset"); }

    async #begin() {
      this.#near.disconnect();
      const query = new URLSearchParams({ embed: "", lang: this.#language(), theme: this.#theme() });
      for (const name of passed) if (this.hasAttribute(name)) query.set(name, this.getAttribute(name));
      if (this.hasAttribute("read-only")) query.set("read-only", "");
      const frame = this.#frame = document.createElement("iframe");
      frame.title = this.getAttribute("label") ?? "everynode";
      frame.height = this.getAttribute("height") ?? 420;
      frame.setAttribute("sandbox", sandbox);
      frame.src = new URL(`index.html?${query}${this.yaml && `#yaml=${encodeURIComponent(this.yaml)}`}`, home);
      this.#box.append(frame);
    }

    #heard = ({ source, data }) => {
      if (!this.#frame || source !== this.#frame.contentWindow || data?.everynode !== 1) return;
      // Only now is it known that the cluster came: until then the YAML stays.
      if (data.event === "ready") this.#box.className = "live";
      if (data.event === "size") {
        if (!this.hasAttribute("height")) this.#frame.height = Math.ceil(data.detail);
      } else this.dispatchEvent(new CustomEvent(data.event, { detail: data.detail, bubbles: true }));
    };

    #ask(what, value) {
      this.#frame?.contentWindow.postMessage({ everynode: 1, do: what, value }, "*");
    }

    #language() { return this.closest("[lang]")?.lang ?? navigator.language; }

    /** As the page is around it: sites have many ways to say dark, and all of them end in a background. */
    #theme() {
      const own = this.getAttribute("theme");
      if (own) return own;
      for (let element = this; element; element = element.parentElement ?? element.getRootNode().host) {
        const [red, green, blue, alpha = 1] = getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? [];
        if (alpha > 0.5) return red * 0.3 + green * 0.59 + blue * 0.11 < 128 ? "dark" : "light";
      }
      return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    }

    follow() {
      this.#ask("theme", this.#theme());
      this.#ask("language", this.#language());
    }

    /** Makes the page's own YAML code blocks live: those that match and hold an object. */
    static upgrade(selector = "pre > code.language-yaml", attributes = {}) {
      for (const code of document.querySelectorAll(selector)) {
        const block = code.closest("pre") ?? code;
        if (block.closest("every-node") || !/^kind:/m.test(code.textContent)) continue;
        const element = document.createElement("every-node");
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        block.replaceWith(element);
        element.append(block);
      }
    }
  }

  const looks = new Set();
  const follow = () => looks.forEach((element) => element.follow());
  // A theme fades in on some sites: what it ends in is seen a moment later.
  const changed = new MutationObserver(() => { follow(); setTimeout(follow, 400); });
  for (const root of [document.documentElement, document.body]) {
    if (root) changed.observe(root, { attributes: true, attributeFilter: ["class", "data-theme", "data-md-color-scheme", "style", "lang"] });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", follow);

  customElements.define("every-node", EveryNode);
  globalThis.EveryNode = EveryNode;
})();
