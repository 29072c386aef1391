// Files on their way through the app: read, looked at, taken over, filled in, and gone again.
import { beforeEach, describe, expect, test } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import { USUAL_NAMING } from "#app/domain/naming-pattern.ts";
import { fileChoices, type FileChoices } from "#app/domain/sheet-page.ts";
import { applyFile } from "#app/flow/files-apply.ts";
import { fileAsItCame, filledFile } from "#app/flow/files-fill.ts";
import { addPeople } from "#app/flow/files-people.ts";
import { chooseForFile, fileDetail, filesPage, forgetFile, forgetOldFiles, takeFile } from "#app/flow/files.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { MOST_ROWS } from "#app/sheets/problem.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP } from "#test/support/orders.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";
import { loaded, textsOf, workbookOf } from "#test/sheets/kit.ts";

useDatabase();

beforeEach(async () => {
  setClockOffsetMs(0);
  await pool().query(`truncate shop, shop_rule, program, program_rule, creator, creator_email, membership, deal, deal_edit, deal_placement, code, code_term, code_placement, code_batch, code_batch_row, sheet_file, shop_log, tracking_link`);
  await makeShop();
  await makeProgram("own", { network: "none" });
  await makeProgram("impact", {});
  await makeCreator("marie", { name: "Marie Laurent", email: "marie@x.example", memberships: [{ program: "own" }] });
  await makeCreator("zoe", { name: "Zoë", email: "zoe@x.example" });
  await pool().query("update creator set handle = '@zoe' where id = 'zoe'");
});

async function brought(file: string | Buffer, change: Partial<FileChoices> = {}, name = "file.csv"): Promise<string> {
  const taken = await takeFile(SHOP, { name, bytes: typeof file === "string" ? Buffer.from(file) : file, who: "Ada" });
  if (!taken.ok) throw new Error(taken.problem.key);
  const detail = (await fileDetail(SHOP, taken.id))!;
  if (Object.keys(change).length > 0) expect(await chooseForFile(SHOP, taken.id, { ...detail.choices, ...change })).toEqual({ ok: true });
  return taken.id;
}

async function applied(id: string) {
  const answer = await applyFile(SHOP, id, "Ada");
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return answer.done;
}

async function deal(name = "Spring"): Promise<string> {
  const made = await makeDeal(SHOP, { name, programId: "own", terms: { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1000 } }, startsAt: null, endsAt: null });
  if (!made.ok) throw new Error(JSON.stringify(made.errors));
  return made.dealId;
}

async function rows<T>(sql: string, values: unknown[] = [SHOP]): Promise<T[]> {
  return (await pool().query(sql, values)).rows as T[];
}

const batchRows = () => rows<{ creator: string; code: string; policy: string; file_row: number; deal: string; starts_at: Date | null; ends_at: Date | null }>(
  `select coalesce(c.email, r.creator_id) as creator, r.code, r.policy, r.file_row, d.name as deal, r.starts_at, r.ends_at from code_batch_row r join code_batch b on b.shop = r.shop and b.id = r.batch_id
   join deal d on d.shop = b.shop and d.id = b.deal_id left join creator c on c.shop = r.shop and c.id = r.creator_id where r.shop = $1 order by r.file_row`);

