import { join } from "node:path";
import * as environments from "../environments";
import { NotRun, runCase, type AccessResult } from "../demo/access-case";
import { accessCases } from "../demo/access-cases";
import { accessTable } from "../demo/access-table";
import { CaseCounter } from "../demo/case-counter";
import { clientCases } from "../demo/client-cases";
import { DeployedCredentials } from "../demo/deployed-credentials";
import { deployedEnvironment, serviceIdOf, terraformOutputs } from "../demo/deployed-environment";
import { waitForRoles } from "../demo/role-propagation";
import { readCommandLine } from "./command-line";

const USAGE = `Usage: npm run smoke -- --env dev [options]

The cases of 'npm run demo' against a deployed gateway, with the credentials of whoever runs it (@azure/identity:
az login, managed identity, federated credential). Cases that need what you do not have are listed as not run.
Nothing that is deployed is changed; each case that gets in costs a few tokens.

  --env <name>               environment: ${Object.keys(environments).join(", ")}
  --device-code              a person is here to sign in by device code
  --certificate <file>       PEM of a client certificate that the gateway lets in, with its intermediates
  --certificate-key <file>   its private key
  --expired-token <file>     a token that was good once
  --wait <minutes>           how long roles may take to arrive (default 10)
  --url <url>                gateway, instead of the output gateway_url of the stack
  --scope <scope>            instead of the output scope
  --public-client-id <id>    instead of the output public_client_id
  --stacks <folder>          where the stacks are synthesized (default cdktf.out)
  --json                     one JSON object for each case instead of the table
  --help                     this text

Outputs are read by 'terraform output' in the stack's folder, unless --url is given.
Exit codes: 0 all that ran as expected, 1 a case was not, 2 nothing could be run.`;

async function main(): Promise<number> {
  const { values } = readCommandLine(USAGE, {
    options: {
      env: { type: "string" },
      "device-code": { type: "boolean" },
      certificate: { type: "string" },
      "certificate-key": { type: "string" },
      "expired-token": { type: "string" },
      wait: { type: "string", default: "10" },
      url: { type: "string" },
      scope: { type: "string" },
      "public-client-id": { type: "string" },
      stacks: { type: "string", default: "cdktf.out" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const settings = Object.values(environments).find(({ name }) => name === values.env);
  if (settings === undefined) {
    throw new Error(
      `--env must be one of ${Object.keys(environments).join(", ")}, got ${values.env ?? "nothing"}`,
    );
  }
  const waitMinutes = Number(values.wait);
  if (!(waitMinutes >= 0)) throw new Error(`--wait must be a number of minutes, got ${values.wait}`);
  const folder = join(values.stacks, "stacks", settings.name);
  const outputs = values.url === undefined ? terraformOutputs(folder) : { gatewayUrl: values.url };
  const environment = deployedEnvironment(settings, {
    ...outputs,
    ...(values.scope === undefined ? {} : { scope: values.scope }),
    ...(values["public-client-id"] === undefined ? {} : { publicClientId: values["public-client-id"] }),
  });
  const { certificate, "certificate-key": key } = values;
  const source = new DeployedCredentials({
    serviceId: serviceIdOf(folder, settings),
    registration: environment.registration,
    promptForSignIn: values["device-code"] ? (message) => console.error(message) : undefined,
    certificateFiles: certificate !== undefined && key !== undefined ? { certificate, key } : undefined,
    expiredTokenFile: values["expired-token"],
  });

  const access = settings.apis.flatMap((api) => accessCases(environment, api, source));
  for (const good of access.filter(({ expected }) => expected === "200")) {
    try {
      await waitForRoles({
        call: () => good.run(),
        boundMs: waitMinutes * 60_000,
        progress: (line) => console.error(line),
      });
      break;
    } catch (error) {
      if (!(error instanceof NotRun)) throw error;
    }
  }
  const results: AccessResult[] = [];
  const counter = new CaseCounter(process.stderr);
  for (const api of settings.apis) {
    const cases = [
      ...clientCases(environment, api, source, () => undefined),
      ...accessCases(environment, api, source),
    ];
    for (const each of cases) {
      results.push(await runCase(each));
      counter.count();
    }
  }
  counter.end();
  if (values.json) results.forEach((result) => console.log(JSON.stringify(result)));
  else console.log(accessTable(results));
  if (results.every(({ result }) => result === "not run")) return 2;
  return results.some(({ result }) => result === "failed") ? 1 : 0;
}

main().then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
