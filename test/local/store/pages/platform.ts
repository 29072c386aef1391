// What the platform itself puts into the head of every page of the storefront (`content_for_header` in Liquid): the Customer Privacy API with its banner.
import { html } from "./html.ts";
import type { Markup } from "./html.ts";

export function contentForHeader(): Markup {
  return html`<script src="/assets/consent.js"></script>`;
}
