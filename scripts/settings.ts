import { join } from "node:path";
import { allCallers, settingsSheet, sheetText } from "../demo/client-settings";
import { deployedEnvironment, type StackOutputs, terraformOutputs } from "../demo/deployed-environment";
import type * as SimulatedOutputs from "../demo/simulated-outputs";
import * as published from "../environments";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { type Command, command, runIfMain } from "./command-line";

type Environments = Readonly<Record<string, EnvironmentSettings>>;

const usageFor = (
  environments: Environments,
): string => `Usage: npm run settings -- --client claims [--env dev] [--simulated [--url <url>]] [--json]

What the developer of a client needs: URL, scope, header, model deployments, limits, variables of the example and a
snippet. No secrets.

  --client <name>  a client of environments/, or another caller that 'npm run demo' shows
  --env <name>     environment (default: the first one that has the client): ${Object.keys(environments).join(", ")}
  --simulated      ids as the simulator has them, gateway at https://localhost:8443 (npm start -- --stack <name>)
  --url <url>      gateway, instead of the output gateway_url of the stack
  --stacks <path>  where the stacks are synthesized (default cdktf.out)
  --json           JSON instead of text
  --help           this text

Without --simulated the ids are those of the deployed stack: 'terraform output' in the stack's folder.
Exit codes: 0 printed, 2 no such client, or nothing deployed.`;

const LOCAL_GATEWAY = "https://localhost:8443";

const PLACEHOLDERS: StackOutputs = {
  gatewayUrl: "https://gateway",
  scope: "api://api/scope",
  publicClientId: "client",
};

/** The command, with the environments that it knows by name. */
export const settingsOf = (environments: Environments): Command =>
  command({
    usage: usageFor(environments),
    config: {
      options: {
        client: { type: "string" },
        env: { type: "string" },
        simulated: { type: "boolean" },
        url: { type: "string" },
        stacks: { type: "string", default: "cdktf.out" },
        json: { type: "boolean" },
      },
    },
    failureCode: 2,
    main: async ({ values }) => {
      const candidates = Object.values(environments).filter(
        ({ name }) => values.env === undefined || name === values.env,
      );
      const known: string[] = [];
      for (const settings of candidates) {
        const folder = join(values.stacks, "stacks", settings.name);
        // Whether a client is there does not depend on the ids of anything deployed.
        const names = allCallers(deployedEnvironment(settings, PLACEHOLDERS)).map(({ name }) => name);
        known.push(...names.map((name) => `${name} (${settings.name})`));
        if (values.client === undefined || !names.includes(values.client)) {
          continue;
        }
        const outputs = values.simulated ? await outputsOfSimulation(folder) : terraformOutputs(folder);
        const url = values.url ?? (values.simulated ? LOCAL_GATEWAY : outputs.gatewayUrl);
        const environment = deployedEnvironment(settings, { ...outputs, gatewayUrl: url });
        const sheets = allCallers(environment)
          .filter(({ name }) => name === values.client)
          .map((caller) => settingsSheet(environment, caller));
        console.log(values.json ? JSON.stringify(sheets) : sheets.map(sheetText).join("\n\n"));
        return 0;
      }
      throw new Error(`--client must be one of: ${known.join(", ") || "(no such environment)"}`);
    },
  });

function outputsOfSimulation(folder: string): Promise<StackOutputs> {
  return (require("../demo/simulated-outputs") as typeof SimulatedOutputs).simulatedOutputs(folder);
}

export const run = settingsOf(published);

runIfMain(module, run);
