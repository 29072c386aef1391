// The readers, each with what it is given: generated in the shape that it knows, then changed. What a reader makes of it is an answer; whatever it throws is a fault.
import ExcelJS from "exceljs";
import { unzipSync, zipSync } from "fflate";
import { contentOf } from "#app/flow/intake-content.ts";
import { eventBridge } from "#app/flow/intake-eventbridge.ts";
import { pubsub } from "#app/flow/intake-pubsub.ts";
import { settleOrder } from "#app/domain/credit.ts";
import { parseJson } from "#app/domain/json.ts";
import type { OrderFacts } from "#app/domain/order.ts";
import { readPrivacyBody } from "#app/domain/redact.ts";
import { readNote } from "#app/domain/touch-note.ts";
import { postback } from "#app/networks/impact/postback.ts";
import { atOnce } from "#app/sheets/problem.ts";
import { readBook } from "#app/sheets/read.ts";
import { makeDice, type Dice } from "#test/local/seed/dice.ts";
import { TOPICS, bookOfFuzz, orderShape, disputeShape, hintShape, noteShape, postbackShape, privacyShape, rowsShape } from "./shapes.ts";
import { mutateBytes, mutateTree } from "./mutate.ts";

/** `deep`: it got past the signature and the parser, to the fields that the reader reads. `shallow`: it was turned away before. */
export type Depth = "deep" | "shallow";

export type Target = {
  name: string;
  weight: number;
  /** Draws an input from the dice. */
  draw: (dice: Dice) => Buffer;
  read: (input: Buffer, dice: Dice) => Depth;
};

const HASH = "0".repeat(64);

/** Of ten: two as they are, five changed in a place or some, two with bytes changed, one thrown together. */
function drawn(shape: (dice: Dice) => Record<string, unknown>): (dice: Dice) => Buffer {
  return (dice) => {
    const kind = dice.whole(0, 9);
    if (kind === 9) return Buffer.from(Array.from({ length: dice.whole(0, 200) }, () => dice.whole(0, 255)));
    const tree = shape(dice);
    if (kind >= 2) mutateTree(tree, dice, kind >= 7 ? 1 : dice.whole(1, 6));
    const text = Buffer.from(JSON.stringify(tree) ?? "null");
    return kind >= 7 ? mutateBytes(text, dice, dice.whole(1, 3)) : text;
  };
}

function isParsed(input: Buffer): boolean {
  try {
    const value: unknown = parseJson(input.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function body(input: Buffer) {
  return { whole: input, head: input, hash: HASH };
}

const orders: Target = {
  name: "order bodies",
  weight: 40,
  draw: drawn(orderShape),
  read(input, dice) {
    const content = contentOf(dice.pick(TOPICS.orders), body(input), 1n);
    if (content.facts !== null) settle(content.facts, dice);
    return isParsed(input) ? "deep" : "shallow";
  },
};

/** What was read is judged as well: facts that settling cannot take would be set aside, and an order would wait for a person. */
function settle(facts: OrderFacts, dice: Dice): void {
  const known = { beside: null, everPaid: dice.chance(0.5), deleted: dice.chance(0.1), hand: null, verdicts: new Map(), frozen: null, answered: true };
  settleOrder(facts, known as never, bookOfFuzz, []);
}

const words: Target = {
  name: "disputes, hints and privacy words",
  weight: 15,
  draw: (dice) => drawn(dice.pick([disputeShape, hintShape, privacyShape]))(dice),
  read(input, dice) {
    contentOf(dice.pick(TOPICS.words), body(input), 1n);
    if (!isParsed(input)) return "shallow";
    readPrivacyBody(parseJson(input.toString("utf8")));
    return "deep";
  },
};

const wrapped: Target = {
  name: "envelopes of Pub/Sub and EventBridge",
  weight: 10,
  draw(dice) {
    const inner = Buffer.from(JSON.stringify(orderShape(dice)));
    const headers = { "X-Shopify-Topic": "orders/paid", "X-Shopify-Shop-Domain": "a.myshopify.com", "X-Shopify-Webhook-Id": "w" };
    return drawn(() => (dice.chance(0.5)
      ? { message: { data: inner.toString("base64"), attributes: headers, messageId: "1" }, subscription: "s" }
      : { version: "0", id: "1", source: "aws.partner/shopify.com/1/x", detail: { payload: JSON.parse(inner.toString()), metadata: headers } }))(dice);
  },
  read(input) {
    for (const way of [pubsub, eventBridge]) {
      const opened = way.open(input);
      if (typeof opened === "string") continue;
      opened.header("topic");
      contentOf("orders/paid", body(opened.body), 1n);
      return "deep";
    }
    return "shallow";
  },
};

const notes: Target = {
  name: "touches",
  weight: 15,
  draw: drawn(noteShape),
  read(input) {
    let value: unknown;
    try {
      value = JSON.parse(input.toString("utf8"));
    } catch {
      return "shallow";
    }
    readNote(value);
    return "deep";
  },
};

const postbacks: Target = {
  name: "postbacks",
  weight: 12,
  draw: drawn(postbackShape),
  read(input, dice) {
    const text = input.toString("utf8");
    postback.read(new URLSearchParams(dice.chance(0.5) ? text : ""), dice.chance(0.3) ? new URLSearchParams(Object.entries(postbackShape(dice)).map(([key, value]) => [key, String(value)])).toString() + text : text);
    return "deep"; // it reads whatever comes
  },
};

const texts: Target = {
  name: "text files",
  weight: 6,
  draw(dice) {
    const separator = dice.pick([",", ";", "\t", "|"]);
    const text = rowsShape(dice).map((row) => row.map((cell) => (dice.chance(0.3) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(separator)).join(dice.pick(["\n", "\r\n", "\r"]));
    const bytes = Buffer.from(text, dice.pick(["utf8", "utf8", "latin1", "utf16le"] as const));
    return dice.chance(0.7) ? mutateBytes(bytes, dice, dice.whole(1, 8)) : bytes;
  },
  read: (input) => (atOnce(readBook(input, { sheet: null })).ok ? "deep" : "shallow"),
};

let workbooks: Buffer[] | null = null;

/** Workbooks that others are made from; a library of its own writes them. */
export async function prepare(): Promise<void> {
  workbooks ??= await Promise.all([1, 2, 3].map(async (seed) => {
    const book = new ExcelJS.Workbook();
    for (const row of rowsShape(makeDice(seed))) (book.worksheets[0] ?? book.addWorksheet("Creators")).addRow(row);
    return Buffer.from(await book.xlsx.writeBuffer());
  }));
}

const sheets: Target = {
  name: "workbooks",
  weight: 2,
  draw(dice) {
    const bytes = dice.pick(workbooks!);
    const how = dice.next();
    if (how < 0.1) return bytes;
    if (how < 0.4) return mutateBytes(bytes, dice, dice.whole(1, 4));
    // What is inside is changed, and packed again.
    const parts = unzipSync(bytes);
    const name = dice.pick(Object.keys(parts));
    return Buffer.from(zipSync({ ...parts, [name]: mutateBytes(Buffer.from(parts[name]!), dice, dice.whole(1, 4)) }, { level: 0 }));
  },
  read: (input) => (atOnce(readBook(input, { sheet: null })).ok ? "deep" : "shallow"),
};

export const targets: readonly Target[] = [orders, words, wrapped, notes, postbacks, texts, sheets];
