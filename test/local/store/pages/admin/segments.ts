// The customer segments of the local admin: who is in each, put in and taken out by hand. In a real store the queries decide that.
import { setMember } from "../../audience.ts";
import { Refused, type Store } from "../../store.ts";
import type { Segment } from "../../types.ts";
import { html } from "../html.ts";
import type { Markup } from "../html.ts";
import type { Done } from "./frame.ts";

export function segmentsBody(store: Store, notice: Markup | null): Markup {
  const card = (segment: Segment) => html`<div class="card"><h2>${segment.name}</h2><p class="note"><code>${segment.query}</code>${segment.leastOrders === null ? null : " – reckoned from the orders"}</p>
<form method="post" action="/admin/segments/${segment.id}">${segment.members.map((email) => html`<p>${email} <button class="plain" name="remove" value="${email}" formnovalidate aria-label="Take ${email} out">Take out</button></p>`)}
<label>Put in, by e-mail<input type="email" name="email" maxlength="120" required></label><button>Put in</button></form></div>`;
  const markets = store.state.markets.map(({ name, status, countries }) => html`<tr><td>${name}</td><td>${status === "ACTIVE" ? "Active" : "Draft"}</td><td>${countries.join(", ")}</td></tr>`);
  return html`<h1>Customer segments</h1><p class="lead">A local stand-in: what the queries say is not reckoned out, but for the number of orders. Members are put in by hand.</p>${notice}${store.state.segments.map(card)}
<h2>Markets</h2><div class="table"><table><thead><tr><th>Market</th><th>Status</th><th>Countries</th></tr></thead><tbody>${markets}</tbody></table></div>`;
}

/** Null where there is no such segment. */
export function changeSegment(store: Store, id: string, form: URLSearchParams): Done | null {
  const out = form.get("remove");
  const email = (out ?? form.get("email") ?? "").trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new Refused(`“${email}” is not an e-mail address`);
  if (!setMember(store, id, email, out === null)) return null;
  return { done: out === null ? `${email} is in the segment.` : `${email} is out of the segment.`, to: "/admin/segments" };
}
