// The proof on paper: one sheet or a few, black on white, without the admin around it. The same sentences as on the page.
import type { OrderProof } from "../../domain/explain.ts";
import type { OrderHead, OrderPage, ProofWords, ToldRow } from "../../domain/orders-page.ts";
import { useT } from "../../i18n.ts";
import { useEarningWords } from "../earnings/words.ts";
import { useFormat } from "../format.tsx";
import { useDoing } from "../network/ExchangeLog.tsx";
import { clickRemarks, codeWord, needsClick } from "./click-words.ts";
import { entryKind } from "./LedgerCard.tsx";
import { groupedByCause } from "./ledger-groups.ts";
import { columns } from "./ProofLines.tsx";
import { silence, stateOf, verdictSentences } from "./ToldCard.tsx";
import { useRulesInForce } from "./rules-in-force.ts";
import { useTopicWords } from "./topics.ts";
import { headlineSentences, inARow } from "./words.ts";

export type PrintProps = { page: OrderPage; proof: OrderProof; words: ProofWords; shop: { name: string; domain: string; timezone: string }; madeAt: string };

export function PrintProof({ page, proof, words, shop, madeAt }: PrintProps) {
  const t = useT("orders");
  const format = useFormat();
  return (
    <article className="proof">
      <header>
        <h1>{t("print.title")}</h1>
        <p>{t("print.made", { when: format.dateTime(madeAt) })}</p>
      </header>
      <About order={page.order} proof={proof} shop={shop} />
      <section>
        <h2>{t("print.answer")}</h2>
        {headlineSentences(page.order, words, t).map((sentence, index) => (
          <p key={sentence} className={index === 0 ? "answer" : undefined}>
            {sentence}
          </p>
        ))}
      </section>
      <Lines proof={proof} words={words} />
      <Codes proof={proof} words={words} />
      <Disputes words={words} />
      <Rules proof={proof} />
      <Ledger page={page} proof={proof} />
      <Told page={page} proof={proof} />
      <footer>
        <p>
          {t("print.about", { currency: proof.currency })} {t("print.zone", { zone: shop.timezone })}
        </p>
      </footer>
    </article>
  );
}

type AboutProps = { order: OrderHead; proof: OrderProof; shop: PrintProps["shop"] };

