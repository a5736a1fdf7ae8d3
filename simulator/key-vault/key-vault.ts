import type { EntraTenant, RoleAssignments } from "../identity";
import type { VaultModel } from "../model";
import { bearerToken, type HttpRequest, type HttpResponse, jsonResponse, NetworkRules } from "../network";

export interface KeyVaultProps {
  readonly model: VaultModel;
  /** Tenant whose tokens the vault accepts. */
  readonly tenant: EntraTenant;
  readonly roleAssignments: RoleAssignments;
}

/** A collection of a vault with the right that reading one member takes in each access model. */
const COLLECTIONS = {
  secrets: {
    read: "Microsoft.KeyVault/vaults/secrets/getSecret/action",
    list: "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    permissions: "secretPermissions",
  },
  certificates: {
    read: "Microsoft.KeyVault/vaults/certificates/read",
    list: "Microsoft.KeyVault/vaults/certificates/read",
    permissions: "certificatePermissions",
  },
} as const;

type Collection = keyof typeof COLLECTIONS;

const AUDIENCES = ["https://vault.azure.net", "https://vault.azure.net/"];
const API_VERSION = /^(\d+\.\d+(-preview\.\d+)?|\d{4}-\d{2}-\d{2}(-preview)?)$/;

/** The data plane of one Key Vault: secrets and certificates of the stack, to read and list. */
export class KeyVault {
  public readonly model: VaultModel;
  private readonly tenant: EntraTenant;
  private readonly roles: RoleAssignments;
  private readonly networkRules: NetworkRules;
  /** New versions of secrets, by name. */
  private readonly rotated = new Map<string, string>();

  public constructor(props: KeyVaultProps) {
    this.model = props.model;
    this.tenant = props.tenant;
    this.roles = props.roleAssignments;
    this.networkRules = new NetworkRules(props.model.network);
  }

  /** Answers a request to the vault's host. */
  public async handle(request: HttpRequest): Promise<HttpResponse> {
    const caller = await this.caller(request);
    if (caller === undefined) {
      return this.challenge();
    }
    if (!this.networkRules.admits(request.origin, request.sourceAddress)) {
      return this.networkDenied();
    }
    const [, name, item] = request.url.pathname.split("/");
    if (name !== "secrets" && name !== "certificates") {
      return failure(404, "NotFound", "The simulator has secrets and certificates only");
    }
    if (!API_VERSION.test(request.url.searchParams.get("api-version") ?? "")) {
      return failure(400, "BadParameter", "api-version must be specified");
    }
    if (request.method !== "GET") {
      return failure(403, "Forbidden", "The simulated vault is read-only: its contents come from the stack");
    }
    const verb = item === undefined || item === "" ? "list" : "read";
    if (!this.allows(caller, name, verb, item ?? "")) {
      return failure(
        403,
        "Forbidden",
        `Caller is not authorized to perform action. Caller: oid=${caller}; vault: ${this.model.uri}`,
        {
          code: this.model.rbacAuthorization ? "ForbiddenByRbac" : "AccessDenied",
        },
      );
    }
    return verb === "list" ? this.list(name) : this.read(name, item ?? "");
  }

  /** The current value of a secret, or of the secret part of a certificate. */
  public secret(name: string): string | undefined {
    return (
      this.rotated.get(name) ??
      this.model.secrets.find((candidate) => candidate.name === name)?.value ??
      this.model.certificates.find((candidate) => candidate.name === name)?.secret
    );
  }

  /** A new version of a secret. @throws Error when the vault has none of that name */
  public rotate(name: string, value: string): void {
    if (this.secret(name) === undefined) {
      throw new Error(`${this.model.address} has no secret '${name}'`);
    }
    this.rotated.set(name, value);
  }

  private async caller(request: HttpRequest): Promise<string | undefined> {
    const token = bearerToken(request.headers);
    return token === undefined ? undefined : this.tenant.callerOf(token, AUDIENCES);
  }

  /** How Azure's clients learn where to get a token. */
  private challenge(): HttpResponse {
    const authorization = `https://login.microsoftonline.com/${this.tenant.id}`;
    const response = failure(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
    return {
      ...response,
      headers: {
        ...response.headers,
        "www-authenticate": [`Bearer authorization="${authorization}", resource="https://vault.azure.net"`],
      },
    };
  }

  private networkDenied(): HttpResponse {
    return this.model.network.publicAccess
      ? failure(403, "Forbidden", "Client address is not authorized and caller is not a trusted service.", {
          code: "ForbiddenByFirewall",
        })
      : failure(
          403,
          "Forbidden",
          "Public network access is disabled and request is not from a trusted service nor via an approved private link.",
          { code: "ForbiddenByConnection" },
        );
  }

  private allows(caller: string, collection: Collection, verb: "read" | "list", item: string): boolean {
    const rights = COLLECTIONS[collection];
    if (this.model.rbacAuthorization) {
      const scope = verb === "list" ? this.model.id : `${this.model.id}/${collection}/${item}`;
      return this.roles.allows(caller, rights[verb], scope);
    }
    return this.model.accessPolicies.some(
      (policy) =>
        policy.objectId === caller && policy[rights.permissions].includes(verb === "list" ? "list" : "get"),
    );
  }

  private list(collection: Collection): HttpResponse {
    const names = this.model[collection].map(({ name }) => name);
    // Every certificate has a secret of its name.
    const all =
      collection === "secrets" ? [...names, ...this.model.certificates.map(({ name }) => name)] : names;
    return jsonResponse(200, {
      value: all.map((name) => ({
        id: `${this.model.uri}${collection}/${name}`,
        attributes: { enabled: true },
      })),
      nextLink: null,
    });
  }

  private read(collection: Collection, name: string): HttpResponse {
    const id = `${this.model.uri}${collection}/${name}`;
    const secret = this.model.secrets.find((candidate) => candidate.name === name);
    const certificate = this.model.certificates.find((candidate) => candidate.name === name);
    if (collection === "secrets" && secret !== undefined) {
      return jsonResponse(200, {
        value: this.rotated.get(name) ?? secret.value,
        id,
        attributes: { enabled: true },
      });
    }
    if (certificate === undefined) {
      return failure(
        404,
        collection === "secrets" ? "SecretNotFound" : "CertificateNotFound",
        `A ${collection === "secrets" ? "secret" : "certificate"} with (name/id) ${name} was not found in this key vault.`,
      );
    }
    if (collection === "secrets") {
      const contentType = certificate.secret.includes("-----BEGIN")
        ? "application/x-pem-file"
        : "application/x-pkcs12";
      return jsonResponse(200, { value: certificate.secret, contentType, id, attributes: { enabled: true } });
    }
    return jsonResponse(200, {
      id,
      cer: Buffer.from(certificate.der).toString("base64"),
      sid: `${this.model.uri}secrets/${name}`,
      attributes: { enabled: true },
    });
  }
}

function failure(
  status: number,
  code: string,
  message: string,
  inner?: { readonly code: string },
): HttpResponse {
  return jsonResponse(status, {
    error: { code, message, ...(inner === undefined ? {} : { innererror: inner }) },
  });
}
