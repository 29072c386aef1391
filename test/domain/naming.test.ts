import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCodeName } from "#app/domain/code-name.ts";
import { codeKey } from "#app/domain/code.ts";
import { nameCodes, type NamedCreator, type NamingInput } from "#app/domain/naming.ts";
import { namesEach, namingSettings, readNaming, USUAL_NAMING } from "#app/domain/naming-pattern.ts";
import { UNLIKE_CHARACTERS } from "#app/domain/random-tail.ts";

function partsOf(pattern: string) {
  const read = readNaming(pattern);
  if (!read.ok) throw new Error(`${pattern}: ${read.key}`);
  return read.parts;
}

const usual: Omit<NamingInput, "parts" | "creators"> = {
  whenTaken: "number",
  hyphens: false,
  longest: 20,
  deal: { name: "Spring sale", mark: "10" },
  program: "Atelier Creators",
  today: "2026-11-21",
  taken: new Set<string>(),
  seed: "seed",
};

function creator(name: string, more: Partial<NamedCreator> = {}): NamedCreator {
  return { creatorId: `id of ${name}`, name, handle: null, email: null, ...more };
}

function nameOf(pattern: string, one: NamedCreator, more: Partial<NamingInput> = {}): string {
  return nameCodes({ ...usual, parts: partsOf(pattern), creators: [one], ...more })[0]!.code;
}

function namesOf(pattern: string, names: string[], more: Partial<NamingInput> = {}): string[] {
  return nameCodes({ ...usual, parts: partsOf(pattern), creators: names.map((name, index) => creator(name, { creatorId: `c${index}` })), ...more }).map((named) => named.code);
}

describe("a pattern", () => {
  test.each([
    ["{FIRST}{AMOUNT}", [{ kind: "word", word: "FIRST", size: null }, { kind: "word", word: "AMOUNT", size: null }]],
    [" {first} ", [{ kind: "word", word: "FIRST", size: null }]],
    ["VIP-{ Random : 6 }", [{ kind: "text", text: "VIP-" }, { kind: "word", word: "RANDOM", size: 6 }]],
    ["{NUMBER:3}x{YEAR:2}", [{ kind: "word", word: "NUMBER", size: 3 }, { kind: "text", text: "x" }, { kind: "word", word: "YEAR", size: 2 }]],
  ])("%j is read", (pattern, parts) => {
    expect(readNaming(pattern)).toEqual({ ok: true, parts });
  });

  test.each([
    ["", "naming.blank", null, { example: "{FIRST}{AMOUNT}" }],
    ["   ", "naming.blank", null, { example: "{FIRST}{AMOUNT}" }],
    ["A".repeat(101), "naming.too_long", null, { limit: 100 }],
    ["{FIRST", "naming.open_brace", [0, 6], { brace: "}" }],
    ["A{FIRST{AMOUNT}", "naming.open_brace", [1, 7], { brace: "}" }],
    ["FIRST}10", "naming.stray_brace", [5, 6], { brace: "{" }],
    ["{}", "naming.unknown", [0, 2], { word: "{}" }],
    ["X{WHATEVER}", "naming.unknown", [1, 11], { word: "WHATEVER" }],
    ["{FRIST}", "naming.unknown_near", [0, 7], { word: "FRIST", near: "{FIRST}" }],
    ["{handel}", "naming.unknown_near", [0, 8], { word: "handel", near: "{HANDLE}" }],
    ["{RANDOM4}", "naming.unknown_near", [0, 9], { word: "RANDOM4", near: "{RANDOM}" }],
    ["{RANDOM:1}", "naming.size", [0, 10], { word: "{RANDOM:2}", from: 2, to: 32 }],
    ["{RANDOM:x}", "naming.size", [0, 10], { word: "{RANDOM:2}", from: 2, to: 32 }],
    ["{RANDOM:4:4}", "naming.size", [0, 12], { word: "{RANDOM:2}", from: 2, to: 32 }],
    ["{AMOUNT:2}", "naming.no_size", [0, 10], { word: "{AMOUNT}" }],
  ])("%j is refused: %s", (pattern, key, at, values) => {
    expect(readNaming(pattern)).toEqual({ ok: false, key, at: at && { from: at[0], to: at[1] }, values });
  });

  test("names each creator otherwise only with a word of the creator's own, a number or chance", () => {
    expect(["{DEAL}{AMOUNT}{YEAR}", "SALE"].map((pattern) => namesEach(partsOf(pattern)))).toEqual([false, false]);
    expect(["{FIRST}", "SALE{NUMBER}", "SALE{RANDOM}"].map((pattern) => namesEach(partsOf(pattern)))).toEqual([true, true, true]);
  });

  test("settings that are missing or odd become the usual ones", () => {
    expect(namingSettings(null)).toEqual(USUAL_NAMING);
    expect(namingSettings({ pattern: 7, whenTaken: "sometimes", hyphens: "yes", longest: "many" })).toEqual(USUAL_NAMING);
    expect(namingSettings({ pattern: "{NAME}", whenTaken: "ask", hyphens: true, longest: "1000" })).toEqual({ pattern: "{NAME}", whenTaken: "ask", hyphens: true, longest: 255 });
  });
});

