// Whatever is found wrong with a file or a row has its sentence.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const app = join(import.meta.dirname, "..", "..", "app");
const english = JSON.parse(readFileSync(join(app, "locales", "en", "files.json"), "utf8")) as { problem: Record<string, string>; row: Record<string, string> };

function sources(folder: string, names: RegExp): string {
  return readdirSync(join(app, folder)).filter((name) => names.test(name)).map((name) => readFileSync(join(app, folder, name), "utf8")).join("\n");
}

test("every reason why a file cannot be taken has a sentence, and there is none that nothing says", () => {
  const sheets = sources("sheets", /\.ts$/);
  const thrown = [...sheets.matchAll(/SheetFault\(([^;]*?)\);/g)].flatMap((match) => [...match[1]!.matchAll(/"([a-z_]+)"/g)].map((key) => key[1]!));
  const kinds = [...sheets.matchAll(/return [^;\n]*"(xlsb|ods|numbers|damaged|not_a_sheet)"/g)].flatMap((match) => [...match[0].matchAll(/"([a-z_]+)"/g)].map((key) => key[1]!));
  const chosen = [...(sources("domain", /^sheet-missing/) + sources("flow", /^files/)).matchAll(/(?:key: )"(no_[a-z_]+|gone|applied)"/g)].map((match) => match[1]!);
  expect([...new Set([...thrown, ...kinds, ...chosen])].filter((key) => key !== "limit").sort()).toEqual(Object.keys(english.problem).sort());
});

test("every finding about a row has a sentence, and there is none that nothing says", () => {
  const code = sources("domain", /^sheet-/) + sources("flow", /^files/);
  const named = Object.keys(english.row).filter((key) => new RegExp(`"${key}"`).test(code));
  const composed = ["date_form", "date_unclear"];
  expect([...new Set([...named, ...composed])].sort()).toEqual(Object.keys(english.row).sort());
  const pushed = [...code.matchAll(/(?:blocks\(|findings\.push\(\{ key: |blocked\(\w+, )"([a-z_]+)"/g)].map((match) => match[1]!);
  expect(pushed.filter((key) => !(key in english.row))).toEqual([]);
});
