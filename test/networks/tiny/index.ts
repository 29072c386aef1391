// A second network, for tests: what it takes to add one is this folder. Its account is a number, its budget 240 requests an hour.
import type { ActionInfo, Answer, Network, NetworkDefinition, NetworkFactory, NetworkFault, Permission, PlacedCode } from "#app/networks/port.ts";
import { enter, newCode, newSale, takeBack, tiny, TinyFailure, type TinyCode, type TinySale } from "./shop.ts";

const PERMISSIONS = [
  { id: "look", name: "Reading" },
  { id: "words", name: "Words" },
  { id: "sales", name: "Sales" },
];

const FAULTS: Record<TinyFailure["code"], (why: string) => NetworkFault> = {
  BAD_KEY: () => ({ kind: "unauthorized" }),
  NOT_FOR_YOU: (why) => ({ kind: "forbidden", permission: PERMISSIONS.find(({ id }) => why.startsWith(id))?.name ?? why }),
  NO_SUCH: () => ({ kind: "not_found" }),
  BAD_INPUT: (why) => ({ kind: "invalid", errors: [{ field: null, message: why }] }),
  TOO_FAST: () => ({ kind: "limited", resetSeconds: 60 }),
  DOWN: () => ({ kind: "unavailable", status: 0 }),
};

const make: NetworkFactory = (account): Network => {
  /** One call: "<permission> <what>". */
  async function call<T>(what: string, request: Record<string, string>, work: () => T): Promise<Answer<T>> {
    const budget = await account.takeBudget();
    if (!budget.ok) return { ok: false, fault: { kind: "limited", resetSeconds: budget.resetSeconds } };
    let answer: Answer<T>;
    try {
      enter(account.token, what);
      answer = { ok: true, value: work() };
    } catch (failure) {
      if (!(failure instanceof TinyFailure)) throw failure;
      answer = { ok: false, fault: FAULTS[failure.code](failure.message) };
    }
    await account.onExchange({ what, permission: what.split(" ")[0]!, request, status: answer.ok ? 0 : 1, answer: answer.ok ? (answer.value ?? null) : answer.fault, outcome: answer.ok ? "ok" : answer.fault.kind });
    return answer;
  }

  const never = async (): Promise<never> => {
    throw new Error("the flow asked for what this network cannot do");
  };

  return {
    check: () => call("look account", {}, () => ({ accountName: "Tiny shop" })),
    async tryPermissions() {
      const read = await call("look account", {}, () => null);
      if (!read.ok && read.fault.kind !== "forbidden") return read;
      const at = new Date().toISOString();
      return { ok: true, value: PERMISSIONS.map(({ id }): Permission => (id === "look" ? { id, state: read.ok ? "allowed" : "lacking", at } : { id, state: "untried", at: null })) };
    },
    programs: () => call("look campaigns", {}, () => [{ externalId: String(tiny.campaign.no), name: tiny.campaign.title, kind: "creator" as const, active: tiny.campaign.running, takesPromoCodes: true }]),
    partners: (program) =>
      call("look partners", { program }, () =>
        tiny.partners.map((one) => ({
          partnerId: String(one.no), name: one.name, email: one.mail, contactName: one.name, handle: null, word: null,
          state: one.until === null ? ("joined" as const) : ("left" as const), joinedAt: new Date(one.since).toISOString(), leftAt: one.until === null ? null : new Date(one.until).toISOString(),
        })),
      ),
    contracts: never,
    eventTypes: async () => ({ ok: true, value: [{ eventTypeId: "1", name: "Sale" }] }), // it knows only one thing that can happen
    deals: never,
    findDeal: never,
    deal: never,
    createDeal: never,
    updateDeal: never,
    codes: (program) => call("look words", { program }, () => tiny.codes.map(placed)),
    findCodes: (program, word) => call("look words", { program, word }, () => tiny.codes.filter((code) => code.word.toLowerCase() === word.toLowerCase()).map(placed)),
    code: (no) => call("look words", { no }, () => placed(found(tiny.codes, no))),
    placeCode: (program, code) =>
      call("words add", { program, word: code.code }, () => ({
        externalId: String(newCode(Number(code.partnerId), code.code, code.startsAt === null ? null : Date.parse(code.startsAt), code.endsAt === null ? null : Date.parse(code.endsAt)).no),
      })),
    expireCode: (no) =>
      call("words close", { no }, () => {
        found(tiny.codes, no).open = false;
        return null;
      }),
    codeRequests: never,
    codeRequest: never,
    approveRequest: never,
    rejectRequest: never,
    trackingLink: never,
    clickOwner: never,
    report: (program, { orderId, currency, attribution, items }) =>
      call("sales add", { program, orderId }, () => {
        if (!("code" in attribution)) throw new TinyFailure("BAD_INPUT", "a sale needs a word");
        newSale(orderId, attribution.code, currency, items.map((item) => ({ article: item.sku, pieces: item.quantity, cents: Number(item.amount) })));
        return { submissionId: null }; // it is done at once
      }),
    edit: never,
    reverse: (no) =>
      call("sales back", { no }, () => {
        takeBack(Number(no));
        return { submissionId: null };
      }),
    submission: never,
    actions: (program, { from, to }, page) => call("look sales", { program, from, to }, () => (Date.parse(to) - Date.parse(from) > LONGEST_MS ? tooLong() : { actions: page > 1 ? [] : tiny.sales.filter((sale) => sale.at >= Date.parse(from) && sale.at <= Date.parse(to)).map(action), pages: 1 })),
    action: (no) => call("look sales", { no }, () => action(found(tiny.sales, no))),
    actionItems: (no) => call("look sales", { no }, () => found(tiny.sales, no).lines.map(({ article, pieces, cents }) => ({ sku: article, name: article, category: null, quantity: pieces, amount: String(cents) }))),
  };
};

