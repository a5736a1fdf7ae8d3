import type { App } from "cdktf";
import { Problems } from "../lib";
import type { EnvironmentSettings } from "./environment-settings";
import { GatewayStack } from "./gateway-stack";
import { StateStack } from "./state-stack";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Adds the stacks of one environment: `<name>` and `<name>-state`.
 *
 * @throws ValidationError with everything that is wrong with the settings
 */
export function addEnvironmentStacks(app: App, settings: EnvironmentSettings, asOf: Date): void {
  const problems = new Problems(`environments/${settings.name}`);
  for (const id of ["subscriptionId", "tenantId"] as const) {
    problems.checkPattern(settings[id], GUID, {
      rule: `${id} must be a GUID`,
      remedy: "copy it from 'az account show'",
    });
  }
  const names = settings.accounts.map(({ name, location }) => `${name} in ${location}`);
  problems.check(new Set(names).size === names.length, {
    rule: "accounts of one region must have different names",
    value: names,
    remedy: "rename one",
  });
  problems.throwIfAny();
  new StateStack(app, settings, asOf);
  new GatewayStack(app, settings, asOf);
}
