// What a file's rows would do, before anything is done: each row says what becomes of it, or what is wrong with it.
import { codeKey } from "./code.ts";
import type { DealValue } from "./deal.ts";
import { type DateOrder, dateOrder, dealNameKey, readDate, readDealValue, readPolicy } from "./sheet-codes.ts";
import type { Cells } from "./sheet-columns.ts";
import type { FileChoices, FilePlan, Policy, RowNote } from "./sheet-page.ts";
import { findPeople, type Known, type PersonRow, type RowFinding } from "./sheet-people.ts";
import { cleanText } from "./typed-text.ts";

/** The shop as a file meets it. `joined`: who is in each of the shop's own programs now; `codes`: the code that creators have in the chosen deal. */
export type SheetWorld = {
  known: Known;
  programs: { id: string; name: string; network: string }[];
  joined: ReadonlyMap<string, ReadonlySet<string>>;
  deals: { id: string; name: string; programId: string | null }[];
  codes: ReadonlyMap<string, string>;
  currency: string;
  timeZone: string;
};

/** A deal that a row names: one that there is, or one to be made under the name that the row gives it. */
export type DealRef = { id: string } | { name: string; value: DealValue };

/** `person.n` of the first row about a person stands for them all. `code`: as the row has it, or the person's own in the chosen deal; "" is to be named. */
export type RowPlan = PersonRow & {
  first: number;
  programId: string | null;
  deal: DealRef | null;
  code: string;
  makes: boolean; // a code
  keeps: { code: boolean; link: boolean }; // a cell that is filled and stays
  policy: Policy;
  startsAt: string | null;
  endsAt: string | null;
};

const LONGEST_CODE = 255; // the store's limit

export function planRows(rows: readonly Cells[], choices: FileChoices, world: SheetWorld): RowPlan[] {
  const people = findPeople(rows, choices.columns, world.known, { byName: choices.purpose !== "platform" });
  const planner = new Planner(rows, choices, world);
  return people.map((person, at) => planner.plan(person, rows[at]!));
}

class Planner {
  private readonly choices: FileChoices;
  private readonly world: SheetWorld;
  private readonly dealsByName: Map<string, string>;
  private readonly programsByName: Map<string, SheetWorld["programs"][number]>;
  private readonly orders: { start: DateOrder; end: DateOrder };
  private readonly codes = new Map<string, number>(); // which row has it first
  private readonly firstRows = new Map<string, number>(); // of a creator
  private readonly given = new Set<number>();

  constructor(rows: readonly Cells[], choices: FileChoices, world: SheetWorld) {
    this.choices = choices;
    this.world = world;
    this.dealsByName = new Map(world.deals.map((deal) => [dealNameKey(deal.name), deal.id]));
    this.programsByName = new Map(world.programs.map((program) => [program.name.toLowerCase(), program]));
    const texts = (column: number | undefined) => (column === undefined ? [] : rows.map((row) => row.cells[column] ?? ""));
    const order = dateOrder([...texts(choices.columns.start), ...texts(choices.columns.end)]);
    this.orders = { start: order, end: order };
  }

  plan(person: PersonRow, { cells }: Cells): RowPlan {
    const { purpose, programId, policy, columns } = this.choices;
    const at = (field: keyof FileChoices["columns"]) => (columns[field] === undefined ? "" : cleanText(cells[columns[field]] ?? ""));
    const row: RowPlan = { ...person, findings: [...person.findings], first: this.firstRow(person), programId: null, deal: null, code: "", makes: false, keeps: { code: false, link: false }, policy, startsAt: null, endsAt: null };
    if (person.kind === "none") return row;
    if (person.kind === "new" && purpose !== "creators" && !this.choices.addMissing) row.findings.push({ key: "unknown", values: { who: whoOf(row) }, blocking: true });
    row.programId = purpose === "creators" ? this.program(at("program"), row.findings) : programId;
    if (purpose === "creators" && row.first !== row.n) row.findings.push({ key: "same_person", values: { row: row.first }, blocking: false });
    if (purpose === "codes") this.planCode(row, at);
    if (purpose === "platform") this.planPlatform(row, at);
    if (purpose !== "creators") this.planProgram(row);
    return row;
  }

