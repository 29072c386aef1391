// What a document will cost, before the store has said so: an object 1, a connection 2 and its page times a node, a mutation 10 (Shopify's documented
// weights; build/apis/graphql-admin/rate-limits). It is held high rather than low: the schema is not known here.

type Node = { name: string; page: number | null; children: Node[] | null };

const MUTATION = 10;
const CONNECTION = 2;

/** Points that the store will ask for a call. Pure. */
export function estimateCost(document: string, variables: Record<string, unknown>): number {
  const tokens = document.replace(/#[^\n]*/g, "").match(/"(?:[^"\\]|\\.)*"|\.\.\.|[$@]?\w+|[{}():[\]!=|&]/g) ?? [];
  const reader = new Reader(tokens, variables);
  const { mutation, roots } = reader.document();
  if (mutation) return roots.reduce((sum, root) => sum + MUTATION + connectionsIn(root.children ?? []), 0);
  return Math.max(1, sumOf(roots));
}

function sumOf(nodes: Node[]): number {
  return nodes.reduce((sum, node) => sum + costOf(node), 0);
}

function costOf({ page, children }: Node): number {
  if (children === null) return 0;
  if (page === null) return 1 + sumOf(children);
  const each = Math.max(1, ...children.filter(({ name }) => name !== "pageInfo").map(costOf));
  return CONNECTION + page * each;
}

function connectionsIn(nodes: Node[]): number {
  return nodes.reduce((sum, node) => sum + (node.children === null ? 0 : node.page === null ? connectionsIn(node.children) : costOf(node)), 0);
}

/** Reads just as much of GraphQL as the cost depends on. */
class Reader {
  readonly #tokens: string[];
  readonly #variables: Record<string, unknown>;
  readonly #fragments = new Map<string, Node[]>();
  #at = 0;

  constructor(tokens: string[], variables: Record<string, unknown>) {
    this.#tokens = tokens;
    this.#variables = variables;
  }

  document(): { mutation: boolean; roots: Node[] } {
    const starts = this.#tokens.flatMap((token, at) => (token === "fragment" && this.#tokens[at + 2] === "on" ? [at] : []));
    for (const at of starts.reverse()) {
      this.#at = this.#tokens.indexOf("{", at) + 1;
      this.#fragments.set(this.#tokens[at + 1]!, this.#selections());
    }
    const kind = this.#tokens.findIndex((token) => token === "query" || token === "mutation" || token === "{");
    this.#at = kind + 1;
    if (kind >= 0 && this.#tokens[kind] !== "{") this.#skipTo("{");
    return { mutation: this.#tokens[kind] === "mutation", roots: kind < 0 ? [] : this.#selections() };
  }

  /** Over names and arguments to after this token, at the outermost level of brackets. */
  #skipTo(wanted: string): void {
    for (let depth = 0; this.#at < this.#tokens.length; ) {
      const token = this.#tokens[this.#at++]!;
      if (token === wanted && depth === 0) return;
      if (token === "(") depth += 1;
      if (token === ")") depth -= 1;
    }
  }

  #selections(): Node[] {
    const found: Node[] = [];
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at++]!;
      if (token === "}") break;
      if (token === "...") found.push(...this.#spread());
      else found.push(this.#field(token));
    }
    return found;
  }

  #spread(): Node[] {
    const next = this.#tokens[this.#at]!;
    if (next !== "on" && next !== "{" && !next.startsWith("@")) {
      this.#at += 1;
      return this.#fragments.get(next) ?? [];
    }
    this.#skipTo("{");
    return this.#selections();
  }

  #field(first: string): Node {
    let name = first;
    if (this.#tokens[this.#at] === ":") {
      name = this.#tokens[this.#at + 1]!;
      this.#at += 2;
    }
    const page = this.#tokens[this.#at] === "(" ? this.#arguments() : null;
    while (this.#tokens[this.#at]?.startsWith("@")) {
      this.#at += 1;
      if (this.#tokens[this.#at] === "(") this.#arguments();
    }
    if (this.#tokens[this.#at] !== "{") return { name, page, children: null };
    this.#at += 1;
    return { name, page, children: this.#selections() };
  }

  /** The size of the page that the arguments ask for; null: they ask for none. */
  #arguments(): number | null {
    let page: number | null = null;
    let depth = 0;
    do {
      const token = this.#tokens[this.#at++]!;
      if ("([{".includes(token)) depth += 1;
      else if (")]}".includes(token)) depth -= 1;
      else if (depth === 1 && (token === "first" || token === "last") && this.#tokens[this.#at] === ":") {
        const value = this.#tokens[this.#at + 1] ?? "";
        const said = Number(value.startsWith("$") ? this.#variables[value.slice(1)] : value);
        if (Number.isFinite(said) && said > 0) page = said;
      }
    } while (depth > 0 && this.#at < this.#tokens.length);
    return page;
  }
}
