// JSON whose numbers survive: ids pass 2^53, and a parse into floats would change them.

type WithSource = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
type RawJson = { rawJSON: (text: string) => unknown };

const keepBigIntegers: WithSource = function (_key, value, context) {
  const source = context?.source;
  if (typeof value !== "number" || source === undefined || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
};

/** JSON.parse, with integers beyond 2^53 as bigint. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, keepBigIntegers as (this: unknown, key: string, value: unknown) => unknown);
}

/** JSON.stringify, with bigints as bare digits, and without the named fields, wherever they stand. */
export function writeJson(value: unknown, without: readonly string[] = []): string {
  return JSON.stringify(value, (key, each: unknown) => {
    if (without.includes(key)) return undefined;
    return typeof each === "bigint" ? (JSON as unknown as RawJson).rawJSON(String(each)) : each;
  });
}

/** The digits at the end of a gid, or the text itself where it is bare digits; null where it is neither. */
export function digitsOf(id: string): string | null {
  return /^(?:gid:\/\/shopify\/[A-Za-z]+\/)?(\d+)(?:\?.*)?$/.exec(id)?.[1] ?? null;
}

/** Digits as they stand in a REST body: a number, or a bigint beyond 2^53. */
export function bodyId(digits: string): number | bigint {
  const id = BigInt(digits);
  return id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : id;
}
