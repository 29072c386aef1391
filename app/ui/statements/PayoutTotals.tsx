// What the network will pay for the orders of a month, and when it said so.
import type { PayoutSummary } from "../../domain/statement-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

export function PayoutTotals({ payouts }: { payouts: PayoutSummary }) {
  const t = useT("statements");
  const format = useFormat();
  const reversals = payouts.sums.reduce((count, sum) => count + sum.reversals, 0);
  return (
    <section className="together">
      <h3>{t("payout.title")}</h3>
      {payouts.conversions === 0 ? <p>{t("payout.none")}</p> : null}
      {payouts.sums.length > 0 ? (
        <table className="payouts">
          <thead>
            <tr>
              <th scope="col">{t("column.currency")}</th>
              <th scope="col" className="number">
                {t("state.pending")}
              </th>
              <th scope="col" className="number">
                {t("state.approved")}
              </th>
              <th scope="col" className="number">
                {t("payout.to_pay")}
              </th>
            </tr>
          </thead>
          <tbody>
            {payouts.sums.map((sum) => (
              <tr key={sum.currency}>
                <td>{sum.currency}</td>
                <td className="number">{format.money(sum.pending, sum.currency)}</td>
                <td className="number">{format.money(sum.approved, sum.currency)}</td>
                <td className="number">
                  <strong>{format.money(sum.toPay, sum.currency)}</strong>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {reversals > 0 ? <p className="soft">{t("payout.reversals", { count: reversals })}</p> : null}
      {payouts.unknown > 0 ? <p>{t("payout.unknown", { count: payouts.unknown })}</p> : null}
      {payouts.readAt ? <p className="soft">{t("payout.read", { when: format.dateTime(payouts.readAt) })}</p> : null}
    </section>
  );
}
