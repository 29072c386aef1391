// The network behind a connection that is in use, and how its faults are told.
import { now } from "../clock.ts";
import { SealError, open, seal, sealingKeyId } from "../crypto.server.ts";
import { findConnection, setConnectionSeal, setConnectionState } from "../db/connection.ts";
import type { Asker } from "../domain/budget-shares.ts";
import { writeProblem } from "../domain/problem.ts";
import type { FieldError } from "../domain/problem.ts";
import type { Capabilities, Network, NetworkFault } from "../networks/port.ts";
import { networkProblem } from "./network-faults.ts";
import { capabilitiesOf, networkFor } from "./networks.ts";

export type Failed = { ok: false; errors: FieldError[] };

type Connected = { ok: true; network: Network; networkId: string; can: Capabilities };

/** The network of a connection that is in use; its requests are those of somebody in front of the screen where no other asker is named. */
export async function connectedTo(shop: string, connectionId: string, asker: Asker = "person"): Promise<Connected | Failed> {
  const connection = await findConnection(shop, connectionId);
  if (!connection) return { ok: false, errors: [{ field: "connectionId", key: "connect.not_found" }] };
  if (connection.state === "disconnected") return { ok: false, errors: [{ field: "connectionId", key: "connect.disconnected", values: { account: connection.name } }] };
  if (connection.keyId !== sealingKeyId()) await sealAnew(shop, connection);
  return { ok: true, network: await networkFor(shop, connection, undefined, asker), networkId: connection.network, can: capabilitiesOf(connection.network) };
}

/** After a rotation each token moves to the newest key when it is next used, so that the old key can be taken out one day. */
async function sealAnew(shop: string, { id, token }: { id: string; token: string }): Promise<void> {
  try {
    await setConnectionSeal(shop, id, token, { token: seal(open(token)), keyId: sealingKeyId() });
  } catch (fault) {
    if (!(fault instanceof SealError)) throw fault; // its key is gone: every call will say that the credentials are refused
  }
}

/** A fault as the merchant is told; credentials that are refused are noted on the connection. */
export async function failed(shop: string, connectionId: string, fault: NetworkFault, field: string): Promise<Failed> {
  const problem = networkProblem(fault);
  if (fault.kind === "unauthorized") await setConnectionState(shop, connectionId, "refused", writeProblem(problem.key, problem.values), now());
  return { ok: false, errors: [{ field, ...problem }] };
}
