export const READ_SHOP = `#graphql
  query ReadShop {
    shop { name email currencyCode ianaTimezone primaryDomain { host } }
  }`;
