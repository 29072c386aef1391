// Whether a statement ties each table that it reads or writes to a shop. PostgreSQL's own parser reads it; each level of the query is looked at by itself.
import { parse } from "libpg-query";

type Node = Record<string, any>;

/** A table, or a query in its place, under the name that it has in a level. `table` null: what it gives was looked at where it is written. */
type Relation = { alias: string; table: string | null };

/** What a level knows: its relations, and names of with-queries that stand in place of tables. */
type Level = { relations: Relation[]; outer: Level | null; queries: ReadonlySet<string> };

/** A shop column of a relation of this level, or what holds it to a shop: a parameter, a with-query's or an outer level's column. */
type End = { alias: string } | "held";

/**
 * The tables with a shop column that a statement leaves untied: no condition that always holds, nor join, holds their shop to a parameter, to a constant, or to
 * a table that is itself held. `tables`: those that have a shop column. `acrossShops`: the first table of a level may be of any shop, and the others are held to it.
 */
export async function untiedTables(sql: string, tables: ReadonlySet<string>, acrossShops = false): Promise<string[]> {
  const { stmts } = (await parse(sql)) as { stmts: { stmt: Node }[] };
  const untied: string[] = [];
  for (const { stmt } of stmts) statement(stmt, null, new Set(), { tables, untied, acrossShops });
  return untied;
}

type Look = { tables: ReadonlySet<string>; untied: string[]; acrossShops: boolean };

function statement(node: Node, outer: Level | null, known: ReadonlySet<string>, look: Look): void {
  const [kind, body] = Object.entries(node)[0] as [string, Node];
  if (kind === "SelectStmt") return select(body, outer, known, look);
  const queries = withQueries(body, outer, known, look);
  if (kind === "InsertStmt") {
    const table = body.relation.relname as string;
    const names = ((body.cols ?? []) as Node[]).map((each) => each.ResTarget.name as string);
    if (look.tables.has(table) && !names.includes("shop")) look.untied.push(`${table} (insert)`);
    if (body.selectStmt) statement(body.selectStmt, outer, queries, look);
    const target: Level = { relations: [{ alias: body.relation.alias?.aliasname ?? table, table: null }, { alias: "excluded", table: null }], outer, queries };
    inside([body.onConflictClause, body.returningList], target, look);
  } else if (kind === "UpdateStmt" || kind === "DeleteStmt") {
    const from = (kind === "UpdateStmt" ? body.fromClause : body.usingClause) ?? [];
    level([{ RangeVar: body.relation }, ...from], body.whereClause, [body.targetList, body.returningList], outer, queries, look);
  }
}

function select(body: Node, outer: Level | null, known: ReadonlySet<string>, look: Look): void {
  const queries = withQueries(body, outer, known, look);
  if (body.op && body.op !== "SETOP_NONE") {
    for (const side of [body.larg, body.rarg]) select(side, outer, queries, look);
    return;
  }
  level(body.fromClause ?? [], body.whereClause, [body.targetList, body.groupClause, body.havingClause, body.sortClause, body.limitCount, body.limitOffset, body.valuesLists, body.distinctClause, body.windowClause], outer, queries, look);
}

function withQueries(body: Node, outer: Level | null, known: ReadonlySet<string>, look: Look): ReadonlySet<string> {
  const ctes = ((body.withClause?.ctes ?? []) as Node[]).map((each) => each.CommonTableExpr as Node);
  let queries = new Set(known);
  for (const cte of ctes) {
    // A recursive one may name itself.
    if (body.withClause.recursive) queries.add(cte.ctename);
    statement(cte.ctequery, outer, queries, look);
    queries = new Set(queries).add(cte.ctename);
  }
  return queries;
}

/** `from`: relations and joins; `always`: the condition; `others`: what else may hold queries of its own. */
function level(from: readonly Node[], always: Node | undefined, others: readonly unknown[], outer: Level | null, queries: ReadonlySet<string>, look: Look): void {
  const here: Level = { relations: [], outer, queries };
  const ties: [End, End][] = [];
  for (const each of from) relation(each, here, ties, look);
  conditions(always, here, (one, other) => ties.push([one, other], [other, one]));
  inside([always, ...others], here, look);
  const held = new Set(here.relations.filter(({ table }) => table === null).map(({ alias }) => alias));
  hold(held, ties);
  const inTables = here.relations.filter(({ table }) => table !== null);
  // The rows of an outer level are held by it; only the outermost may be of any shop.
  if (look.acrossShops && outer === null && inTables.length > 0 && !inTables.some(({ alias }) => held.has(alias))) hold(held.add(inTables[0]!.alias), ties);
  for (const { alias, table } of here.relations) if (table !== null && !held.has(alias)) look.untied.push(alias === table ? table : `${table} ${alias}`);
}

/** Of each tie [one, other]: where other is held, one is. */
function hold(held: Set<string>, ties: readonly [End, End][]): void {
  for (let grew = true; grew; ) {
    grew = false;
    for (const [one, other] of ties) {
      if (one === "held" || held.has(one.alias) || !(other === "held" || held.has(other.alias))) continue;
      held.add(one.alias);
      grew = true;
    }
  }
}

