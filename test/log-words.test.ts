// Whatever is written to a shop's log has a sentence in every language: "Changed something" is for what a later version wrote.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ASKED_STATES } from "#app/domain/campaign.ts";
import { REPAIRS } from "#app/domain/worklist.ts";
import { LANGUAGES, loadLanguages, translateIn } from "#app/i18n.ts";
import { makeFormat } from "#app/ui/format.tsx";
import { sentenceOf } from "#app/ui/settings/LogCard.tsx";

const app = join(import.meta.dirname, "..", "app");

/** What ends a `what` that is put together; "look" is not logged. */
const ENDINGS: Record<string, readonly string[]> = {
  "worklist.": REPAIRS.filter((repair) => repair !== "look"),
  "deal.": ["edited", "paused", "resumed", "ended"],
  "drift.": ["ours", "theirs", "left"],
  "campaign.": ["unasked", ...ASKED_STATES],
  "hand.": ["credit", "correct", "exclude", "withdraw"],
};

const sources = ["flow", "db"].flatMap((part) =>
  readdirSync(join(app, part), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts")).map((name) => readFileSync(join(app, part, name), "utf8")),
);

/** The literals with a dot of what stands after "what:", "what =" or as the second value of acting(). */
function logged(text: string): string[] {
  const said = [...text.matchAll(/\bwhat(?::| =) ([^;\n]*?)(?:, detail\b|[;}]\s|\n)/g), ...text.matchAll(/\bacting\(shop, ([^\n]*?), act/g)].map((found) => found[1]!);
  return said.flatMap((expression) => [...expression.matchAll(/["`]([a-z_]+\.[a-z_]*)(\$\{)?/g)].flatMap(([, name, isOpen]) => (isOpen ? (ENDINGS[name!] ?? [`unknown after ${name}`]).map((end) => name! + end) : [name!])));
}

const FORMAT = makeFormat({ language: "en", currency: "EUR", timezone: "Europe/Paris", now: "2026-11-21T10:00:00Z" });

const kinds = [...new Set(sources.flatMap(logged))].sort();

beforeAll(async () => {
  await loadLanguages();
});

describe("the shop's log", () => {
  test("is found in the sources", () => {
    expect(kinds).toEqual(expect.arrayContaining(["deal.made", "deal.edited", "program.paired", "program.unpaired", "program.codes_off", "codes.noted", "codes.paused", "worklist.edit", "requests.approved", "pattern.retired"]));
    expect(kinds.filter((kind) => kind.startsWith("unknown"))).toEqual([]);
  });

  test.each(kinds)("%s", (what) => {
    for (const language of LANGUAGES) {
      const t = translateIn(language, "settings");
      const line = { id: "1", at: "2026-11-21T12:00:00.000Z", who: "merchant", what, detail: { from: "2026-11-01", to: "2026-11-02" } };
      expect(sentenceOf(line, t, FORMAT)).not.toBe(t("log.said.other"));
      expect(sentenceOf(line, t, FORMAT)).not.toContain("log.said");
    }
  });
});
