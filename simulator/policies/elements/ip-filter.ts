import { BlockList, isIP } from "node:net";
import { isExpression } from "../../../expressions";
import { choiceAttribute, invalidValue } from "../document/attribute-values";
import type { PolicyCompilation, PolicyCompiler, PolicyElementNode, TextValue } from "../policy-compiler";
import { PolicyError } from "../policy-error";
import type { PolicyExecution } from "../policy-execution";

const ACTIONS = ["allow", "forbid"] as const;

/**
 * Lets in, or keeps out, callers by the address the gateway sees: behind a proxy that is the proxy's.
 * Source: https://learn.microsoft.com/azure/api-management/ip-filter-policy
 */
export const ipFilter: PolicyCompiler = {
  name: "ip-filter",
  sections: ["inbound"],
  shape: {
    attributes: { action: { required: true, expression: true, values: ACTIONS } },
    children: [
      { name: "address", shape: { text: "required" } },
      {
        name: "address-range",
        shape: {
          attributes: {
            from: { required: true, expression: true },
            to: { required: true, expression: true },
          },
        },
      },
    ],
  },
  compile(element, compilation) {
    if (element.children.length === 0) {
      compilation.refuse("needs at least one <address> or <address-range>");
    }
    const action = choiceAttribute(element, "action", compilation, ACTIONS, "allow");
    const ranges = element.children.map((child) => addressRange(child, compilation));

    return (execution) => {
      const caller = execution.context.request.ipAddress.replace(/^::ffff:(?=[0-9.]+$)/i, "");
      if (isIP(caller) === 0) {
        throw refusal(
          "FailedToParseCallerIP",
          "Failed to establish IP address for the caller. Access denied.",
        );
      }
      const listed = ranges.some((includes) => includes(execution, caller));
      const chosen = action(execution);
      execution.trace({ caller, action: chosen, listed });
      if (chosen === "allow" && !listed) {
        throw refusal("CallerIpNotAllowed", `Caller IP address ${caller} is not allowed. Access denied.`);
      }
      if (chosen === "forbid" && listed) {
        throw refusal("CallerIpBlocked", "Caller IP address is blocked. Access denied.");
      }
    };
  },
};

type AddressTest = (execution: PolicyExecution, address: string) => boolean;

function addressRange(node: PolicyElementNode, compilation: PolicyCompilation): AddressTest {
  const bounds =
    node.name === "address"
      ? [node.text.trim(), node.text.trim()]
      : [node.attributes.get("from") ?? "", node.attributes.get("to") ?? ""];
  const [from, to] = bounds.map((bound) => compilation.text(bound, node)) as [TextValue, TextValue];
  if (!bounds.some(isExpression)) {
    const [first, last] = bounds as [string, string];
    const problem = rangeProblem(first, last);
    if (problem !== undefined) {
      compilation.refuse(problem, node);
      return () => false;
    }
    const list = range(first, last);
    return (_, address) => list.check(address, family(address));
  }
  return (execution, address) => {
    const first = from(execution);
    const last = to(execution);
    const problem = rangeProblem(first, last);
    if (problem !== undefined) {
      throw invalidValue("ip-filter", problem);
    }
    return range(first, last).check(address, family(address));
  };
}

function rangeProblem(from: string, to: string): string | undefined {
  const bad = [from, to].find((address) => isIP(address) === 0);
  if (bad !== undefined) {
    return `'${bad}' is not an IP address (address blocks such as 10.0.0.0/8 are not supported by APIM)`;
  }
  try {
    range(from, to);
    return undefined;
  } catch {
    return `the range from ${from} to ${to} is empty or mixes IPv4 and IPv6`;
  }
}

function range(from: string, to: string): BlockList {
  const list = new BlockList();
  if (family(from) !== family(to)) {
    throw new RangeError("mixed address families");
  }
  list.addRange(from, to, family(from));
  return list;
}

function family(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

function refusal(reason: string, message: string): PolicyError {
  return new PolicyError("ip-filter", reason, message, { status: 403, message: "Forbidden" });
}
