// Who the rows of a file are about: held against the shop's creators, and against each other.
import type { Values } from "./problem.ts";
import { type Cells, type Columns, EMAIL } from "./sheet-columns.ts";
import { cleanText } from "./typed-text.ts";

/** Something about a row; a blocking one leaves the row out. `key` of locales/<language>/files.json, under "row". */
export type RowFinding = { key: string; values: Values; blocking: boolean };

export type KnownCreator = { id: string; name: string; email: string | null; handle: string | null };

/** A person as a row names them. `handle` without its @ or the address of its page. */
export type Person = { email: string | null; handle: string | null; name: string };

/**
 * `known`: one of the shop's creators; `new`: nobody that the shop knows, and enough to add them; `none`: nobody can be told from the row.
 * `sameAs`: the row above that is about the same person.
 */
export type PersonRow = { n: number; kind: "known" | "new" | "none"; creatorId: string | null; person: Person; sameAs: number | null; findings: RowFinding[] };

const LONGEST = { email: 254, text: 255 };

/** An address as it is written around it: "Zoë <zoe@x.example>", "mailto:zoe@x.example". */
export function plainEmail(text: string): string {
  const typed = cleanText(text.normalize("NFKC").replace(/[\u200b\u200e\u200f\u2060\ufeff]/g, ""));
  return (/<([^<>\s]+)>$/.exec(typed)?.[1] ?? typed).replace(/^mailto:/i, "");
}

