// Computes one what-if as the app does, and says what it found.
import { randomUUID } from "node:crypto";
import { closeDatabase, pool } from "#app/db.server.ts";
import { insertWhatIf } from "#app/db/what-if.ts";
import { whatIfOnce } from "#app/flow/what-if.ts";

const shop = process.argv[2]!;
const id = randomUUID();
// Most codes are credited without a click, and most buyers have none: half of the orders change.
await insertWhatIf({ shop, id, programId: "p1", fromAt: new Date("2026-01-01"), toAt: new Date("2026-12-31"), settings: { creditPolicy: "involved", stackingRule: "split" } }, "bench", new Date());
while ((await whatIfOnce()) > 0);
const { rows } = await pool().query("select state, done, (summary ->> 'changed')::int as changed from what_if where shop = $1 and id = $2", [shop, id]);
await closeDatabase();
process.stdout.write(`${JSON.stringify(rows[0])}\n`);
