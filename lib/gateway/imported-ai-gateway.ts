import { Token } from "cdktf";
import type { Construct } from "constructs";
import { type IPrincipal, Principal } from "../identity";
import {
  checkResourceGroupName,
  NAME_RULES,
  normalizeThumbprint,
  resourceIdPattern,
  subscriptionProblem,
  THUMBPRINT,
} from "../private";
import { describeProblem, GUID, Problems, ValidationError } from "../validation";
import { AiGatewayBase } from "./ai-gateway-base";
import { checkCallerBounds } from "./ai-gateway-checks";
import type { AiGatewayAttributes } from "./ai-gateway-props";
import type { ApiRequirements } from "./gateway-service";
import { API_OR_CLIENT_NAME } from "./openai-api-checks";

const SERVICE_ID = resourceIdPattern("Microsoft.ApiManagement/service");
const PARTS_OF_ID = /\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i;
const GATEWAY_URL = /^https:\/\/[a-z0-9.-]+$/;

/** A gateway that another team owns: nothing of the service itself is changed. */
export class ImportedAiGateway extends AiGatewayBase {
  public readonly id: string;
  public readonly serviceName: string;
  public readonly resourceGroupName: string;
  public readonly gatewayUrl: string;
  public readonly locations = [];
  public readonly ownsGlobalPolicy = false;
  public readonly replacedWith = undefined;
  public readonly clientCertificateHostNames: readonly string[];
  private readonly systemIdentity?: IPrincipal;
  private readonly trustedThumbprints: ReadonlySet<string>;

  /** @throws ValidationError with everything that is wrong with the attributes */
  public constructor(scope: Construct, id: string, attributes: AiGatewayAttributes) {
    super(scope, id, attributes, attributes.regions ?? 1);
    checkAttributes(attributes, new Problems(this));
    this.id = attributes.id;
    this.serviceName = attributes.name;
    this.resourceGroupName = attributes.resourceGroupName;
    this.gatewayUrl = attributes.gatewayUrl;
    this.clientCertificateHostNames = [...(attributes.clientCertificateHostNames ?? [])];
    this.systemIdentity =
      attributes.systemAssignedPrincipalId === undefined
        ? undefined
        : Principal.managedIdentity(this, "SystemIdentity", attributes.systemAssignedPrincipalId);
    this.trustedThumbprints = new Set(attributes.trustedCertificateThumbprints?.map(normalizeThumbprint));
    this.node.addValidation({ validate: () => this.validate() });
  }

  public override checkApi(api: ApiRequirements, problems: Problems): void {
    super.checkApi(api, problems);
    problems.check(!api.negotiatesClientCertificates || this.clientCertificateHostNames.length > 0, {
      rule: "client certificates need a host name of the gateway that asks for them",
      remedy: "have its owner set one up, and name it in clientCertificateHostNames",
    });
    for (const { subject, thumbprint } of api.certificateAuthorities) {
      problems.check(this.trustedThumbprints.has(thumbprint), {
        rule: "the gateway must trust the certificate authorities of its APIs",
        value: `${subject} (${thumbprint})`,
        remedy: "have its owner upload it, and name it in trustedCertificateThumbprints",
      });
    }
  }

  public systemAssignedIdentity(): IPrincipal {
    if (this.systemIdentity) {
      return this.systemIdentity;
    }
    throw new ValidationError(this.node.path, [
      {
        rule:
          "secrets of a vault and embeddings for a cache need the system-assigned identity of the gateway: API " +
          "Management uses no other for them",
        remedy: "have its owner switch it on, and give its object id as systemAssignedPrincipalId",
      },
    ]);
  }

  /** Does nothing: without a global policy of ours, each API's policy routes by itself. */
  public routeTo(): void {
    return;
  }

  private validate(): string[] {
    const problem = subscriptionProblem(this, {
      what: "the gateway",
      id: this.id,
      provider: this.provider,
      remedy:
        "make an AzurermProvider of that subscription with an alias, and give it to the gateway as provider",
    });
    return problem ? [describeProblem(problem)] : [];
  }
}

function checkAttributes(attributes: AiGatewayAttributes, problems: Problems): void {
  problems.checkPattern(attributes.id, SERVICE_ID, {
    rule: "id must be the ARM id of an API Management service",
    remedy: "copy it from the service's properties",
  });
  problems.checkPattern(attributes.name, NAME_RULES.apiManagement.pattern, {
    rule: `name must be ${NAME_RULES.apiManagement.words}`,
    remedy: "give the name of the service, not its host name",
  });
  checkResourceGroupName(problems, attributes.resourceGroupName);
  const [, groupInId, nameInId] = PARTS_OF_ID.exec(attributes.id) ?? [];
  for (const { prop, value, inId } of [
    { prop: "name", value: attributes.name, inId: nameInId },
    { prop: "resourceGroupName", value: attributes.resourceGroupName, inId: groupInId },
  ]) {
    const known = inId !== undefined && !Token.isUnresolved(attributes.id) && !Token.isUnresolved(value);
    problems.check(!known || inId.toLowerCase() === value.toLowerCase(), {
      rule: `${prop} must be that of the id, ${inId}`,
      value,
      remedy: "copy both from the service's properties",
    });
  }
  problems.checkPattern(attributes.gatewayUrl, GATEWAY_URL, {
    rule: "gatewayUrl must be an https URL without path or trailing slash",
    remedy: "write it as in 'https://ai.contoso.com'",
  });
  problems.checkLiteral(attributes.namePrefix, API_OR_CLIENT_NAME.pattern, {
    rule: `namePrefix must be a literal of ${API_OR_CLIENT_NAME.words}`,
    remedy: "use the name of your team",
  });
  if (attributes.systemAssignedPrincipalId !== undefined) {
    problems.checkPattern(attributes.systemAssignedPrincipalId, GUID.pattern, {
      rule: `systemAssignedPrincipalId must be ${GUID.words}`,
      remedy: "take the object id of the service's identity, not its client id",
    });
  }
  for (const thumbprint of attributes.trustedCertificateThumbprints ?? []) {
    problems.check(THUMBPRINT.test(normalizeThumbprint(thumbprint)), {
      rule: "trustedCertificateThumbprints must be SHA-1 hashes of 40 hexadecimal digits",
      value: thumbprint,
      remedy: "copy them from 'openssl x509 -noout -fingerprint -sha1'",
    });
  }
  problems.checkRange(attributes.regions ?? 1, 1, 100, {
    rule: "regions must be a whole number from 1 to 100",
    remedy: "count the service's first region and its additional locations",
  });
  checkCallerBounds(attributes, problems);
  problems.throwIfAny();
}
