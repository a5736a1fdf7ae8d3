import { ApiManagementNamedValue } from "@cdktf/provider-azurerm/lib/api-management-named-value";
import { Construct } from "constructs";
import { terraformLiteral } from "../private";
import type { Problems } from "../validation";
import { ownName } from "./child-name";
import { type IGatewayService, inService } from "./gateway-service";

/** Version of this library, as its manifest has it. */
export const LIBRARY_VERSION = "0.1.0";

/** Resource name of the named value in a gateway that is all ours. */
const RELEASE_NAME = "ai-gateway-release";

/** Reports a release that would not be readable. */
export function checkRelease(release: string, problems: Problems): void {
  problems.checkPattern(release, /^[0-9A-Za-z][0-9A-Za-z._+-]{0,99}$/, {
    rule: "release must be 1 to 100 letters, digits, '.', '_', '+' or '-', starting with a letter or digit",
    remedy: "give a version or a commit, such as '2027-03-01.2'",
  });
}

/**
 * Says on the deployed gateway what was deployed: `library/0.1.0 stack/2027-03-01.2`. A named value, which no policy
 * names: it is read with the right to read the service, costs no request anything, and is written in seconds.
 */
export class GatewayRelease extends Construct {
  /** The named value itself. */
  public readonly resource: ApiManagementNamedValue;

  /** @param release version of the stack, checked by {@link checkRelease} */
  public constructor(scope: Construct, id: string, gateway: IGatewayService, release: string) {
    super(scope, id);
    const name = ownName(gateway, RELEASE_NAME);
    this.resource = new ApiManagementNamedValue(this, "Resource", {
      ...inService(gateway, this),
      name,
      displayName: name,
      value: terraformLiteral(`library/${LIBRARY_VERSION} stack/${release}`),
    });
  }
}
