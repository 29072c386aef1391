// How much there is of each kind, each with the way to it.
import { Badge, InlineStack, Link } from "@shopify/polaris";
import { GROUPS, type Group, type WorkCounts } from "../../domain/worklist-page.ts";
import { useT } from "../../i18n.ts";

export function Groups({ counts, of = GROUPS }: { counts: WorkCounts; of?: readonly Group[] }) {
  const t = useT("worklist");
  const shown = of.filter((group) => (counts[group] ?? 0) > 0);
  if (shown.length === 0) return null;
  return (
    <InlineStack gap="200" align="start">
      {shown.map((group) => (
        <Link key={group} url={`/app/network/worklist?view=${group}`} removeUnderline>
          <Badge tone={toneOf(group)}>{`${t(`view.${group}`)}: ${counts[group]}`}</Badge>
        </Link>
      ))}
    </InlineStack>
  );
}

function toneOf(group: Group): "critical" | "info" | "warning" {
  if (group === "near_lock") return "critical";
  return group === "under_way" || group === "accepted" ? "info" : "warning";
}