function About({ order, proof, shop }: AboutProps) {
  const t = useT("orders");
  const format = useFormat();
  const credited = proof.codes.filter((code) => code.reason === null);
  const codes = credited.length > 0 ? credited : proof.codes;
  const facts = [
    [t("print.shop"), shop.name && shop.name !== shop.domain ? `${shop.name} (${shop.domain})` : shop.domain],
    [t("print.order"), order.name && order.name !== order.orderId ? `${order.name} (${order.orderId})` : order.orderId],
    [t("print.placed"), format.dateTime(order.createdAt)],
    [t("print.creator"), codes.length === 0 ? "–" : format.list([...new Set(codes.map((code) => code.creator?.name || "–"))])],
    [t("print.code"), codes.length === 0 ? "–" : format.list(codes.map(codeWord))],
    [t("print.credited"), format.money(proof.credited, proof.currency)],
    ...(proof.awaited === "0" ? [] : [[t("outcome.awaiting_network"), format.money(proof.awaited, proof.currency)]]),
  ];
  return (
    <dl>
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({ proof, words }: { proof: OrderProof; words: ProofWords }) {
  const t = useT("orders");
  const format = useFormat();
  const amount = (minor: bigint) => format.decimal(minor, proof.currency);
  const heads = ["gross", "discounts", "tax", "base", "off", "credited"];
  return (
    <section>
      <h2>{t("lines.title", { currency: proof.currency })}</h2>
      <p>{t(proof.taxesIncluded ? "lines.taxes_included" : "lines.taxes_on_top")}</p>
      <table className="lines">
        <thead>
          <tr>
            <th>{t("lines.item")}</th>
            {heads.map((head) => (
              <th key={head} className="number">
                {t(`lines.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        {proof.lines.map((line) => (
          <tbody key={line.lineId}>
            <tr>
              <td>
                {line.title} × {format.number(line.quantity)}
              </td>
              {columns([line]).map((minor, index) => (
                <td key={heads[index]} className="number">
                  {amount(minor)}
                </td>
              ))}
            </tr>
            <tr className="words">
              <td colSpan={7}>{words.lines[line.lineId]}</td>
            </tr>
          </tbody>
        ))}
        <tbody>
          <tr className="total">
            <td>{t("lines.total")}</td>
            {columns(proof.lines).map((minor, index) => (
              <td key={heads[index]} className="number">
                {amount(minor)}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function Codes({ proof, words }: { proof: OrderProof; words: ProofWords }) {
  const t = useT("orders");
  const format = useFormat();
  const isCreators = (name: string) => proof.codes.some((code) => code.onOrder.includes(name));
  const others = proof.discounts.filter((discount) => !isCreators(discount.name));
  return (
    <>
      <section>
        <h2>{t("codes.title")}</h2>
        {proof.codes.length === 0 ? <p>{t("codes.none")}</p> : null}
        {proof.codes.map((code) => (
          <p key={code.codeId}>
            <strong>{[code.code, code.creator?.name, code.program.name].filter(Boolean).join(" · ")}</strong> – {inARow(words.codes[code.codeId]!, t)}
          </p>
        ))}
        {others.length === 0 ? null : (
          <ul>
            {others.map((discount) => (
              <li key={discount.index}>
                {discount.name || t(`kind.${discount.kind}`)} ({t(discount.onShipping ? "discounts.on_shipping" : "discounts.on_items", { kind: t(`kind.${discount.kind}`) })}) – {format.money(discount.amount, proof.currency)}
              </li>
            ))}
          </ul>
        )}
      </section>
      {proof.codes.length === 0 && proof.clicks.length === 0 ? null : (
        <section>
          <h2>{t("clicks.title")}</h2>
          {clickRemarks(proof, t, format).map((remark) => (
            <p key={remark}>{remark}</p>
          ))}
          {proof.clicks.map((click, index) => (
            <p key={index}>
              <strong>
                {format.dateTime(click.at)} · {click.creator ? click.creator.name : t("clicks.nobody")}
              </strong>{" "}
              {inARow([...words.sources[index]!, ...(proof.codes.some(needsClick) ? words.clicks[index]! : [])], t)}
            </p>
          ))}
        </section>
      )}
    </>
  );
}

function Disputes({ words }: { words: ProofWords }) {
  const t = useT("orders");
  if (words.disputes.length === 0) return null;
  return (
    <section>
      <h2>{t("dispute.title")}</h2>
      {words.disputes.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </section>
  );
}

function Rules({ proof }: { proof: OrderProof }) {
  const t = useT("orders");
  const rules = useRulesInForce()(proof);
  if (rules.programs.length === 0) return null;
  return (
    <section>
      <h2>{t(rules.title)}</h2>
      {rules.chosen.map((one) => (
        <p key={one.id}>{inARow([one.sentence, ...one.settings], t)}</p>
      ))}
      <p>{inARow(rules.shop, t)}</p>
      {rules.programs.map((one) => (
        <p key={one.id}>
          <strong>{one.name}.</strong> {inARow([...one.sentences, ...(one.since === null ? [] : [one.since])], t)}
        </p>
      ))}
    </section>
  );
}

function Ledger({ page: { entries, byHand }, proof }: { page: OrderPage; proof: OrderProof }) {
  const t = useT("orders");
  const format = useFormat();
  const words = useTopicWords();
  const titles = new Map(proof.lines.map((line) => [line.lineId, line.title]));
  const total = entries.reduce((sum, entry) => sum + BigInt(entry.amount), 0n);
  return (
    <section>
      <h2>{t("ledger.title")}</h2>
      <p>{t(entries.length === 0 ? "ledger.none" : "ledger.what")}</p>
      {entries.length === 0 ? null : (
        <table>
          {groupedByCause(entries).map(([first, ...others]) => (
            <tbody key={first.id}>
              <tr className="head">
                <td colSpan={2}>
                  {format.dateTime(first.at)} · {first.cause.topic ? words(first.cause.topic) : t("topic.other")}
                  {byHand[first.id] === undefined ? null : <small>{t("hand.entry", { reason: byHand[first.id]! })}</small>}
                  {first.version.updatedAt ? <small>{t("ledger.state", { when: format.dateTime(first.version.updatedAt) })}</small> : null}
                  <small>{[first.cause.id, first.cause.hash ? t("ledger.hash", { hash: first.cause.hash }) : ""].filter(Boolean).join(" · ")}</small>
                </td>
              </tr>
              {[first, ...others].map((entry) => (
                <tr key={entry.id}>
                  <td>
                    {[t(entryKind(entry)), titles.get(entry.lineId) ?? t("entry.line", { id: entry.lineId }), entry.creator, entry.code].filter(Boolean).join(" · ")}
                  </td>
                  <td className="number">{format.money(entry.amount, entry.currency)}</td>
                </tr>
              ))}
            </tbody>
          ))}
          <tbody>
            <tr className="total">
              <td>{t("ledger.balance")}</td>
              <td className="number">{format.money(total, proof.currency)}</td>
            </tr>
          </tbody>
        </table>
      )}
    </section>
  );
}

function Told({ page: { told, earnings, exchanges }, proof }: { page: OrderPage; proof: OrderProof }) {
  const t = useT("orders");
  const tNetwork = useT("network");
  const format = useFormat();
  const doing = useDoing();
  const earning = useEarningWords();
  const amountOf = (row: ToldRow) => (row.sent ?? []).reduce((sum, item) => sum + BigInt(item.amount), 0n);
  // Questions that were answered say nothing that the conversion does not.
  const acts = exchanges.filter((row) => !row.what.startsWith("GET ") || row.outcome !== "ok").reverse();
  return (
    <section>
      <h2>{t("told.title")}</h2>
      {told.length === 0 ? <p>{silence(proof, t)}</p> : null}
      {told.map((row) => (
        <p key={row.n}>
          <strong>{t("told.as", { program: row.program, id: row.networkOrderId })}.</strong> {inARow([t(`told.state_text.${stateOf(row)}`), ...verdictSentences(row, proof, t, format)], t)} {row.state === "dropped" || row.sent === null ? "" : t("print.held", { amount: format.money(amountOf(row), row.currency) })} {row.state === "dropped" || !earnings[row.n] ? "" : inARow([earning(earnings[row.n]!).headline, ...earning(earnings[row.n]!).reasons], t)}
        </p>
      ))}
      {acts.length === 0 ? null : (
        <ul>
          {acts.map((row) => (
            <li key={row.id}>
              {format.dateTime(row.at)} · {doing(row)} – {tNetwork(`log.outcome.${OUTCOMES.includes(row.outcome) ? row.outcome : "other"}`)}
              {row.status === null || row.outcome === "ok" ? "" : ` (${row.status})`}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const OUTCOMES = ["ok", "unauthorized", "forbidden", "invalid", "not_found", "limited", "unavailable", "timeout", "unreadable"];
