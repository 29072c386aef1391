// Our own side of the pre-flight: names that are taken here, patterns that catch a code, and codes that buyers would mix up with it.
import { type NameInForce, namesInForce, namesOfCreators, ownersOfKeys, type PatternInForce, patternsInForce, reserveCodesOf } from "../db/reads/preflight.ts";
import { openLikeness } from "../domain/likeness.ts";
import { patternMatches } from "../domain/pattern-set.ts";
import { aboutCode, type Finding } from "../domain/preflight.ts";

export type HereRow = { index: number; code: string; key: string; creatorId: string | null; creatorName: string; findings: Finding[] };

export type OurSide = { judge: (rows: readonly HereRow[]) => Promise<void>; has: (key: string) => boolean };

/** In a shop with more codes than this the newest ones are compared. */
const MOST_COMPARED = 200_000;
const MOST_LIKE = 3;

/** Opened once for all rows: the shop's codes and patterns are read once, and the rows are compared with those before them. */
export async function openOurSide(shop: string): Promise<OurSide> {
  const [names, patterns] = await Promise.all([namesInForce(shop, MOST_COMPARED), patternsInForce(shop)]);
  const keys = new Set(names.map((name) => name.key));
  const index = openLikeness();
  names.forEach((name, place) => index.add(name.key, place));
  const before: HereRow[] = [];

  return {
    has: (key) => keys.has(key),
    async judge(rows) {
      await findTaken(shop, rows);
      const like: { row: HereRow; other: NameInForce | HereRow; looks: boolean }[] = [];
      for (const row of rows) {
        if (row.key === "") continue;
        judgePatterns(row, patterns);
        // What is negative is a row before: its place counts from -1 down.
        const others = index.near(row.key, MOST_LIKE).map((found) => ({ other: found.id < 0 ? before[-1 - found.id]! : names[found.id]!, looks: found.how === "looks_alike" }));
        const found = others.find(({ other }) => other.creatorId !== row.creatorId || row.creatorId === null);
        if (found) like.push({ row, ...found });
        before.push(row);
        index.add(row.key, -before.length);
      }
      await tellLike(shop, like);
    },
  };
}

async function findTaken(shop: string, rows: readonly HereRow[]): Promise<void> {
  const asked = rows.map((row) => row.key).filter((key) => key !== "");
  const [owners, reserved] = await Promise.all([ownersOfKeys(shop, asked), reserveCodesOf(shop, asked)]);
  const owned = new Map(owners.map((owner) => [owner.key, owner]));
  const reserve = new Map(reserved.map((deal) => [deal.key, deal]));
  for (const row of rows) {
    const owner = owned.get(row.key);
    if (owner) {
      const isOwn = owner.creatorId !== null && owner.creatorId === row.creatorId && owner.dealName !== null;
      const key = isOwn ? "give.own_already" : owner.creatorId === null ? "give.taken_here_everybody" : owner.dealName === null ? "give.taken_here_no_deal" : "give.taken_here";
      row.findings.push(aboutCode(key, { code: row.code, creator: owner.creatorName ?? "–", deal: owner.dealName ?? "–" }, true, [{ kind: "rename" }, { kind: "open_code", href: `/app/codes/${owner.id}` }]));
    } else if (reserve.has(row.key)) {
      const deal = reserve.get(row.key)!;
      row.findings.push(aboutCode("give.reserve_code", { code: row.code, deal: deal.dealName }, true, [{ kind: "rename" }, { kind: "open_deal", href: `/app/deals/${deal.dealId}` }]));
    }
  }
}

/** An exact code wins over a pattern here (rules, section 2), but who types it a little otherwise is the pattern's. */
function judgePatterns(row: HereRow, patterns: readonly PatternInForce[]): void {
  const caught = patterns.find((one) => (one.creatorId !== row.creatorId || row.creatorId === null) && patternMatches(one.pattern, row.code));
  if (!caught) return;
  const values = { code: row.code, creator: row.creatorName, pattern: caught.pattern, other: caught.creatorName ?? "–" };
  row.findings.push(aboutCode(row.creatorId === null ? "give.pattern_catches_everybody" : "give.pattern_catches", values, false, [{ kind: "rename" }, { kind: "open_code", href: `/app/codes/${caught.id}` }]));
}

async function tellLike(shop: string, like: readonly { row: HereRow; other: NameInForce | HereRow; looks: boolean }[]): Promise<void> {
  const ids = like.flatMap(({ other }) => (other.creatorId === null || "index" in other ? [] : [other.creatorId]));
  const names = ids.length === 0 ? new Map<string, string>() : await namesOfCreators(shop, ids);
  for (const { row, other, looks } of like) {
    const inRows = "index" in other;
    const values = { code: row.code, other: other.code, creator: inRows ? other.creatorName : (names.get(other.creatorId ?? "") ?? "–"), ...(inRows ? { row: other.index + 1 } : {}) };
    const remedies = inRows ? [{ kind: "rename" as const }] : [{ kind: "rename" as const }, { kind: "open_code" as const, href: `/app/codes/${other.id}` }];
    row.findings.push(aboutCode(`give.${looks ? "looks_like" : "one_slip"}_${inRows ? "row" : "code"}`, values, false, remedies));
  }
}
