import { expect, test } from "vitest";
import { MOST_FORM_BYTES, MOST_UPLOAD_BYTES, refusalOf } from "#app/limits.ts";

test.each([
  { what: "a page", url: "/app?page=2", headers: {}, refusal: null },
  { what: "a form", url: "/app/deals/new", headers: { "content-length": "1200" }, refusal: null },
  { what: "a form that no page sends", url: "/auth/login", headers: { "content-length": String(MOST_FORM_BYTES + 1) }, refusal: 413 },
  { what: "a file that is brought in", url: "/app/files?index&_data=x", headers: { "content-length": String(MOST_UPLOAD_BYTES) }, refusal: null },
  { what: "a file that no page takes", url: "/app/files?index", headers: { "content-length": String(MOST_UPLOAD_BYTES + 1) }, refusal: 413 },
  { what: "a file for another page", url: "/app/filesystem", headers: { "content-length": String(MOST_FORM_BYTES + 1) }, refusal: 413 },
  { what: "a body without an end", url: "/auth/login", headers: { "transfer-encoding": "chunked" }, refusal: 411 },
  { what: "a NUL in a name", url: "/app/orders/%00", headers: {}, refusal: 400 },
])("$what: $refusal", ({ url, headers, refusal }) => {
  expect(refusalOf({ url, headers })).toBe(refusal);
});
