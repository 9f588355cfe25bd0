// The program comes in two parts: what the first picture needs, and the rest (docs/loading.md). This brings the rest.
//
// It is asked for once the first part runs, and is normally there before anybody needs it. Where the first part calls
// something of it sooner, it is brought at once, and the page stands still meanwhile. A program that wasn't cut
// has no rest, and everything here does nothing.

let first;
let name;
let come = true;
let waiting = [];

const at = (file) => globalThis.everynodeFile?.(file) ?? new URL(file, document.baseURI);

function join(module) {
  // Not by `instantiate`, which comes back later: the data of the rest must be there once, before its first use.
  new WebAssembly.Instance(module, { e: first });
  first.rest.value = 1;
  come = true;
  // Not at once: the program may be in the middle of something.
  for (const ready of waiting.splice(0)) queueMicrotask(ready);
}

/** Begins with the exports of the first part, whose one export `rest:…` says where the rest is. The page's script calls it before the program begins (xtask/gather.mjs). */
export function beginRest(exports) {
  first = exports;
  name = Object.keys(exports).find((key) => key.startsWith("rest:"))?.slice("rest:".length);
  come = name === undefined;
}

/** How long to wait before the rest is asked for again, where it could not be had. */
const againAfterMs = [500, 2_000, 8_000];

/** Asks for the rest. */
export async function fetchRest() {
  for (const pause of [...againAfterMs, null]) {
    try {
      if (!come) await load();
      return;
    } catch (error) {
      if (pause === null) throw Object.assign(error, { isFatal: true });
      console.warn("the rest of the program did not load yet:", error);
      await new Promise((ready) => setTimeout(ready, pause));
    }
  }
}

async function load() {
  const answer = await fetch(at(name));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  const isNamed = answer.headers.get("content-type") === "application/wasm";
  const module = await (isNamed ? WebAssembly.compileStreaming(answer) : answer.arrayBuffer().then((bytes) => WebAssembly.compile(bytes)));
  if (!come) join(module);
}

/** Whether the rest is there; if not, `ready` is called when it is. */
export function whenRest(ready) {
  if (!come) waiting.push(ready);
  return come;
}

/** Brings the rest before it returns. Only the program itself calls it, when it can't go on without. */
export function demandRest() {
  if (come) return;
  performance.mark("everynode:demanded");
  const request = new XMLHttpRequest();
  request.open("GET", at(name), false);
  // The one way to bytes in a request that is waited for.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 0 && request.status !== 200) throw new Error(`${name}: ${request.status}`);
  const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0));
  join(new WebAssembly.Module(bytes));
}
