// The progress of an import over WebSocket (graphql-ws) and server-sent events (graphql-sse), and
// queries by the same ways.
import assert from "node:assert/strict";
import { createClient as createEvents } from "graphql-sse";
import { createClient as createSocket } from "graphql-ws";
import WebSocket from "ws";
import { workbook } from "./files.mjs";

const url = process.argv[2];

async function ask(query, variables) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  assert.ok(!answer.errors, JSON.stringify(answer.errors));
  return answer.data;
}

async function plan(year) {
  const form = new FormData();
  const query = "mutation ($files: [Upload!]!) { importWorkbooks(files: $files) { id status } }";
  form.append("operations", JSON.stringify({ query, variables: { files: [null] } }));
  form.append("map", JSON.stringify({ 0: ["variables.files.0"] }));
  form.append("0", workbook(year, ["Lê Văn An", "Lê Thị Bình", "Trần Văn Cường"]));
  const headers = { "GraphQL-Require-Preflight": "1" };
  const answer = await (await fetch(url, { method: "POST", headers, body: form })).json();
  const [planned] = answer.data.importWorkbooks;
  assert.equal(planned.status, "PLANNED");
  return planned.id;
}

const progress = "subscription ($id: ID!) { importProgress(id: $id) { phase done finished import { status } } }";

async function follow(client, year) {
  const id = await plan(year);
  const phases = [];
  for await (const event of client.iterate({ query: progress, variables: { id } })) {
    assert.ok(!event.errors, JSON.stringify(event.errors));
    const told = event.data.importProgress;
    phases.push(told.phase);
    if (told.phase === "WAITING") {
      ask("mutation ($id: ID!) { applyImport(id: $id) { status } }", { id });
    }
    if (told.finished) assert.equal(told.import.status, "APPLIED");
  }
  assert.equal(phases[0], "WAITING");
  assert.equal(phases.at(-1), "DONE");
  return phases.join(" ");
}

async function one(client, query) {
  for await (const answer of client.iterate({ query })) return answer;
}

const socket = createSocket({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, lazyCloseTimeout: 0 });
console.log(`graphql-ws: ${await follow(socket, 2023)}`);
const events = createEvents({ url, fetchFn: fetch });
console.log(`graphql-sse: ${await follow(events, 2024)}`);
for (const client of [socket, events]) {
  const answer = await one(client, "{ campaigns(first: 1) { nodes { code } } }");
  assert.equal(answer.data.campaigns.nodes[0].code, "2019");
}
const hostile = `{ ${"a: __typename ".repeat(6000)} }`;
for (const client of [socket, events]) {
  // graphql-ws throws what comes as an error before any answer.
  const limited = await one(client, hostile).catch((errors) => ({ errors }));
  assert.equal(limited.errors[0].extensions.code, "LIMIT");
}
await assert.rejects(one(socket, "subscription { importProgress(id: \"Import:999\") { phase } }").then((answer) => {
  if (answer.errors) throw new Error(answer.errors[0].message);
}));

// A page of another site gets no WebSocket.
const foreign = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws", { origin: "http://elsewhere.example" });
const status = await new Promise((resolve) => {
  foreign.on("unexpected-response", (_request, response) => resolve(response.statusCode));
  foreign.on("open", () => resolve(101));
  foreign.on("error", () => {});
});
assert.equal(status, 403);
console.log("queries over both, limits over both, no WebSocket for other sites");
await socket.dispose();
events.dispose();

const silent = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws");
const code = await new Promise((resolve) => silent.on("close", resolve));
assert.equal(code, 4408);
console.log(`a client that never says hello: closed with ${code}`);
