// The views of the list of codes choose by the same life that each code's page tells.
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { countCodes, listCodes } from "#app/db/reads/code-list.ts";
import type { CodeRow } from "#app/domain/pages.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

useDatabase();

const NOW = new Date("2026-06-10T08:00:00Z");
const BEFORE = "2026-06-01T00:00:00Z";
const LATER = "2026-07-01T00:00:00Z";

const date = fc.constantFrom(null, BEFORE, LATER, NOW.toISOString());
const mark = fc.record({
  wanted: fc.constantFrom("live", "gone"),
  state: fc.constantFrom("waiting", "asked", "live", "leaving", "refused", "missing", "expired"),
  problem: fc.constantFrom(null, null, "differs"),
  drift: fc.constantFrom(false, false, true),
});
const codes = fc.array(
  fc.record({
    match: fc.constantFrom("exact", "exact", "regex"),
    paused: fc.boolean(),
    retired: fc.constantFrom(false, false, true),
    replaced: fc.constantFrom(false, false, true),
    startsAt: date,
    endsAt: date,
    deal: fc.option(fc.record({ startsAt: fc.constantFrom(BEFORE, LATER), endsAt: date, paused: fc.boolean() })),
    store: fc.option(mark),
    network: fc.option(mark),
  }),
  { minLength: 1, maxLength: 12 },
);

beforeAll(() => makeMariesShop());

const inView: Record<string, (row: CodeRow) => boolean> = {
  every: () => true,
  wrong: ({ life }) => life.sides.some((side) => side.stuck || side.word === "different"),
  waiting: (row) => row.life.open.length > 0 && !inView.wrong!(row),
  live: (row) => row.life.state === "active" && row.life.open.length === 0,
  scheduled: ({ life }) => life.state === "scheduled" || life.state === "planned",
  paused: ({ life }) => life.state === "paused",
  ended: ({ life }) => life.state === "ended",
  retired: ({ life }) => life.state === "retired" || life.state === "replaced",
};

test("every view shows exactly the codes whose life says so, and the counts agree", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(codes, async (sketches) => {
      await pool().query("truncate code, code_term, code_placement, deal, drift");
      for (const [n, one] of sketches.entries()) {
        const id = `c${n}`;
        if (one.deal) {
          await pool().query("insert into deal (shop, id, name, terms, starts_at, ends_at, paused_at, next_at, created_at) values ($1, $2, $2, '{}', $3, $4, $5, $6, $6)", [SHOP, id, one.deal.startsAt, one.deal.endsAt, one.deal.paused ? BEFORE : null, NOW]);
        }
        await pool().query("insert into code (shop, id, code, key, match, deal_id, created_at, paused_at, retired_at, replaced_by) values ($1, $2, $2, $2, $3, $4, $5, $6, $7, $8)", [
          SHOP, id, one.match, one.deal ? id : null, BEFORE, one.paused ? BEFORE : null, one.retired ? BEFORE : null, one.replaced ? "another" : null,
        ]);
        await pool().query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy, starts_at, ends_at) values ($1, $2, $3, 'c1', 'p1', 'always', $4, $5)", [SHOP, id, BEFORE, one.startsAt, one.endsAt]);
        for (const [target, side] of [["store", one.store], ["p1", one.network]] as const) {
          if (!side) continue;
          await pool().query("insert into code_placement (shop, code_id, target, wanted, state, problem, next_at) values ($1, $2, $3, $4, $5, $6, $7)", [SHOP, id, target, side.wanted, side.state, side.problem, NOW]);
          if (side.drift) await pool().query("insert into drift (shop, about, about_id, target, kind, found_at) values ($1, 'code', $2, $3, 'edited', $4)", [SHOP, id, target, NOW]);
        }
      }
      const asked = { q: "", creatorId: "", dealId: "", sort: "code", page: 1, now: NOW };
      const every = (await listCodes(SHOP, { ...asked, view: "every" })).rows;
      expect(every).toHaveLength(sketches.length);
      for (const [view, shows] of Object.entries(inView)) {
        const { rows, total } = await listCodes(SHOP, { ...asked, view });
        expect([view, rows.map((row) => row.id)]).toEqual([view, every.filter(shows).map((row) => row.id)]);
        expect(total).toBe(rows.length);
      }
      const isOpen = ({ id }: CodeRow) => [sketches[Number(id.slice(1))]!.store, sketches[Number(id.slice(1))]!.network].some((side) => side && ["waiting", "asked", "leaving", side.wanted === "live" ? "expired" : "live"].includes(side.state));
      const ranks = new Map(every.toSorted((a, b) => Number(inView.wrong!(b)) - Number(inView.wrong!(a)) || Number(inView.retired!(a)) - Number(inView.retired!(b)) || Number(isOpen(b)) - Number(isOpen(a)) || Number(b.id.slice(1)) - Number(a.id.slice(1))).map(({ id }, at) => [id, at]));
      for (const [view, shows] of Object.entries(inView)) {
        const { rows } = await listCodes(SHOP, { ...asked, sort: "wrong", view });
        expect([view, rows.map((row) => row.id)]).toEqual([view, every.filter(shows).map((row) => row.id).sort((a, b) => ranks.get(a)! - ranks.get(b)!)]);
      }
      const refused = every.filter(({ id }) => {
        const there = sketches[Number(id.slice(1))]!.network;
        return there?.wanted === "live" && (there.state === "refused" || there.state === "missing");
      });
      expect((await listCodes(SHOP, { ...asked, view: "every", refusedIn: "p1" })).rows).toEqual(refused);
      const count = (view: string) => every.filter(inView[view]!).length;
      const steady = every.filter((row) => !inView.wrong!(row));
      expect(await countCodes(SHOP)).toEqual({
        all: every.length,
        wrong: count("wrong"),
        waiting: count("waiting"),
        coming: steady.filter(({ life }) => life.sides.some((side) => side.word === "coming")).length,
        live: steady.filter(({ life }) => life.sides.some((side) => side.wanted === "live")).length,
        retired: count("retired"),
      });
    }),
    { numRuns: 25 },
  );
});
