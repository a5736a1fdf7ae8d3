import type { Simulation } from "../simulator";
import type { ApiSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import { callAs } from "./caller-call";
import type { CredentialSource } from "./credential-source";
import { callersOf, type TargetEnvironment } from "./target-environment";

/** The named value that operators write, as the gateway knows it. */
const CUT_OFF = "ai-gateway-cut-off";
const DAY_MS = 86_400_000;
const SOMEBODY_ELSE = "somebody-else";

/** Access that operators, or a date, have ended: of every caller of an API. */
export function endedAccessCases(
  simulation: Simulation,
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  const known = simulation.model.gateways
    .flatMap(({ namedValues }) => namedValues)
    .find(({ displayName }) => displayName === CUT_OFF);
  return callersOf(environment, api)
    .flat()
    .flatMap((caller) => {
      const made = (how: string, expected: string, run: () => Promise<string>): AccessCase => ({
        target: `${environment.settings.name}/${api.name}`,
        who: caller.name,
        how,
        expected,
        run,
      });
      const ask = (): Promise<string> =>
        callAs(environment, source, caller, { headers: { "cache-control": "no-store" } });
      const whileCutOff = async (listed: (client: string) => string): Promise<string> => {
        await ask();
        const { Client } = simulation.messages.at(-1)?.metadata ?? {};
        simulation.setNamedValue(CUT_OFF, listed(String(Client)));
        try {
          return `${await ask()}${ruleOf(simulation)}`;
        } finally {
          simulation.setNamedValue(CUT_OFF, known?.value ?? "none");
        }
      };
      const { expires } = caller.client ?? {};
      return [
        ...(known === undefined
          ? []
          : [
              made("cut off", "403 forbidden (client-cut-off)", () =>
                whileCutOff((client) => client.toUpperCase()),
              ),
              made("cut off among others", "403 forbidden (client-cut-off)", () =>
                whileCutOff((client) => `${SOMEBODY_ELSE},${client}`),
              ),
              made("cut off by its name, encoded", "403 forbidden (client-cut-off)", () =>
                whileCutOff((client) =>
                  Buffer.from(client)
                    .toString("hex")
                    .replaceAll(/../g, (byte) => `%${byte}`),
                ),
              ),
              made("cut off with all", "403 forbidden (client-cut-off)", () => whileCutOff(() => "*")),
              made("while others are cut off", "200", () =>
                whileCutOff((client) => `${SOMEBODY_ELSE} ${client}-2 user:${client}`),
              ),
            ]),
        ...(expires === undefined
          ? []
          : [
              made("on its last day", "200", () => at(simulation, `${expires}T23:59:00Z`, ask)),
              made("the day after its last", "403 forbidden (client-expired)", () =>
                at(
                  simulation,
                  new Date(Date.parse(expires) + DAY_MS).toISOString(),
                  async () => `${await ask()}${ruleOf(simulation)}`,
                ),
              ),
            ]),
      ];
    });
}

/** At another time; afterwards it is as late as before. */
async function at(simulation: Simulation, time: string, run: () => Promise<string>): Promise<string> {
  const before = simulation.clock.date();
  simulation.forgetTraffic();
  simulation.clock.set(new Date(time));
  try {
    return await run();
  } finally {
    simulation.forgetTraffic();
    simulation.clock.set(before);
  }
}

function ruleOf(simulation: Simulation): string {
  const rule = simulation.messages.at(-1)?.metadata.Rule;
  return rule === undefined || rule === "none" ? "" : ` (${String(rule)})`;
}
