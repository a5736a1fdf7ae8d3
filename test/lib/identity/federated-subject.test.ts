import { Lazy } from "cdktf";
import { FederatedSubject } from "../../../lib/identity/federated-subject";

function rules(subject: FederatedSubject): readonly string[] {
  return subject.problems().map(({ rule }) => rule);
}

describe("FederatedSubject", () => {
  it.each([
    [
      FederatedSubject.gitHubEnvironment({ repository: "contoso/gateway", environment: "prod" }),
      "repo:contoso/gateway:environment:prod",
    ],
    [
      FederatedSubject.gitHubBranch({ repository: "contoso/gateway", branch: "release/1.0" }),
      "repo:contoso/gateway:ref:refs/heads/release/1.0",
    ],
    [
      FederatedSubject.kubernetesServiceAccount({
        issuerUrl: "https://oidc.example/",
        namespace: "claims",
        serviceAccount: "api",
      }),
      "system:serviceaccount:claims:api",
    ],
    [FederatedSubject.other({ issuer: "https://gitlab.example", subject: "project:1" }), "project:1"],
  ])("is valid and has the subject of its issuer's tokens", (subject, expected) => {
    expect(subject.subject).toBe(expected);
    expect(rules(subject)).toEqual([]);
  });

  it("takes an issuer that only Terraform knows", () => {
    const issuerUrl = Lazy.stringValue({ produce: () => "https://oidc.example/" });

    expect(
      rules(FederatedSubject.kubernetesServiceAccount({ issuerUrl, namespace: "a", serviceAccount: "b" })),
    ).toEqual([]);
  });

  it.each([
    ["a wildcard repository", FederatedSubject.gitHubBranch({ repository: "contoso/*", branch: "main" })],
    ["a wildcard subject", FederatedSubject.other({ issuer: "https://issuer.example", subject: "team:*" })],
    ["an empty subject", FederatedSubject.other({ issuer: "https://issuer.example", subject: " " })],
  ])("refuses %s", (_case, subject) => {
    expect(rules(subject)).toEqual(["subject must name one workload, without wildcard"]);
  });

  it.each([
    "repo:contoso/gateway:pull_request",
    "repo:contoso:environment:prod",
    "repo:contoso/gateway:environment:",
    "repo:contoso/gateway:ref:refs/tags/v1",
  ])("refuses GitHub subject %s", (subject) => {
    const github = FederatedSubject.other({ issuer: "https://token.actions.githubusercontent.com", subject });

    expect(rules(github)).toEqual([
      "a GitHub subject must name one repository as owner/name, and one environment or branch",
    ]);
  });

  it.each(["http://issuer.example", "issuer.example", "https://", "https://*.example"])(
    "refuses issuer %s",
    (issuer) => {
      expect(rules(FederatedSubject.other({ issuer, subject: "a" }))).toEqual([
        "issuer must be an https URL",
      ]);
    },
  );

  it("refuses names that Kubernetes does not have", () => {
    const subject = FederatedSubject.kubernetesServiceAccount({
      issuerUrl: "https://oidc.example",
      namespace: "Claims",
      serviceAccount: "a:b",
    });

    expect(rules(subject)).toEqual([
      "namespace must be a Kubernetes name (RFC 1123)",
      "serviceAccount must be a Kubernetes name (RFC 1123)",
    ]);
  });
});
