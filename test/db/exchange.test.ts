import { expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { insertExchange } from "#app/db/exchange.ts";
import { loggable } from "#app/networks/impact/loggable.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

const answers: { what: string; answer: unknown; kept: unknown }[] = [
  { what: "a long text that is cut in the middle of an emoji", answer: { Description: `${"a".repeat(399)}🎉 and more` }, kept: { Description: expect.stringMatching(/^a{399}.?…$/) } },
  { what: "half of a surrogate pair", answer: { Name: "A\ud83d" }, kept: { Name: "A\ufffd" } },
  { what: "a NUL, in a text and in a name", answer: { "Na\0me": "A\0B" }, kept: { Name: "AB" } },
  { what: "the six characters that stand for a NUL in JSON", answer: { Name: "A\\u0000B" }, kept: { Name: "A\\u0000B" } },
  { what: "nothing", answer: undefined, kept: null },
];

test.each(answers)("an exchange is kept whatever the network answers: $what", async ({ answer, kept }) => {
  await insertExchange({ shop: "s", at: new Date(), connectionId: "net", about: "account", aboutId: "net", what: "GET /Campaigns", request: { Name: String(JSON.stringify(answer)) }, status: 200, answer: loggable(answer), outcome: "ok" });
  const { rows } = await pool().query("select answer from exchange order by id desc limit 1");
  expect(rows[0]!.answer).toEqual(kept);
});
