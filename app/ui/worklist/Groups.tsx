// How much there is of each kind, each with the way to it; of the one that is shown, the way back to all.
import { Button, InlineStack } from "@shopify/polaris";
import { GROUPS, type Group, type WorkCounts } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";

export function Groups({ counts, of = GROUPS, shown = null }: { counts: WorkCounts; of?: readonly Group[]; shown?: Group | null }) {
  const t = useT("worklist");
  const some = of.filter((group) => (counts[group] ?? 0) > 0 || group === shown);
  if (some.length === 0) return null;
  return (
    <nav aria-label={t("kinds")}>
      <InlineStack gap="200" align="start">
        {some.map((group) => (
          <Button key={group} size="slim" variant={group === shown ? "primary" : "secondary"} url={group === shown ? "/app/network/worklist" : `/app/network/worklist?view=${group}`} accessibilityLabel={t(group === shown ? "kinds_all" : "kinds_only", { kind: t(`view.${group}`) })}>
            {`${t(`view.${group}`)}: ${counts[group] ?? 0}`}
          </Button>
        ))}
      </InlineStack>
    </nav>
  );
}
