// The documents of bulk operations. What the operation itself asks is a text of its own (changed-orders.ts): it wants edges, and pages for it.

const OPERATION = "id status errorCode createdAt url partialDataUrl";

export const RUN_BULK_QUERY = `#graphql
mutation CreatorCodesRunBulkQuery($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { ${OPERATION} }
    userErrors { code field message }
  }
}`;

export const BULK_OPERATION = `#graphql
query CreatorCodesBulkOperation($id: ID!) {
  bulkOperation(id: $id) { ${OPERATION} }
}`;

export const NEWEST_BULK_OPERATIONS = `#graphql
query CreatorCodesNewestBulkOperations {
  bulkOperations(first: 10, reverse: true, query: "operation_type:query") { nodes { ${OPERATION} query } }
}`;
