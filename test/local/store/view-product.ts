// GraphQL's products, variants and collections, from the catalogue.
import { amountOf, decimalOf } from "./amounts.ts";
import type { CatalogueCollection, CatalogueProduct, CatalogueVariant } from "./catalogue.ts";
import { type Args, connection, countView, NotServed, onlyArguments, ordered, searchTerms, type View } from "./connection.ts";
import type { Store } from "./store.ts";
import type { LineItem } from "./types.ts";

export function productView(store: Store, product: CatalogueProduct): View {
  const { currency, domain } = store.shop;
  const prices = product.variants.map(({ price }) => price).sort((a, b) => (a < b ? -1 : 1));
  const money = (minor: bigint) => ({ amount: decimalOf(amountOf(minor, currency)), currencyCode: currency });
  const image = { url: `${store.publicUrl}/pictures/${product.handle}.svg`, altText: product.title };
  return {
    __typename: "Product",
    id: `gid://shopify/Product/${product.id}`,
    legacyResourceId: product.id,
    title: product.title,
    handle: product.handle,
    vendor: product.vendor,
    productType: product.productType,
    tags: product.tags,
    status: "ACTIVE",
    description: product.description,
    descriptionHtml: `<p>${product.description}</p>`,
    isGiftCard: product.giftCard,
    hasOnlyDefaultVariant: product.variants.length === 1,
    category: null,
    onlineStoreUrl: `https://${domain}/products/${product.handle}`,
    featuredMedia: { __typename: "MediaImage", alt: product.title, mediaContentType: "IMAGE", image, preview: { image } },
    featuredImage: image,
    priceRangeV2: { minVariantPrice: money(prices[0] ?? 0n), maxVariantPrice: money(prices.at(-1) ?? 0n) },
    variantsCount: countView(product.variants.length, null),
    variants: (args: Args) =>
      connection({ field: "Product.variants", items: product.variants, id: (each) => each.id, view: (each) => variantView(store, product, each) }, args),
    collections: (args: Args) =>
      connection(
        {
          field: "Product.collections",
          items: store.catalogue.collections.filter(({ handle }) => product.collections.includes(handle)),
          id: (each) => each.id,
          view: (each) => collectionView(store, each),
        },
        args,
      ),
  };
}

export function variantView(store: Store, product: CatalogueProduct, variant: CatalogueVariant): View {
  return {
    __typename: "ProductVariant",
    id: `gid://shopify/ProductVariant/${variant.id}`,
    legacyResourceId: variant.id,
    title: variant.title,
    displayName: `${product.title} - ${variant.title}`,
    sku: variant.sku,
    price: amountOf(variant.price, store.shop.currency),
    compareAtPrice: null,
    barcode: null,
    availableForSale: true,
    position: product.variants.indexOf(variant) + 1,
    taxable: !product.giftCard,
    selectedOptions: variant.options.map((value) => ({ name: product.option ?? "Title", value })),
    product: () => productView(store, product),
  };
}

export function collectionView(store: Store, collection: CatalogueCollection): View {
  const products = store.products.filter((each) => each.collections.includes(collection.handle));
  return {
    __typename: "Collection",
    id: `gid://shopify/Collection/${collection.id}`,
    legacyResourceId: collection.id,
    title: collection.title,
    handle: collection.handle,
    description: collection.description,
    descriptionHtml: `<p>${collection.description}</p>`,
    image: null,
    productsCount: countView(products.length, null),
    products: (args: Args) => connection({ field: "Collection.products", items: products, id: (each) => each.id, view: (each) => productView(store, each) }, args),
  };
}

/** The product of an order's line: null once it no longer exists; an order put in from outside names products that the catalogue does not know. */
export function lineProductView(store: Store, line: LineItem): View | null {
  if (line.product_id == null || line.product_exists === false) return null;
  const known = store.products.find(({ id }) => id === String(line.product_id));
  if (known !== undefined) return productView(store, known);
  const id = String(line.product_id);
  const set = store.state.products[id];
  if (set === null) return null;
  return { __typename: "Product", id: `gid://shopify/Product/${id}`, legacyResourceId: id, title: line.title, vendor: line.vendor ?? "", productType: "", isGiftCard: line.gift_card, tags: [], category: null, ...set };
}

