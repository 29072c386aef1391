// What a query costs, and the bucket it is paid from. Objects cost 1, scalars nothing, a mutation 10, an interface or union as much as the dearest of its
// types, a connection 2 and its page times the cost of one node: the documented weights, without the rebates that Shopify may give, so that a query which
// fits here fits there. Aliases are fields of their own, and summed.
import {
  type DirectiveNode, type DocumentNode, type FieldNode, type FragmentDefinitionNode, getNamedType, type GraphQLCompositeType, type GraphQLSchema, isAbstractType,
  isCompositeType, isInterfaceType, isObjectType, Kind, type OperationDefinitionNode, type SelectionSetNode,
} from "graphql";
import { nowMs } from "#app/clock.ts";

export const MOST_COST = 1_000;
const MUTATION = 10;
const CONNECTION = 2;

type Data = Record<string, unknown>;
/** A field of an answer: what it is, and all that is asked of it, wherever in the document. */
type Asked = { name: string; field: FieldNode; type: GraphQLCompositeType; sets: SelectionSetNode[] };

/** The cost as asked for; or, with the answer at hand, of what was really given. */
export function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Data, answer?: Data | null): number {
  const fragments = new Map(document.definitions.filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION).map((each) => [each.name.value, each]));
  const root = schema.getRootType(operation.operation)!;
  if (operation.operation !== "mutation") return objectCost(root, [operation.selectionSet], answer);
  return fieldsOf(root, [operation.selectionSet]).reduce((sum, each) => sum + MUTATION + connectionsOnly(each.type, each.sets, valueOf(each, answer)), 0);

  /** What the fields of an object cost, beside the object itself. */
  function objectCost(type: GraphQLCompositeType, sets: SelectionSetNode[], data: Data | null | undefined): number {
    if (data === null) return 0;
    const cost = (as: GraphQLCompositeType) => fieldsOf(as, sets).reduce((sum, each) => sum + fieldCost(each, valueOf(each, data)), 0);
    if (!isAbstractType(type)) return cost(type);
    const known = typeof data?.__typename === "string" ? schema.getType(data.__typename) : undefined;
    return known !== undefined ? cost(known as GraphQLCompositeType) : Math.max(cost(type), ...typesNamed(sets).map(cost));
  }

  function fieldCost({ field, type, sets }: Asked, value: unknown): number {
    if (value === null) return 0;
    if (type.name.endsWith("Connection")) return connectionCost(type, field, sets, value as Data | undefined);
    if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + (each === null ? 0 : 1 + objectCost(type, sets, each as Data)), 0);
    return 1 + objectCost(type, sets, value as Data | undefined);
  }

  function connectionCost(type: GraphQLCompositeType, field: FieldNode, sets: SelectionSetNode[], data: Data | undefined): number {
    const size = pageOf(field);
    const lists = fieldsOf(type, sets).filter((each) => each.field.name.value === "nodes" || each.field.name.value === "edges");
    const costs = lists.map((each) => {
      const one = (node: Data | null | undefined) => (each.field.name.value === "nodes" ? 1 + objectCost(each.type, each.sets, node) : Math.max(1, objectCost(each.type, each.sets, node)));
      const given = valueOf(each, data);
      return Array.isArray(given) ? given.reduce<number>((sum, node) => sum + one(node as Data), 0) : size * one(undefined);
    });
    return CONNECTION + Math.max(0, ...costs);
  }

  function connectionsOnly(type: GraphQLCompositeType, sets: SelectionSetNode[], data: unknown): number {
    if (data === null || Array.isArray(data)) return 0;
    return fieldsOf(type, sets).reduce((sum, each) => {
      const value = valueOf(each, data as Data | undefined);
      if (value === null) return sum;
      return sum + (each.type.name.endsWith("Connection") ? connectionCost(each.type, each.field, each.sets, value as Data | undefined) : connectionsOnly(each.type, each.sets, value));
    }, 0);
  }

  /** The answer's value of a field: undefined as long as nothing was answered, null where it was left out. */
  function valueOf({ name }: { name: string }, data: Data | null | undefined): unknown {
    return data === undefined ? undefined : (data?.[name] ?? null);
  }

  function pageOf(field: FieldNode): number {
    for (const argument of field.arguments ?? []) {
      if (argument.name.value !== "first" && argument.name.value !== "last") continue;
      if (argument.value.kind === Kind.INT) return Number(argument.value.value);
      if (argument.value.kind === Kind.VARIABLE) return Number(variables[argument.value.name.value] ?? 0);
    }
    return 0;
  }

  /** The objects among the fields that an object of this type answers. */
  function fieldsOf(as: GraphQLCompositeType, sets: SelectionSetNode[]): Asked[] {
    const found = new Map<string, Asked>();
    for (const set of sets) gather(as, set);
    return [...found.values()];

    function gather(on: GraphQLCompositeType, set: SelectionSetNode): void {
      for (const each of set.selections) {
        if (leftOut(each.directives)) continue;
        if (each.kind !== Kind.FIELD) {
          const { condition, inner } = spread(each);
          const type = condition === undefined ? on : (schema.getType(condition) as GraphQLCompositeType);
          if (inner !== undefined && applies(type, as)) gather(type, inner);
          continue;
        }
        const definition = isObjectType(on) || isInterfaceType(on) ? on.getFields()[each.name.value] : undefined;
        const type = definition === undefined ? null : getNamedType(definition.type);
        if (type === null || !isCompositeType(type) || each.selectionSet === undefined) continue;
        const name = each.alias?.value ?? each.name.value;
        const known = found.get(name);
        if (known === undefined) found.set(name, { name, field: each, type, sets: [each.selectionSet] });
        else known.sets.push(each.selectionSet);
      }
    }
  }

  function applies(condition: GraphQLCompositeType, as: GraphQLCompositeType): boolean {
    return condition === as || (isAbstractType(condition) && !isAbstractType(as) && schema.isSubType(condition, as)) || (isAbstractType(condition) && isInterfaceType(as) && schema.isSubType(condition, as));
  }

  /** The object types that fragments name, on whatever depth. */
  function typesNamed(sets: SelectionSetNode[]): GraphQLCompositeType[] {
    return sets.flatMap((set) =>
      set.selections.flatMap((each): GraphQLCompositeType[] => {
        if (each.kind === Kind.FIELD) return [];
        const { condition, inner } = spread(each);
        const type = condition === undefined ? undefined : schema.getType(condition);
        return [...(isObjectType(type) ? [type] : []), ...(inner === undefined ? [] : typesNamed([inner]))];
      }),
    );
  }

  function spread(each: Exclude<SelectionSetNode["selections"][number], FieldNode>): { condition: string | undefined; inner: SelectionSetNode | undefined } {
    if (each.kind === Kind.INLINE_FRAGMENT) return { condition: each.typeCondition?.name.value, inner: each.selectionSet };
    const fragment = fragments.get(each.name.value);
    return { condition: fragment?.typeCondition.name.value, inner: fragment?.selectionSet };
  }

  /** @include and @skip, where their variable is known. */
  function leftOut(directives: readonly DirectiveNode[] | undefined): boolean {
    return (directives ?? []).some(({ name, arguments: [argument] = [] }) => {
      const value = argument?.value;
      const on = value?.kind === Kind.BOOLEAN ? value.value : value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
      return (name.value === "include" && on === false) || (name.value === "skip" && on === true);
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

  /** Takes all there is. */
  drain(): void {
    this.#refill();
    this.#available = 0;
  }

  giveBack(points: number): void {
    this.#available = Math.min(this.maximum, this.#available + points);
  }

  status(): ThrottleStatus {
    this.#refill();
    return { maximumAvailable: this.maximum, currentlyAvailable: Math.floor(this.#available), restoreRate: this.restorePerSecond };
  }
}
