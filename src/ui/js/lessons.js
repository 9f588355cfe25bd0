// Fetches the course's files when asked, from the page's own folder.

/** Calls `ready` with the texts of all files, or with nothing if one of them can't be had. */
export function fetchAll(names, ready) {
  const text = (answer) => (answer.ok ? answer.text() : Promise.reject(answer.status));
  const one = (name) => fetch(globalThis.everynodeFile?.(`lessons/${name}`) ?? new URL(`lessons/${name}`, document.baseURI)).then(text);
  Promise.all(names.map(one)).then(ready, (error) => {
    console.warn("the lessons did not load:", error);
    ready([]);
  });
}
