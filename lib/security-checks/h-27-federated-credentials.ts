import type { HouseCheck } from "./house-check";

export const federatedCredentials: HouseCheck = {
  id: "H-27",
  title: "federated credentials name one repository and one environment or branch",
  check: (stack) =>
    stack.ofType("azurerm_federated_identity_credential").flatMap(({ address, attributes }) => {
      const subject = String(attributes.subject);
      const github = String(attributes.issuer).includes("token.actions.githubusercontent.com");
      const named = /^repo:[\w.-]+\/[\w.-]+:(environment:[^*:]+|ref:refs\/heads\/[^*:]+)$/.test(subject);
      return subject.includes("*") || (github && !named) ? [`${address}: subject ${subject}`] : [];
    }),
};
