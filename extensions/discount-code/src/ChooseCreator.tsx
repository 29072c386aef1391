// Whose the code is to be: a search, and those whom it finds.
import type { CreatorChoice } from "../../../app/domain/discount-action.ts";
import type { Say } from "./DiscountCode.tsx";

type ChooseCreatorProps = { creators: CreatorChoice[]; more: boolean; search: string; chosen: string; onSearch: (text: string) => void; onChoose: (id: string) => void; t: Say };

export function ChooseCreator({ creators, more, search, chosen, onSearch, onChoose, t }: ChooseCreatorProps) {
  return (
    <s-stack gap="small">
      <s-search-field label={t("creator")} placeholder={t("search")} value={search} onInput={(event) => onSearch(event.currentTarget.value)} />
      {creators.length === 0 ? (
        <s-paragraph color="subdued">{t("nobody_found")}</s-paragraph>
      ) : (
        <s-choice-list label={t("creators")} labelAccessibilityVisibility="exclusive" name="creator" values={[chosen]} onChange={(event) => onChoose(event.currentTarget.values?.[0] ?? "")}>
          {creators.map(({ id, name, about }) => (
            <s-choice key={id} value={id}>
              {name}
              <s-text slot="details">{about}</s-text>
            </s-choice>
          ))}
        </s-choice-list>
      )}
      {more ? <s-paragraph color="subdued">{t("more")}</s-paragraph> : null}
    </s-stack>
  );
}
