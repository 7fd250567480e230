// Uploads by apollo-upload-client, automatic persisted queries by Apollo's link, and GETs that are not
// sent again.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import UploadHttpLink from "apollo-upload-client/UploadHttpLink.mjs";
import { workbook } from "./files.mjs";

const uri = process.argv[2];

// Without the header that a form of another site cannot send, nothing is imported.
const upload = gql`
  mutation ($files: [Upload!]!, $options: ImportOptions) {
    importWorkbooks(files: $files, options: $options) {
      id status workbook diagnostics { nodes { code } }
    }
  }
`;
const client = (headers) =>
  new ApolloClient({ link: new UploadHttpLink({ uri, headers }), cache: new InMemoryCache() });
const files = [workbook(2021, ["Lê Văn An", "Lê Thị Bình"]), new File(["nothing"], "empty.xlsx")];
await assert.rejects(client({}).mutate({ mutation: upload, variables: { files } }));
const sent = await client({ "Apollo-Require-Preflight": "true" }).mutate({
  mutation: upload,
  variables: { files },
});
const [planned, refused] = sent.data.importWorkbooks;
assert.equal(planned.status, "PLANNED");
assert.equal(refused.status, "REFUSED");
assert.deepEqual(refused.diagnostics.nodes.map((node) => node.code), ["not-a-workbook"]);
console.log("apollo-upload-client: a plan and a refusal");

// The hash alone, then with the query, then the hash alone again.
const posted = [];
const spy = (url, options) => {
  posted.push(JSON.parse(options.body));
  return fetch(url, options);
};
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const persisted = () =>
  new ApolloClient({
    link: ApolloLink.from([new PersistedQueryLink({ sha256 }), new HttpLink({ uri, fetch: spy })]),
    cache: new InMemoryCache(),
  });
const query = gql`query { campaigns { nodes { code } } }`;
for (const asked of [2, 1]) {
  posted.length = 0;
  const answer = await persisted().query({ query });
  assert.equal(answer.data.campaigns.nodes[0].code, "2019");
  assert.equal(posted.length, asked);
}
assert.ok(!("query" in posted[0]));
console.log("persisted queries: sent once, then by hash");

const get = `${uri}?query=${encodeURIComponent("{ campaigns { nodes { code } } }")}`;
const first = await fetch(get);
const tag = first.headers.get("etag");
assert.equal((await fetch(get, { headers: { "If-None-Match": tag } })).status, 304);
const changed = await client({ "Apollo-Require-Preflight": "true" }).mutate({
  mutation: upload,
  variables: { files: [workbook(2022, ["Lê Văn An"])], options: { apply: true } },
});
assert.equal(changed.data.importWorkbooks[0].status, "APPLIED");
assert.equal((await fetch(get, { headers: { "If-None-Match": tag } })).status, 200);
console.log("GET: 304 until the data change");
