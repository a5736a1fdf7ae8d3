import { CognitiveDeployment } from "@cdktf/provider-azurerm/lib/cognitive-deployment";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { NAME_RULES } from "../private";
import type { Problems } from "../validation";
import type { IContentFilter } from "./content-filter";
import { DEPLOYMENT_SKU_NAMES, type DeploymentSku, isProvisionedSku } from "./deployment-sku";

/** Format of OpenAI's own models, as ARM writes it. @internal */
export const OPENAI_FORMAT = "OpenAI";

/** A model that an account serves under a name: the `{deployment-id}` of the data-plane URLs. */
export interface IModelDeployment {
  /** Name of the deployment: the `{deployment-id}`, compared without regard to case. */
  readonly name: string;
  /** Model, such as `gpt-5.4`. */
  readonly model: string;
  /** Version of the model, such as `2026-03-05`. */
  readonly modelVersion: string;
  /** Publisher, such as `OpenAI` or `Mistral AI`: models of others than OpenAI take a role more. @default "OpenAI" */
  readonly modelFormat?: string;
  /** Where prompts are processed, and what is billed. */
  readonly sku: DeploymentSku;
  /** Thousands of tokens per minute, or provisioned throughput units (PTU) if `isProvisioned`. */
  readonly capacity: number;
  /** As in {@link ModelDeploymentOptions}. @default - nothing was said against the schedule */
  readonly retiresOn?: string;
  /** Whether throughput is reserved, so that it should be used up before any that is billed by token. */
  readonly isProvisioned: boolean;
}

/** What a deployment is made of. */
export interface ModelDeploymentOptions {
  /** Model name, such as `gpt-5.4`. */
  readonly model: string;
  /** Model version, such as `2026-03-05`: without it Azure would choose one, and another one later. */
  readonly modelVersion: string;
  /**
   * Publisher, such as `OpenAI`, `Mistral AI` or `Meta`. Others than OpenAI need an account of kind `AIServices`, and
   * callers get a role beside Cognitive Services OpenAI User, which does not cover them: whoever deploys needs the
   * right to write role definitions.
   *
   * @default "OpenAI"
   */
  readonly modelFormat?: string;
  /** Where prompts are processed, and what is billed. @default "DataZoneStandard" */
  readonly sku?: DeploymentSku;
  /**
   * Thousands of tokens per minute; for provisioned SKUs, provisioned throughput units (PTU), of which each
   * model has a minimum and a step. At least 1; the subscription's quota is checked by Azure only.
   */
  readonly capacity: number;
  /**
   * When Azure may replace the model version. A version that is never upgraded stops working on its
   * retirement date. @default "NoAutoUpgrade"
   */
  readonly versionUpgrade?: "NoAutoUpgrade" | "OnceCurrentVersionExpired" | "OnceNewDefaultVersionAvailable";
  /**
   * Day from which Azure no longer serves the model, `YYYY-MM-DD`: an error from then on, a warning 90 days before.
   * For a model or a cloud that Microsoft's schedule does not know here, or once it has moved the day:
   * `az cognitiveservices model list` has it under `deprecation.inference`.
   *
   * @default - the schedule of 2026-09-15; a model that it does not name is not judged
   */
  readonly retiresOn?: string;
  /**
   * Content filter of the same account. @default - the account's strict filter, which is made on first use
   */
  readonly contentFilter?: IContentFilter;
}

/** What the account knows when it makes a deployment. */
export interface ModelDeploymentProps extends ModelDeploymentOptions {
  readonly name: string;
  readonly cognitiveAccountId: string;
  readonly contentFilter: IContentFilter;
  /** Writes to the account that come first. */
  readonly dependsOn: ITerraformDependable[];
  readonly provider?: TerraformProvider;
}

/**
 * A model deployment of an account. Made by `OpenAiAccount.addDeployment`.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/cognitive_deployment
 */
export class ModelDeployment extends Construct implements IModelDeployment {
  public readonly name: string;
  public readonly model: string;
  public readonly modelVersion: string;
  public readonly modelFormat: string;
  public readonly sku: DeploymentSku;
  public readonly capacity: number;
  /** As in {@link ModelDeploymentOptions}. @default - nothing was said against the schedule */
  public readonly retiresOn?: string;
  public readonly isProvisioned: boolean;
  /** The deployment itself, for what this class does not offer. */
  public readonly resource: CognitiveDeployment;

  public constructor(scope: Construct, id: string, props: ModelDeploymentProps) {
    super(scope, id);
    this.name = props.name;
    this.model = props.model;
    this.modelVersion = props.modelVersion;
    this.modelFormat = props.modelFormat ?? OPENAI_FORMAT;
    this.sku = props.sku ?? "DataZoneStandard";
    this.capacity = props.capacity;
    this.retiresOn = props.retiresOn;
    this.isProvisioned = isProvisionedSku(this.sku);
    this.resource = new CognitiveDeployment(this, "Resource", {
      name: this.name,
      cognitiveAccountId: props.cognitiveAccountId,
      model: { format: this.modelFormat, name: this.model, version: this.modelVersion },
      sku: { name: this.sku, capacity: this.capacity },
      versionUpgradeOption: props.versionUpgrade ?? "NoAutoUpgrade",
      raiPolicyName: props.contentFilter.name,
      dependsOn: props.dependsOn,
      provider: props.provider,
    });
  }
}

/**
 * @internal Adds what is wrong with a deployment by itself; what it takes of its account, the account checks.
 */
export function checkModelDeployment(
  problems: Problems,
  { name, model, modelVersion, sku, capacity }: Omit<IModelDeployment, "isProvisioned">,
): void {
  problems.checkLiteral(name, NAME_RULES.modelDeployment.pattern, {
    rule: `name of a deployment must be a literal of ${NAME_RULES.modelDeployment.words}`,
    remedy: "shorten or change it; routes and limits are built from it",
  });
  problems.checkPattern(model, /^[\w.-]+$/, {
    rule: "model must be a model name",
    remedy: "write it as the model catalog does, such as gpt-5.4",
  });
  problems.checkPattern(modelVersion, /^[\w.-]+$/, {
    rule: "modelVersion must be a version",
    remedy: "write it as the model catalog does, such as 2026-03-05",
  });
  problems.check(DEPLOYMENT_SKU_NAMES.includes(sku), {
    rule: `sku must be one of ${DEPLOYMENT_SKU_NAMES.join(", ")}`,
    value: sku,
    remedy: "choose one of them",
  });
  problems.checkRange(capacity, 1, Number.MAX_SAFE_INTEGER, {
    rule: "capacity must be a whole number of at least 1",
    remedy: "give thousands of tokens per minute, or provisioned throughput units",
  });
}
