import type { EntraTenant, RoleAssignments } from "../identity";
import type { AccountModel } from "../model";
import { bearerToken, headerValue, type HttpHeaders, type NetworkOrigin, NetworkRules } from "../network";
import { invalidKey, invalidToken, keysDisabled, networkDenied, permissionDenied } from "./account-error";

/** Whoever has been let in. */
export interface AccountCaller {
  /** None for a caller with a key, who may do everything. */
  readonly objectId?: string;
}

const AUDIENCES = ["https://cognitiveservices.azure.com", "https://cognitiveservices.azure.com/"];

/** Who gets into an account, and what for. */
export class AccountAccess {
  private readonly networkRules: NetworkRules;

  public constructor(
    private readonly account: AccountModel,
    private readonly tenant: EntraTenant,
    private readonly roles: RoleAssignments,
  ) {
    this.networkRules = new NetworkRules(account.network);
  }

  /** @throws AccountError (403) for a caller whom the network settings keep out */
  public checkNetwork(origin: NetworkOrigin, sourceAddress: string | undefined): void {
    if (!this.networkRules.admits(origin, sourceAddress)) {
      throw networkDenied(this.account.network.publicAccess);
    }
  }

  /**
   * Establishes who calls. A key is judged before a token, so that a key which should have been removed on the
   * way shows.
   * @param v1 whether `Authorization: Bearer` may carry a key, as OpenAI's own clients send it
   * @throws AccountError (401, 403)
   */
  public async authenticate(headers: HttpHeaders, v1: boolean): Promise<AccountCaller> {
    const bearer = bearerToken(headers);
    const key =
      headerValue(headers, "api-key") ?? (v1 && bearer !== undefined && !isJwt(bearer) ? bearer : undefined);
    if (key !== undefined) {
      return this.checkKey(key);
    }
    if (bearer === undefined) {
      throw "authorization" in headers ? invalidToken() : invalidKey();
    }
    const objectId = await this.tenant.callerOf(bearer, AUDIENCES);
    if (objectId === undefined) {
      throw invalidToken();
    }
    return { objectId };
  }

  /** @throws AccountError (401) when no role of the caller contains the data action */
  public authorize(caller: AccountCaller, dataAction: string, operation: string): void {
    if (caller.objectId !== undefined && !this.roles.allows(caller.objectId, dataAction, this.account.id)) {
      throw permissionDenied(caller.objectId, dataAction, operation);
    }
  }

  private checkKey(key: string): AccountCaller {
    if (!this.account.localAuthEnabled) {
      throw keysDisabled();
    }
    if (!this.account.keys.includes(key)) {
      throw invalidKey();
    }
    return {};
  }
}

function isJwt(text: string): boolean {
  return text.split(".").length === 3;
}
