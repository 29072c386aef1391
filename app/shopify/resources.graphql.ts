// The documents about whom a deal can be for: the store's segments and markets, by their names.

export const FIND_SEGMENTS = `#graphql
  query FindSegments($query: String) {
    segments(first: 100, query: $query, sortKey: LAST_EDIT_DATE, reverse: true) { nodes { id name } pageInfo { hasNextPage } }
  }`;

export const FIND_MARKETS = `#graphql
  query FindMarkets($query: String) {
    markets(first: 100, query: $query, sortKey: NAME) { nodes { id name } pageInfo { hasNextPage } }
  }`;
