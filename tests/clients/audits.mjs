// The audits of graphql-http: all must be well.
import { serverAudits } from "graphql-http";

const audits = serverAudits({ url: process.argv[2], fetchFn: fetch });
let failed = 0;
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status !== "ok") {
    failed += 1;
    console.error(`${result.status}: ${audit.name}: ${result.reason}`);
  }
}
console.log(`graphql-http: ${audits.length - failed} of ${audits.length} audits`);
if (failed > 0 || audits.length < 61) process.exit(1);
