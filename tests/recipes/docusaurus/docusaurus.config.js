// A site of one page of docs; embed.js comes with every page, and does nothing where there is no element.
export default {
  title: "Docusaurus",
  url: "http://127.0.0.1",
  baseUrl: "/",
  scripts: [{ src: "/everynode/embed.js", defer: true }],
  presets: [["classic", { docs: { routeBasePath: "/" }, blog: false, theme: {} }]],
};
