import { CognitiveAccountRaiPolicy } from "@cdktf/provider-azurerm/lib/cognitive-account-rai-policy";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { NAME_RULES } from "../private";
import type { Problems } from "../validation";

/** Severity from which content is blocked: `Low` blocks more than `Medium`. */
export type BlockedSeverity = "Low" | "Medium";

/** A content filter (Azure: RAI policy) that deployments of its account can use. */
export interface IContentFilter extends IConstruct {
  /** Name in Azure. */
  readonly name: string;
}

/**
 * How much a content filter blocks. Each severity can be lowered to block more; none can be switched off.
 *
 * Source: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
 */
export interface ContentFilterOptions {
  /** Attacks on people or groups for what they are, in prompts and completions. @default "Medium" */
  readonly hate?: BlockedSeverity;
  /** Sexual content, in prompts and completions. @default "Medium" */
  readonly sexual?: BlockedSeverity;
  /** Descriptions of violence and weapons, in prompts and completions. @default "Medium" */
  readonly violence?: BlockedSeverity;
  /** Self-harm and suicide, in prompts and completions. @default "Medium" */
  readonly selfHarm?: BlockedSeverity;
}

/** What the account knows when it makes a content filter. */
export interface ContentFilterProps extends ContentFilterOptions {
  readonly name: string;
  readonly cognitiveAccountId: string;
  /** Writes to the account that come first. */
  readonly dependsOn: ITerraformDependable[];
  readonly provider?: TerraformProvider;
}

/**
 * Attack and copyright detectors that always block. They know no severities, yet azurerm before 5.0 demands one. The
 * service ignores it, and what it gives back is not compared: it may be none.
 *
 * Source: https://github.com/hashicorp/terraform-provider-azurerm/issues/28653
 */
const DETECTORS = [
  { source: "Prompt", name: "Jailbreak" },
  { source: "Prompt", name: "Indirect Attack" },
  { source: "Completion", name: "Protected Material Text" },
  { source: "Completion", name: "Protected Material Code" },
] as const;

/**
 * Blocks harmful prompts and completions, attempts to override the system message (user prompts and documents
 * alike) and protected material. Made by `OpenAiAccount.addContentFilter`.
 *
 * Source: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
 */
export class ContentFilter extends Construct implements IContentFilter {
  public readonly name: string;
  /** The RAI policy itself, for what this class does not offer. */
  public readonly resource: CognitiveAccountRaiPolicy;

  public constructor(scope: Construct, id: string, props: ContentFilterProps) {
    super(scope, id);
    const harms = [
      { name: "Hate", severityThreshold: props.hate ?? "Medium" },
      { name: "Sexual", severityThreshold: props.sexual ?? "Medium" },
      { name: "Violence", severityThreshold: props.violence ?? "Medium" },
      { name: "Selfharm", severityThreshold: props.selfHarm ?? "Medium" },
    ];
    const filters = [
      ...["Prompt", "Completion"].flatMap((source) => harms.map((harm) => ({ ...harm, source }))),
      ...DETECTORS.map((detector) => ({ ...detector, severityThreshold: "Medium" })),
    ];
    this.resource = new CognitiveAccountRaiPolicy(this, "Resource", {
      name: props.name,
      cognitiveAccountId: props.cognitiveAccountId,
      basePolicyName: "Microsoft.DefaultV2",
      // Content is held back until it was checked; the asynchronous mode would let it out first.
      mode: "Blocking",
      contentFilter: filters.map((filter) => ({ ...filter, filterEnabled: true, blockEnabled: true })),
      lifecycle: {
        ignoreChanges: filters.flatMap(({ name }, index) =>
          DETECTORS.some((detector) => detector.name === name)
            ? [`content_filter[${index}].severity_threshold`]
            : [],
        ),
      },
      dependsOn: props.dependsOn,
      provider: props.provider,
    });
    // From the resource, so that a deployment that uses the filter is created after it.
    this.name = this.resource.name;
  }
}

const HARMS = ["hate", "sexual", "violence", "selfHarm"] as const;
const SEVERITIES: readonly BlockedSeverity[] = ["Low", "Medium"];

/** @internal Adds what is wrong with a content filter. */
export function checkContentFilter(problems: Problems, name: string, options: ContentFilterOptions): void {
  for (const harm of HARMS) {
    const { [harm]: severity = "Medium" } = options;
    // Azure knows "High", which lets more pass than its own default.
    problems.check(SEVERITIES.includes(severity), {
      rule: `${harm} must be blocked from severity ${SEVERITIES.join(" or ")} on`,
      value: severity,
      remedy: "leave it out to block from Medium on",
    });
  }
  problems.checkPattern(name, NAME_RULES.modelDeployment.pattern, {
    rule: `name of a content filter must be ${NAME_RULES.modelDeployment.words}`,
    remedy: "shorten or change it",
  });
  problems.checkPattern(name, /^(?!Microsoft\.)/i, {
    rule: "name of a content filter must not start with 'Microsoft.'",
    remedy: "choose another: those are Azure's own policies",
  });
}
