// Which order a row belongs to, and rows of many orders by it.
export type OrderKey = { shop: string; orderId: string };

/** Something of each of some orders. */
export class ByOrder<T> {
  readonly #kept = new Map<string, T>();

  get({ shop, orderId }: OrderKey): T | undefined {
    return this.#kept.get(nameOf(shop, orderId));
  }

  set({ shop, orderId }: OrderKey, value: T): this {
    this.#kept.set(nameOf(shop, orderId), value);
    return this;
  }

  values(): IterableIterator<T> {
    return this.#kept.values();
  }

  get size(): number {
    return this.#kept.size;
  }
}

/** A shop's domain has no space. */
function nameOf(shop: string, orderId: string): string {
  return `${shop} ${orderId}`;
}

/** Rows by their order, in their own order. */
export function byOrder<R extends OrderKey>(rows: readonly R[]): ByOrder<R[]> {
  const found = new ByOrder<R[]>();
  for (const row of rows) {
    const own = found.get(row);
    if (own === undefined) found.set(row, [row]);
    else own.push(row);
  }
  return found;
}
