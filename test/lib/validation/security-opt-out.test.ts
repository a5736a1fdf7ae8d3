import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { Problems } from "../../../lib/validation/problems";
import {
  type SecurityControl,
  securityExceptions,
  type SecurityOptOut,
  SecurityOptOuts,
} from "../../../lib/validation/security-opt-out";
import { SynthesisDate } from "../../../lib/validation/synthesis-date";

const REASON = "accepted for this test, which needs no more than this";
const TAKEN: readonly SecurityControl[] = ["vault-public-network", "vault-purge-protection"];

interface Vault {
  readonly stack: TerraformStack;
  readonly construct: Construct;
  readonly optOuts: SecurityOptOuts;
  readonly problems: Problems;
}

function vault(...given: readonly SecurityOptOut[]): Vault {
  const stack = new TerraformStack(Testing.app(), "prod");
  SynthesisDate.set(stack, new Date("2026-12-01"));
  const construct = new Construct(stack, "vault");
  const problems = new Problems(construct);
  return { stack, construct, problems, optOuts: new SecurityOptOuts(construct, TAKEN, given, problems) };
}

describe("an opt-out", () => {
  it("weakens the control that it names, and no other", () => {
    const { optOuts } = vault({ control: "vault-public-network", reason: REASON });
    expect(TAKEN.map((control) => optOuts.has(control))).toEqual([true, false]);
  });

  it("warns with the control, its end and the reason", () => {
    const warnings = vault(
      { control: "vault-public-network", reason: REASON, expires: "2027-03-31" },
      { control: "vault-purge-protection", reason: REASON },
    ).construct.node.metadata.flatMap(({ type, data }) => (type.includes("warn") ? [data as string] : []));
    expect(warnings).toEqual([
      "security control 'vault-public-network' is off (the vault accepts no traffic from public networks) until " +
        `2027-03-31. Reason: ${REASON}`,
      "security control 'vault-purge-protection' is off (a deleted vault cannot be purged) without end: give it an " +
        `expires date. Reason: ${REASON}`,
    ]);
  });

  it("stands in a tag beside the resource's own ones", () => {
    const [purge, network] = ["vault-purge-protection", "vault-public-network"] as const;
    const { optOuts } = vault({ control: purge, reason: REASON }, { control: network, reason: REASON });
    expect(optOuts.tagged({ team: "platform" })).toEqual({
      team: "platform",
      securityException: "vault-public-network vault-purge-protection",
    });
  });

  it.each([undefined, { team: "platform" }])("that is not given leaves tags %j as they are", (tags) => {
    expect(vault().optOuts.tagged(tags)).toBe(tags);
  });

  it("stands in the list of a reviewer with the construct and what the control would ensure", () => {
    const optOut = { control: "vault-public-network", reason: REASON, approvedBy: "platform-team" } as const;
    expect(securityExceptions(vault(optOut).stack)).toEqual([
      { construct: "prod/vault", ensures: "the vault accepts no traffic from public networks", ...optOut },
    ]);
  });

  it("holds on its last day", () => {
    const { problems } = vault({ control: "vault-public-network", reason: REASON, expires: "2026-12-01" });
    expect(problems.all).toEqual([]);
  });

  it("that is refused weakens nothing and is on no list", () => {
    const { optOuts, stack } = vault({ control: "vault-public-network", reason: "later" });
    expect(optOuts.has("vault-public-network")).toBe(false);
    expect(securityExceptions(stack)).toEqual([]);
  });

  it("is given once for a control", () => {
    const optOut = { control: "vault-public-network", reason: REASON } as const;
    const { problems, stack } = vault(optOut, optOut);
    expect(problems.all).toEqual([
      {
        rule: "a control is opted out of once",
        value: "vault-public-network",
        remedy: "merge the two opt-outs into one reason",
      },
    ]);
    expect(securityExceptions(stack)).toHaveLength(1);
  });
});
