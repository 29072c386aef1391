// Which items a deal is about: everything, collections or products, picked in the store's own dialog.
import { useAppBridge } from "@shopify/app-bridge-react";
import { BlockStack, Box, Button, InlineError, InlineStack, Text } from "@shopify/polaris";
import { XSmallIcon } from "@shopify/polaris-icons";
import { useId } from "react";
import type { Picked, PickedProduct } from "../../domain/deal.ts";
import type { ItemFields } from "../../domain/deal-form.ts";
import { namesOf } from "../../domain/deal-words.ts";
import { useT } from "../../i18n.ts";
import { Choices } from "./form-parts.tsx";

type Props = { name: string; title: string; items: ItemFields; onChange: (items: ItemFields) => void; error: string | undefined; everything?: boolean };

/** `everything` false: the store wants to have the items named. */
export function ItemsChoice({ name, title, items, onChange, error, everything = true }: Props) {
  const t = useT("deals");
  const pick = useResourcePicker();
  const id = useId();
  const kinds = everything ? ["everything", "collections", "products"] : ["collections", "products"];
  const chosen: Picked[] = items.kind === "collections" ? items.collections : items.kind === "products" ? items.products : [];

  async function choose() {
    if (items.kind === "collections") {
      const collections = await pick.collections(items.collections);
      if (collections) onChange({ ...items, collections });
    } else {
      const products = await pick.products(items.products);
      if (products) onChange({ ...items, products });
    }
  }

  function take(gone: Picked) {
    onChange({ ...items, collections: items.collections.filter(({ id }) => id !== gone.id), products: items.products.filter(({ id }) => id !== gone.id) });
  }

  return (
    <BlockStack gap="200">
      <Choices title={title} name={name} keys="form.items" choices={kinds} chosen={items.kind} onChange={(kind) => onChange({ ...items, kind })} />
      {items.kind === "everything" ? null : (
        <Box paddingInlineStart="600">
          <BlockStack gap="200">
            {chosen.length > 0 ? (
              <Box borderWidth="025" borderColor="border" borderRadius="200">
                {chosen.map((one, place) => (
                  <Chosen key={one.id} name={items.kind === "products" ? namesOf({ kind: "products", products: [one as PickedProduct] })[0]! : one.title} first={place === 0} onRemove={() => take(one)} />
                ))}
              </Box>
            ) : null}
            {/* The dialog's button is where the focus goes when nothing was chosen. */}
            <div aria-invalid={error ? true : undefined} aria-describedby={error ? id : undefined} tabIndex={error ? -1 : undefined}>
              <Button onClick={() => void choose()}>{t(chosen.length > 0 ? `form.items.${items.kind}.change` : `form.items.${items.kind}.choose`)}</Button>
            </div>
            {error ? <InlineError fieldID={id} message={error} /> : null}
          </BlockStack>
        </Box>
      )}
    </BlockStack>
  );
}

function Chosen({ name, first, onRemove }: { name: string; first: boolean; onRemove: () => void }) {
  const t = useT("deals");
  return (
    <Box paddingInline="300" paddingBlock="100" {...(first ? {} : { borderBlockStartWidth: "025", borderColor: "border-secondary" })}>
      <InlineStack align="space-between" blockAlign="center" gap="200" wrap={false}>
        <Text as="span" breakWord>
          {name}
        </Text>
        <Button icon={XSmallIcon} variant="tertiary" accessibilityLabel={t("form.items.remove", { name })} onClick={onRemove} />
      </InlineStack>
    </Box>
  );
}

type Resource = { id: string; title: string; totalVariants?: number; variants?: { id: string; title?: string | null }[] };

/** App Bridge's picker. null: the person closed it. A product of which all variants are chosen is meant whole. */
function useResourcePicker() {
  const shopify = useAppBridge();
  return {
    async collections(chosen: Picked[]): Promise<Picked[] | null> {
      const picked = (await shopify.resourcePicker({ type: "collection", action: "select", multiple: true, selectionIds: chosen.map(({ id }) => ({ id })) })) as Resource[] | undefined;
      return picked ? picked.map(({ id, title }) => ({ id, title })) : null;
    },
    async products(chosen: PickedProduct[]): Promise<PickedProduct[] | null> {
      const selectionIds = chosen.map(({ id, variants }) => ({ id, ...(variants.length > 0 && { variants: variants.map((variant) => ({ id: variant.id })) }) }));
      const picked = (await shopify.resourcePicker({ type: "product", action: "select", multiple: true, selectionIds })) as Resource[] | undefined;
      if (!picked) return null;
      return picked.map(({ id, title, totalVariants, variants = [] }) => ({
        id, title, variants: variants.length === 0 || variants.length === totalVariants ? [] : variants.map((variant) => ({ id: variant.id, title: variant.title ?? "" })),
      }));
    },
  };
}
