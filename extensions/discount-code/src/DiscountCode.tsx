// The action on the page of a discount: a creator code for it. What the discount is, and all that is found about a name, the app says.
import type { Api } from "@shopify/ui-extensions/admin.discount-details.action.render";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { DiscountAction } from "../../../app/domain/discount-action.ts";
import { type Answer, ask } from "../../shared/ask.ts";
import { ChooseCreator } from "./ChooseCreator.tsx";
import { CodeName } from "./CodeName.tsx";
import { useCode } from "./use-code.ts";

declare const shopify: Api;

/** A text of the extension in the language of the admin. */
export type Say = (key: string, values?: Record<string, string>) => string;

const PATH = "/extensions/discount-code";
const TYPING_MS = 300;

export default function extension(): void {
  const t: Say = (key, values) => shopify.i18n.translate(key, values);
  render(<DiscountCode discount={shopify.data.selected[0]?.id ?? ""} t={t} close={() => shopify.close()} />, document.body);
}

type DiscountCodeProps = { discount: string; t: Say; close: () => void };

function DiscountCode({ discount, t, close }: DiscountCodeProps) {
  const [search, setSearch] = useState("");
  const [tries, setTries] = useState(0);
  const [opened, setOpened] = useState<Answer<DiscountAction> | null>(null);
  const asked = { discount, locale: t("language") };
  const code = useCode(PATH, asked);

  useEffect(() => {
    let left = false;
    const timer = setTimeout(() => void ask<DiscountAction>(PATH, { ...asked, q: search.trim() }).then((given) => left || setOpened(given)), opened === null ? 0 : TYPING_MS);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [discount, search, tries]);

  function again(): void {
    setOpened(null);
    setTries((n) => n + 1);
  }

  /** The creators are asked for once more: one of them has the code by now. */
  function another(): void {
    code.restart();
    setTries((n) => n + 1);
  }

  const closing = (
    <s-button slot="secondary-actions" onClick={close}>
      {t("close")}
    </s-button>
  );
  if (opened === null) return <s-admin-action heading={t("heading")} loading />;
  if (!opened.ok) {
    return (
      <s-admin-action heading={t("heading")}>
        <s-banner tone="warning">{t("failed")}</s-banner>
        <s-button slot="primary-action" variant="primary" onClick={again}>
          {t("try_again")}
        </s-button>
        {closing}
      </s-admin-action>
    );
  }
  const { canMake, title, sentences, link, creators, more } = opened.value;
  if (code.made !== null) {
    return (
      <s-admin-action heading={t("heading")}>
        <s-stack gap="base">
          <s-banner tone="success">{code.made.sentence}</s-banner>
          <s-link href={`app:${code.made.link.path}`}>{code.made.link.text}</s-link>
        </s-stack>
        <s-button slot="primary-action" variant="primary" onClick={close}>
          {t("done")}
        </s-button>
        <s-button slot="secondary-actions" onClick={another}>
          {t("another")}
        </s-button>
      </s-admin-action>
    );
  }
  return (
    <s-admin-action heading={t("heading")}>
      <s-stack gap="base">
        {title === "" ? null : <s-heading>{title}</s-heading>}
        <s-stack gap="small-200">
          {sentences.map((sentence) => (
            <s-paragraph key={sentence}>{sentence}</s-paragraph>
          ))}
          {link === null ? null : <s-link href={`app:${link.path}`}>{link.text}</s-link>}
        </s-stack>
        {canMake ? <ChooseCreator creators={creators} more={more} search={search} chosen={code.creatorId} onSearch={setSearch} onChoose={code.choose} t={t} /> : null}
        {canMake && code.creatorId !== "" ? <CodeName code={code} t={t} /> : null}
      </s-stack>
      {canMake ? (
        <s-button slot="primary-action" variant="primary" disabled={!code.ready} loading={code.making} onClick={code.make}>
          {t("make")}
        </s-button>
      ) : null}
      {closing}
    </s-admin-action>
  );
}
