import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type * as Identity from "@azure/identity";
import { terraformOutputs } from "../demo/deployed-environment";
import * as environments from "../environments";
import { command, runIfMain } from "./command-line";
import { rotateKey, type SendToAzure } from "./key-rotation";

const USAGE = `Usage: npm run keys:rotate -- --client claims --env dev --vault https://kv-claims.vault.azure.net [--secret <name>]
                          [--wait <minutes>] [--stacks <path>]

Replaces both keys of a client without a failed call: the slot that is not in use, then the secret in the client's vault,
from which the client reads its key, then, once clients had time to read it, the other slot. Prints no key. If the vault
got its key less than --wait minutes ago, as after a run that failed, the rest of that time is waited out first.

  --client <name>   a client of environments/ that is identified by a key
  --env <name>      its environment: ${Object.keys(environments).join(", ")}
  --vault <url>     the client's vault; whoever runs this may set secrets there
  --secret <name>   secret that holds the key (default ai-gateway-key)
  --wait <minutes>  longer than clients keep a key that they have read (default 60)
  --stacks <path>   where the stacks are synthesized and initialised (default cdktf.out)
  --help            this text

Signs in as 'az login' did, or as the environment says. Exit codes: 0 both keys are new, 2 it failed: do it again.`;

const WAIT_MINUTES = "60";
const VAULT_URL = /^https:\/\/[a-z][a-z0-9-]{1,22}[a-z0-9]\.vault\.azure\.net\/?$/;

export const run = command({
  usage: USAGE,
  config: {
    options: {
      client: { type: "string" },
      env: { type: "string" },
      vault: { type: "string" },
      secret: { type: "string", default: "ai-gateway-key" },
      wait: { type: "string", default: WAIT_MINUTES },
      stacks: { type: "string", default: "cdktf.out" },
    },
  },
  failureCode: 2,
  main: async ({ values: { client: name, env, vault, secret, wait, stacks } }) => {
    const settings = Object.values(environments).find((each) => each.name === env);
    const client = settings?.clients?.find((each) => each.name === name);
    if (settings === undefined || client === undefined) {
      throw new Error(`--client and --env must name a client of an environment, got ${name} in ${env}`);
    }
    if (!client.identifiedBy.some(({ kind }) => kind === "subscriptionKey")) {
      throw new Error(
        `client '${client.name}' has no key in ${settings.name}: its tokens and certificates are their issuers' to rotate`,
      );
    }
    if (!VAULT_URL.test(vault ?? "")) {
      throw new Error(`--vault must be the URL of a vault, https://<name>.vault.azure.net, got ${vault}`);
    }
    if (!/^[1-9]\d{0,4}$/.test(wait)) {
      throw new Error(`--wait must be minutes, 1 to 99999, got ${wait}`);
    }
    const { gatewayId } = terraformOutputs(join(stacks, "stacks", settings.name));
    if (gatewayId === undefined) {
      throw new Error(`stack '${settings.name}' has no output gateway_id: deploy it`);
    }
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- `--help` does without it
    const { DefaultAzureCredential } = require("@azure/identity") as typeof Identity;
    await rotateKey({
      subscriptionId: `${gatewayId}/subscriptions/${client.api}-${client.name}`,
      secretUrl: `${String(vault).replace(/\/$/, "")}/secrets/${secret}`,
      waitMs: Number(wait) * 60_000,
      send: sendAs(new DefaultAzureCredential()),
      sleep,
      say: (step) => console.log(step),
    });
    return 0;
  },
});

/** Requests with a token for the management API or for vaults. */
function sendAs(credential: Identity.DefaultAzureCredential): SendToAzure {
  return async (method, url, body) => {
    const host = new URL(url).hostname;
    const audience = host.endsWith(".vault.azure.net") ? "https://vault.azure.net" : `https://${host}`;
    const { token } = await credential.getToken(`${audience}/.default`);
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
      timeMs: Date.parse(response.headers.get("date") ?? new Date().toUTCString()),
    };
  };
}

runIfMain(module, run);
