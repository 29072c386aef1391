// The way to the app embed in the theme's editor, where only the merchant can turn it on. Pure.

/** The block of extensions/share-link, by its file. */
export const EMBED = "share-link";

/**
 * Opens the theme's editor with the embed turned on, for the merchant to save; for App Bridge's `open(…, "_top")`. The form is the platform's deep link for
 * app embeds: `activateAppId` is the app's client id and the block's name.
 */
export function embedLink(clientId: string): string {
  return `shopify://admin/themes/current/editor?context=apps&activateAppId=${encodeURIComponent(clientId)}/${EMBED}`;
}
