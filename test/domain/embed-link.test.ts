import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EMBED, embedLink } from "#app/domain/embed-link.ts";

test("leads to the block that there is, in the theme's editor", () => {
  expect(embedLink("abc123")).toBe("shopify://admin/themes/current/editor?context=apps&activateAppId=abc123/share-link");
  expect(existsSync(join(import.meta.dirname, "..", "..", "extensions", EMBED, "blocks", `${EMBED}.liquid`))).toBe(true);
});
