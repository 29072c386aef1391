// Documents that ask about many jobs or codes at once: one field each, under its own alias. A job costs a point, a code with its discount's id one as well.

/** How `count` jobs stand: aliases j0, j1 …, variables $i0, $i1 …. */
export function readJobsDocument(count: number): string {
  const { variables, fields } = aliases(count, (n) => [`$i${n}: ID!`, `j${n}: discountRedeemCodeBulkCreation(id: $i${n}) { id done codesCount importedCount failedCount }`]);
  return `#graphql
  query ReadBulkCreations(${variables}) { ${fields} }`;
}

/** Which discounts have `count` codes: aliases c0, c1 …, variables $k0, $k1 …. */
export function findCodesDocument(count: number): string {
  const { variables, fields } = aliases(count, (n) => [`$k${n}: String!`, `c${n}: codeDiscountNodeByCode(code: $k${n}) { id }`]);
  return `#graphql
  query FindDiscountsByCodes(${variables}) { ${fields} }`;
}

function aliases(count: number, one: (n: number) => [variable: string, field: string]): { variables: string; fields: string } {
  const all = Array.from({ length: count }, (_, n) => one(n));
  return { variables: all.map(([variable]) => variable).join(", "), fields: all.map(([, field]) => field).join(" ") };
}
