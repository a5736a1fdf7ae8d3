import type { App } from "cdktf";
import { Problems } from "../lib";
import { checkEnvironment } from "./environment-checks";
import type { EnvironmentSettings } from "./environment-settings";
import { GatewayStack } from "./gateway-stack";
import { StateStack } from "./state-stack";

/**
 * Adds the stacks of one environment: `<name>` and `<name>-state`.
 *
 * @throws ValidationError with everything that is wrong with the settings as a whole, or with one construct's part
 */
export function addEnvironmentStacks(app: App, settings: EnvironmentSettings, asOf: Date): void {
  const problems = new Problems(`environments/${settings.name}`);
  checkEnvironment(settings, problems);
  problems.throwIfAny();
  new StateStack(app, settings, asOf);
  new GatewayStack(app, settings, asOf);
}
