// The page at /: what the network holds, as its own pages would show it, and the switches for faults. For people; nothing reads it.
import { nowMs } from "#app/clock.ts";
import { stateOf } from "./actions.ts";
import { amountOf } from "./amounts.ts";
import { inForce } from "./codes.ts";
import { dealState } from "./deals.ts";
import { HOUR_MS, instantOf } from "./instants.ts";
import { badge, html, Markup, SCRIPT, STYLE, table } from "./markup.ts";
import type { Network } from "./network.ts";
import { partnerState } from "./partners.ts";
import { ownerName } from "./promo-codes.ts";
import { TEMPLATES } from "./routes.ts";
import { payoutOf, totalOf } from "./totals.ts";
import type { Account, Action, Submission } from "./state.ts";
import { submissionStatus } from "./submissions.ts";

const ACTIONS_SHOWN = 60;
const CLICKS_SHOWN = 15;
const SUBMISSIONS_SHOWN = 40;
const EXCHANGES_SHOWN = 60;

export function page(network: Network, url: URL): string {
  const { accounts } = network.state;
  const account = accounts.find((each) => each.sid === url.searchParams.get("account")) ?? accounts[0] ?? null;
  const atMs = nowMs();
  const body = account === null ? html`<section><h2>No account</h2><p>Nothing has been set up yet.</p></section>` : sections(network, account, atMs);
  const others = accounts.length < 2 ? null : html`<nav>${accounts.map((each) => html`<a class="${each === account ? "here" : ""}" href="/?account=${encodeURIComponent(each.sid)}">${each.name}</a>`)}</nav>`;
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Local network</title><style>${new Markup(STYLE)}</style></head><body>
<header><h1>Local network</h1><p>A stand-in for the brand API of impact.com, on this machine only. It is not impact.com, and nothing here leaves this computer.</p>${others}</header>
<main>${body}</main><script>${new Markup(SCRIPT)}</script></body></html>`.text;
}

function sections(network: Network, account: Account, atMs: number): Markup {
  return html`${tiles(account, atMs)}<p id="said" role="alert"></p>
<section><h2>Actions</h2><p>Conversions that a partner is credited for, the newest first. Amounts are in the currency that was sent.</p>${actions(account, atMs)}</section>
<div class="two"><section><h2>Queue</h2><p>What was sent completes 4 to 21 minutes later, by the clock.</p>${queue(account, atMs)}</section>
<section><h2>Faults</h2><p>What goes wrong with the next calls.</p>${faults(network)}</section></div>
<section><h2>Promo codes</h2><p>Each belongs to one partner or one media source of its program.</p>${codes(account, atMs)}</section>
<div class="two"><section><h2>Deals</h2><p>What the codes are for.</p>${deals(account, atMs)}</section>
<section><h2>Requests for codes</h2><p>From creators who would like one of their own.</p>${requests(account, atMs)}</section></div>
<section><h2>Clicks</h2><p>Of buyers on partners' links. Open a link below to come to the storefront by it, or the storefront with what stands under "Address"; the API shows a click some minutes later.</p>${clicks(account)}</section>
<section><h2>Programs and partners</h2><p>Account <code>${account.sid}</code>, shown in ${account.currency ?? "the currency of each order"}.</p>${programs(account)}${partners(account, atMs)}</section>
<section><h2>Calls</h2><p>The last ones, without their credentials.</p>${exchanges(network, account)}</section>`;
}

function short(ms: number | null, account: Account): string {
  return ms === null ? "" : instantOf(ms, account.timezone).slice(0, 16).replace("T", " ");
}

function tiles(account: Account, atMs: number): Markup {
  const open = atMs - account.budget.startMs < HOUR_MS;
  const used = open ? account.budget.used : 0;
  const left = open ? Math.ceil((account.budget.startMs + HOUR_MS - atMs) / 60_000) : 60;
  const live = account.actions.filter((action) => !action.reversed);
  const waiting = account.submissions.filter((each) => each.done === null).length;
  const refused = account.submissions.filter((each) => each.done !== null && each.done.errorReason !== "").length;
  const sums = new Map<string, bigint>();
  for (const action of live) sums.set(action.currency, (sums.get(action.currency) ?? 0n) + totalOf(action.items));
  const percent = Math.min(100, Math.round((used / account.hourlyLimit) * 100));
  const money = [...sums].map(([currency, minor]) => `${amountOf(minor, currency)} ${currency}`).join(", ") || "0";
  return html`<div class="tiles">
<div class="tile"><b>${account.hourlyLimit - used}</b><span>of ${account.hourlyLimit} requests left, for ${left} min</span><div class="bar"><i style="width:${percent}%"></i></div></div>
<div class="tile"><b>${live.length}</b><span>actions standing</span></div><div class="tile"><b>${account.actions.length - live.length}</b><span>reversed</span></div>
<div class="tile"><b>${money}</b><span>credited sales</span></div><div class="tile"><b>${waiting}</b><span>waiting in the queue</span></div><div class="tile"><b>${refused}</b><span>refused</span></div></div>`;
}

function actions(account: Account, atMs: number): Markup {
  const rows = account.actions.slice(-ACTIONS_SHOWN).reverse().map((action) => actionRow(account, action, atMs));
  return html`${table(["Order", "Action", "Partner", "Code", "Items", ">Amount", ">Payout", "Event", "Locks", "State"], rows, "None yet: a paid order with a creator's code makes the first.")}${account.actions.length === 0 ? null : byHand(account)}`;
}

/** What a person would do in the provider's own pages, and whom the network calls about it. */
function byHand(account: Account): Markup {
  const shown = account.actions.slice(-ACTIONS_SHOWN).reverse();
  const form = (act: string, title: string, fields: Markup | null) => html`<form class="act" data-act="${act}"><input type="hidden" name="sid" value="${account.sid}"><label>${title}<select name="actionId">${shown.map((action) => html`<option value="${action.id}">${action.orderId}: ${action.items.map((item) => item.sku).join(", ")}</option>`)}</select></label>${fields}<button class="quiet">Do</button></form>`;
  return html`${form("edit-action", "Change the sale", html`<label>SKU<input class="short" name="sku" required></label><label>Quantity<input class="short" name="quantity" type="number" min="0" value="1"></label><label>Amount, in cents<input class="short" name="amount" type="number" min="0" required></label>`)}
${form("reverse-action", "Reverse the sale", null)}${form("move-action", "Credit the sale", html`<label>to<select name="partnerId">${account.partners.map((partner) => html`<option value="${partner.id}">${partner.name}</option>`)}</select></label>`)}
${form("remove-action", "Let the sale be gone", null)}<form class="act" data-act="set-account"><input type="hidden" name="sid" value="${account.sid}"><label>Call this address when a sale changes<input name="postback" value="${account.postback ?? ""}" placeholder="https://…?ActionId={ActionId}"></label><button class="quiet">Save</button></form>`;
}

function actionRow(account: Account, action: Action, atMs: number): Markup {
  const state = stateOf(action, atMs);
  const tone = state === "REVERSED" ? "bad" : state === "APPROVED" ? "good" : "wait";
  const items = action.items.map((item) => html`<div><span class="mono">${item.sku}</span> × ${item.quantity} <span class="soft">= ${amountOf(BigInt(item.amount), action.currency)}</span></div>`);
  return html`<tr><td class="mono">${action.orderId}</td><td class="mono soft">${action.id}</td><td>${ownerName(account, undefined, action.partnerId)}</td><td class="mono">${action.promoCode}</td><td>${items}</td>
<td class="number">${amountOf(totalOf(action.items), action.currency)} ${action.currency}</td><td class="number">${amountOf(payoutOf(action.items, action), action.currency)}</td>
<td class="soft">${short(action.eventMs, account)}</td><td class="soft">${short(action.lockMs, account).slice(0, 10)}</td><td>${badge(state.toLowerCase(), tone)}</td></tr>`;
}

function queue(account: Account, atMs: number): Markup {
  const rows = account.submissions.slice(-SUBMISSIONS_SHOWN).reverse().map((each) => html`<tr><td>${each.type}</td><td class="mono">${each.payload.OrderId ?? each.payload.ActionId ?? ""}</td><td>${outcome(each, atMs)}</td><td class="soft">${short(each.submittedMs, account)}</td></tr>`);
  return html`<form class="act" data-act="complete"><button class="quiet">Complete all now</button></form>${table(["What", "Of", "Outcome", "Sent"], rows, "Nothing was sent.")}`;
}

function outcome(submission: Submission, atMs: number): Markup {
  if (submission.done === null) {
    if (submission.dueMs === null) return badge("lost", "bad");
    return html`${badge(submissionStatus(submission, atMs).toLowerCase(), "wait")} <span class="soft">${Math.max(0, Math.ceil((submission.dueMs - atMs) / 60_000))} min</span>`;
  }
  if (submission.done.errorReason === "") return badge("done", "good");
  return html`${badge("refused", "bad")} <span class="mono">${submission.done.errorReason}</span>`;
}

function faults(network: Network): Markup {
  const rows = network.state.faults.map((fault) => html`<tr><td>${fault.kind}</td><td class="mono">${fault.endpoint}</td><td>${fault.when} acting</td><td class="number">${fault.struck}${fault.count === null ? "" : ` of ${fault.count}`}</td>
<td class="number">${Math.round(fault.probability * 100)} %</td><td><form data-act="clear-faults"><input type="hidden" name="id" value="${fault.id}"><button class="quiet small">Stop</button></form></td></tr>`);
  const options = (values: readonly (readonly [string, string])[]) => values.map(([value, label]) => html`<option value="${value}">${label}</option>`);
  const kinds = [["429", "429 too many"], ["500", "500"], ["502", "502"], ["503", "503"], ["504", "504"], ["401", "401 token refused"], ["402", "402"], ["403", "403 scope"], ["timeout", "no answer"], ["reset", "connection cut"], ["lose", "submission lost"], ["slow", "submission slow"]] as const;
  return html`<form class="act" data-act="faults">
<label>What<select name="kind">${options(kinds)}</select></label><label>Where<select name="endpoint">${options([["*", "everywhere"], ...TEMPLATES.map((each) => [each, each] as const)])}</select></label>
<label>When<select name="when">${options([["before", "before acting"], ["after", "after acting"]])}</select></label><label>Times<input class="short" type="number" name="count" min="1" placeholder="ever"></label>
<label>Of calls<input class="short" type="number" name="probability" min="0" max="1" step="0.05" value="1"></label><button>Set</button></form>${table(["What", "Where", "When", ">Struck", ">Chance", ""], rows, "All goes well.")}`;
}

function codes(account: Account, atMs: number): Markup {
  const rows = [...account.codes].reverse().map((code) => {
    const program = account.programs.find((each) => each.id === code.programId);
    const source = program?.mediaSources.some((each) => each.id === code.partnerId) ? html` ${badge("media source", "plain")}` : null;
    const deal = account.deals.find((each) => each.id === code.dealId);
    return html`<tr><td class="mono"><b>${code.code}</b></td><td>${code.type === "LI" ? "exact" : "pattern"}</td><td>${code.policy.toLowerCase()}</td><td>${ownerName(account, program, code.partnerId)}${source}</td><td>${program?.name ?? ""}</td>
<td>${deal?.fields.Name ?? ""}</td><td class="soft">${short(code.createdMs, account)}</td><td>${inForce(account, code, atMs) ? badge("active", "good") : badge("inactive", "plain")}</td></tr>`;
  });
  const owners = account.programs.flatMap((program) => [
    ...program.mediaSources.map((source) => ({ programId: program.id, id: source.id, name: `${program.name}: ${source.name}` })),
    ...account.partners.filter((partner) => partner.memberships.some((each) => each.programId === program.id && each.state === "joined")).map((partner) => ({ programId: program.id, id: partner.id, name: `${program.name}: ${partner.name}` })),
  ]);
  const forms = account.programs.map((program) => html`<form class="act" data-act="assign-code"><input type="hidden" name="sid" value="${account.sid}"><input type="hidden" name="programId" value="${program.id}">
<label>Assign a code in ${program.name}, to<select name="partnerId">${owners.filter((each) => each.programId === program.id).map((each) => html`<option value="${each.id}">${each.name.slice(program.name.length + 2)}</option>`)}</select></label>
<label>Code<input name="code" required></label><label>Credit<select name="policy"><option>ALWAYS</option><option>INVOLVED</option><option>WINNER</option></select></label><button class="quiet">Assign</button></form>`);
  return html`${table(["Code", "Match", "Credit", "Assigned to", "Program", "Deal", "Made", "State"], rows, "None yet.")}${forms}`;
}

function clicks(account: Account): Markup {
  const rows = account.clicks.slice(-CLICKS_SHOWN).reverse().map((click) => html`<tr><td><b>${account.partners.find((each) => each.id === click.partnerId)?.name ?? click.partnerId}</b></td>
<td>${account.programs.find((each) => each.id === click.programId)?.name ?? ""}</td><td class="soft">${short(click.atMs, account)}</td><td class="mono">/?irclickid=${click.id}</td><td>${click.counted ? badge("counted", "good") : badge("not counted", "plain")}</td></tr>`);
  const forms = account.programs.map((program) => html`<form class="act" data-act="add-click"><input type="hidden" name="sid" value="${account.sid}"><input type="hidden" name="programId" value="${program.id}">
<label>A buyer clicks in ${program.name}, on the link of<select name="partnerId">${account.partners.filter((partner) => partner.memberships.some((each) => each.programId === program.id && each.state === "joined")).map((partner) => html`<option value="${partner.id}">${partner.name}</option>`)}</select></label><button class="quiet">Click</button></form>`);
  const links = account.programs.flatMap((program) => account.partners.filter((partner) => partner.memberships.some((each) => each.programId === program.id && each.state === "joined")).map((partner) => html`<a href="/c/${partner.id}/1000000/${program.id}">${partner.name} (${program.name})</a> `));
  return html`${table(["Partner", "Program", "When", "Address", ""], rows, "None yet.")}${forms}<p>${links}</p>`;
}

function deals(account: Account, atMs: number): Markup {
  const rows = [...account.deals].reverse().map((deal) => {
    const { fields: of } = deal;
    const gives = of.DiscountPercent ? `${of.DiscountPercent} %` : of.DiscountAmount ? `${of.DiscountAmount} ${of.DiscountCurrency ?? ""}` : (of.Type ?? "").toLowerCase().replaceAll("_", " ");
    const state = dealState(deal, atMs);
    return html`<tr><td><b>${of.Name ?? ""}</b><div class="soft">${of.Description ?? ""}${of.MinimumPurchaseAmount ? ` from ${of.MinimumPurchaseAmount} ${of.MinimumPurchaseAmountCurrency ?? ""}` : ""}${deal.endMs === null ? "" : ` until ${short(deal.endMs, account)}`}</div></td><td>${gives}</td><td>${account.programs.find((each) => each.id === deal.programId)?.name ?? ""}</td><td>${badge(state.toLowerCase(), state === "ACTIVE" ? "good" : "plain")}</td></tr>`;
  });
  const names = ["MinimumPurchaseAmount", "MinimumPurchaseAmountCurrency", "MaximumSavingsAmount", "MaximumSavingsCurrency", "Type", "DiscountCurrency", "DefaultPromoCode", "RestrictedMediaPartners", "Name", "DiscountPercent", "DiscountAmount", "EndDate"];
  const form = html`<form class="act" data-act="change-deal"><input type="hidden" name="sid" value="${account.sid}"><label>Change a deal<select name="dealId">${account.deals.map((deal) => html`<option value="${deal.id}">${deal.fields.Name ?? deal.id}</option>`)}</select></label>
<label>Field<select name="field">${names.map((name) => html`<option>${name}</option>`)}</select></label><label>Value<input name="value"></label><button class="quiet">Save</button></form>`;
  return html`${table(["Deal", "Gives", "Program", "State"], rows, "None yet.")}${account.deals.length === 0 ? null : form}`;
}

function requests(account: Account, atMs: number): Markup {
  const rows = [...account.requests].reverse().map((each) => html`<tr><td class="mono"><b>${each.approved || each.requested}</b></td><td>${ownerName(account, undefined, each.partnerId)}<div class="soft">${each.instructions}</div></td><td class="soft">${short(each.neededMs, account).slice(0, 10)}</td>
<td>${badge(each.state.toLowerCase(), each.state === "NEW" ? "wait" : each.state === "DECLINED" ? "bad" : "good")}${each.state !== "NEW" ? null : html`<form data-act="withdraw-request"><input type="hidden" name="sid" value="${account.sid}"><input type="hidden" name="requestId" value="${each.id}"><button class="quiet small">Withdraw</button></form>`}</td></tr>`);
  const forms = account.programs.map((program) => {
    const joined = account.partners.filter((partner) => partner.memberships.some((each) => each.programId === program.id));
    const deals = account.deals.filter((deal) => deal.programId === program.id && dealState(deal, atMs) !== "EXPIRED");
    if (joined.length === 0) return html``;
    return html`<form class="act" data-act="add-request"><input type="hidden" name="sid" value="${account.sid}"><input type="hidden" name="programId" value="${program.id}">
<label>Ask in ${program.name}, as<select name="partnerId">${joined.map((partner) => html`<option value="${partner.id}">${partner.name}</option>`)}</select></label><label>For the code<input name="code" required></label>
<label>For the deal<select name="dealId"><option value=""></option>${deals.map((deal) => html`<option value="${deal.id}">${deal.fields.Name ?? deal.id}</option>`)}</select></label><label>Within days<input class="short" type="number" name="days" value="7"></label>
<label>Note<input name="instructions"></label><button class="quiet">Ask</button></form>`;
  });
  return html`${table(["Code", "Creator", "Needed", "State"], rows, "None.")}${forms}`;
}

function programs(account: Account): Markup {
  const rows = account.programs.map((program) => html`<tr><td class="mono">${program.id}</td><td><b>${program.name}</b></td><td>${program.type}</td><td>${program.eventTypes.map((type) => html`<div>${type.name} <span class="mono soft">${type.id}</span></div>`)}</td>
<td>${program.mediaSources.map((source) => html`<div>${source.name} <span class="mono soft">${source.id}</span></div>`)}</td><td class="number">${program.lockDays} days</td><td>${badge(program.state.toLowerCase(), program.state === "ACTIVE" ? "good" : "plain")}</td></tr>`);
  return table(["Id", "Program", "Type", "Event types", "Media sources", ">Locks after", "State"], rows, "None.");
}

function partners(account: Account, atMs: number): Markup {
  const rows = account.partners.map((partner) => {
    const state = partnerState(partner, null, atMs);
    const of = partner.memberships.map((each) => html`<div>${account.programs.find((program) => program.id === each.programId)?.name ?? ""} <span class="soft">${each.state}, ${each.payoutBasisPoints / 100} %${(each.payoutGroups ?? []).map((group) => `, ${group.category} ${group.basisPoints / 100} %`).join("")}</span></div>`);
    return html`<tr><td class="mono">${partner.id}</td><td><b>${partner.name}</b><div class="soft">${partner.email}</div></td><td>${partner.properties[0]?.name ?? ""} <span class="soft">${partner.properties[0]?.platform.toLowerCase() ?? ""}</span></td><td>${of}</td><td>${badge(state.toLowerCase(), state === "ACTIVE" ? "good" : state === "PENDING" ? "wait" : "plain")}</td></tr>`;
  });
  return table(["Id", "Partner", "Channel", "Programs", "State"], rows, "None.");
}

function exchanges(network: Network, account: Account): Markup {
  const own = network.state.exchanges.filter((each) => each.sid === account.sid).slice(-EXCHANGES_SHOWN).reverse();
  const rows = own.map((each) => html`<tr><td class="soft">${short(each.atMs, account)}</td><td class="mono">${each.method}</td><td class="mono">${each.path.slice(0, 140)}${each.sent === "" ? null : html`<div class="soft">${each.sent.slice(0, 220)}</div>`}</td>
<td>${badge(each.status === null ? "no answer" : String(each.status), each.status !== null && each.status < 300 ? "good" : "bad")}</td><td class="number soft">${each.took}</td></tr>`);
  return table(["When", "", "Call", "Answer", ">Took"], rows, "None yet.");
}
