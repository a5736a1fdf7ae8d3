import { ContainerApp } from "@cdktf/provider-azurerm/lib/container-app";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { FederatedSubject } from "../../../lib/identity/federated-subject";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { ValidationError } from "../../../lib/validation/problems";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const PROPS = { name: "id-claims-prod", resourceGroupName: "rg-claims", location: "westeurope" };
const IDENTITY_ID =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id";
const GUID = "11111111-2222-4333-8444-555555555555";

describe("WorkloadIdentity", () => {
  it("is a user-assigned identity", () => {
    const stack = azureStack();
    new WorkloadIdentity(stack, "app", PROPS);

    expect(synthesizeStack(stack).ofType("azurerm_user_assigned_identity")).toEqual([
      expect.objectContaining({
        address: expect.stringMatching(/^azurerm_user_assigned_identity\.app_[0-9A-F]{8}$/) as string,
        attributes: { name: "id-claims-prod", resource_group_name: "rg-claims", location: "westeurope" },
      }),
    ]);
  });

  it("takes tags and a provider", () => {
    const stack = azureStack();
    const provider = new AzurermProvider(stack, "hub", { features: [{}], alias: "hub" });
    new WorkloadIdentity(stack, "app", { ...PROPS, tags: { team: "claims" }, provider });

    expect(synthesizeStack(stack).ofType("azurerm_user_assigned_identity")[0]?.attributes).toMatchObject({
      tags: { team: "claims" },
      provider: "azurerm.hub",
    });
  });

  it("reports everything that is wrong at once", () => {
    const stack = azureStack();
    const create = (): WorkloadIdentity =>
      new WorkloadIdentity(stack, "app", { name: "-x", resourceGroupName: "rg.", location: "West Europe" });

    expect(create).toThrow(ValidationError);
    expect(stack.node.findAll().filter((node) => node.node.id === "Resource")).toHaveLength(0);
    expect(
      () => new WorkloadIdentity(stack, "other", { ...PROPS, name: "-x", location: "West Europe" }),
    ).toThrow(
      /\[prod\/other\] name must be 3 to 128 .*"-x".*\n\[prod\/other\] location must be a region.*"West Europe"/,
    );
  });

  it("is given to a host before the host exists", () => {
    const stack = azureStack();
    const identity = new WorkloadIdentity(stack, "identity", PROPS);
    new ContainerApp(stack, "app", {
      name: "ca-claims",
      resourceGroupName: "rg-claims",
      containerAppEnvironmentId: "environment",
      revisionMode: "Single",
      identity: { type: "UserAssigned", identityIds: [identity.id] },
      template: {
        container: [
          {
            name: "claims",
            image: "claims",
            cpu: 0.5,
            memory: "1Gi",
            env: [{ name: "AZURE_CLIENT_ID", value: identity.clientId }],
          },
        ],
      },
    });

    const synthesized = synthesizeStack(stack);
    const address = synthesized.ofType("azurerm_user_assigned_identity")[0]?.address;
    expect(synthesized.ofType("azurerm_container_app")[0]?.attributes).toMatchObject({
      identity: { type: "UserAssigned", identity_ids: [`\${${address}.id}`] },
      template: { container: [{ env: [{ name: "AZURE_CLIENT_ID", value: `\${${address}.client_id}` }] }] },
    });
  });

  describe("addFederatedCredential", () => {
    it("trusts the jobs of one GitHub environment", () => {
      const stack = azureStack();
      new WorkloadIdentity(stack, "deployer", PROPS).addFederatedCredential("github-prod", {
        subject: FederatedSubject.gitHubEnvironment({ repository: "contoso/gateway", environment: "prod" }),
      });

      const synthesized = synthesizeStack(stack);
      const identity = synthesized.ofType("azurerm_user_assigned_identity")[0]?.address;
      expect(synthesized.ofType("azurerm_federated_identity_credential")[0]?.attributes).toEqual({
        name: "github-prod",
        parent_id: `\${${identity}.id}`,
        resource_group_name: "rg-claims",
        issuer: "https://token.actions.githubusercontent.com",
        subject: "repo:contoso/gateway:environment:prod",
        audience: ["api://AzureADTokenExchange"],
      });
    });

    it("takes another name and audience", () => {
      const stack = azureStack();
      new WorkloadIdentity(stack, "app", PROPS).addFederatedCredential("cluster", {
        name: "aks-claims",
        audience: "api://claims",
        subject: FederatedSubject.kubernetesServiceAccount({
          issuerUrl: "https://oidc.example/cluster/",
          namespace: "claims",
          serviceAccount: "api",
        }),
      });

      expect(
        synthesizeStack(stack).ofType("azurerm_federated_identity_credential")[0]?.attributes,
      ).toMatchObject({
        name: "aks-claims",
        audience: ["api://claims"],
      });
    });

    it("refuses a workload that is trusted already", () => {
      const identity = new WorkloadIdentity(azureStack(), "app", PROPS);
      const subject = FederatedSubject.gitHubBranch({ repository: "contoso/gateway", branch: "main" });
      identity.addFederatedCredential("main", { subject });

      expect(() => identity.addFederatedCredential("again", { subject })).toThrow(
        /\[prod\/app\/again\] issuer and subject must be unique/,
      );
    });

    it("refuses a 21st credential", () => {
      const identity = new WorkloadIdentity(azureStack(), "app", PROPS);
      const add = (n: number): unknown =>
        identity.addFederatedCredential(`branch-${n}`, {
          subject: FederatedSubject.gitHubBranch({ repository: "contoso/gateway", branch: `release/${n}` }),
        });
      for (let n = 1; n <= 20; n++) {
        add(n);
      }

      expect(() => add(21)).toThrow(/at most 20 federated credentials, got 21/);
    });

    it("reports a bad name, audience and subject at once", () => {
      const identity = new WorkloadIdentity(azureStack(), "app", PROPS);

      expect(() =>
        identity.addFederatedCredential("x", {
          audience: " ",
          subject: FederatedSubject.other({ issuer: "http://issuer.example", subject: "*" }),
        }),
      ).toThrow(
        /name must be[^]*audience must not be empty[^]*issuer must be an https URL[^]*without wildcard/,
      );
    });
  });

  describe("fromWorkloadIdentityAttributes", () => {
    it("is a principal without any resource", () => {
      const stack = azureStack();
      const identity = WorkloadIdentity.fromWorkloadIdentityAttributes(stack, "app", {
        id: IDENTITY_ID,
        clientId: GUID,
        principalId: GUID,
      });

      expect(identity.principalType).toBe("ServicePrincipal");
      expect(synthesizeStack(stack).resources).toEqual([]);
    });

    it("refuses ids that are none", () => {
      expect(() =>
        WorkloadIdentity.fromWorkloadIdentityAttributes(azureStack(), "app", {
          id: "id-claims",
          clientId: "claims",
          principalId: "claims",
        }),
      ).toThrow(/id must be the ARM id[^]*clientId must be a GUID[^]*principalId must be a GUID/);
    });
  });
});