describe("a name in any script becomes plain letters", () => {
  test.each([
    ["Zoë Müller", "ZOE10"],
    ["Łukasz Nowak", "LUKASZ10"],
    ["李雷", "LILEI10"],
    ["Дмитрий Щукин", "DMITRIY10"],
    ["محمد علي", "MHMD10"],
    ["さくら", "SAKURA10"],
    ["김철수", "GIMCHEOLSU10"],
    ["Γιώργος", "GIORGOS10"],
    ["Groß", "GROSS10"],
    ["Søren Æbelø", "SOREN10"],
    ["D'Arcy O’Neil", "DARCY10"],
    ["ＡＮＮＡ", "ANNA10"],
    ["7 Anna", "ANNA10"],
    ["👩🏽‍🎤 Ana 🇫🇷", "ANA10"],
    ["Wolfeschlegelsteinhausen", "WOLFESCHLEGELSTEIN10"],
    ["  ", "CREATOR10"],
    ["!!!", "CREATOR10"],
  ])("%j is %s", (name, code) => {
    expect(nameOf("{FIRST}{AMOUNT}", creator(name))).toBe(code);
  });

  test.each([
    ["{FIRST}{LAST:1}{AMOUNT}", "MARIED10"],
    ["{LAST}", "DUPONT"],
    ["{NAME}", "MARIELOUISEDUPONT"],
    ["{INITIALS}{YEAR:2}{MONTH}", "MLD2611"],
    ["{HANDLE}{DEAL:6}", "MARIEDSPRING"],
    ["{PROGRAM:7}-{AMOUNT}", "ATELIER10"],
    ["été {YEAR}", "ETE2026"],
  ])("%s of Marie-Louise Dupont is %s", (pattern, code) => {
    expect(nameOf(pattern, creator("Marie-Louise Dupont", { handle: "@marie.d" }))).toBe(code);
  });

  test("Chinese names have an initial of each character", () => {
    expect(nameOf("{INITIALS}{AMOUNT}", creator("韩梅梅"))).toBe("HMM10");
  });

  test.each([
    ["https://www.instagram.com/leilei.shop/?hl=en", null, "LEILEISHOP"],
    [null, "lei.lei+shop@example.com", "LEILEI"],
    ["@雷", null, "LEI"],
    [null, null, "LILEI"],
  ])("the handle %j, or else the e-mail %j, is %s", (handle, email, code) => {
    expect(nameOf("{HANDLE}", creator("李雷", { handle, email }))).toBe(code);
  });

  test("a name without any letter takes the handle", () => {
    expect(nameOf("{FIRST}{AMOUNT}", creator("★★★", { handle: "stella" }))).toBe("STELLA10");
  });
});