describe("creators from a file", () => {
  const PEOPLE = `Prénom;Nom;Adresse e-mail;Pseudo\nMarie;L.;MARIE@x.example;\nLi;Lei;li@x.example;@lilei\nLi;;LI@X.EXAMPLE;\n;;not an address;\n;;;zoe\n;;;\n`;

  test("are added once, known ones are found, each row says what is wrong with it, and all join the chosen program", async () => {
    const id = await brought(PEOPLE, { programId: "own" });
    const plan = (await fileDetail(SHOP, id))!.plan!;
    expect(plan).toMatchObject({ rows: 5, known: 2, added: 1, joining: 1, repeated: 1, left: 1 });
    expect(plan.notes.map(({ n, key }) => [n, key])).toEqual([[4, "same_person"], [5, "email_form"]]);
    expect(await applied(id)).toEqual({ added: 1, joined: 2, known: 2, left: 1, codes: 0, runs: [] });
    expect(await rows("select name, email, handle from creator where shop = $1 and id not in ('marie', 'zoe')")).toEqual([{ name: "Li Lei", email: "li@x.example", handle: "lilei" }]);
    expect(await rows("select c.email from membership m join creator c on c.shop = m.shop and c.id = m.creator_id where m.shop = $1 and m.program_id = 'own' and m.state = 'joined' order by 1")).toEqual([{ email: "li@x.example" }, { email: "marie@x.example" }, { email: "zoe@x.example" }]);
  });

  test("join the program that their row names, if it is the shop's own", async () => {
    const id = await brought("E-mail,Program\na@x.example,OWN\nb@x.example,impact\nc@x.example,nowhere\nd@x.example,\n");
    expect((await fileDetail(SHOP, id))!.plan!.notes.map(({ key }) => key)).toEqual(["program_of_network", "program_unknown"]);
    expect(await applied(id)).toMatchObject({ added: 4, joined: 1 });
  });

  test("are there once after two tabs, or after a death in the middle", async () => {
    const [one, two] = [await brought(PEOPLE, { programId: "own" }), await brought(PEOPLE, { programId: "own" })];
    // Added, and dead before anything was noted of it.
    await addPeople(SHOP, { id: one, choices: (await fileDetail(SHOP, one))!.choices, rows: [{ n: 3, cells: ["Li", "Lei", "li@x.example", "@lilei"] }] });
    const dones = await Promise.all([applied(one), applied(two), applied(one)]);
    expect(dones.map((done) => done.added)).toEqual([0, 0, 0]);
    expect(await rows("select id from creator where shop = $1")).toHaveLength(3);
    expect(await rows("select 1 from membership where shop = $1 and program_id = 'own'")).toHaveLength(3);
  });

  test("are 50,000 at once", { timeout: 120_000 }, async () => {
    const id = await brought(`E-mail,Name\n${Array.from({ length: MOST_ROWS }, (_, at) => `c${at}@x.example,Creator ${at}`).join("\n")}`, { programId: "own" });
    expect(await applied(id)).toMatchObject({ added: MOST_ROWS, joined: MOST_ROWS, left: 0 });
    expect((await rows<{ count: number }>("select count(*)::int as count from membership where shop = $1 and program_id = 'own'"))[0]!.count).toBe(MOST_ROWS + 1);
  });
});

describe("codes from a file", () => {
  test("go into a run for each deal; a deal that there is not is made once", async () => {
    const spring = await deal();
    const file = "E-mail,Code,Deal,Start,End,Policy\nmarie@x.example,MARIE10,spring,2026-12-01,2026-12-31,\nzoe@x.example,ZOE5,5 EUR,,,winner\nmarie@x.example,MARIE5, 5 eur ,,,\nzoe@x.example,marie10,spring,,,\nli@x.example,LI10,spring,,,\nzoe@x.example,,spring,,,\nzoe@x.example,ZOE1,whatever,,,\nzoe@x.example,ZOE2,spring,1/2/2026,,\nzoe@x.example,ZOE3,spring,2026-12-02,2026-12-01,\nzoe@x.example,ZOE4,spring,,,sometimes\n";
    const id = await brought(file, { policy: "involved" });
    const { plan } = (await fileDetail(SHOP, id))!;
    expect(plan).toMatchObject({ codes: 3, left: 7, newDeals: ["5 EUR"] });
    expect(plan!.notes.map(({ n, key }) => [n, key])).toEqual([[5, "code_twice"], [6, "unknown"], [7, "code_blank"], [8, "deal_unknown"], [9, "date_unclear"], [10, "date_order"], [11, "policy_unknown"]]);
    const done = await applied(id);
    expect(done).toMatchObject({ codes: 3, left: 7, runs: [{ deal: "Spring", codes: 1 }, { deal: "5 EUR", codes: 2 }] });
    expect(await batchRows()).toEqual([
      { creator: "marie@x.example", code: "MARIE10", policy: "involved", file_row: 2, deal: "Spring", starts_at: new Date("2026-11-30T23:00:00Z"), ends_at: new Date("2026-12-31T23:00:00Z") },
      { creator: "zoe@x.example", code: "ZOE5", policy: "winner", file_row: 3, deal: "5 EUR", starts_at: null, ends_at: null },
      { creator: "marie@x.example", code: "MARIE5", policy: "involved", file_row: 4, deal: "5 EUR", starts_at: null, ends_at: null },
    ]);
    expect(await rows("select id from deal where shop = $1")).toHaveLength(2);
    expect(spring).toBeTruthy();
  });

  test("make creators of people that nobody knows, where a person says so", async () => {
    const id = await brought("Name,Code\nLi Lei,LI10\nZoë,ZOE10\n", { dealId: await deal(), addMissing: true, programId: "own" });
    expect(await applied(id)).toMatchObject({ added: 1, joined: 2, codes: 2 });
    expect((await batchRows()).map((row) => row.code)).toEqual(["LI10", "ZOE10"]);
  });

  test("are in one run, however often it is asked for", async () => {
    const id = await brought("E-mail,Code\nmarie@x.example,MARIE10\n", { dealId: await deal() });
    await Promise.all([applied(id), applied(id)]);
    // Dead after the run was kept and before the file knew of it.
    await pool().query("update sheet_file set state = 'read', result = jsonb_set(result, '{done}', 'null') where id = $1", [id]);
    expect(await applied(id)).toMatchObject({ codes: 1 });
    expect(await rows("select id from code_batch where shop = $1")).toHaveLength(1);
  });

  test("need a deal, and a column that says whose they are", async () => {
    expect(await applyFile(SHOP, await brought("E-mail,Code\nmarie@x.example,MARIE10\n"), "Ada")).toEqual({ ok: false, problem: { key: "no_deal", values: {} } });
    expect(await applyFile(SHOP, await brought("Number,Code\n1,MARIE10\n", { newDeal: "10 %" }), "Ada")).toEqual({ ok: false, problem: { key: "no_person_column", values: {} } });
  });
});

