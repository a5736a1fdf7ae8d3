import {
  checkHostNames,
  type GatewayHostName,
  hostNameConfiguration,
} from "../../../lib/gateway/gateway-host-name";
import { GatewaySku } from "../../../lib/gateway/gateway-sku";
import { Problems } from "../../../lib/validation/problems";

const CERTIFICATE = { versionlessSecretId: "https://kv-ai.vault.azure.net/secrets/tls", dependables: [] };

function check(hostNames: readonly GatewayHostName[], sku = GatewaySku.premium(1)): void {
  const problems = new Problems("gateway");
  checkHostNames(hostNames, sku, problems);
  problems.throwIfAny();
}

describe("host names of a gateway", () => {
  it("serve clients without SNI by the first certificate, unless another is chosen", () => {
    const names = [
      { hostName: "ai.contoso.com", certificate: CERTIFICATE },
      { hostName: "mtls.contoso.com", certificate: CERTIFICATE },
    ];
    const [, second] = names;
    const chosen = (hostNames: readonly GatewayHostName[]) =>
      hostNameConfiguration(hostNames, false).map(({ defaultSslBinding }) => defaultSslBinding);

    expect(chosen(names)).toEqual([true, false]);
    expect(chosen([names[0], { ...second, defaultSslBinding: true }] as GatewayHostName[])).toEqual([
      false,
      true,
    ]);
  });

  it.each([
    [
      "ai.contoso.com.",
      "hostName must be a DNS name in lower case without wildcard, got \"ai.contoso.com.\": write it as in 'ai.contoso.com'",
    ],
    [
      "*.contoso.com",
      "hostName must be a DNS name in lower case without wildcard, got \"*.contoso.com\": write it as in 'ai.contoso.com'",
    ],
    [
      "apim-ai.azure-api.net",
      'hostName must be one of your own: the service has its azure-api.net name anyway, got "apim-ai.azure-api.net": ' +
        "remove it",
    ],
  ])("cannot be %s", (hostName, message) => {
    expect(() => check([{ hostName, certificate: CERTIFICATE }])).toThrow(`[gateway] ${message}`);
  });

  it("are different", () => {
    const hostName = { hostName: "ai.contoso.com", certificate: CERTIFICATE };
    expect(() => check([hostName, hostName])).toThrow(
      '[gateway] host names must be different, got ["ai.contoso.com","ai.contoso.com"]: remove the second mention',
    );
  });

  it("are one on most tiers", () => {
    const names = ["ai.contoso.com", "mtls.contoso.com"].map((hostName) => ({
      hostName,
      certificate: CERTIFICATE,
    }));
    expect(() => check(names, GatewaySku.standardV2())).toThrow(
      '[gateway] tier StandardV2 holds one host name, got ["ai.contoso.com","mtls.contoso.com"]: use Developer or Premium ' +
        "for several",
    );
  });

  it("have one default at most", () => {
    const names = ["ai.contoso.com", "mtls.contoso.com"].map((hostName) => ({
      hostName,
      certificate: CERTIFICATE,
      defaultSslBinding: true,
    }));
    expect(() => check(names)).toThrow(
      '[gateway] defaultSslBinding must be set on one host name at most, got ["ai.contoso.com","mtls.contoso.com"]: choose ' +
        "the one for clients without SNI",
    );
  });
});
