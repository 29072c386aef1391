// A code that outlives its creator's contract: the list, the view of it, and Home agree with the pure rule.
import { beforeEach, describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { listCodes } from "#app/db/reads/code-list.ts";
import { listCreators } from "#app/db/reads/creators.ts";
import { homeState } from "#app/db/reads/home-state.ts";
import { contractEndOf } from "#app/domain/contract.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP } from "#test/support/orders.ts";
import { makeMariesShop } from "#test/support/shop.ts";

useDatabase();
beforeEach(async () => {
  await pool().query("truncate shop, shop_rule, program, program_rule, creator, membership, code, code_term");
  await makeMariesShop();
});

const NOW = new Date("2026-06-10T00:00:00Z");
const SOON = "2026-07-01T00:00:00.000Z";
const FAR = "2026-12-03T00:00:00.000Z";
const PAST = "2026-06-01T00:00:00.000Z";

async function shown(view = "every") {
  const { rows } = await listCodes(SHOP, { view, q: "", creatorId: "", dealId: "", sort: "code", page: 1, now: NOW });
  return rows;
}

describe("a code whose creator's contract ends", () => {
  test.each([
    ["with no end of its own, soon", { endsAt: SOON }, null, { endsAt: SOON, ended: false, soon: true }],
    ["with no end of its own, far from now", { endsAt: FAR }, null, { endsAt: FAR, ended: false, soon: false }],
    ["that ends after it", { endsAt: SOON }, FAR, { endsAt: SOON, ended: false, soon: true }],
    ["that ends with it", { endsAt: SOON }, SOON, null],
    ["that ends before it", { endsAt: FAR }, SOON, null],
    ["that has ended itself", { leftAt: PAST }, "2026-06-05T00:00:00Z", null],
    ["and ended", { leftAt: PAST }, null, { endsAt: PAST, ended: true, soon: true }],
    ["and ended, before it will", { leftAt: PAST }, SOON, { endsAt: PAST, ended: true, soon: true }],
    ["at no time that is known", {}, null, null],
  ] as const)("%s", async (_name, member: { endsAt?: string; leftAt?: string }, codeEndsAt, contract) => {
    await pool().query("update membership set ends_at = $1, left_at = $2, state = $3", [member.endsAt ?? null, member.leftAt ?? null, member.leftAt ? "left" : "joined"]);
    await pool().query("update code_term set ends_at = $1", [codeEndsAt]);
    const [code] = await shown();
    expect(code!.contract).toEqual(contract);
    expect(contractEndOf(member.leftAt ?? member.endsAt ?? null, codeEndsAt, NOW.getTime())).toEqual(contract);
    expect((await shown("contract")).length).toBe(contract?.soon ? 1 : 0);
    expect((await homeState(SHOP, NOW)).contracts).toBe(contract?.soon ? 1 : 0);
    const creators = await listCreators(SHOP, { view: "contract", q: "", sort: "sales", page: 1, now: NOW });
    expect(creators.total).toBe(member.endsAt === SOON ? 1 : 0); // whatever the code's own end is
  });

  test("is none where the program is the shop's own, nor once the code is retired", async () => {
    await pool().query("update membership set ends_at = $1", [SOON]);
    await pool().query("update program set network = 'none'");
    expect((await shown())[0]!.contract).toBeNull();
    await pool().query("update program set network = 'impact'");
    await pool().query("update code set retired_at = $1", [PAST]);
    expect((await shown())[0]!.contract).toBeNull();
    expect((await homeState(SHOP, NOW)).contracts).toBe(0);
  });

  test("a membership that follows the one that ended counts", async () => {
    await pool().query("update membership set left_at = $1, state = 'left'", [PAST]);
    await pool().query("insert into membership (shop, program_id, creator_id, joined_at, partner_id, state, ends_at) values ($1, 'p1', 'c1', $2, '1001', 'joined', $3)", [SHOP, "2026-06-08T00:00:00Z", FAR]);
    expect((await shown())[0]!.contract).toEqual({ endsAt: FAR, ended: false, soon: false });
  });
});