describe("what was changed is said per code", () => {
  const changesOf = (pattern: string, one: NamedCreator, more: Partial<NamingInput> = {}) => nameCodes({ ...usual, parts: partsOf(pattern), creators: [one], ...more })[0]!.changes;

  test.each([
    ["{FIRST}{AMOUNT}", "Marie", {}, []],
    ["{FIRST}", "D’Arcy", {}, []],
    ["{FIRST}", "李雷", {}, [{ key: "naming.plain_letters", values: { name: "李雷", plain: "LILEI" } }]],
    ["{FIRST}-{AMOUNT}", "Marie", {}, [{ key: "naming.text_changed", values: { text: "-", plain: "" } }]],
    ["{FIRST}-{AMOUNT}", "Marie", { hyphens: true }, []],
    ["{FIRST}{LAST}", "Marie", {}, [{ key: "naming.left_out", values: { word: "{LAST}" } }]],
    ["{NAME}{AMOUNT}", "Marie-Louise Dupont", { longest: 12 }, [{ key: "naming.cut", values: { whole: "MARIELOUISEDUPONT10", longest: 12 } }]],
    ["{FIRST}{AMOUNT}", "★", {}, [{ key: "naming.nothing_for_name", values: { name: "★" } }]],
    ["{FIRST}{AMOUNT}", "Marie", { taken: new Set(["MARIE10"]) }, [{ key: "naming.was_taken", values: { code: "MARIE10" } }]],
  ])("%s of %j %j: %j", (pattern, name, more, changes) => {
    expect(changesOf(pattern, creator(name), more)).toEqual(changes);
  });

  test("names are cut before what else stands in a code, the longest first", () => {
    expect(nameOf("{FIRST}{LAST}{AMOUNT}", creator("Maximiliane Li"), { longest: 8 })).toBe("MAXILI10");
    expect(nameOf("SUMMER{FIRST}{AMOUNT}", creator("Maximiliane"), { longest: 8 })).toBe("SUMMERM1");
  });
});

describe("a name that is taken", () => {
  const taken = new Set(["MARIE10", "MARIE10X2", "ZOE"]);
  test.each([
    ["number", false, "{FIRST}{AMOUNT}", "Marie", "MARIE10X3"],
    ["number", true, "{FIRST}{AMOUNT}", "Marie", "MARIE10-2"],
    ["number", false, "{FIRST}", "Zoë", "ZOE2"],
    ["letter", false, "{FIRST}{AMOUNT}", "Marie", "MARIE10A"],
    ["letter", true, "{FIRST}{AMOUNT}", "Marie", "MARIE10-A"],
  ] as const)("goes on by %s (hyphens: %s): %s of %s is %s", (whenTaken, hyphens, pattern, name, code) => {
    expect(nameOf(pattern, creator(name), { whenTaken, hyphens, taken })).toBe(code);
  });

  test("gets a random tail without characters that look alike", () => {
    const tails = namesOf("{FIRST}{AMOUNT}", Array<string>(200).fill("Marie"), { whenTaken: "random" }).slice(1).map((code) => code.replace(/^MARIE10/, ""));
    expect(new Set(tails).size).toBe(199);
    for (const tail of tails) for (const character of tail) expect(UNLIKE_CHARACTERS).toContain(character);
    expect([..."0OQ1IL2Z5S8B6GAEIOU"].filter((character) => tails.join("").includes(character) && character !== "6")).toEqual([]);
  });

  test("is left open where a person is to be asked; the first of the list has it", () => {
    const named = nameCodes({ ...usual, parts: partsOf("{FIRST}{AMOUNT}"), creators: [creator("Marie"), creator("Pia"), creator("Pia Lu")], whenTaken: "ask", taken });
    expect(named.map(({ code, taken }) => [code, taken])).toEqual([["MARIE10", true], ["PIA10", false], ["PIA10", true]]);
  });

  test("numbers count on, and random characters are drawn again, before any rule", () => {
    expect(namesOf("VIP{NUMBER:2}", ["a", "b", "c"], { taken: new Set(["VIP02"]) })).toEqual(["VIP01", "VIP03", "VIP04"]);
    const [first] = namesOf("{RANDOM:6}", ["a"]);
    const [second] = namesOf("{RANDOM:6}", ["a"], { taken: new Set([first!]) });
    expect(second).toMatch(/^[A-Z3-9]{6}$/);
    expect(second).not.toBe(first);
  });

  test("a stem makes room for its tail", () => {
    expect(namesOf("{FIRST}", ["Marie", "Marie", "Marie"], { longest: 5 })).toEqual(["MARIE", "MARI2", "MARI3"]);
    expect(namesOf("{FIRST}", Array<string>(12).fill("Marie"), { longest: 4 }).at(-1)).toBe("MA12");
  });

  test("where nothing is free within the length it is left open", () => {
    const all = nameCodes({ ...usual, parts: partsOf("AB"), creators: Array.from({ length: 5 }, (_, index) => creator(`c${index}`)), whenTaken: "number", longest: 2, taken: new Set("23456789".split("").map((n) => `A${n}`)) });
    expect(all.map((named) => named.taken)).toEqual([false, true, true, true, true]);
  });
});

