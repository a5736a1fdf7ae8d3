import * as environments from "../../environments";
import type { EnvironmentSettings } from "../../stacks/environment-settings";
import { type EnvironmentName, synthesized } from "../support/simulation";
import { ChangedEnvironment } from "./changed-environment";

const ENVIRONMENTS: readonly EnvironmentName[] = ["dev", "test", "prod"];

/** The environment, with another model behind every deployment named `chat`. */
function withModel(
  name: EnvironmentName,
  model: string,
  modelVersion: string,
): EnvironmentSettings["accounts"] {
  return environments[name].accounts.map((account) => ({
    ...account,
    deployments: {
      ...account.deployments,
      chat: { ...account.deployments.chat!, model, modelVersion },
    },
  }));
}

describe.each(ENVIRONMENTS)("models of %s", (name) => {
  test("T-240 do not synthesize once Azure has retired them", () => {
    const changed = ChangedEnvironment.of(name, { accounts: withModel(name, "gpt-4o", "2024-05-13") });
    expect(() => changed.synthesize()).toThrow(
      /deployment 'chat' must be of a model that Azure still serves, .*: deploy gpt-5\.4 2026-03-05/,
    );
  });

  test("T-240 do not go within 90 days, and would be warned of if they did", () => {
    expect(synthesized(name).ofType("azurerm_cognitive_deployment")).not.toEqual([]);
    expect(
      ChangedEnvironment.of(name)
        .warnings()
        .filter((text) => text.includes("retires on")),
    ).toEqual([]);
    const closed = ChangedEnvironment.of(name, { accounts: withModel(name, "gpt-4.1", "2025-04-14") });
    expect(closed.warnings()).toContainEqual(
      expect.stringContaining("gpt-4.1 2025-04-14 retires on 2027-04-14, in 134 days"),
    );
  });
});
