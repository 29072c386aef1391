// A statement as it is read and printed: whose it is and of when, line by line, and what it comes to.
import { Link } from "@remix-run/react";
import type { Earning } from "../../domain/earnings.ts";
import type { CurrencyRow, LineRow, StatementPage } from "../../domain/statement-page.ts";
import { useT } from "../../i18n.ts";
import { useEarningWords } from "../earnings/words.ts";
import { useFormat } from "../format.tsx";
import { useMonthName } from "./month.ts";
import { PayoutTotals } from "./PayoutTotals.tsx";

export function StatementSheet({ statement }: { statement: StatementPage }) {
  const t = useT("statements");
  const tEarnings = useT("earnings");
  const { lines, total, currencies, timezone } = statement;
  return (
    <article className="statement">
      <Whose statement={statement} />
      {total === 0 ? <p>{t("page.none")}</p> : null}
      {currencies.map((sums) => (
        <LinesOf key={sums.currency} sums={sums} lines={lines.filter((line) => line.currency === sums.currency)} />
      ))}
      {total > lines.length ? <p>{t("page.cut", { shown: lines.length, total })}</p> : null}
      <PayoutTotals payouts={statement.payouts} />
      {statement.awaiting > 0 ? <p>{t("page.awaiting", { count: statement.awaiting })}</p> : null}
      <ul className="together">
        <li>{t("page.amounts")}</li>
        <li>{t("page.months", { timezone })}</li>
        <li>{t("page.once")}</li>
        {lines.some((line) => line.payouts.length > 0) ? <li>{tEarnings("rounded")}</li> : null}
      </ul>
    </article>
  );
}

function Whose({ statement: { shopName, creator, firstDay, lastDay, underWay } }: { statement: StatementPage }) {
  const t = useT("statements");
  const format = useFormat();
  return (
    <header className="together">
      <h2>{t("page.heading")}</h2>
      <dl>
        <dt>{t("page.creator")}</dt>
        <dd>
          <strong>{creator.name}</strong>
        </dd>
        <dt>{t("page.shop")}</dt>
        <dd>{shopName}</dd>
        <dt>{t("page.period")}</dt>
        <dd>{t("page.from_to", { from: format.day(firstDay), to: format.day(lastDay) })}</dd>
      </dl>
      {underWay ? <p>{t("page.under_way")}</p> : null}
    </header>
  );
}

function LinesOf({ sums, lines }: { sums: CurrencyRow; lines: LineRow[] }) {
  const t = useT("statements");
  return (
    <section>
      <h3>{t("page.table", { currency: sums.currency })}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col" className="wide">
              {t("column.date")}
            </th>
            <th scope="col">{t("column.order")}</th>
            <th scope="col" className="wide">
              {t("column.code")}
            </th>
            <Heading name="credited" />
            <Heading name="reversed" />
            <Heading name="adjusted" wide />
            <Heading name="net" />
            <Heading name="payout" />
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={`${line.orderId} ${line.code}`} line={line} />
          ))}
        </tbody>
        <Sums sums={sums} />
      </table>
    </section>
  );
}

function Heading({ name, wide = false }: { name: "credited" | "reversed" | "adjusted" | "net" | "payout"; wide?: boolean }) {
  const t = useT("statements");
  return (
    <th scope="col" className={wide ? "number wide" : "number"}>
      {t(`column.${name}`)}
    </th>
  );
}

function Line({ line }: { line: LineRow }) {
  const t = useT("statements");
  const format = useFormat();
  const code = line.code ?? t("pattern");
  const date = line.orderAt ? format.date(line.orderAt) : "–";
  const why = line.payouts.flatMap((payout) => payout.why);
  const row = (
    <tr className={why.length > 0 ? "above" : undefined}>
      <td className="wide">{date}</td>
      <td>
        <Link to={`/app/orders/${line.orderId}`}>{line.orderName || line.orderId}</Link>
        <span className="narrow soft">
          {date}
          <br />
          {code}
        </span>
        {line.marks.map((mark) => (
          <div key={mark} className="soft small">
            {t(`mark.${mark}`)}
          </div>
        ))}
      </td>
      <td className="code wide">{code}</td>
      <Number amount={line.credited} currency={line.currency} />
      <Number amount={line.reversed} currency={line.currency} />
      <Number amount={line.adjusted} currency={line.currency} wide />
      <Number amount={line.net} currency={line.currency} />
      <td className="number">
        <LinePayouts line={line} />
      </td>
    </tr>
  );
  return why.length === 0 ? row : (
    <>
      {row}
      <Why earnings={why} />
    </>
  );
}

/** Why the network pays something else than the contract's plain rate, under the line that it is about. */
function Why({ earnings }: { earnings: Earning[] }) {
  const words = useEarningWords();
  return (
    <tr>
      <td colSpan={8} className="soft small">
        {earnings.map((earning) => words(earning).reasons.join(" ")).join(" ")}
      </td>
    </tr>
  );
}

function Number({ amount, currency, wide = false }: { amount: string; currency: string; wide?: boolean }) {
  const format = useFormat();
  return <td className={["number", wide ? "wide" : "", amount === "0" ? "soft" : ""].join(" ").trim()}>{format.decimal(amount, currency)}</td>;
}

function LinePayouts({ line: { payouts, payoutMonth } }: { line: LineRow }) {
  const t = useT("statements");
  const format = useFormat();
  const month = useMonthName();
  if (payoutMonth !== null) return <span className="soft small elsewhere">{t("payout.with", { month: month(payoutMonth) })}</span>;
  if (payouts.length === 0) return <>–</>;
  return (
    <>
      {payouts.map((payout, index) => (
        <div key={index}>
          <span className="soft small state">{t(`state.${payout.state}`)}</span> {payout.amount === null || payout.currency === null ? "–" : format.money(payout.amount, payout.currency)}
        </div>
      ))}
    </>
  );
}

/** What the lines come to, between the balance before the month and that at its end. */
function Sums({ sums }: { sums: CurrencyRow }) {
  const t = useT("statements");
  const format = useFormat();
  const { currency } = sums;
  const alone = (label: string, amount: string, strong: boolean) => (
    <tr className={strong ? "strong" : undefined}>
      <th scope="row" colSpan={3}>
        {label}
      </th>
      <td className="wide" colSpan={3} />
      <td className="number">{format.money(amount, currency)}</td>
      <td />
    </tr>
  );
  return (
    <tbody className="sums together">
      <tr className="strong">
        <th scope="row">{t("sum.page")}</th>
        <td className="wide" />
        <td className="wide" />
        <Number amount={sums.credited} currency={currency} />
        <Number amount={sums.reversed} currency={currency} />
        <Number amount={sums.adjusted} currency={currency} wide />
        <td className="number">{format.money(sums.net, currency)}</td>
        <td />
      </tr>
      {alone(t("sum.opening"), sums.opening, false)}
      {alone(t("sum.closing"), sums.closing, true)}
    </tbody>
  );
}