/** "@Marie", "https://www.instagram.com/marie/?hl=fr" and "marie" are one handle; compared by `handleKey`. */
export function plainHandle(text: string): string {
  const typed = cleanText(text.normalize("NFKC").replace(/[\u200b\u200e\u200f\u2060\ufeff]/g, ""));
  const page = /^(?:https?:\/\/)?(?:[\w-]+\.)+[a-z]{2,}\/([^?#]*)/i.exec(typed)?.[1];
  const last = page === undefined ? typed : (page.split("/").filter(Boolean).at(-1) ?? "");
  return last.replace(/^@+/, "");
}

export function handleKey(handle: string): string {
  return plainHandle(handle).toLowerCase();
}

function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
}

/** Creators by what they can be known by; two of one handle or name are told apart by nothing (null). */
export type Known = { byId: Map<string, KnownCreator>; byEmail: Map<string, KnownCreator>; byHandle: Map<string, KnownCreator | null>; byName: Map<string, KnownCreator | null> };

export function knownBy(creators: readonly KnownCreator[]): Known {
  const known: Known = { byId: new Map(creators.map((creator) => [creator.id, creator])), byEmail: new Map(), byHandle: new Map(), byName: new Map() };
  const add = (map: Map<string, KnownCreator | null>, key: string, creator: KnownCreator) => {
    if (key !== "") map.set(key, map.has(key) ? null : creator);
  };
  for (const creator of creators) {
    if (creator.email) known.byEmail.set(creator.email.toLowerCase(), creator);
    if (creator.handle) add(known.byHandle, handleKey(creator.handle), creator);
    add(known.byName, nameKey(creator.name), creator);
  }
  return known;
}

/** Tells for each row whom it is about. `byName`: whether a name alone is enough, where a row has neither e-mail nor handle. */
export function findPeople(rows: readonly Cells[], columns: Columns, known: Known, { byName }: { byName: boolean }): PersonRow[] {
  const seen: Seen = { byEmail: new Map(), byHandle: new Map(), byName: new Map() };
  return rows.map((row) => findPerson(row, columns, known, seen, byName));
}

type Seen = { byEmail: Map<string, PersonRow>; byHandle: Map<string, PersonRow>; byName: Map<string, PersonRow> };

function findPerson(row: Cells, columns: Columns, known: Known, seen: Seen, byName: boolean): PersonRow {
  const findings: RowFinding[] = [];
  const person = personIn(row, columns, findings);
  const found: PersonRow = { n: row.n, kind: "none", creatorId: null, person, sameAs: null, findings };
  const [email, handle] = [person.email?.toLowerCase() ?? null, person.handle === null ? null : handleKey(person.handle)];
  const alone = byName && email === null && handle === null && person.name !== "" ? nameKey(person.name) : null;
  // A blocked e-mail is not passed over: whoever it was meant for, the handle beside it may be of somebody else.
  if (findings.some((finding) => finding.blocking)) return found;
  if (email === null && handle === null && alone === null) return blocked(found, "nobody");

  const before = earlier(seen, email, handle, alone);
  if (before === "two") return blocked(found, "two_rows", { handle: person.handle ?? "" });
  const match = matched(known, email, handle, alone);
  if (match === "two") return blocked(found, "two_creators", { email: person.email ?? "", handle: person.handle ?? "" });
  if (match === "several") return blocked(found, alone === null ? "handle_of_several" : "name_of_several", { handle: person.handle ?? "", name: person.name });
  if (match) [found.kind, found.creatorId] = ["known", match.id];
  else found.kind = "new";
  if (before) {
    found.sameAs = before.n;
    // What one row says of a person, another may complete.
    const { email: first, handle: second, name: third } = before.person;
    before.person = { email: first ?? person.email, handle: second ?? person.handle, name: third || person.name };
    found.creatorId ??= before.creatorId;
    if (found.creatorId !== null) found.kind = "known";
  }
  if (found.kind === "new" && !before) findings.push(...doubtsOf(person, alone !== null, known));
  if (email !== null && !seen.byEmail.has(email)) seen.byEmail.set(email, before ?? found);
  if (handle !== null && !seen.byHandle.has(handle)) seen.byHandle.set(handle, before ?? found);
  if (alone !== null && !seen.byName.has(alone)) seen.byName.set(alone, before ?? found);
  return found;
}

/** What makes it doubtful that somebody new is meant: a person should know it before they are added. */
function doubtsOf({ name }: Person, nameOnly: boolean, { byName }: Known): RowFinding[] {
  const keys = [...(nameOnly ? ["name_only"] : byName.has(nameKey(name)) ? ["name_there"] : []), ...(name.startsWith("=") ? ["name_formula"] : [])];
  return keys.map((key) => ({ key, values: { name: name.slice(0, 80) }, blocking: false }));
}

function blocked(row: PersonRow, key: string, values: Values = {}): PersonRow {
  row.findings.push({ key, values, blocking: true });
  return row;
}

/** The row above about the same person; "two": e-mail and handle stand in rows of two people. */
function earlier(seen: Seen, email: string | null, handle: string | null, alone: string | null): PersonRow | null | "two" {
  if (alone !== null) return seen.byName.get(alone) ?? null;
  const byEmail = email === null ? undefined : seen.byEmail.get(email);
  const byHandle = handle === null ? undefined : seen.byHandle.get(handle);
  if (byEmail && byHandle && byEmail !== byHandle) return "two";
  const other = byEmail ?? byHandle;
  // One handle with two addresses is two people, or a mistake: nobody is to guess.
  if (other && !byEmail && email !== null && other.person.email !== null && other.person.email.toLowerCase() !== email) return "two";
  return other ?? null;
}

/** "two": the e-mail is one creator's and the handle another's; "several": nothing tells which one of them. */
function matched({ byEmail, byHandle, byName }: Known, email: string | null, handle: string | null, alone: string | null): KnownCreator | null | "two" | "several" {
  if (alone !== null) return byName.has(alone) ? (byName.get(alone) ?? "several") : null;
  const withEmail = email === null ? null : (byEmail.get(email) ?? null);
  const withHandle = handle === null ? undefined : byHandle.get(handle);
  if (withEmail) return withHandle && withHandle.id !== withEmail.id ? "two" : withEmail;
  if (withHandle === null) return "several";
  // The handle is known with another address: it may be the same person's second one.
  if (withHandle && email !== null && withHandle.email !== null) return "two";
  return withHandle ?? null;
}

function personIn({ cells }: Cells, columns: Columns, findings: RowFinding[]): Person {
  const at = (column: number | undefined) => (column === undefined ? "" : cleanText(cells[column] ?? ""));
  const email = plainEmail(at(columns.email));
  const handle = plainHandle(at(columns.handle));
  const both = [at(columns.first), at(columns.last)].filter(Boolean).join(" ");
  const name = (at(columns.name) || both).replace(/\s+/g, " ");
  if (email !== "" && (!EMAIL.test(email) || email.length > LONGEST.email)) findings.push({ key: "email_form", values: { email: email.slice(0, 80) }, blocking: true });
  if (handle.length > LONGEST.text || name.length > LONGEST.text) findings.push({ key: "too_long", values: { limit: LONGEST.text }, blocking: true });
  return { email: email || null, handle: handle || null, name };
}

/** What a creator is called who is added from a row: the name, or else the handle, or what stands before the @. */
export function nameOf({ name, handle, email }: Person): string {
  return name || handle || (email ?? "").split("@")[0]!;
}