/** Takes a part of a from clause into the level, with what its joins tie. Returns the names that it brings. */
function relation(node: Node, here: Level, ties: [End, End][], look: Look): string[] {
  if (node.RangeVar) {
    const name = node.RangeVar.relname as string;
    const alias = node.RangeVar.alias?.aliasname ?? name;
    here.relations.push({ alias, table: here.queries.has(name) || !look.tables.has(name) ? null : name });
    return [alias];
  }
  if (node.JoinExpr) {
    const { larg, rarg, jointype, quals, usingClause } = node.JoinExpr;
    const left = relation(larg, here, ties, look);
    const right = relation(rarg, here, ties, look);
    const usesShop = (usingClause ?? []).some((each: Node) => each.String.sval === "shop");
    const tie = (one: End, other: End) => {
      // The side that is kept whole is not narrowed by the condition of an outer join.
      if (jointype !== "JOIN_LEFT" || isOneOf(one, right)) ties.push([one, other]);
      if (jointype !== "JOIN_LEFT" || isOneOf(other, right)) ties.push([other, one]);
    };
    if (usesShop) for (const one of right) for (const other of left) tie({ alias: one }, { alias: other });
    conditions(quals, here, tie);
    inside([quals], here, look);
    return [...left, ...right];
  }
  const [made] = Object.values(node) as Node[];
  const alias = made!.alias?.aliasname ?? "";
  here.relations.push({ alias, table: null });
  if (node.RangeSubselect) statement(node.RangeSubselect.subquery, made!.lateral ? here : here.outer, here.queries, look);
  else inside([node], here, look);
  return [alias];
}

function isOneOf(end: End, names: readonly string[]): boolean {
  return end !== "held" && names.includes(end.alias);
}

/** What always holds where the condition does: equalities that stand alone or are joined by "and". */
function conditions(node: Node | undefined, here: Level, tie: (one: End, other: End) => void): void {
  if (!node) return;
  if (node.BoolExpr?.boolop === "AND_EXPR") for (const each of node.BoolExpr.args) conditions(each, here, tie);
  const { kind, name, lexpr, rexpr } = node.A_Expr ?? {};
  if ((kind === "AEXPR_OP" && name[0].String.sval === "=") || (kind === "AEXPR_OP_ANY" && name[0].String.sval === "=")) equal(lexpr, rexpr, here, tie);
  if (kind === "AEXPR_IN" && name[0].String.sval === "=" && endsOf(lexpr, here)) tie(endsOf(lexpr, here)!, "held");
  if (node.SubLink?.subLinkType === "ANY_SUBLINK") {
    // `shop in (select ...)`, `(shop, order_id) in (select shop, ...)`: the query in it is looked at by itself.
    for (const each of node.SubLink.testexpr?.RowExpr?.args ?? [node.SubLink.testexpr]) if (each && endsOf(each, here)) tie(endsOf(each, here)!, "held");
  }
}

function equal(one: Node, other: Node, here: Level, tie: (one: End, other: End) => void): void {
  if (one.RowExpr && other.RowExpr) {
    one.RowExpr.args.forEach((each: Node, at: number) => equal(each, other.RowExpr.args[at], here, tie));
    return;
  }
  const [left, right] = [endsOf(one, here), endsOf(other, here)];
  if (left && left !== "held" && right) tie(left, right);
  else if (right && right !== "held" && left) tie(left, right);
}

/** A shop column, or what holds one; null: something else. */
function endsOf(node: Node, here: Level): End | null {
  if (node.TypeCast) return endsOf(node.TypeCast.arg, here);
  if (node.ParamRef || node.A_Const || node.SubLink || node.A_ArrayExpr) return "held";
  const fields = ((node.ColumnRef?.fields ?? []) as Node[]).map((each) => each.String?.sval as string | undefined);
  if (fields.length === 0) return null;
  const [name, alias] = [fields.at(-1), fields.length > 1 ? fields.at(-2)! : null];
  if (alias === null) {
    if (name !== "shop") return null;
    const only = here.relations.filter(({ table }) => table !== null);
    return only.length > 0 ? { alias: only[0]!.alias } : "held";
  }
  const own = here.relations.find((each) => each.alias === alias);
  if (own) return own.table === null || name === "shop" ? { alias } : null;
  return name === "shop" || isOuter(alias, here.outer) ? "held" : null;
}

function isOuter(alias: string, outer: Level | null): boolean {
  return outer !== null && (outer.relations.some((each) => each.alias === alias && each.table === null) || isOuter(alias, outer.outer));
}

/** Looks at the queries that stand inside of expressions. */
function inside(parts: readonly unknown[], here: Level, look: Look): void {
  for (const part of parts) {
    if (Array.isArray(part)) inside(part, here, look);
    else if (part !== null && typeof part === "object") {
      const node = part as Node;
      if (node.SubLink) {
        statement(node.SubLink.subselect, here, here.queries, look);
        inside([node.SubLink.testexpr], here, look);
      } else inside(Object.values(node), here, look);
    }
  }
}
