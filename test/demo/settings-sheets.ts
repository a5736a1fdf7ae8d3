import { allCallers, settingsSheet } from "../../demo/client-settings";
import { deployedEnvironment } from "../../demo/deployed-environment";
import * as environments from "../support/reference-environments";

/** What each caller of the reference environments is told, of gateways that are deployed. */
export const SETTINGS_SHEETS = Object.values(environments).flatMap((settings) => {
  const environment = deployedEnvironment(settings, {
    gatewayUrl: "https://ai.contoso.com/",
    scope: "api://12345678-0000-4000-8000-000000000000/Models.Invoke",
    publicClientId: "12345678-0000-4000-8000-000000000001",
  });
  return allCallers(environment).map((caller) => settingsSheet(environment, caller));
});
