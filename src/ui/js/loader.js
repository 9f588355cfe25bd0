// Fetches the editor's module and the texts of the schema when asked, so that the first paint needs none of them.
//
// The address is the page's own folder: the same from a web server's root, a subfolder or an embedding page. If it can't
// be had, the page keeps its text area.

// In a single file everything is inside, and given out by its name (xtask/dist.mjs).
const at = (name) => globalThis.everynodeFile?.(name) ?? new URL(name, document.baseURI);

export function loadEditor(ready) {
  // In a task of its own: to run the module and to make an editor take some thirty milliseconds each.
  import(at("editor.js")).then((module) => setTimeout(ready, 0, module), (error) => console.warn("the editor did not load:", error));
}

export function loadTexts(ready) {
  const text = (answer) => (answer.ok ? answer.text() : Promise.reject(answer.status));
  fetch(at("descriptions.txt")).then(text).then(ready, (error) => {
    console.warn("the schema's texts did not load:", error);
    ready("");
  });
}