describe("the influencer platform's export", () => {
  const ORDERS = (book: Parameters<Parameters<typeof workbookOf>[0]>[0]) => {
    const sheet = book.addWorksheet("Orders");
    sheet.addRow(["Order ID", "Email", "Username", "Promo Code", "Affiliate Link", "Budget"]);
    sheet.addRow([4711, "Marie@x.example", "marie", null, null, { formula: "100+50", result: 150 }]);
    sheet.addRow([4712, null, "@zoe", null, null, 75]);
    sheet.addRow([4713, "marie@x.example", null, "KEEP", null, 80]);
    sheet.addRow([4714, "li@x.example", "lilei", null, null, 90]);
    sheet.addRow([4715, "zoe@x.example", null, null, "https://old.example/", 95]);
    sheet.addRow([4716, null, null, null, null, 60]);
  };

  async function filledTexts(id: string): Promise<string[][]> {
    const filled = await filledFile(SHOP, id);
    if (!filled?.ok) throw new Error(JSON.stringify(filled));
    return textsOf(filled.bytes).slice(1).map((row) => row.slice(3, 6));
  }

  test("is known as such, gets codes by the pattern, and is filled with those that there are", async () => {
    const dealId = await deal();
    await makeCode("k", { code: "ZOESPRING", creator: "zoe", program: "own", dealId });
    const id = await brought(await workbookOf(ORDERS), { dealId }, "orders (1).xlsx");
    const { plan, purpose } = (await fileDetail(SHOP, id))!;
    expect(purpose).toBe("platform");
    expect(plan).toMatchObject({ rows: 6, codes: 1, had: 2, kept: 2, left: 2 });
    expect(plan!.examples[0]).toEqual({ n: 2, who: "Marie Laurent", code: "MARIE10", isNew: true });
    expect(plan!.notes.map(({ n, key }) => [n, key])).toEqual([[5, "unknown"], [7, "nobody"]]);
    expect(await applied(id)).toMatchObject({ codes: 1, added: 0, left: 2 });
    const zoe = ["ZOESPRING", `https://${SHOP}/discount/ZOESPRING?redirect=%2F%3Fcreator%3DZOESPRING`, "75"];
    const keep = `https://${SHOP}/discount/KEEP?redirect=%2F%3Fcreator%3DKEEP`;
    // The run has not made it yet: nothing is promised that no buyer could use.
    expect(await filledTexts(id)).toEqual([["", "", "150"], zoe, ["KEEP", keep, "80"], ["", "", "90"], ["ZOESPRING", "https://old.example/", "95"], ["", "", "60"]]);
    await makeCode("m", { code: "MARIE10", creator: "marie", program: "own", dealId });
    await pool().query("insert into tracking_link (shop, program_id, creator_id, landing, url, at) values ($1, 'impact', 'marie', '/discount/MARIE10', 'https://track.example/marie', now())", [SHOP]);
    expect(await filledTexts(id)).toEqual([["MARIE10", "https://track.example/marie", "150"], zoe, ["KEEP", keep, "80"], ["", "", "90"], ["ZOESPRING", "https://old.example/", "95"], ["", "", "60"]]);
    const filled = (await filledFile(SHOP, id))!;
    expect(filled).toMatchObject({ ok: true, name: "orders (1).xlsx", formulas: 1, waiting: 0, unwritten: 0 });
    expect((await loaded((filled as { bytes: Buffer }).bytes)).worksheets[0]!.getCell("F2").formula).toBeUndefined();
  });

  test("makes its deal and its people in the same pass, where a person says so, and replaces what is filled in", async () => {
    const id = await brought(await workbookOf(ORDERS), { newDeal: "15 %", addMissing: true, programId: "own", overwrite: true });
    expect(await applied(id)).toMatchObject({ added: 1, codes: 3, left: 1, runs: [{ deal: "15 %", codes: 3 }] });
    expect((await batchRows()).map(({ creator, code, deal }) => [creator, code, deal])).toEqual([["marie@x.example", "MARIE15", "15 %"], ["zoe@x.example", "ZOE15", "15 %"], ["li@x.example", "LILEI15", "15 %"]]);
    const dealId = (await rows<{ id: string }>("select id from deal where shop = $1"))[0]!.id;
    await makeCode("m", { code: "MARIE15", creator: "marie", program: "own", dealId });
    expect((await filledTexts(id)).map((row) => row[0])).toEqual(["MARIE15", "", "MARIE15", "", "", ""]);
  });

  test("puts the people that it adds into the deal's own program, and says before who cannot get a code and why", async () => {
    const people = "Email,Username,First name,Promo Code\nli@x.example,lilei,Li,\nli@x.example,,,\nmarie@x.example,,,\nzoe@x.example,,,\n";
    const own = await deal();
    const keys = async (id: string) => (await fileDetail(SHOP, id))!.plan!.notes.map((note) => [note.n, note.key]);
    expect(await keys(await brought(people, { purpose: "platform", dealId: own }))).toEqual([[2, "unknown"], [3, "unknown"], [5, "not_in_program"]]);
    const elsewhere = await brought(people, { purpose: "platform", newDeal: "5 %", newDealProgramId: "impact", addMissing: true });
    expect(await keys(elsewhere)).toEqual([[2, "program_elsewhere"]]);
    expect((await fileDetail(SHOP, elsewhere))!.plan).toMatchObject({ added: 1, codes: 2 });
    expect(await keys(await brought(people, { purpose: "platform", newDeal: "5 %", addMissing: true }))).toEqual([[2, "program_none"]]);

    const id = await brought(people, { purpose: "platform", dealId: own, addMissing: true });
    const { plan } = (await fileDetail(SHOP, id))!;
    expect(plan).toMatchObject({ added: 1, joining: 1, codes: 3, notes: [] });
    expect(plan!.examples).toEqual([{ n: 2, who: "Li", code: "LI10", isNew: true }, { n: 4, who: "Marie Laurent", code: "MARIE10", isNew: true }, { n: 5, who: "Zoë", code: "ZOE10", isNew: true }]);
    expect(await applied(id)).toMatchObject({ added: 1, joined: 2, codes: 3 });
    expect((await batchRows()).map(({ creator, code }) => [creator, code])).toEqual([["li@x.example", "LI10"], ["marie@x.example", "MARIE10"], ["zoe@x.example", "ZOE10"]]);
    expect(await rows("select count(*)::int as n from membership where shop = $1 and program_id = 'own' and state = 'joined'")).toEqual([{ n: 3 }]);
  });

  test("keeps the names of the preview, drawn ones too, when the people are added", async () => {
    const id = await brought("Email,Promo Code\nli@x.example,\nhan@x.example,\n", { purpose: "platform", dealId: await deal(), addMissing: true, naming: { ...USUAL_NAMING, pattern: "{RANDOM:6}" } });
    const { plan } = (await fileDetail(SHOP, id))!;
    await applied(id);
    expect((await batchRows()).map((row) => row.code)).toEqual(plan!.examples.map((example) => example.code));
  });

  test("leaves a row whose name is taken, where a person wants to be asked", async () => {
    await makeCode("k", { code: "MARIE10", creator: "zoe", program: "own" });
    const id = await brought("Email,Promo Code\nmarie@x.example,\n", { dealId: await deal(), naming: { pattern: "{FIRST}10", whenTaken: "ask", hyphens: false, longest: 20 } });
    expect((await fileDetail(SHOP, id))!.plan).toMatchObject({ codes: 0, left: 1, notes: [{ n: 2, key: "name_taken", values: { code: "MARIE10" } }] });
    expect(await applied(id)).toMatchObject({ codes: 0, runs: [] });
  });

  test("of text stays in its encoding, and says which cells that has no letters for", async () => {
    const dealId = await deal();
    await makeCode("k", { code: "李雷10", creator: "zoe", program: "own", dealId });
    const id = await brought(Buffer.from("Name;Email;Promo Code\r\nZoë;zoe@x.example;\r\n", "latin1"), { dealId });
    const filled = await filledFile(SHOP, id);
    expect(filled).toMatchObject({ ok: true, unwritten: 1, filled: 0 });
  });
});

