export const READ_WEB_PIXEL = `#graphql
  query ReadWebPixel {
    webPixel { id settings }
  }`;

export const CREATE_WEB_PIXEL = `#graphql
  mutation CreateWebPixel($webPixel: WebPixelInput!) {
    webPixelCreate(webPixel: $webPixel) {
      webPixel { id settings }
      userErrors { code field message }
    }
  }`;

export const UPDATE_WEB_PIXEL = `#graphql
  mutation UpdateWebPixel($id: ID!, $webPixel: WebPixelInput!) {
    webPixelUpdate(id: $id, webPixel: $webPixel) {
      webPixel { id settings }
      userErrors { code field message }
    }
  }`;

export const READ_EMBED_SETTINGS = `#graphql
  query ReadEmbedSettings($namespace: String!, $key: String!) {
    currentAppInstallation {
      id
      metafield(namespace: $namespace, key: $key) { value }
    }
  }`;

export const SET_EMBED_SETTINGS = `#graphql
  mutation SetEmbedSettings($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) {
      metafields { id value }
      userErrors { code field message }
    }
  }`;
