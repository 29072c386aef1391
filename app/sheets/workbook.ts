// What a workbook has beside its sheets' cells: its sheets' names, the texts that cells share, and which formats show dates.
import { builtInFormat, formatOf, type Shown } from "./number-format.ts";
import { SheetFault, type Steps } from "./problem.ts";
import { decodeXml, type Handlers, scanXml } from "./xml.ts";
import { openZip, partName, unpack, type Zip } from "./zip.ts";

export type SheetPart = { name: string; hidden: boolean; part: string };
export type Workbook = { zip: Zip; part: string; sheets: SheetPart[]; since1904: boolean; macros: boolean; strings: string[] | null; styles: Shown[] | null };

/** Opens a workbook: the container, and the list of its sheets. */
export function* openWorkbook(bytes: Buffer): Steps<Workbook> {
  const zip = openZip(bytes);
  const part = [...(yield* relations(zip, ""))].find((relation) => /\/officeDocument$/.test(relation.type))?.target;
  if (!part || !/workbook/.test(part) || part.endsWith(".bin")) throw new SheetFault(otherKind(zip, part ?? null));
  const workbook: Workbook = { zip, part, sheets: [], since1904: false, macros: zip.entries.has("xl/vbaproject.bin"), strings: null, styles: null };
  const targets = new Map((yield* relations(zip, part)).map((relation) => [relation.id, relation]));
  yield* scanPart(zip, part, {
    open: ({ name, attributes }) => {
      if (name === "workbookPr") workbook.since1904 = isTrue(attributes.date1904);
      if (name !== "sheet") return;
      const id = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key) && key !== "sheetId")?.[1];
      const relation = targets.get(id ?? "");
      // Charts and dialogs have tabs as well, and no cells.
      if (relation && /\/worksheet$/.test(relation.type)) workbook.sheets.push({ name: attributes.name ?? "", hidden: attributes.state === "hidden" || attributes.state === "veryHidden", part: relation.target });
    },
  });
  if (workbook.sheets.length === 0) throw new SheetFault("damaged");
  return workbook;
}

/** What else a zip file may be. */
function otherKind(zip: Zip, part: string | null): string {
  if (part?.endsWith(".bin")) return "xlsb";
  if (zip.entries.has("mimetype") && zip.entries.has("content.xml")) return "ods";
  if ([...zip.entries.keys()].some((name) => name.endsWith(".iwa") || name === "index.zip")) return "numbers";
  return zip.entries.has("[content_types].xml") && part === null ? "damaged" : "not_a_sheet";
}

export type Relation = { id: string; type: string; target: string };

/** What a part points to; "" is the container itself. */
export function* relations(zip: Zip, of: string): Steps<Relation[]> {
  const found: Relation[] = [];
  const part = relationsPart(of);
  if (!zip.entries.has(part)) return found;
  yield* scanPart(zip, part, {
    open: ({ name, attributes }) => {
      if (name === "Relationship" && attributes.TargetMode !== "External") found.push({ id: attributes.Id ?? "", type: attributes.Type ?? "", target: resolved(of, attributes.Target ?? "") });
    },
  });
  return found;
}

export function relationsPart(of: string): string {
  const folder = of.slice(0, of.lastIndexOf("/") + 1);
  return partName(`${folder}_rels/${of.slice(folder.length)}.rels`);
}

/** A target is relative to the folder of its part. */
function resolved(of: string, target: string): string {
  const path = target.startsWith("/") ? target : `${of.slice(0, of.lastIndexOf("/") + 1)}${target}`;
  const parts: string[] = [];
  for (const step of partName(path).split("/")) {
    if (step === "..") parts.pop();
    else if (step !== "." && step !== "") parts.push(step);
  }
  return parts.join("/");
}

export function* scanPart(zip: Zip, part: string, handlers: Handlers): Steps<void> {
  const bytes = unpack(zip, part);
  if (bytes === null) throw new SheetFault("damaged");
  yield* scanXml(decodeXml(bytes), handlers);
}

function isTrue(value: string | undefined): boolean {
  return value === "1" || value === "true" || value === "on";
}

/** The texts that cells share, by their numbers. Notes on how to pronounce a text are no part of it. */
export function* sharedStrings(workbook: Workbook): Steps<string[]> {
  if (workbook.strings) return workbook.strings;
  const strings: string[] = [];
  const part = (yield* relations(workbook.zip, workbook.part)).find((relation) => /\/sharedStrings$/.test(relation.type))?.target;
  if (part !== undefined) yield* scanPart(workbook.zip, part, textsOf("si", (text) => strings.push(text)));
  return (workbook.strings = strings);
}

/** Gathers the text of each element of a name, from the runs in it. */
function textsOf(element: string, done: (text: string) => void): Handlers {
  let text = "";
  let [inText, spoken] = [false, 0];
  return {
    open: ({ name }) => {
      if (name === element) text = "";
      if (name === "rPh") spoken += 1;
      inText = name === "t" && spoken === 0;
    },
    text: (piece) => {
      if (inText) text += piece;
    },
    close: (name) => {
      if (name === "t") inText = false;
      if (name === "rPh") spoken -= 1;
      if (name === element) done(unescaped(text));
    },
  };
}

/** Characters that XML cannot hold are written as _xHHHH_. */
export function unescaped(text: string): string {
  return text.includes("_x") ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) : text;
}

/** How each style of the workbook shows a number. */
export function* cellStyles(workbook: Workbook): Steps<Shown[]> {
  if (workbook.styles) return workbook.styles;
  const own = new Map<number, Shown>();
  const styles: Shown[] = [];
  const part = (yield* relations(workbook.zip, workbook.part)).find((relation) => /\/styles$/.test(relation.type))?.target;
  let inCells = false;
  if (part !== undefined) {
    yield* scanPart(workbook.zip, part, {
      open: ({ name, attributes }) => {
        if (name === "numFmt") own.set(Number(attributes.numFmtId), formatOf(attributes.formatCode ?? ""));
        if (name === "cellXfs") inCells = true;
        const id = Number(attributes.numFmtId ?? 0);
        if (name === "xf" && inCells) styles.push(own.get(id) ?? builtInFormat(id));
      },
      close: (name) => {
        if (name === "cellXfs") inCells = false;
      },
    });
  }
  return (workbook.styles = styles);
}
