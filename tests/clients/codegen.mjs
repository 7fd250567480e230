export default {
  schema: process.env.SCHEMA,
  documents: process.env.DOCUMENTS,
  generates: { [process.env.OUTPUT]: { plugins: ["typescript", "typescript-operations"] } },
};