  /**
   * A code earns in a program. Where people are added, whoever gets a code joins the deal's, if it is the shop's own (a person who was added before the
   * process died is known by now, and joins as well); a network's program is joined over there.
   */
  private planProgram(row: RowPlan): void {
    const { deal } = row;
    if (deal === null || isLeft(row)) return;
    const programId = "id" in deal ? this.world.deals.find(({ id }) => id === deal.id)?.programId : this.choices.newDealProgramId;
    const program = this.world.programs.find(({ id }) => id === programId);
    const own = program?.network === "none" ? program.id : null;
    const says = (key: string) => row.makes && row.findings.push({ key, values: { who: whoOf(row), program: program?.name ?? "" }, blocking: false });
    if (own !== null && this.choices.addMissing) row.programId = own;
    if (row.kind === "known") {
      if (own !== null && row.programId !== own && !this.world.joined.get(own)?.has(row.creatorId!)) says("not_in_program");
    } else if (own === null && (program !== undefined || row.programId === null)) {
      says(program ? "program_elsewhere" : "program_none");
      row.makes = false;
    }
  }

  /** The first row about the same person: by the creator, or by the row that this one points to. */
  private firstRow({ n, creatorId, sameAs }: PersonRow): number {
    const first = (creatorId === null ? undefined : this.firstRows.get(creatorId)) ?? sameAs ?? n;
    if (creatorId !== null) this.firstRows.set(creatorId, first);
    return first;
  }

  private program(named: string, findings: RowFinding[]): string | null {
    if (named === "") return this.choices.programId;
    const program = this.programsByName.get(named.toLowerCase());
    if (program?.network === "none") return program.id;
    findings.push({ key: program ? "program_of_network" : "program_unknown", values: { program: named.slice(0, 80) }, blocking: false });
    return null;
  }

  private planCode(row: RowPlan, at: (field: "code" | "deal" | "policy" | "start" | "end") => string): void {
    const blocks = (key: string, values: RowFinding["values"] = {}) => row.findings.push({ key, values, blocking: true });
    row.code = at("code");
    const key = codeKey(row.code);
    if (row.code === "") blocks("code_blank");
    else if ([...row.code].length > LONGEST_CODE) blocks("too_long", { limit: LONGEST_CODE });
    else if (this.codes.has(key)) blocks("code_twice", { code: row.code, row: this.codes.get(key)! });
    row.deal = this.deal(at("deal"));
    if (row.deal === null) blocks(at("deal") === "" ? "deal_missing" : "deal_unknown", { deal: at("deal").slice(0, 80) });
    const policy = at("policy") === "" ? this.choices.policy : readPolicy(at("policy"));
    if (policy === null) blocks("policy_unknown", { policy: at("policy").slice(0, 80) });
    else row.policy = policy;
    for (const field of ["start", "end"] as const) {
      if (at(field) === "") continue;
      const read = readDate(at(field), { end: field === "end", order: this.orders[field], timeZone: this.world.timeZone });
      if (!read.ok) blocks(`date_${read.wrong}`, { date: at(field).slice(0, 80) });
      else row[field === "start" ? "startsAt" : "endsAt"] = read.at;
    }
    if (row.startsAt !== null && row.endsAt !== null && row.endsAt <= row.startsAt) blocks("date_order");
    row.makes = !isLeft(row);
    if (row.makes) this.codes.set(key, row.n);
  }

