import { notSimulated } from "../not-simulated";

/** Source: https://learn.microsoft.com/azure/api-management/proxy-policy */
export const proxy = notSimulated("proxy", ["inbound"], "the simulated network has no forward proxies", {
  attributes: {
    url: { required: true, expression: true },
    username: { expression: true },
    password: { expression: true },
  },
});
