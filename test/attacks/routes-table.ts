// What each route can be asked for, with ids of real rows. `{deal}`, `{creator}`...: of whichever shop's row the call is to name. A route that is not here fails the test.

/** `path`: after the address; `params`, as Remix takes them from it; `form` or `json`: a POST. */
export type Call = { path: string; params?: Record<string, string>; form?: Record<string, string>; json?: unknown };

/**
 * `calls`: null where whoever comes is answered alike, with the reason in `open`. `intents`: files beside the route's own in which the names of its acts stand.
 */
export type RouteCalls = { calls: Call[]; open?: string; intents?: string[] };

/** Forms with different fields. */
type Form = Record<string, string>;

const get = (path: string, params?: Record<string, string>): Call => ({ path, ...(params && { params }) });
const post = (path: string, form: Record<string, string>, params?: Record<string, string>): Call => ({ path, form, ...(params && { params }) });
const send = (path: string, json: unknown, params?: Record<string, string>): Call => ({ path, json, ...(params && { params }) });

const deal = { id: "{deal}" };
const DEAL_FIELDS = {
  name: "Mine", programId: "{program}", kind: "percentage", percent: "10", amount: "", minimum: "none", minimumAmount: "", minimumQuantity: "", items: { kind: "everything", ids: [] }, buyers: "everyone", segments: [], markets: [], purchase: "one_time", cyclesLimited: false, cycles: "",
  oncePerCustomer: false, limited: false, usageLimit: "", combinesOrder: false, combinesProduct: false, combinesShipping: false, tags: "", startDate: "2026-06-20", startTime: "12:00", ends: false, endDate: "", endTime: "",
};
const CAMPAIGN_FIELDS = { name: "Mine", programId: "{program}", title: "t", description: "", codes: "each", dealId: "{deal}", naming: "{FIRST}{AMOUNT}", policy: "always", landing: "/" };
const GRANT = { ids: "{request}", codes: "MINE10", dealId: "{deal}", policy: "always", reason: "no" };
const LINK = JSON.stringify([{ key: "{free}", creatorId: "{creator}", policy: "always" }]);
const PATTERN = { pattern: "^MINE-", creatorId: "{creator}", programId: "{program}", policy: "always", startDate: "", endDate: "" };
const PROGRAM_FIELDS = { mode: "full", creditOn: "created", scope: "order", clickWindowDays: "7", blockSelfReferral: false, orderIdForm: "id", renewals: "first", newCustomersOnly: false, chargebacks: "reverse", clicks: "own", emailHash: false };

