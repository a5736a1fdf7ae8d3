import { Annotations, Aspects, type IAspect, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import {
  checkedDay,
  describeProblem,
  endOfDay,
  Problems,
  SET_SYNTHESIS_DATE,
  SynthesisDate,
} from "../validation";
import { checkStack, type Finding } from "./check-stack";
import { HOUSE_CHECKS } from "./house-checks";

/** Whether a finding stops the synthesis, or is told only. */
export type SecurityCheckLevel = "error" | "warning";

/** A finding that is accepted, for a time, with a reason. */
export interface SecurityCheckSuppression {
  /** Rule that is not to be held: `H-01` … */
  readonly rule: string;
  /**
   * Terraform address of the resource, such as `azurerm_key_vault.vault`; `*` stands for any text.
   *
   * @default - every resource of the stack
   */
  readonly address?: string;
  /** Why that is acceptable here, in at least 20 characters. */
  readonly reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`, in UTC. Needs a `SynthesisDate`. */
  readonly expires: string;
}

/** How strictly stacks are checked. */
export interface SecurityChecksProps {
  /** Level of rules, by id. @default - every rule is an error */
  readonly levels?: Readonly<Record<string, SecurityCheckLevel>>;
  /** Findings that are accepted. @default - none */
  readonly suppressions?: readonly SecurityCheckSuppression[];
}

/**
 * Holds stacks to the security rules of this package, whoever wrote them: `SecurityChecks.addTo(app)`. Reads what
 * Terraform would get, so that it sees escape hatches and plain azurerm resources as well. A finding stops the synthesis,
 * names rule and resource, and can be accepted with a reason and an end.
 *
 * As an Aspect it belongs to a stack: cdktf visits aspects of stacks and of what is in them, never those of an app.
 */
export class SecurityChecks implements IAspect {
  private readonly levels: ReadonlyMap<string, SecurityCheckLevel>;
  private readonly suppressions: readonly SecurityCheckSuppression[];

  /** @throws ValidationError with every rule that does not exist, and everything that is wrong with a suppression */
  public constructor({ levels = {}, suppressions = [] }: SecurityChecksProps = {}) {
    const problems = new Problems("SecurityChecks");
    checkRules([...Object.keys(levels), ...suppressions.map(({ rule }) => rule)], problems);
    suppressions.forEach((each) => checkSuppression(each, problems));
    problems.throwIfAny();
    this.levels = new Map(Object.entries(levels));
    this.suppressions = suppressions;
  }

  /**
   * Checks an app's stacks when they are synthesized. Call it when all of them are made, before `app.synth()`.
   *
   * @param scope an app, or one stack
   * @param props levels and suppressions, the same for each stack
   * @throws ValidationError if there is no stack, or as the constructor
   */
  public static addTo(scope: IConstruct, props?: SecurityChecksProps): void {
    const checks = new SecurityChecks(props);
    const stacks = scope.node.findAll().filter((node) => TerraformStack.isStack(node));
    const problems = new Problems("SecurityChecks");
    problems.check(stacks.length > 0, {
      rule: "there must be a stack to check",
      value: scope.node.path,
      remedy: "call SecurityChecks.addTo when all stacks are made, directly before app.synth()",
    });
    problems.throwIfAny();
    stacks.forEach((stack) => Aspects.of(stack).add(checks));
  }

  /** Called by cdktf for each construct. */
  public visit(node: IConstruct): void {
    if (TerraformStack.isStack(node)) {
      node.node.addValidation({ validate: () => this.validate(node) });
    }
  }

  private validate(stack: TerraformStack): string[] {
    const problems = new Problems(stack);
    const used = new Set<SecurityCheckSuppression>();
    for (const finding of this.findings(stack, problems)) {
      const suppression = this.suppressions.find((each) => covers(each, finding));
      if (suppression) {
        used.add(suppression);
      } else {
        this.report(stack, finding, problems);
      }
    }
    for (const suppression of used) {
      checkEnd(stack, suppression, problems);
    }
    return problems.all.map(describeProblem);
  }

  private findings(stack: TerraformStack, problems: Problems): readonly Finding[] {
    try {
      const text = JSON.stringify(stack.toTerraform(), (key, value: unknown) =>
        key === "//" ? undefined : value,
      );
      return checkStack(JSON.parse(text) as Record<string, unknown>);
    } catch (error) {
      problems.add({
        rule: "policies must be well-formed XML to be checked",
        value: error instanceof Error ? error.message : String(error),
        remedy: "write '&quot;' for quotes of C# in attributes, and '&lt;' for '<'",
      });
      return [];
    }
  }

  private report(stack: TerraformStack, finding: Finding, problems: Problems): void {
    const { id, title, address, problem } = finding;
    if (this.levels.get(id) === "warning") {
      Annotations.of(stack).addWarning(`${id}: ${address}: ${problem} (${title})`);
      return;
    }
    problems.add({
      rule: `${id}: ${title}`,
      value: `${address}: ${problem}`,
      remedy: "mend the resource, or accept the finding by a suppression with a reason and an end",
    });
  }
}

function covers({ rule, address = "*" }: SecurityCheckSuppression, finding: Finding): boolean {
  const pattern = address.split("*").map((text) => text.replaceAll(/[.[\]$^+?()|\\{}]/g, "\\$&"));
  return rule === finding.id && new RegExp(`^${pattern.join(".*")}$`).test(finding.address);
}

function checkRules(rules: readonly string[], problems: Problems): void {
  const known = HOUSE_CHECKS.map(({ id }): string => id);
  for (const rule of rules.filter((each) => !known.includes(each))) {
    problems.add({
      rule: `a rule must be one of ${known.join(", ")}`,
      value: rule,
      remedy: "correct its number, or remove it",
    });
  }
}

function checkSuppression({ rule, reason, expires }: SecurityCheckSuppression, problems: Problems): void {
  problems.check(reason.trim().length >= 20, {
    rule: `reason of the suppression of ${rule} must say in at least 20 characters why it is acceptable`,
    value: reason,
    remedy: "write the reason that you would give to a security reviewer",
  });
  checkedDay(problems, `expires of the suppression of ${rule}`, expires);
}

/** Only of those that something needs: what is not there any more cannot be too old. */
function checkEnd(
  stack: TerraformStack,
  { rule, expires }: SecurityCheckSuppression,
  problems: Problems,
): void {
  const today = SynthesisDate.tryOf(stack);
  const end = endOfDay(expires);
  problems.check(today !== undefined, {
    rule: `expires of the suppression of ${rule} needs a date to be judged against`,
    value: expires,
    remedy: SET_SYNTHESIS_DATE,
  });
  problems.check(today === undefined || (end !== undefined && end >= today), {
    rule: `the suppression of ${rule} has ended`,
    value: expires,
    remedy: "mend the resource, or have the risk accepted again with a new date",
  });
}