test("a code for everybody takes nobody's name", () => {
  expect(nameOf("{FIRST}{PROGRAM:7}{AMOUNT}", { creatorId: null, name: "", handle: null, email: null })).toBe("ATELIER10");
  expect(nameOf("{FIRST}", { creatorId: null, name: "", handle: null, email: null })).toBe("EVERYBODY");
});

const anyPattern = fc.array(fc.constantFrom("{FIRST}", "{LAST}", "{NAME}", "{INITIALS}", "{HANDLE}", "{AMOUNT}", "{DEAL}", "{PROGRAM}", "{YEAR}", "{MONTH}", "{NUMBER}", "{NUMBER:3}", "{RANDOM:2}", "{RANDOM:6}", "-", "VIP", "ß ", "中"), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
const anyone = fc.record({ name: fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("Marie Dupont", "Zoë", "李雷", "محمد علي", "Marie")), handle: fc.option(fc.string({ unit: "grapheme" }), { nil: null }), email: fc.constant(null) });
const anyInput = fc.record({
  parts: anyPattern.map(partsOf),
  whenTaken: fc.constantFrom("number" as const, "letter" as const, "random" as const, "ask" as const),
  hyphens: fc.boolean(),
  longest: fc.integer({ min: 4, max: 40 }),
  creators: fc.array(anyone, { minLength: 1, maxLength: 30 }).map((all) => all.map((one, index): NamedCreator => ({ ...one, creatorId: `c${index}` }))),
  taken: fc.array(fc.constantFrom("MARIE10", "ZOE10", "MARIE", "MARIE2", "LILEI10", "VIP", "CREATOR")).map((keys) => new Set<string>(keys)),
  seed: fc.string(),
});

test("whatever is asked: store and network take the names, none is had twice, and the same question has the same answer", () => {
  fc.assert(
    fc.property(anyInput, (some) => {
      const input: NamingInput = { ...usual, ...some };
      const named = nameCodes(input);
      expect(named.map((one) => one.creatorId)).toEqual(input.creators.map((one) => one.creatorId));
      const given = named.filter((one) => !one.taken);
      expect(new Set(given.map((one) => one.key)).size).toBe(given.length);
      for (const one of named) {
        expect(one.key).toBe(codeKey(one.code));
        expect(one.code).toMatch(input.hyphens ? /^[A-Z0-9]([A-Z0-9-]*[A-Z0-9])?$/ : /^[A-Z0-9]+$/);
        expect(one.code.length).toBeLessThanOrEqual(input.longest);
        if (!one.taken) expect(input.taken.has(one.key)).toBe(false);
        expect(checkCodeName(one.code, { network: true, hyphens: input.hyphens }).filter((finding) => finding.blocking)).toEqual([]);
      }
      expect(nameCodes(input)).toEqual(named);
    }),
    { numRuns: 300 },
  );
});

test.each(["number", "letter", "random"] as const)("fifty thousand creators of one name are all named, by %s", (whenTaken) => {
  const creators = Array.from({ length: 50_000 }, (_, index) => creator("Anna Maria Schmidt", { creatorId: `c${index}` }));
  const named = nameCodes({ ...usual, parts: partsOf("{NAME}{AMOUNT}"), creators, whenTaken, longest: 12 });
  expect(named.filter((one) => one.taken)).toEqual([]);
  expect(new Set(named.map((one) => one.key)).size).toBe(50_000);
});
