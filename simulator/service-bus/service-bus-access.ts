import type { EntraTenant, RoleAssignments } from "../identity";
import type { ServiceBusNamespaceModel } from "../model";
import { type NetworkOrigin, NetworkRules } from "../network";
import { unauthorized } from "./service-bus-error";

/** What a role lets somebody do with a queue. */
export type QueueRight = "send" | "receive";

const AUDIENCES = ["https://servicebus.azure.net", "https://servicebus.azure.net/"];

/** Who gets into a namespace, by tokens and roles of Entra alone. */
export class ServiceBusAccess {
  private readonly networkRules: NetworkRules;

  public constructor(
    private readonly namespace: ServiceBusNamespaceModel,
    private readonly tenant: EntraTenant,
    private readonly roles: RoleAssignments,
  ) {
    this.networkRules = new NetworkRules(namespace.network);
  }

  /** @throws ServiceBusError (401) when no connection is let in from there */
  public checkNetwork(origin: NetworkOrigin, sourceAddress?: string): void {
    if (!this.networkRules.admits(origin, sourceAddress)) {
      throw unauthorized("Ip has been prevented to connect to the endpoint.");
    }
  }

  /** @returns object id of the caller @throws ServiceBusError (401) for a missing or bad token */
  public async authenticate(token: string | undefined): Promise<string> {
    if (token === undefined) {
      throw unauthorized("MissingToken: The authorization header was not found.");
    }
    const caller = await this.tenant.callerOf(token, AUDIENCES);
    if (caller === undefined) {
      throw unauthorized("InvalidToken: The token is invalid, expired, or not for this audience or tenant.");
    }
    return caller;
  }

  /** @param queueId ARM id @throws ServiceBusError (401) when no role of the caller contains the right */
  public authorize(caller: string, right: QueueRight, queueId: string): void {
    if (!this.roles.allows(caller, `Microsoft.ServiceBus/namespaces/messages/${right}/action`, queueId)) {
      const claim = right === "send" ? "Send" : "Listen";
      throw unauthorized(
        `Unauthorized access. '${claim}' claim(s) are required to perform this operation. ` +
          `Resource: '${queueId}', caller: '${caller}', namespace: '${this.namespace.name}'.`,
      );
    }
  }
}
