// What a query costs, and the bucket it is paid from. Objects cost 1, scalars nothing, a mutation 10, a connection 2 and its page times the cost of one node:
// the documented weights, without the rebates that Shopify may give, so that a query which fits here fits there.
import {
  type FragmentDefinitionNode, getNamedType, type GraphQLCompositeType, type GraphQLSchema, isCompositeType, isInterfaceType, isObjectType, Kind,
  type DocumentNode, type OperationDefinitionNode, type SelectionSetNode, type FieldNode,
} from "graphql";
import { nowMs } from "#app/clock.ts";

export const MOST_COST = 1_000;
const MUTATION = 10;
const CONNECTION = 2;

type Data = Record<string, unknown>;

/** The cost as asked for; or, with the answer at hand, of what was really given. */
export function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Data, answer?: Data | null): number {
  const fragments = new Map(document.definitions.filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION).map((each) => [each.name.value, each]));
  const root = schema.getRootType(operation.operation)!;
  const mutation = operation.operation === "mutation";
  return walk(root, operation.selectionSet, answer, mutation);

  function walk(type: GraphQLCompositeType, selections: SelectionSetNode, data: Data | null | undefined, mutations: boolean): number {
    const seen = new Set<string>();
    let cost = 0;
    for (const [field, parent] of fieldsOf(type, selections)) {
      const name = field.alias?.value ?? field.name.value;
      if (seen.has(name) && field.selectionSet === undefined) continue;
      seen.add(name);
      const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined;
      const named = definition === undefined ? null : getNamedType(definition.type);
      if (mutations) {
        cost += MUTATION;
        if (named !== null && isCompositeType(named) && field.selectionSet !== undefined) cost += connectionsOnly(named, field.selectionSet);
      } else if (named !== null && isCompositeType(named) && field.selectionSet !== undefined) {
        cost += objectCost(named, field, data === undefined ? undefined : (data?.[name] as never));
      }
    }
    return cost;
  }

  function objectCost(type: GraphQLCompositeType, field: FieldNode, data: Data | Data[] | null | undefined): number {
    if (data === null) return 0;
    if (type.name.endsWith("Connection")) return connectionCost(type, field, data as Data | undefined);
    if (Array.isArray(data)) return data.reduce((sum, each) => sum + (each === null ? 0 : 1 + walk(type, field.selectionSet!, each, false)), 0);
    return 1 + walk(type, field.selectionSet!, data, false);
  }

  function connectionCost(type: GraphQLCompositeType, field: FieldNode, data: Data | undefined): number {
    const nodes = data === undefined ? null : (((data.nodes ?? data.edges) as unknown[] | undefined) ?? []);
    const count = nodes === null ? pageOf(field) : nodes.length;
    let each = 0;
    for (const [inner, parent] of fieldsOf(type, field.selectionSet!)) {
      if (inner.name.value !== "nodes" && inner.name.value !== "edges") continue;
      const definition = isObjectType(parent) ? parent.getFields()[inner.name.value] : undefined;
      const node = getNamedType(definition!.type) as GraphQLCompositeType;
      each = Math.max(each, inner.name.value === "nodes" ? 1 + walk(node, inner.selectionSet!, undefined, false) : edgeCost(node, inner.selectionSet!));
    }
    return CONNECTION + count * each;
  }

  function edgeCost(edge: GraphQLCompositeType, selections: SelectionSetNode): number {
    return Math.max(1, walk(edge, selections, undefined, false));
  }

  function connectionsOnly(type: GraphQLCompositeType, selections: SelectionSetNode): number {
    let cost = 0;
    for (const [field, parent] of fieldsOf(type, selections)) {
      const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined;
      const named = definition === undefined ? null : getNamedType(definition.type);
      if (named === null || !isCompositeType(named) || field.selectionSet === undefined) continue;
      cost += named.name.endsWith("Connection") ? connectionCost(named, field, undefined) : connectionsOnly(named, field.selectionSet);
    }
    return cost;
  }

  function pageOf(field: FieldNode): number {
    for (const argument of field.arguments ?? []) {
      if (argument.name.value !== "first" && argument.name.value !== "last") continue;
      if (argument.value.kind === Kind.INT) return Number(argument.value.value);
      if (argument.value.kind === Kind.VARIABLE) return Number(variables[argument.value.name.value] ?? 0);
    }
    return 0;
  }

  function fieldsOf(type: GraphQLCompositeType, selections: SelectionSetNode): [FieldNode, GraphQLCompositeType][] {
    return selections.selections.flatMap((each): [FieldNode, GraphQLCompositeType][] => {
      if (each.kind === Kind.FIELD) return [[each, type]];
      const condition = each.kind === Kind.INLINE_FRAGMENT ? each.typeCondition?.name.value : fragments.get(each.name.value)?.typeCondition.name.value;
      const inner = each.kind === Kind.INLINE_FRAGMENT ? each.selectionSet : fragments.get(each.name.value)?.selectionSet;
      const on = condition === undefined ? type : (schema.getType(condition) as GraphQLCompositeType);
      return inner === undefined ? [] : fieldsOf(on, inner);
    });
  }
}

export type ThrottleStatus = { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };

/** A leaky bucket of points, refilled by the clock that it is given. */
export class Bucket {
  readonly maximum: number;
  readonly restorePerSecond: number;
  #now: () => number;
  #available: number;
  #atMs: number;

  constructor({ maximum, restorePerSecond }: { maximum: number; restorePerSecond: number }, now: () => number = nowMs) {
    this.maximum = maximum;
    this.restorePerSecond = restorePerSecond;
    this.#now = now;
    this.#available = maximum;
    this.#atMs = now();
  }

  #refill(): void {
    const at = this.#now();
    const elapsed = Math.max(0, at - this.#atMs);
    this.#atMs = at;
    this.#available = Math.min(this.maximum, this.#available + (elapsed / 1000) * this.restorePerSecond);
  }

  /** Takes the points, or takes nothing and answers false. */
  take(points: number): boolean {
    this.#refill();
    if (this.#available < points) return false;
    this.#available -= points;
    return true;
  }

  giveBack(points: number): void {
    this.#available = Math.min(this.maximum, this.#available + points);
  }

  status(): ThrottleStatus {
    this.#refill();
    return { maximumAvailable: this.maximum, currentlyAvailable: Math.floor(this.#available), restoreRate: this.restorePerSecond };
  }
}
