// French "de" before a name, by itself and in a text.
import { expect, test } from "vitest";
import { loadLanguage, ofName, translateIn } from "#app/i18n.ts";

test.each([
  ["Marie", "de Marie"], ["Anaïs Weber", "d’Anaïs Weber"], ["Élodie", "d’Élodie"], ["œuvre", "d’œuvre"], ["Yves", "d’Yves"], ["Yann", "de Yann"], ["Hugo", "de Hugo"], ["林小雨", "de 林小雨"], ["3 Sœurs", "de 3 Sœurs"], ["", "de "],
])("of %s: %s", (name, said) => {
  expect(ofName(name)).toBe(said);
});

test("stands in the texts that ask for it", async () => {
  await loadLanguage("fr");
  expect(translateIn("fr", "touches")("funnel.stage_of.visitors", { name: "Anaïs" })).toBe("Ont cliqué sur le lien d’Anaïs");
  expect(translateIn("fr", "touches")("funnel.stage_of.visitors", { name: "Marie" })).toBe("Ont cliqué sur le lien de Marie");
});

test("what is counted up to a thousand only says so", async () => {
  await loadLanguage("fr");
  const said = (count: number) => translateIn("fr", "home")("waiting.waits", { count }).replace(/\s/gu, " ");
  expect([999, 1_000, 1_600].map(said)).toEqual(["999 en attente", "1 000+ en attente", "1 000+ en attente"]);
});
