import { Construct } from "constructs";
import { FederatedCredentials } from "../../../lib/identity/federated-credential";
import { FederatedSubject } from "../../../lib/identity/federated-subject";
import { azureStack } from "../../support/azure-stack";

function credentials(): FederatedCredentials {
  return new FederatedCredentials(new Construct(azureStack(), "identity"));
}

function pod(serviceAccount: string): { readonly subject: FederatedSubject } {
  return {
    subject: FederatedSubject.kubernetesServiceAccount({
      issuerUrl: "https://aks.contoso.com",
      namespace: "ai",
      serviceAccount,
    }),
  };
}

describe("FederatedCredentials", () => {
  it("take issuer and subject as they are, under the construct's id, for Entra ID's audience", () => {
    expect(credentials().accept("aks-chat", pod("chat"))).toEqual({
      name: "aks-chat",
      issuer: "https://aks.contoso.com",
      subject: "system:serviceaccount:ai:chat",
      audience: "api://AzureADTokenExchange",
    });
  });

  it("count those that were accepted", () => {
    const all = credentials();
    all.accept("aks-chat", pod("chat"));
    expect(() => all.accept("aks-wild", pod("*"))).toThrow(/serviceAccount must be a Kubernetes name/);
    expect(all.count).toBe(1);
  });

  it("refuse a workload that is trusted already", () => {
    const all = credentials();
    all.accept("aks-chat", pod("chat"));
    expect(() => all.accept("aks-again", pod("chat"))).toThrow(
      '[prod/identity/aks-again] issuer and subject must be unique on an identity, got "system:serviceaccount:ai:chat": ' +
        "remove the second credential",
    );
  });

  it("are 20 at most", () => {
    const all = credentials();
    for (let number = 1; number <= 20; number++) {
      all.accept(`pod-${number}`, pod(`chat-${number}`));
    }
    expect(() => all.accept("pod-21", pod("chat-21"))).toThrow(
      "[prod/identity/pod-21] an identity has at most 20 federated credentials, got 21: spread the workloads over " +
        "several identities",
    );
  });

  it("report everything that is wrong with one at once", () => {
    const subject = FederatedSubject.other({ issuer: "http://issuer.example", subject: "*" });
    expect(() => credentials().accept("a", { subject, audience: " " })).toThrow(
      /name must be .*\n.*audience must not be empty.*\n.*issuer must be an https URL.*\n.*subject must name one workload/,
    );
  });
});