const LONGEST_MS = 7 * 86_400_000;

function tooLong(): never {
  throw new TinyFailure("BAD_INPUT", "a week at most");
}

function found<T extends { no: number }>(all: readonly T[], no: string): T {
  const one = all.find((each) => each.no === Number(no));
  if (!one) throw new TinyFailure("NO_SUCH", no);
  return one;
}

function placed({ no, word, partner, open, from, to }: TinyCode): PlacedCode {
  return {
    externalId: String(no), code: word, match: "exact", policy: "always", partnerId: String(partner), partnerName: tiny.partners.find((one) => one.no === partner)?.name ?? "",
    dealExternalId: null, followsDeal: false, active: open, startsAt: from === null ? null : new Date(from).toISOString(), endsAt: to === null ? null : new Date(to).toISOString(),
  };
}

function action(sale: TinySale): ActionInfo {
  const at = new Date(sale.at).toISOString();
  return {
    actionId: String(sale.no), programExternalId: String(tiny.campaign.no), orderId: sale.order, eventTypeId: "1", partnerId: String(sale.partner), partnerName: tiny.partners.find((one) => one.no === sale.partner)?.name ?? "",
    code: sale.word, state: sale.back ? "reversed" : "pending", word: null, currency: sale.currency, amount: String(sale.back ? 0 : sale.cents), payout: String(sale.back ? 0 : Math.floor(sale.cents / 10)),
    eventAt: at, createdAt: at, lockAt: null, seen: {},
  };
}

export const network: NetworkDefinition = {
  id: "tiny",
  make,
  credentials: { accountSid: { form: /^\d{3,9}$/, example: "12345" }, token: { form: /^tk_\w{6,}$/, example: "tk_…" } },
  limits: { requestsAnHour: 240, longestWindowDays: 7, oldestDays: 90 },
  can: { deals: false, patterns: false, edits: false, mediaSources: false, requests: false, contracts: false, links: false, clickOwners: false },
  clickParameter: "tinyclickid",
  permissions: PERMISSIONS,
};
