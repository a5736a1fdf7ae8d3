import { DiagnosticTarget } from "../../../lib/observability/diagnostic-target";

const RESOURCE = {
  id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/x/y/z",
};

describe("DiagnosticTarget", () => {
  it.each([
    ["gateway", DiagnosticTarget.apiManagement(RESOURCE), ["GatewayLogs"]],
    ["model account", DiagnosticTarget.openAiAccount(RESOURCE), ["Audit", "RequestResponse"]],
    ["vault", DiagnosticTarget.keyVault(RESOURCE), ["AuditEvent"]],
    [
      "storage account",
      DiagnosticTarget.blobStorage(RESOURCE),
      ["StorageRead", "StorageWrite", "StorageDelete"],
    ],
  ])("of a %s records who did what", (_what, { categories }, logs) => {
    expect(categories.logs).toEqual(expect.arrayContaining(logs));
  });

  it("of a storage account is its blob service, which alone has logs", () => {
    expect(DiagnosticTarget.blobStorage(RESOURCE).resourceId).toBe(`${RESOURCE.id}/blobServices/default`);
  });

  it("of a gateway alone chooses its tables: elsewhere that would be a change in every plan", () => {
    const targets = [
      DiagnosticTarget.apiManagement(RESOURCE),
      DiagnosticTarget.openAiAccount(RESOURCE),
      DiagnosticTarget.keyVault(RESOURCE),
      DiagnosticTarget.eventHubsNamespace(RESOURCE),
      DiagnosticTarget.blobStorage(RESOURCE),
    ];
    expect(targets.map(({ categories }) => categories.dedicatedTables ?? false)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
