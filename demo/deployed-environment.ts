import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import type { RegistrationIds } from "./requirement";
import type { TargetEnvironment } from "./target-environment";

/** What a stack tells the world once it is deployed: the outputs of `stacks/gateway-stack.ts`. */
export interface StackOutputs {
  readonly gatewayUrl?: string;
  readonly scope?: string;
  readonly publicClientId?: string;
}

/**
 * Reads the outputs of a deployed stack with Terraform.
 *
 * @param stackFolder with `cdk.tf.json`, initialised by `cdktf deploy` or `terraform init`
 * @throws Error with what Terraform says if there is no state, or no Terraform
 */
export function terraformOutputs(stackFolder: string): StackOutputs {
  const terraform = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  const { error, status, stdout, stderr } = spawnSync(terraform, ["output", "-json", "-no-color"], {
    cwd: stackFolder,
    encoding: "utf8",
  });
  if (error !== undefined || status !== 0) {
    // A program that did not start has written nothing, not even an empty text.
    const reason = error?.message ?? /^\s*Error: (.+)$/m.exec(stderr)?.[1] ?? stderr.trim();
    throw new Error(
      `'${terraform} output' in ${stackFolder}: ${reason}. Deploy the stack first; --help names the options that stand in for its outputs`,
    );
  }
  const outputs = JSON.parse(stdout) as Record<string, { value: string } | undefined>;
  return {
    gatewayUrl: outputs["gateway_url"]?.value,
    scope: outputs["scope"]?.value,
    publicClientId: outputs["public_client_id"]?.value,
  };
}

/**
 * An environment as it is deployed.
 *
 * @throws Error if an id is missing that the environment's own settings need
 */
export function deployedEnvironment(settings: EnvironmentSettings, outputs: StackOutputs): TargetEnvironment {
  const { gatewayUrl, scope, publicClientId } = outputs;
  if (!gatewayUrl)
    throw new Error(`stack '${settings.name}' has no output gateway_url: deploy it, or give --url`);
  const registration = registrationOf(scope, publicClientId);
  if (settings.registration !== undefined && registration === undefined) {
    throw new Error(
      `stack '${settings.name}' registers its API: give --scope (api://<client id>/<scope>) and --public-client-id`,
    );
  }
  return { settings, gatewayUrl: gatewayUrl.replace(/\/$/, ""), registration };
}

function registrationOf(scope?: string, publicClientId?: string): RegistrationIds | undefined {
  const apiClientId = /^api:\/\/([^/]+)\/[^/]+$/.exec(scope ?? "")?.[1];
  if (apiClientId === undefined || scope === undefined || publicClientId === undefined) return undefined;
  return { apiClientId, publicClientId, scope };
}

/**
 * ARM id of the API Management service of a synthesized stack.
 *
 * @throws Error if the stack is not synthesized, or has no service whose names are literal
 */
export function serviceIdOf(stackFolder: string, { subscriptionId }: EnvironmentSettings): string {
  const file = join(stackFolder, "cdk.tf.json");
  if (!existsSync(file)) throw new Error(`${file} is not there: run 'npm run synth'`);
  const { resource } = JSON.parse(readFileSync(file, "utf8")) as {
    resource?: Record<string, Record<string, { name?: string }>>;
  };
  const nameOf = (type: string): string | undefined => Object.values(resource?.[type] ?? {})[0]?.name;
  const [group, service] = [nameOf("azurerm_resource_group"), nameOf("azurerm_api_management")];
  if (!group || !service) throw new Error(`${file} has no resource group or API Management service`);
  return `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.ApiManagement/service/${service}`;
}
