// What the store and a network take as the name of a code. Names are made in domain/naming.ts.
import type { Values } from "./problem.ts";

/** Something about a name; a blocking one keeps the code from being made. `key` is in locales/<language>/errors.json. */
export type NameFinding = { key: string; blocking: boolean; values: Values };

const LONGEST_CODE = 255; // the store's limit
const SHORTEST_SAFE = 4; // with fewer characters somebody who tries all of them finds it soon

/** Checks a code as it was typed (without the white space around it). `network`: also whether a network takes it (letters and digits; `hyphens` where the merchant allows them). */
export function checkCodeName(typed: string, { network, hyphens = false }: { network: boolean; hyphens?: boolean }): NameFinding[] {
  const code = typed.trim();
  if (code === "") return [{ key: "code.blank", blocking: true, values: {} }];
  const findings: NameFinding[] = [];
  const length = [...code].length;
  if (length > LONGEST_CODE) findings.push({ key: "code.too_long", blocking: true, values: { length, limit: LONGEST_CODE } });
  if (/[\r\n\u2028\u2029]/.test(code)) findings.push({ key: "code.newline", blocking: true, values: {} });
  const odd = [...new Set(code.match(/[^A-Za-z0-9]/gu) ?? [])].filter((character) => !/[\r\n\u2028\u2029]/.test(character));
  const refused = network ? odd.filter((character) => !(hyphens && character === "-")) : [];
  if (refused.length > 0) findings.push({ key: refused.every((character) => character === "-") ? "code.network_hyphens" : "code.network_characters", blocking: true, values: { characters: shown(refused) } });
  if (odd.length > 0 && !network) {
    if (/\s/.test(code)) findings.push({ key: "code.white_space", blocking: false, values: {} });
    const hard = odd.filter((character) => !/[\s_-]/.test(character));
    if (hard.length > 0) findings.push({ key: "code.hard_to_type", blocking: false, values: { characters: shown(hard) } });
  }
  if (length < SHORTEST_SAFE) findings.push({ key: "code.short", blocking: false, values: { length, least: SHORTEST_SAFE } });
  if (length > 20 && length <= LONGEST_CODE) findings.push({ key: "code.long", blocking: false, values: { length } });
  return findings;
}

function shown(characters: string[]): string {
  return characters.slice(0, 5).map((character) => (/\s/.test(character) ? "␣" : character)).join(" ");
}
