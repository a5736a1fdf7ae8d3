import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { type AccessCase, type AccessResult, runCase } from "../demo/access-case";
import type * as AccessCases from "../demo/access-cases";
import { accessTable } from "../demo/access-table";
import type * as BodyCases from "../demo/body-cases";
import { CaseCounter } from "../demo/case-counter";
import { clientCases } from "../demo/client-cases";
import type * as Credentials from "../demo/deployed-credentials";
import { deployedEnvironment, type StackOutputs, terraformOutputs } from "../demo/deployed-environment";
import type * as RolePropagation from "../demo/role-propagation";
import * as published from "../environments";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { type Command, command, runIfMain } from "./command-line";

type Environments = Readonly<Record<string, EnvironmentSettings>>;

const usageFor = (environments: Environments): string => `Usage: npm run smoke -- --env dev [options]

The cases of 'npm run demo' against a deployed gateway, with the credentials of whoever runs it (@azure/identity:
az login, managed identity, federated credential). Cases that need what you do not have are listed as not run.
Nothing that is deployed is changed; each case that gets in costs a few tokens.

  --env <name>               environment: ${Object.keys(environments).join(", ")}
  --device-code              a person is here to sign in by device code
  --certificate <file>       PEM of a client certificate that the gateway lets in, with its intermediates
  --certificate-key <file>   its private key
  --expired-token <file>     a token that was good once
  --wait <minutes>           how long roles may take to arrive (default 10)
  --api <name>               this API only; may be repeated (default: all)
  --url <url>                gateway, instead of the output gateway_url of the stack
  --gateway-id <id>          ARM id of the gateway, instead of the output gateway_id: keys are read there
  --scope <scope>            instead of the output scope
  --public-client-id <id>    instead of the output public_client_id
  --stacks <folder>          where the stacks are synthesized (default cdktf.out)
  --json                     one JSON object for each case instead of the table
  --help                     this text

Outputs are read by 'terraform output' in the stack's folder, unless --url is given.
Exit codes: 0 all that ran as expected, 1 a case was not, 2 wrong arguments, or nobody who is let in to an API could
be tried: refusals alone say nothing, for a gateway that is down refuses everybody.`;

/** The command, with the environments that it knows by name. */
export const smokeOf = (environments: Environments): Command =>
  command({
    usage: usageFor(environments),
    config: {
      options: {
        env: { type: "string" },
        "device-code": { type: "boolean" },
        certificate: { type: "string" },
        "certificate-key": { type: "string" },
        "expired-token": { type: "string" },
        wait: { type: "string", default: "10" },
        api: { type: "string", multiple: true },
        url: { type: "string" },
        "gateway-id": { type: "string" },
        scope: { type: "string" },
        "public-client-id": { type: "string" },
        stacks: { type: "string", default: "cdktf.out" },
        json: { type: "boolean" },
      },
    },
    failureCode: 2,
    main: async ({ values }) => {
      const settings = Object.values(environments).find(({ name }) => name === values.env);
      if (settings === undefined) {
        throw new Error(
          `--env must be one of ${Object.keys(environments).join(", ")}, got ${values.env ?? "nothing"}`,
        );
      }
      const unknown = values.api?.find((wanted) => settings.apis.every(({ name }) => name !== wanted));
      if (unknown !== undefined) {
        throw new Error(
          `--api must be one of ${settings.apis.map(({ name }) => name).join(", ")}, got ${unknown}`,
        );
      }
      const apis = settings.apis.filter(({ name }) => values.api?.includes(name) ?? true);
      const waitMinutes = Number(values.wait);
      if (!(waitMinutes >= 0)) {
        throw new Error(`--wait must be a number of minutes, got ${values.wait}`);
      }
      const folder = join(values.stacks, "stacks", settings.name);
      const certificateFiles = certificateFilesOf(values.certificate, values["certificate-key"]);
      if (values["expired-token"] !== undefined) {
        checkReadable("--expired-token", values["expired-token"]);
      }
      const outputs: StackOutputs =
        values.url === undefined ? terraformOutputs(folder) : { gatewayUrl: values.url };
      const environment = deployedEnvironment(settings, {
        ...outputs,
        ...(values.scope === undefined ? {} : { scope: values.scope }),
        ...(values["public-client-id"] === undefined ? {} : { publicClientId: values["public-client-id"] }),
      });
      const { DeployedCredentials } = require("../demo/deployed-credentials") as typeof Credentials;
      const source = new DeployedCredentials({
        gatewayId: values["gateway-id"] ?? outputs.gatewayId,
        registration: environment.registration,
        promptForSignIn: values["device-code"] ? (message) => console.error(message) : undefined,
        certificateFiles,
        expiredTokenFile: values["expired-token"],
      });

      const { accessCases } = require("../demo/access-cases") as typeof AccessCases;
      const { bodyCases } = require("../demo/body-cases") as typeof BodyCases;
      const deadline = Date.now() + waitMinutes * 60_000;
      for (const api of apis) {
        await waitForApi(accessCases(environment, api, source), deadline);
      }
      const results: AccessResult[] = [];
      const counter = new CaseCounter(process.stderr);
      for (const api of apis) {
        const cases = [
          ...clientCases(environment, api, source, () => undefined),
          ...bodyCases(environment, api, source),
          ...accessCases(environment, api, source),
        ];
        for (const each of cases) {
          results.push(await runCase(each));
          counter.count();
        }
      }
      counter.end();
      if (values.json) {
        results.forEach((result) => console.log(JSON.stringify(result)));
      } else {
        console.log(accessTable(results));
      }
      if (results.some(({ result }) => result === "failed")) {
        return 1;
      }
      const untried = apis
        .map(({ name }) => `${settings.name}/${name}`)
        .filter((target) => !results.some((each) => each.target === target && isPositive(each)));
      for (const target of untried) {
        console.error(
          `${target}: nobody who is let in could be tried. Sign in as one, or leave it out with --api`,
        );
      }
      return untried.length > 0 ? 2 : 0;
    },
  });

export const run = smokeOf(published);

/** Waits with the first caller whose credentials are at hand; what is wrong with the others is said by their cases. */
async function waitForApi(cases: readonly AccessCase[], deadline: number): Promise<void> {
  const { waitForRoles } = require("../demo/role-propagation") as typeof RolePropagation;
  for (const good of cases.filter(({ expected }) => expected === "200")) {
    try {
      await waitForRoles({
        call: () => good.run(),
        boundMs: Math.max(0, deadline - Date.now()),
        progress: (line) => console.error(line),
      });
      return;
    } catch {
      continue;
    }
  }
}

function isPositive({ expected, result }: AccessResult): boolean {
  return result === "ok" && (expected === "200" || expected === "answer");
}

/** @throws Error if one is given without the other, or cannot be read */
function certificateFilesOf(
  certificate: string | undefined,
  key: string | undefined,
): Credentials.DeployedCredentialsProps["certificateFiles"] {
  if (certificate === undefined && key === undefined) {
    return undefined;
  }
  if (certificate === undefined || key === undefined) {
    throw new Error("--certificate and --certificate-key must be given together");
  }
  checkReadable("--certificate", certificate);
  checkReadable("--certificate-key", key);
  return { certificate, key };
}

/** @throws Error that names the option */
function checkReadable(option: string, file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new Error(`${option}: ${(error as Error).message}`, { cause: error });
  }
}

runIfMain(module, run);