export function lineVariantView(store: Store, line: LineItem): View | null {
  if (line.variant_id == null || line.product_exists === false || store.state.products[String(line.product_id)] === null) return null;
  const known = store.variant(String(line.variant_id));
  if (known !== null) return variantView(store, known.product, known.variant);
  const id = String(line.variant_id);
  return { __typename: "ProductVariant", id: `gid://shopify/ProductVariant/${id}`, legacyResourceId: id, title: line.variant_title ?? "Default Title", sku: line.sku, product: () => lineProductView(store, line) };
}

type Sortable = { id: string; title: string; handle: string };

export function productsConnection(store: Store, args: Args): View {
  const items = searched("products", store.products, args);
  return connection({ field: "QueryRoot.products", items, id: ({ id }) => id, key: sortKey("products", args), view: (each) => productView(store, each) }, args, ["query", "sortKey"]);
}

export function collectionsConnection(store: Store, args: Args): View {
  const items = searched("collections", store.catalogue.collections, args);
  return connection({ field: "QueryRoot.collections", items, id: ({ id }) => id, key: sortKey("collections", args), view: (each) => collectionView(store, each) }, args, ["query", "sortKey"]);
}

export function variantsConnection(store: Store, args: Args): View {
  const all = store.products.flatMap((product) => product.variants.map((variant) => ({ product, variant, id: variant.id, title: variant.title, handle: "" })));
  const items = searchTerms(args.query as string | null).reduce((left, term) => {
    const wanted = term.value.toLowerCase().replace(/\*$/, "");
    if (term.field === "id") return left.filter(({ id }) => ordered(BigInt(id), BigInt(term.value), term.comparator));
    if (term.field === "product_id") return left.filter(({ product }) => product.id === term.value);
    if (term.field === "product_ids") return left.filter(({ product }) => term.value.split(",").includes(product.id));
    if (term.field === "sku") return left.filter(({ variant }) => variant.sku?.toLowerCase() === wanted);
    if (term.field === "title") return left.filter(({ title }) => title.toLowerCase().includes(wanted));
    if (term.field === "default") return left.filter(({ product, variant }) => `${product.title} ${variant.title} ${variant.sku ?? ""}`.toLowerCase().includes(wanted));
    throw new NotServed(`the filter ${term.field} of productVariants`);
  }, all);
  const view = ({ product, variant }: (typeof all)[number]) => variantView(store, product, variant);
  return connection({ field: "QueryRoot.productVariants", items, id: ({ id }) => id, key: sortKey("productVariants", args), view }, args, ["query", "sortKey"]);
}

export function productsCount(store: Store, args: Args): View {
  onlyArguments("QueryRoot.productsCount", args, ["query", "limit"]);
  return countView(searched("products", store.products, args).length, args.limit as number | null);
}

function sortKey(field: string, { sortKey: key }: Args): ((item: Sortable) => string | bigint) | undefined {
  if (key == null || key === "ID") return undefined;
  if (key === "TITLE") return ({ title }) => title.toLowerCase();
  throw new NotServed(`the sort key ${String(key)} of ${field}`);
}

function searched<T extends Sortable>(field: string, items: readonly T[], { query }: Args): T[] {
  return searchTerms(query as string | null).reduce<T[]>((left, term) => {
    const wanted = term.value.toLowerCase().replace(/\*$/, "");
    if (term.field === "id") return left.filter(({ id }) => ordered(BigInt(id), BigInt(term.value), term.comparator));
    if (term.field === "handle") return left.filter(({ handle }) => handle === wanted);
    if (term.field === "title" || term.field === "default") return left.filter(({ title }) => title.toLowerCase().includes(wanted));
    throw new NotServed(`the filter ${term.field} of ${field}`);
  }, [...items]);
}