  private deal(named: string): DealRef | null {
    const name = named || (this.choices.dealId === null ? this.choices.newDeal : "");
    // A deal that has ended since it was chosen is none.
    if (name === "") return this.world.deals.some((deal) => deal.id === this.choices.dealId) ? { id: this.choices.dealId! } : null;
    const id = this.dealsByName.get(dealNameKey(name));
    if (id !== undefined) return { id };
    const value = readDealValue(name, this.world.currency);
    return value === null ? null : { name: name.replace(/\s+/g, " "), value };
  }

  /** A code once for each person, in every row of theirs; what a cell holds already stays, unless a person says otherwise. */
  private planPlatform(row: RowPlan, at: (field: "code" | "link") => string): void {
    const { overwrite } = this.choices;
    row.keeps = { code: at("code") !== "" && !overwrite, link: at("link") !== "" && !overwrite };
    row.deal = this.deal("");
    if (row.deal === null) row.findings.push({ key: this.choices.newDeal === "" ? "deal_missing" : "deal_unknown", values: { deal: this.choices.newDeal }, blocking: true });
    if (isLeft(row)) return;
    row.code = (row.creatorId === null ? undefined : this.world.codes.get(row.creatorId)) ?? "";
    // A code that stays in its cell is the one that the row's link is for.
    const wanted = this.choices.columns.code === undefined ? !row.keeps.link : !row.keeps.code;
    row.makes = row.code === "" && wanted && !this.given.has(row.first);
    if (row.makes) this.given.add(row.first);
  }
}

export function isLeft(row: { findings: readonly RowFinding[] }): boolean {
  return row.findings.some((finding) => finding.blocking);
}

/** How a row's person is shown: by the name, and else by the e-mail or the handle that the row has. */
export function whoOf({ person }: Pick<PersonRow, "person">): string {
  return person.name || (person.email ?? person.handle ?? "");
}

const MOST_NOTES = 200;
const MOST_EXAMPLES = 10;

/** The plan in numbers. `named`: the names that codes to be named would get, by the first row of their person. */
export function planSummary(rows: readonly RowPlan[], choices: FileChoices, world: SheetWorld, named: ReadonlyMap<number, string>): FilePlan {
  const [known, added, joining] = [new Set<string>(), new Set<number>(), new Set<string>()];
  const newDeals = new Map<string, string>();
  const shown = new Set<string>();
  const notes: RowNote[] = [];
  const plan: FilePlan = { rows: rows.length, known: 0, added: 0, joining: 0, repeated: 0, left: 0, codes: 0, had: 0, kept: 0, newDeals: [], examples: [], notes, noteCount: 0 };
  for (const row of rows) {
    for (const { key, values, blocking } of row.findings) {
      if (notes.length < MOST_NOTES) notes.push({ n: row.n, key, values, blocking });
      plan.noteCount += 1;
    }
    if (isLeft(row)) {
      plan.left += 1;
      continue;
    }
    if (row.creatorId !== null) known.add(row.creatorId);
    else added.add(row.first);
    if (row.first !== row.n) plan.repeated += 1;
    if (row.creatorId !== null && row.programId !== null && !world.joined.get(row.programId)?.has(row.creatorId)) joining.add(`${row.programId} ${row.creatorId}`);
    if (row.makes) plan.codes += 1;
    if (choices.purpose === "platform" && row.code !== "") plan.had += 1;
    if (row.keeps.code || row.keeps.link) plan.kept += 1;
    if (row.makes && row.deal !== null && "name" in row.deal && !newDeals.has(dealNameKey(row.deal.name))) newDeals.set(dealNameKey(row.deal.name), row.deal.name);
    const code = row.code || (named.get(row.first) ?? "");
    if (code === "" || shown.has(`${row.first} ${code}`) || plan.examples.length === MOST_EXAMPLES) continue;
    shown.add(`${row.first} ${code}`);
    plan.examples.push({ n: row.n, who: world.known.byId.get(row.creatorId ?? "")?.name ?? whoOf(row), code, isNew: row.makes || row.code === "" });
  }
  return { ...plan, known: known.size, added: added.size, joining: joining.size, newDeals: [...newDeals.values()] };
}
