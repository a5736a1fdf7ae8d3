import { Annotations } from "cdktf";
import type { IConstruct } from "constructs";
import { checkedDay } from "./checked-day";
import { recordEndDate } from "./end-dates";
import type { Problems } from "./problems";
import { SET_SYNTHESIS_DATE, SynthesisDate } from "./synthesis-date";

/**
 * Controls that may be weakened, each by name and with a reason. What is not listed here cannot be
 * weakened at all. `docs/security-opt-outs.md` says what each one does.
 */
export const SECURITY_CONTROLS = {
  "gateway-private-network": "the gateway is reachable from a private network only",
  "gateway-audit-logs": "resource logs of the gateway go to Log Analytics",
  "api-key-alone-is-not-enough": "a caller proves itself by a token or a certificate, not by a key alone",
  "api-any-client-of-the-issuer": "a token's client application, role, scope or group is restricted",
  "api-multi-tenant": "tokens come from listed tenants only",
  "api-stateful-operations": "operations whose objects are shared by all clients are not published",
  "api-batch-models": "every request that runs a model names one that the caller may use",
  "api-token-limits": "every caller has a tokens-per-minute limit",
  "api-request-limits": "every caller has a requests-per-minute limit",
  "api-remote-content": "request bodies name no hosts that the model service would call",
  "api-hosted-tools": "the model service runs no tools that spend beside the deployment",
  "api-distant-answers": "a kept answer is given to a question that means nearly the same only",
  "certificate-revocation": "client certificates are checked against revocation lists",
  "certificate-lenient-validation": "chain and validity of client certificates are checked",
  "account-public-network": "model accounts accept no traffic from public networks",
  "account-local-auth": "model accounts accept no keys",
  "account-outbound": "model accounts call listed hosts only",
  "account-global-processing": "prompts are processed in the data zone of the account's region",
  "model-endpoint-internet": "model endpoints are reached through the gateway's own network only",
  "queue-public-network": "the queue accepts no traffic from public networks",
  "vault-public-network": "the vault accepts no traffic from public networks",
  "vault-purge-protection": "a deleted vault cannot be purged",
  "role-scope-resource-group": "a role is granted on one resource",
  "role-other": "an identity gets a role of the allow list only",
  "telemetry-public-network": "telemetry is ingested and read through private networks only",
  "state-public-network": "the state account accepts no traffic from public networks",
  "state-locally-redundant": "the state account is replicated to another region",
} as const;

/** Id of a control that may be weakened. */
export type SecurityControl = keyof typeof SECURITY_CONTROLS;

/** Weakens one control of one construct, on the record. */
export interface SecurityOptOut {
  /** The control that is weakened. */
  readonly control: SecurityControl;
  /** Why that is acceptable here, in at least 20 characters: it is read by the next security reviewer. */
  readonly reason: string;
  /** Who accepted the risk. @default - nobody is named */
  readonly approvedBy?: string;
  /**
   * Last day on which the opt-out holds, `YYYY-MM-DD`, in UTC. Needs a `SynthesisDate`.
   *
   * @default - it does not end, and synthesis warns
   */
  readonly expires?: string;
}

const RECORD = "securityOptOut";

/** The opt-outs that one construct was given, checked. */
export class SecurityOptOuts {
  private readonly controls: ReadonlySet<SecurityControl>;

  /**
   * @param scope the construct they were given to; each becomes a warning and a record on it
   * @param allowed controls that this construct knows how to weaken
   * @param problems where unknown controls, thin reasons and past dates are reported
   */
  public constructor(
    scope: IConstruct,
    private readonly allowed: readonly SecurityControl[],
    optOuts: readonly SecurityOptOut[] | undefined,
    problems: Problems,
  ) {
    const accepted = new Set<SecurityControl>();
    for (const optOut of optOuts ?? []) {
      const before = problems.all.length;
      checkOptOut(scope, allowed, optOut, problems);
      problems.check(!accepted.has(optOut.control), {
        rule: "a control is opted out of once",
        value: optOut.control,
        remedy: "merge the two opt-outs into one reason",
      });
      if (problems.all.length > before) {
        continue;
      }
      accepted.add(optOut.control);
      record(scope, optOut);
      if (optOut.expires !== undefined) {
        recordEndDate(scope, {
          what: `opt-out ${optOut.control} of ${scope.node.path}`,
          endsOn: optOut.expires,
        });
      }
    }
    this.controls = accepted;
  }

  public has(control: SecurityControl): boolean {
    return this.controls.has(control);
  }

  /** @returns the tags of a resource; if controls are weakened, with their names as `securityException` */
  public tagged(tags?: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
    const weakened = this.allowed.filter((control) => this.controls.has(control));
    return weakened.length > 0 ? { ...tags, securityException: weakened.join(" ") } : tags;
  }
}

/** One line of `security-exceptions.json`. */
export interface SecurityException extends SecurityOptOut {
  /** Path of the construct whose control is weakened. */
  readonly construct: string;
  /** What the control would have ensured. */
  readonly ensures: string;
}

/**
 * Every opt-out below `scope`, in tree order: what a security reviewer reads first.
 *
 * @returns an empty list if nothing was weakened
 */
export function securityExceptions(scope: IConstruct): readonly SecurityException[] {
  return scope.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter((entry) => entry.type === RECORD)
      .map((entry) => {
        const optOut = entry.data as SecurityOptOut;
        return { construct: construct.node.path, ensures: SECURITY_CONTROLS[optOut.control], ...optOut };
      }),
  );
}

function checkOptOut(
  scope: IConstruct,
  allowed: readonly SecurityControl[],
  { control, reason, expires }: SecurityOptOut,
  problems: Problems,
): void {
  problems.check(allowed.includes(control), {
    rule: `securityOptOuts may name ${allowed.join(", ") || "nothing"} here`,
    value: control,
    remedy: "remove the opt-out, or give it to the construct that has this control",
  });
  problems.check(reason.trim().length >= 20 && !/^(todo|test|n\/a|none|fixme)\b/i.test(reason.trim()), {
    rule: `reason of opt-out '${control}' must say in at least 20 characters why it is acceptable`,
    value: reason,
    remedy: "write the reason that you would give to a security reviewer",
  });
  if (expires === undefined) {
    return;
  }
  const end = checkedDay(problems, `expires of opt-out '${control}'`, expires);
  if (end === undefined) {
    return;
  }
  const today = SynthesisDate.tryOf(scope);
  problems.check(today !== undefined, {
    rule: `expires of opt-out '${control}' needs a date to be judged against`,
    value: expires,
    remedy: SET_SYNTHESIS_DATE,
  });
  problems.check(today === undefined || end >= today, {
    rule: `opt-out '${control}' has ended`,
    value: expires,
    remedy: "restore the control, or have the risk accepted again with a new date",
  });
}

function record(scope: IConstruct, optOut: SecurityOptOut): void {
  scope.node.addMetadata(RECORD, optOut);
  const end = optOut.expires ? `until ${optOut.expires}` : "without end: give it an expires date";
  Annotations.of(scope).addWarning(
    `security control '${optOut.control}' is off (${SECURITY_CONTROLS[optOut.control]}) ${end}. Reason: ${optOut.reason}`,
  );
}
