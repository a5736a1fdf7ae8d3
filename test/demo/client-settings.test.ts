import { allCallers, type ClientSettingsSheet, settingsSheet, sheetText } from "../../demo/client-settings";
import { deployedEnvironment } from "../../demo/deployed-environment";
import * as environments from "../support/reference-environments";
import { SETTINGS_SHEETS } from "./settings-sheets";

function sheetOf(target: string, client: string): ClientSettingsSheet | undefined {
  return SETTINGS_SHEETS.find((sheet) => sheet.target === target && sheet.client === client);
}

test("an application is told the identity that it must have, and its role", () => {
  expect(sheetOf("prod/assistant", "claims")).toMatchObject({
    audience: "55555555-5555-4555-8555-555555555555",
    role: "Models.Invoke.All",
    clientId: "66666666-6666-4666-8666-666666666661",
    variables: {
      AZURE_OPENAI_ENDPOINT: "https://ai.contoso.com/assistant",
      GATEWAY_SCOPE: "api://55555555-5555-4555-8555-555555555555/.default",
      MANAGED_IDENTITY_CLIENT_ID: "66666666-6666-4666-8666-666666666661",
    },
  });
});

test("a client of another provider is told what to ask it for, and no scope of Entra ID", () => {
  const sheet = sheetOf("test/assistant", "okta client");
  expect(sheet).toMatchObject({ audience: "api://ai-gateway", scope: "models.invoke" });
  expect(sheet?.snippet).toContain("for audience api://ai-gateway and scope models.invoke");
});

test("token and key travel in headers of their own", () => {
  const sheet = sheetOf("prod/partners", "fabrikam");
  expect(sheet?.headers).toEqual(["Authorization: Bearer <token>", "api-key: <key>"]);
  expect(sheet?.snippet).toContain('defaultHeaders: { "api-key": process.env.GATEWAY_KEY }');
});

test("a client with an example is told what to set for it", () => {
  const sheet = sheetOf("dev/assistant", "claims");
  expect(sheet && sheetText(sheet)).toContain(
    [
      "example      examples/clients/key",
      "",
      "AZURE_OPENAI_ENDPOINT=https://ai.contoso.com/assistant",
      "OPENAI_API_VERSION=2024-10-21",
      "AZURE_OPENAI_DEPLOYMENT=chat",
      "AZURE_OPENAI_API_KEY=<key>",
      "",
      'import { AzureOpenAI } from "openai";',
    ].join("\n"),
  );
});

test("an audience that is an identifier URI is the scope's as it is", () => {
  const text = JSON.stringify(environments.prod).replaceAll('"audiences":["5', '"audiences":["api://5');
  const settings = JSON.parse(text) as typeof environments.prod;
  const environment = deployedEnvironment(settings, { gatewayUrl: "https://ai.contoso.com" });
  const claims = allCallers(environment).find(({ name }) => name === "claims");
  expect(claims && settingsSheet(environment, claims).scope).toBe(
    "api://55555555-5555-4555-8555-555555555555/.default",
  );
});
