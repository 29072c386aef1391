export const READ_SHOP = `#graphql
  query ReadShop {
    shop { name currencyCode ianaTimezone primaryDomain { host } }
  }`;
