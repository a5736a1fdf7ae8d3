import { RefreshedSecrets } from "../../../simulator/gateway/refreshed-secrets";

const HOUR = 3_600_000;
const URL_ = "https://kv.vault.azure.net/secrets/models";

describe("RefreshedSecrets", () => {
  const named = { address: "x", secret: true, value: "first" };
  let now = 0;
  let inVault: string | undefined = "first";
  const secrets = new RefreshedSecrets({
    model: {
      namedValues: [
        { ...named, displayName: "models", secretUrl: URL_ },
        { ...named, displayName: "plain", value: "literal" },
      ],
    },
    now: () => now,
    readSecret: (url) => (url === URL_ ? inVault : undefined),
  });

  it("keeps the old version for four hours, then takes the one that the vault has", () => {
    inVault = "second";
    now = 4 * HOUR - 1;
    expect(secrets.substitute("Bearer {{models}}, {{plain}}")).toBe("Bearer first, literal");
    now = 4 * HOUR;
    expect(secrets.substitute("Bearer {{models}}, {{plain}}")).toBe("Bearer second, literal");
  });

  it("keeps what it has where the vault is not of the stacks", () => {
    inVault = undefined;
    now = 9 * HOUR;
    expect(secrets.substitute("{{models}}")).toBe("first");
  });
});
