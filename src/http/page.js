"use strict";
const byId = id => document.getElementById(id);
const element = (name, text) => { const made = document.createElement(name); if (text !== undefined) made.textContent = text; return made; };
let answer = null, asTable = true;

// A row of a nested answer as flat columns: "key.rating.label".
function flatten(value, path, row) {
  if (value === null || typeof value !== "object") { row[path] = value; }
  else if (Array.isArray(value)) { row[path] = value.map(item => typeof item === "object" && item ? Object.values(item).join(" ") : item).join("; "); }
  else { for (const [name, inner] of Object.entries(value)) flatten(inner, path ? path + "." + name : name, row); }
}

function tableOf(title, value) {
  const box = element("div"); box.className = "wide";
  const rows = (Array.isArray(value) ? value : value && value.nodes ? value.nodes : value && value.edges ? value.edges.map(edge => edge.node) : [value])
    .map(node => { const row = {}; flatten(node, "", row); return row; });
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
  const table = element("table"), total = value && value.totalCount;
  table.append(element("caption", title + " — " + rows.length + (rows.length === 1 ? " row" : " rows") + (total > rows.length ? " of " + total : "")));
  const head = element("tr"); columns.forEach(column => head.append(element("th", column || title)));
  table.append(head);
  for (const row of rows) {
    const line = element("tr");
    for (const column of columns) {
      const item = row[column], cell = element("td", item === null || item === undefined ? "–" : String(item));
      if (typeof item === "number" || /percent$/.test(column) && item) cell.className = "number";
      line.append(cell);
    }
    table.append(line);
  }
  box.append(table);
  return box;
}

function show() {
  const place = byId("answer"); place.replaceChildren();
  if (!answer) return;
  for (const error of answer.errors || []) { const line = element("p", error.message); line.className = "error"; place.append(line); }
  if (asTable && answer.data) { for (const [name, value] of Object.entries(answer.data)) place.append(tableOf(name, value)); }
  else { const box = element("div"); box.className = "wide"; box.append(element("pre", JSON.stringify(answer, null, 2))); place.append(box); }
  byId("as-table").setAttribute("aria-pressed", asTable); byId("as-json").setAttribute("aria-pressed", !asTable);
}

async function run() {
  const status = byId("status"), text = byId("variables").value.trim();
  let variables;
  try { variables = text ? JSON.parse(text) : undefined; } catch (error) { status.textContent = "the variables are no JSON: " + error.message; return; }
  status.textContent = "…";
  const begun = performance.now();
  try {
    const response = await fetch("graphql", { method: "POST", headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json" }, body: JSON.stringify({ query: byId("query").value, variables }) });
    answer = await response.json();
    status.textContent = Math.round(performance.now() - begun) + " ms";
  } catch (error) { answer = null; status.textContent = "the server does not answer: " + error.message; }
  show();
}

byId("run").onclick = run;
byId("as-table").onclick = () => { asTable = true; show(); };
byId("as-json").onclick = () => { asTable = false; show(); };
document.addEventListener("keydown", event => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); } });
fetch("examples").then(response => response.json()).then(examples => {
  for (const example of examples) {
    const button = element("button", example.title);
    button.onclick = () => {
      document.querySelectorAll("nav button").forEach(other => other.removeAttribute("aria-current"));
      button.setAttribute("aria-current", "true");
      byId("query").value = example.query; byId("variables").value = ""; run();
    };
    byId("examples").append(button);
  }
  byId("examples").firstElementChild.click();
});
