// Which access scopes a field needs: read from the texts that the real introspection carries.

/** Sets of scopes of which one has to be granted; null where none is named. */
export type Needed = { anyOf: string[]; text: string } | null;

export type AccessMap = { fields: Map<string, Needed>; types: Map<string, Needed> };

type Introspected = {
  types: { name: string; requiredAccess?: string | null; fields?: { name: string; requiredAccess?: string | null }[] | null }[];
  mutationType?: { name: string } | null;
};

export function accessMap(schema: Introspected): AccessMap {
  const map: AccessMap = { fields: new Map(), types: new Map() };
  for (const type of schema.types) {
    const needed = parse(type.requiredAccess, false);
    if (needed !== null) map.types.set(type.name, needed);
    for (const field of type.fields ?? []) {
      const ofField = parse(field.requiredAccess, type.name === schema.mutationType?.name);
      if (ofField !== null) map.fields.set(`${type.name}.${field.name}`, ofField);
    }
  }
  return map;
}

/** "`a` access scope or `b` access scope. Also: ..." names a or b; what follows "Also:" speaks of the user's permissions. */
function parse(text: string | null | undefined, mutation: boolean): Needed {
  if (!text) return null;
  const [scopes = ""] = text.split("Also:");
  const read = /^`(read_[a-z_]+)` for queries/.exec(scopes)?.[1]; // "`read_markets` for queries and both ... for mutations."
  if (read !== undefined && !mutation) return { anyOf: [read], text: text.trim() };
  if (!/access scope/.test(scopes) && !/^Requires `/.test(scopes)) return null;
  const names = [...scopes.matchAll(/`([a-z_]+)`/g)].map(([, name]) => (/^(read|write)_/.test(name!) ? name! : `${mutation ? "write" : "read"}_${name}`));
  return names.length === 0 ? null : { anyOf: names, text: text.trim() };
}

/** A granted write scope includes the reading. */
export function granted(needed: Needed, scopes: ReadonlySet<string>): boolean {
  if (needed === null) return true;
  return needed.anyOf.some((name) => scopes.has(name) || (name.startsWith("read_") && scopes.has(name.replace(/^read_/, "write_"))));
}
