// What an application asks for, for the compilers.
import { graphql } from "react-relay";

graphql`
  query queriesTrendQuery($years: [String!], $first: Int, $after: String) {
    results(
      of: MEMBERS
      where: { campaign: { code: { in: $years } } }
      groupBy: [{ campaign: true }, { rating: true }]
      first: $first
      after: $after
    ) {
      pageInfo { hasNextPage endCursor }
      edges { cursor node { ...queriesGroup } }
    }
  }
`;

graphql`
  fragment queriesGroup on Result {
    key { campaign { code } rating { code label } }
    count
    share { percent numerator denominator }
    delta { count percentagePoints }
  }
`;

graphql`
  query queriesMembersQuery($search: String) {
    members(where: { search: $search }, first: 10) {
      edges { node { id name evaluations(first: 5) { edges { node { rating { code } } } } } }
    }
    node(id: "Member:1") { id ... on Member { name } }
  }
`;

graphql`
  subscription queriesProgressSubscription($id: ID!) {
    importProgress(id: $id) { phase done total finished import { id status } }
  }
`;

graphql`
  mutation queriesImportMutation($files: [Upload!]!) {
    importWorkbooks(files: $files, options: { apply: false }) { id status }
  }
`;