export const ROUTES: Record<string, RouteCalls> = {
  "_index.tsx": { calls: [get("/")], open: "the front door asks for the name of a shop" },
  "auth.$.tsx": { calls: [get("/auth/session-token?shop={shop}")], open: "pages of Shopify's library, which fetch a session token" },
  "auth.login.tsx": { calls: [get("/auth/login"), post("/auth/login", { shop: "{shop}" })], open: "leads whoever names a shop to that shop's own admin, known here or not" },
  "schemas.order-proof[.]v1[.]json.ts": { calls: [get("/schemas/order-proof.v1.json")], open: "a public schema" },
  "schemas.order-proof[.]v2[.]json.ts": { calls: [get("/schemas/order-proof.v2.json")], open: "a public schema" },
  "schemas.order-proof[.]v3[.]json.ts": { calls: [get("/schemas/order-proof.v3.json")], open: "a public schema" },
  "networks.$network.postback.$connection.$secret.ts": {
    calls: [
      { ...get("/networks/impact/postback/{connection}/wrong?actionId={action}", { network: "impact", connection: "{connection}", secret: "wrong" }) },
      { ...post("/networks/impact/postback/{connection}/wrong?actionId={action}", { ActionId: "{action}" }, { network: "impact", connection: "{connection}", secret: "wrong" }) },
    ],
    open: "a network calls it, and has no session: the address itself is the secret",
  },
  "flow.make-code.ts": { calls: [send("/flow/make-code", { action_run_id: "run-1", handle: "make-code", properties: { creator: "{word} Creator", deal: "{word} Deal", code: "MINE10" } })], open: "signed by the platform; called here with the signature that a step of the other shop has" },
  "flow.pause-code.ts": { calls: [send("/flow/pause-code", { action_run_id: "run-2", handle: "pause-code", properties: { code: "{codeName}" } })], open: "signed by the platform; called here with the signature that a step of the other shop has" },

  "extensions.discount-code.ts": {
    calls: [
      get("/extensions/discount-code?discount=gid://shopify/DiscountCodeNode/{discount}1&q={word}"), get("/extensions/discount-code?discount=gid://shopify/DiscountCodeNode/{discount}"),
      post("/extensions/discount-code?discount=gid://shopify/DiscountCodeNode/{discount}1", { intent: "look", creatorId: "{creator}", code: "MINE10" }),
      post("/extensions/discount-code?discount=gid://shopify/DiscountCodeNode/{discount}1", { intent: "make", creatorId: "{creator}", code: "MINE10" }),
    ],
  },
  "extensions.order-credit.ts": { calls: [get("/extensions/order-credit?order=gid://shopify/Order/{order}")] },

  "app.tsx": { calls: [get("/app")] },
  "app.$.tsx": { calls: [get("/app/nowhere/{deal}")] },
  "app._index.tsx": { calls: [get("/app")] },
  "app.adopt._index.tsx": { calls: [get("/app/adopt?discount=gid://shopify/DiscountCodeNode/{discount}&q={word}"), post("/app/adopt", { unlink: "{code}" })] },
  "app.adopt_.creators.ts": { calls: [get("/app/adopt/creators?q={word}")] },
  "app.adopt_.discount.$id.tsx": { calls: [get("/app/adopt/discount/{discount}", { id: "{discount}" }), post("/app/adopt/discount/{discount}", { programId: "{program}", name: "Mine", rows: LINK }, { id: "{discount}" })] },
  "app.adopt_.link.tsx": { calls: [get("/app/adopt/link?codes={free}"), post("/app/adopt/link", { intent: "check", programId: "{program}", rows: LINK }), post("/app/adopt/link", { intent: "link", programId: "{program}", rows: LINK })] },
  "app.campaigns._index.tsx": { calls: [get("/app/campaigns?q={word}")] },
  "app.campaigns.new.tsx": { calls: [get("/app/campaigns/new?program={program}"), send("/app/campaigns/new", CAMPAIGN_FIELDS)] },
  "app.campaigns.$id.tsx": {
    calls: [
      get("/app/campaigns/{campaign}", { id: "{campaign}" }),
      ...([{ intent: "ask", creatorIds: "{creator}", state: "accepted" }, { intent: "list", text: "{word} Creator", state: "accepted" }, { intent: "give" }, { intent: "close" }, { intent: "open" }] as object[]).map((form) => post("/app/campaigns/{campaign}", form as Form, { id: "{campaign}" })),
    ],
  },
  "app.campaigns_.$id.edit.tsx": { calls: [get("/app/campaigns/{campaign}/edit", { id: "{campaign}" }), send("/app/campaigns/{campaign}/edit", { version: 1, base: CAMPAIGN_FIELDS, fields: { ...CAMPAIGN_FIELDS, name: "Yours" } }, { id: "{campaign}" })] },
  "app.codes._index.tsx": {
    calls: [get("/app/codes?q={codeName}"), get("/app/codes?refused_in={program}"), ...["again", "pause", "resume", "end"].map((intent) => post("/app/codes", { intent, code: "{code}" }))],
    intents: ["app/domain/code-life.ts"],
  },
  "app.codes.$id.tsx": {
    calls: [
      get("/app/codes/{code}", { id: "{code}" }), post("/app/codes/{pattern}", { intent: "retire-pattern" }, { id: "{pattern}" }),
      ...([
        { intent: "replace", code: "MINE11" }, { intent: "keep" }, { intent: "dates", startDate: "2026-06-25", startTime: "", endDate: "", endTime: "" }, { intent: "void", from: "2026-06-01", reason: "leaked" }, { intent: "unvoid" }, { intent: "notes", comments: "mine", sendTo: "" },
        { intent: "bring-back", programId: "{program}" }, { intent: "track", landing: "/" }, { intent: "again" }, { intent: "pause" }, { intent: "resume" }, { intent: "end" },
      ] as object[]).map((form) => post("/app/codes/{code}", form as Form, { id: "{code}" })),
    ],
    intents: ["app/flow/code-acts.ts"],
  },
  "app.codes.$id_.qr.ts": { calls: [get("/app/codes/{code}/qr?as=svg", { id: "{code}" }), get("/app/codes/{code}/qr?as=png&of=tracking", { id: "{code}" })] },
  "app.codes.$id_.void.ts": { calls: [get("/app/codes/{code}/void?from=2026-01-01", { id: "{code}" })] },
  "app.codes.give.tsx": {
    calls: [
      get("/app/codes/give?deal={deal}&creators={creator}"),
      ...["run", "check", "give"].map((intent) => post("/app/codes/give", { intent, dealId: "{deal}", rows: JSON.stringify([{ creatorId: "{creator}", code: "MINE10", policy: "always" }]), creators: "{creator}", programId: "{program}", asked: JSON.stringify({ dealId: "{deal}", creatorIds: ["{creator}"] }) })),
    ],
  },
  "app.codes.give_.names.ts": { calls: [get("/app/codes/give/names?q={word}"), post("/app/codes/give/names", { n: "1", asked: JSON.stringify({ dealId: "{deal}", creatorIds: ["{creator}"], pattern: "{FIRST}{AMOUNT}", seed: "s" }) })] },
  "app.codes.pattern.tsx": { calls: [get("/app/codes/pattern?change={pattern}"), get("/app/codes/pattern?creator={creator}"), send("/app/codes/pattern", PATTERN), send("/app/codes/pattern", { ...PATTERN, replaces: "{pattern}" })] },
  "app.codes.pattern_.try.ts": { calls: [get("/app/codes/pattern/try?pattern={codeName}"), get("/app/codes/pattern/try?pattern=%5E{word}-&except={pattern}")] },
  "app.codes.runs._index.tsx": { calls: [get("/app/codes/runs")] },
  "app.codes.runs_.progress.ts": { calls: [get("/app/codes/runs/progress")] },
  "app.codes.runs.$id.tsx": {
    calls: [get("/app/codes/runs/{run}?q={word}", { id: "{run}" }), ...["start", "stop", "go_on", "retry", "retry_all", "rename", "skip", "unskip"].map((intent) => post("/app/codes/runs/{run}", { intent, n: "1", code: "MINE10" }, { id: "{run}" }))],
  },
  "app.creators._index.tsx": {
    calls: [
      get("/app/creators?q={word}"), post("/app/creators", { intent: "add", name: "Eve", programId: "{program}" }), post("/app/creators", { intent: "take-over", programId: "{program}" }),
      ...["put_in", "take_out"].map((intent) => post("/app/creators", { intent, programId: "{performance}", creatorIds: "{creator}", date: "2026-06-20" })),
    ],
  },
  "app.creators.$id.tsx": { calls: [get("/app/creators/{creator}", { id: "{creator}" })] },
  "app.creators_.$id.statements.$month.tsx": { calls: [get("/app/creators/{creator}/statements/{month}", { id: "{creator}", month: "{month}" })] },
  "app.creators_.$id.statements.$month_.file.ts": { calls: ["csv", "xlsx"].map((kind) => get(`/app/creators/{creator}/statements/{month}/file?as=${kind}`, { id: "{creator}", month: "{month}" })) },
  "app.deals._index.tsx": { calls: [get("/app/deals?q={word}")] },
  "app.deals.new.tsx": { calls: [get("/app/deals/new"), send("/app/deals/new", DEAL_FIELDS)] },
  "app.deals.$id.tsx": { calls: [get("/app/deals/{deal}", deal), ...["again", "pause", "resume", "end"].map((intent) => post("/app/deals/{deal}", { intent, version: "1" }, deal))], intents: ["app/flow/deal-acts.ts"] },
  "app.deals_.$id.edit.tsx": { calls: [get("/app/deals/{deal}/edit", deal), send("/app/deals/{deal}/edit", { version: 1, fields: DEAL_FIELDS }, deal)] },
  "app.deals_.$id.network.ts": { calls: [post("/app/deals/{deal}/network", {}, deal)] },
  "app.deals_.choices.ts": { calls: [get("/app/deals/choices?kind=markets&q={word}"), get("/app/deals/choices?kind=segments")] },
  "app.discounts_.open.tsx": { calls: [get("/app/discounts/open?id={discount}1"), get("/app/discounts/open?id={discount}")] },
  "app.drift.tsx": { calls: [get("/app/drift"), ...["ours", "theirs", "leave", "take_up", "look"].map((choice) => post("/app/drift", { choice, ids: "{drift}" }))] },
  "app.files._index.tsx": { calls: [get("/app/files"), post("/app/files?campaign={campaign}", { file: "no file" })] },
  "app.files.$id.tsx": { calls: [get("/app/files/{file}", { id: "{file}" }), ...["choose", "start", "delete"].map((intent) => send("/app/files/{file}", { intent, choices: { purpose: "creators", programId: "{program}", dealId: "{deal}" } }, { id: "{file}" }))] },
  "app.files_.$id.file.ts": { calls: ["", "?what=notes", "?what=filled"].map((what) => get(`/app/files/{file}/file${what}`, { id: "{file}" })) },
  "app.files_.out.ts": { calls: ["creators", "codes"].flatMap((what) => ["csv", "xlsx"].map((kind) => get(`/app/files/out?what=${what}&as=${kind}`))) },
  "app.network.tsx": {
    calls: [
      get("/app/network?q={order}"), post("/app/network", { intent: "connect", network: "impact", accountSid: "IR{word}", token: "guessed" }), post("/app/network", { intent: "own", name: "Mine" }),
      ...["permissions", "programs", "choose", "disconnect"].map((intent) => post("/app/network", { intent, connectionId: "{connection}", externalId: "31002a" })),
      ...["take-over", "event-types", "event-type"].map((intent) => post("/app/network", { intent, programId: "{program}", eventTypeId: "41002" })),
    ],
  },
  "app.network_.exchange.$id.ts": { calls: [get("/app/network/exchange/{exchange}", { id: "{exchange}" })] },
  "app.network_.hint.ts": { calls: ["show", "make", "renew"].map((intent) => post("/app/network/hint", { intent, connectionId: "{connection}" })) },
  "app.network_.pair.ts": { calls: ["preview", "choose"].map((intent) => post("/app/network/pair", { intent, programId: "{program}", pairId: "{performance}" })) },
  "app.network_.steps.$id.tsx": { calls: [get("/app/network/steps/{performance}", { id: "{performance}" }), ...["look", "try"].map((intent) => post("/app/network/steps/{performance}", { intent }, { id: "{performance}" }))] },
  "app.network_.worklist.tsx": {
    calls: [
      get("/app/network/worklist?q={order}"), post("/app/network/worklist", { intent: "read" }),
      ...["drop", "again", "reverse", "accept", "take_up"].flatMap((repair) => [JSON.stringify(["action", "{program}", "{action}"]), JSON.stringify(["conversion", "{order}", 1])].map((key) => post("/app/network/worklist", { key, repair, version: "1" }))),
    ],
  },
  "app.orders._index.tsx": { calls: [get("/app/orders?view=all&q={order}"), get("/app/orders?creator={creator}&view=all")] },
  "app.orders.$id.tsx": {
    calls: [get("/app/orders/{order}", { id: "{order}" }), ...["credit", "exclude", "correct", "withdraw"].map((act) => post("/app/orders/{order}", { act, codeId: "{code}", amount: "1.00", reason: "mine", seen: "" }, { id: "{order}" }))],
  },
  "app.orders_.$id.codes.ts": { calls: [get("/app/orders/{order}/codes?q=", { id: "{order}" })] },
  "app.orders_.$id.print.tsx": { calls: [get("/app/orders/{order}/print", { id: "{order}" })] },
  "app.orders_.$id.proof[.]json.ts": { calls: [get("/app/orders/{order}/proof.json", { id: "{order}" })] },
  "app.deliveries.tsx": { calls: [get("/app/deliveries"), post("/app/deliveries", { intent: "ask" })] },
  "app.privacy.tsx": { calls: [get("/app/privacy")] },
  "app.privacy_.$id.file.ts": { calls: [get("/app/privacy/{privacy}/file", { id: "{privacy}" })] },
  "app.reconcile.tsx": {
    calls: [
      get("/app/reconcile?run={reconciliation}"),
      ...["plan", "stop", "continue", "fetch", "deleted"].map((intent) => post("/app/reconcile", { intent, run: "{reconciliation}", fromDate: "2026-06-01", toDate: "2026-06-20", cause: "never_seen", difference: "{difference}" })),
    ],
  },
  "app.reconcile_.file.ts": { calls: ["csv", "xlsx"].map((kind) => get(`/app/reconcile/file?run={reconciliation}&as=${kind}`)) },
  "app.requests._index.tsx": { calls: [get("/app/requests?q={word}"), ...["check", "approve", "reject", "again", "take_out", "keep", "look"].map((intent) => post("/app/requests", { intent, ...GRANT }))], intents: ["app/flow/requests-acts.ts"] },
  "app.settings.tsx": { calls: [get("/app/settings"), send("/app/settings", { shop: { stackingRule: "split" }, programs: { "{program}": PROGRAM_FIELDS } })] },
  "app.settings_.notices.ts": { calls: [send("/app/settings/notices", { notify: true, email: "mine@example.com" })] },
  "app.settings_.parameters.ts": { calls: [send("/app/settings/parameters", [{ name: "clk", network: "impact" }])] },
  "app.settings_.storefront.ts": { calls: ["renew", "again"].map((intent) => post("/app/settings/storefront", { intent })) },
  "app.statements.tsx": { calls: [get("/app/statements?month={month}")] },
  "app.statements_.file.ts": { calls: ["csv", "xlsx"].map((kind) => get(`/app/statements/file?as=${kind}&month={month}`)) },
  "app.touches.tsx": { calls: [get("/app/touches"), get("/app/touches?view=codes&q={word}")] },
  "app.what-if._index.tsx": { calls: [get("/app/what-if")] },
  "app.what-if.new.tsx": { calls: [get("/app/what-if/new?undo={whatIf}"), send("/app/what-if/new", { programId: "{program}", fromDate: "2026-05-01", toDate: "2026-06-01", stackingRule: "first_listed" })] },
  "app.what-if.$id.tsx": { calls: [get("/app/what-if/{whatIf}?creator={creator}", { id: "{whatIf}" }), ...["stop", "continue", "anew", "apply"].map((intent) => post("/app/what-if/{whatIf}", { intent }, { id: "{whatIf}" }))] },
};

/** What app/server.ts answers before Remix: tried against the running app in test/attacks/door.test.ts. */
export const BARE_PATHS: Record<string, string> = {
  "/webhooks": "signed by the platform, over the body",
  "/touches": "the storefront's token names the shop",
  "/storefront/offer": "the storefront's token names the shop",
  "/healthz": "says that the process lives, and nothing of anybody",
  "/readyz": "says whether the process can work, and nothing of anybody",
  "/metrics": "numbers of all shops together, for whoever has the token",
};
