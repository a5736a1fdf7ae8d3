import type { EntraTenant, RoleAssignments } from "../identity";
import type { StorageAccountModel } from "../model";
import { bearerToken, type HttpRequest, NetworkRules } from "../network";
import { BlobError } from "./blob-error";

/** What a role lets somebody do with the blobs of a container. */
export type BlobRight = "read" | "write" | "delete";

const RESOURCE = "https://storage.azure.com";
const BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/** Who gets into a storage account, by tokens and roles of Entra alone. */
export class BlobAccess {
  private readonly networkRules: NetworkRules;
  private readonly audiences: readonly string[];

  public constructor(
    private readonly account: StorageAccountModel,
    private readonly tenant: EntraTenant,
    private readonly roles: RoleAssignments,
  ) {
    this.networkRules = new NetworkRules(account.network);
    const own = `https://${account.name}.blob.core.windows.net`;
    this.audiences = [RESOURCE, own].flatMap((audience) => [audience, `${audience}/`]);
  }

  /** @throws BlobError (403) when the account lets nobody in from there */
  public checkNetwork({ origin, sourceAddress }: HttpRequest): void {
    if (!this.networkRules.admits(origin, sourceAddress)) {
      throw new BlobError(
        403,
        "AuthorizationFailure",
        "This request is not authorized to perform this operation.",
      );
    }
  }

  /** @returns object id of the caller @throws BlobError (401) */
  public async authenticate({ headers }: HttpRequest): Promise<string> {
    const token = bearerToken(headers);
    if (token === undefined) {
      throw this.challenge("NoAuthenticationInformation", "Server failed to authenticate the request.");
    }
    const caller = await this.tenant.callerOf(token, this.audiences);
    if (caller === undefined) {
      throw this.challenge(
        "InvalidAuthenticationInfo",
        "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
      );
    }
    return caller;
  }

  /** @throws BlobError (403) when no role of the caller contains the right */
  public authorize(caller: string, right: BlobRight, container: string): void {
    const id = `${this.account.id}/blobServices/default/containers/${container}`;
    if (!this.roles.allows(caller, `${BLOBS}/${right}`, id)) {
      throw new BlobError(
        403,
        "AuthorizationPermissionMismatch",
        "This request is not authorized to perform this operation using this permission.",
      );
    }
  }

  /** How Azure's clients learn where to get a token. */
  private challenge(code: string, message: string): BlobError {
    const authority = `https://login.microsoftonline.com/${this.tenant.id}/oauth2/authorize`;
    return new BlobError(401, code, message, {
      "www-authenticate": `Bearer authorization_uri=${authority} resource_id=${RESOURCE}`,
    });
  }
}
