import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import type { RegistrationIds } from "./requirement";
import type { TargetEnvironment } from "./target-environment";

/** What a stack tells the world once it is deployed: the outputs of `stacks/gateway-stack.ts`. */
export interface StackOutputs {
  /** ARM id of the API Management service. */
  readonly gatewayId?: string;
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
    gatewayId: outputs["gateway_id"]?.value,
    gatewayUrl: outputs["gateway_url"]?.value,
    scope: outputs["scope"]?.value,
    publicClientId: outputs["public_client_id"]?.value,
  };
}

/**
 * An environment as it is deployed.
 *
 * @throws Error if an id is missing that the environment's own settings need, or if the gateway's URL is not https:
 * credentials are sent there
 */
export function deployedEnvironment(settings: EnvironmentSettings, outputs: StackOutputs): TargetEnvironment {
  const { gatewayUrl, scope, publicClientId } = outputs;
  if (!gatewayUrl) {
    throw new Error(`stack '${settings.name}' has no output gateway_url: deploy it, or give --url`);
  }
  if (!/^https:\/\//i.test(gatewayUrl)) {
    throw new Error(
      `stack '${settings.name}': the URL of the gateway must be https, since credentials are sent there, got ${gatewayUrl}`,
    );
  }
  const registration = registrationOf(scope, publicClientId);
  if (settings.registration !== undefined && registration === undefined) {
    throw new Error(
      `stack '${settings.name}' registers its API: give --scope (api://<client id>/<scope>) and --public-client-id`,
    );
  }
  return { settings, gatewayUrl: gatewayUrl.replace(/\/$/, ""), registration, wait };
}

async function wait(seconds: number): Promise<void> {
  await sleep(seconds * 1000);
}

function registrationOf(scope?: string, publicClientId?: string): RegistrationIds | undefined {
  const apiClientId = /^api:\/\/([^/]+)\/[^/]+$/.exec(scope ?? "")?.[1];
  if (apiClientId === undefined || scope === undefined || publicClientId === undefined) {
    return undefined;
  }
  return { apiClientId, publicClientId, scope };
}
