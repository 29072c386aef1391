// What every list of resources has: views as tabs, a search, an order, pages. Its state lives in the address, the work is the server's.
import { useNavigation, useSearchParams } from "@remix-run/react";
import { type IndexFiltersProps, IndexFilters, Pagination, Box, InlineStack, Text, useSetIndexFiltersMode } from "@shopify/polaris";
import { useEffect, useRef, useState } from "react";
import { useT } from "../i18n.ts";
import type { ListState } from "./list-state.ts";

type Choice = { id: string; label: string };

type ListFiltersProps = {
  state: ListState;
  views: (Choice & { count?: number })[];
  sorts: (Choice & { direction: string })[];
  searchLabel: string | null; // null: the list has no search
  /** What else narrows the list, with what is chosen of it. */
  filters?: IndexFiltersProps["filters"];
  appliedFilters?: IndexFiltersProps["appliedFilters"];
};

const TYPING_MS = 300;

/** The bar above a list. What is typed is asked for once the person rests. */
export function ListFilters({ state, views, sorts, searchLabel, filters = [], appliedFilters = [] }: ListFiltersProps) {
  const t = useT("codes");
  const { mode, setMode } = useSetIndexFiltersMode();
  const [typed, setTyped] = useState(state.q);
  const change = useChangeList();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const loading = useNavigation().state === "loading";

  useEffect(() => () => clearTimeout(timer.current), []);

  function search(text: string) {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => change({ q: text }), TYPING_MS);
  }

  function clear() {
    clearTimeout(timer.current);
    setTyped("");
    change({ q: "" });
  }

  function clearAll() {
    clear();
    for (const filter of appliedFilters) filter.onRemove(filter.key);
  }

  const tabs: IndexFiltersProps["tabs"] = views.map((view) => ({
    id: view.id,
    content: view.label,
    isLocked: true,
    ...(view.count !== undefined ? { badge: String(view.count) } : {}),
  }));
  return (
    <IndexFilters
      tabs={tabs}
      selected={Math.max(0, views.findIndex((view) => view.id === state.view))}
      onSelect={(index) => change({ view: views[index]!.id })}
      queryValue={typed}
      queryPlaceholder={searchLabel ?? ""}
      hideQueryField={searchLabel === null}
      onQueryChange={search}
      onQueryClear={clear}
      onClearAll={clearAll}
      filters={filters}
      appliedFilters={appliedFilters}
      hideFilters={filters.length === 0}
      {...(sorts.length > 0 ? { sortOptions: sortOptions(sorts) } : {})}
      sortSelected={[`${state.sort} asc`]}
      onSort={([chosen]) => change({ sort: chosen!.split(" ")[0]! })}
      cancelAction={{ onAction: clear }}
      canCreateNewView={false}
      disableStickyMode
      mode={mode}
      setMode={setMode}
      loading={loading}
      filteringAccessibilityLabel={t("list.search_and_filter")}
      filteringAccessibilityTooltip={t("list.search_and_filter")}
    />
  );
}

function sortOptions(sorts: ListFiltersProps["sorts"]): NonNullable<IndexFiltersProps["sortOptions"]> {
  return sorts.map((sort) => ({ label: sort.label, value: `${sort.id} asc` as const, directionLabel: sort.direction }));
}

/** Below a list that has more than one page: where we are, and the way to the next. */
export function ListPages({ page, pages, total, shown, more = false }: { page: number; pages: number; total: number; shown: number; more?: boolean }) {
  const t = useT("codes");
  const change = useChangeList();
  if (pages <= 1) return null;
  return (
    <Box padding="300" borderBlockStartWidth="025" borderColor="border-secondary">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <Text as="span" tone="subdued">
          {t("list.shown", { shown, total: more ? `${total}+` : total })}
        </Text>
        <Pagination
          label={t("list.page", { page, pages })}
          hasPrevious={page > 1}
          onPrevious={() => change({ page: page - 1 })}
          hasNext={page < pages}
          onNext={() => change({ page: page + 1 })}
          accessibilityLabel={t("list.pages")}
        />
      </InlineStack>
    </Box>
  );
}

/** Changes the list's state in the address; all but a change of page goes back to the first page. */
export function useChangeList(): (changes: Partial<ListState>) => void {
  const [, setParams] = useSearchParams();
  return (changes) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete("page");
        for (const [name, value] of Object.entries(changes)) {
          if (value === "" || (name === "page" && value === 1)) after.delete(name);
          else after.set(name, String(value));
        }
        return after;
      },
      { replace: true, preventScrollReset: changes.page === undefined },
    );
}
