// Above the form: that something is wrong, and what is wrong with no field of it.
import { Banner, List } from "@shopify/polaris";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";

/** `keys`: that nothing was made, that nothing was saved, or that the store refused what was saved before. */
export function DealErrors({ errors, keys }: { errors: FieldError[]; keys: "new" | "edit" | "refused" }) {
  const t = useT("deals");
  const tErrors = useT("errors");
  if (errors.length === 0) return null;
  const other = errors.filter((error) => error.field === "shop" || error.field === "deal");
  return (
    <Banner tone="critical" title={t(`${keys}.not_made`, { count: errors.length })}>
      {other.length > 0 ? (
        <List>
          {other.map((error) => (
            <List.Item key={error.key}>{tErrors(error.key, error.values ?? {})}</List.Item>
          ))}
        </List>
      ) : (
        <p>{t("new.see_fields")}</p>
      )}
    </Banner>
  );
}
