import { textAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Proves the gateway to the backend with a user name and a password (RFC 7617), replacing the caller's
 * `Authorization`.
 * Source: https://learn.microsoft.com/azure/api-management/authentication-basic-policy
 */
export const authenticationBasic: PolicyCompiler = {
  name: "authentication-basic",
  sections: ["inbound"],
  shape: {
    attributes: {
      username: { required: true, expression: true },
      password: { required: true, expression: true },
    },
  },
  compile(element, compilation) {
    const username = textAttribute(element, "username", compilation);
    const password = textAttribute(element, "password", compilation);
    return (execution) => {
      const credentials = Buffer.from(`${username(execution)}:${password(execution)}`, "utf8");
      execution.request.headers.set("Authorization", [`Basic ${credentials.toString("base64")}`]);
    };
  },
};