describe("a file", () => {
  test("that cannot be read is not kept", async () => {
    expect(await takeFile(SHOP, { name: "a.csv", bytes: Buffer.from("zoe@x.example"), who: "Ada" })).toEqual({ ok: false, problem: { key: "no_header", values: {} } });
    expect(await filesPage(SHOP, 1)).toMatchObject({ total: 0, rows: [] });
  });

  test("has a name without a path, whatever was sent", async () => {
    for (const [sent, name] of [["C:\\Users\\ada\\a.csv", "a.csv"], ["../../etc/x.csv", "x.csv"], ["\u0000\n", "file.csv"], [".csv", "file.csv"], ["订单 é.csv", "订单 é.csv"]] as const) {
      expect((await fileDetail(SHOP, await brought("E-mail\nzoe@x.example", {}, sent)))!.name).toBe(name);
    }
  });

  test("is read anew where another sheet, or another purpose, is chosen", async () => {
    const bytes = await workbookOf((book) => {
      book.addWorksheet("One").addRows([["E-mail"], ["a@x.example"]]);
      book.addWorksheet("Two").addRows([["Code", "Courriel"], ["ZOE10", "zoe@x.example"], ["B", "b@x.example"]]);
    });
    const id = await brought(bytes, { sheet: 1 });
    expect(await fileDetail(SHOP, id)).toMatchObject({ rows: 2, book: { sheet: 1, header: { names: ["Code", "Courriel"] } }, choices: { columns: { email: 1 } } });
    await chooseForFile(SHOP, id, { ...(await fileDetail(SHOP, id))!.choices, purpose: "codes" });
    expect(await fileDetail(SHOP, id)).toMatchObject({ purpose: "codes", choices: { columns: { email: 1, code: 0 } } });
  });

  test("keeps nothing of choices that are none", () => {
    const odd = fileChoices({ purpose: "x", sheet: 9, columns: { email: 7, handle: 1, name: 1, code: "2", link: 0 }, programId: 5, dealId: "", newDeal: "  10 % ", policy: "?", naming: null, overwrite: "yes" }, 3, 1);
    expect(odd).toMatchObject({ purpose: "creators", sheet: 0, columns: { handle: 1 }, programId: null, dealId: null, newDeal: "10 %", policy: "always", overwrite: false, addMissing: false });
  });

  test("is its shop's alone, comes back as it came, and is gone when it is deleted or after 30 days", async () => {
    const id = await brought("E-mail\nli@x.example\n");
    for (const answer of [await fileDetail("other.myshopify.com", id), await fileAsItCame("other.myshopify.com", id), await filledFile("other.myshopify.com", id)]) expect(answer).toBeNull();
    expect(await applyFile("other.myshopify.com", id, "Eve")).toMatchObject({ ok: false, problem: { key: "gone" } });
    expect(await forgetFile("other.myshopify.com", id, "Eve")).toBe(false);
    expect((await fileAsItCame(SHOP, id))!.bytes.toString()).toBe("E-mail\nli@x.example\n");
    expect(await forgetFile(SHOP, id, "Ada")).toBe(true);
    expect(await chooseForFile(SHOP, id, {})).toMatchObject({ ok: false, problem: { key: "gone" } });
    const other = await brought("E-mail\nli@x.example\n");
    setClockOffsetMs(29 * 86_400_000);
    expect(await forgetOldFiles()).toBe(0);
    setClockOffsetMs(31 * 86_400_000);
    expect(await forgetOldFiles()).toBe(1);
    expect(await fileDetail(SHOP, other)).toBeNull();
  });

  test("that was taken over is not changed any more", async () => {
    const id = await brought("E-mail\nli@x.example\n");
    await applied(id);
    expect(await chooseForFile(SHOP, id, {})).toMatchObject({ ok: false, problem: { key: "applied" } });
    expect(await fileDetail(SHOP, id)).toMatchObject({ state: "applied", done: { added: 1 } });
  });
});
