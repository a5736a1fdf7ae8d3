import {
  type ComputationContext,
  computedAttribute,
  type KeyVaultCertificateContent,
} from "./computed-attributes";
import { dataSourceAttribute } from "./data-source-attributes";
import { deterministicGuid } from "./deterministic-value";
import { distinctlyNamed } from "./document-names";
import { budgeted } from "./hcl-budget";
import { HclEvaluationError } from "./hcl-evaluation-error";
import { evaluateHcl, evaluateJson, HclNamespace } from "./hcl-evaluator";
import { parseTemplate } from "./hcl-parser";
import { type HclObject, hclString, type HclValue, isHclList, isHclObject } from "./hcl-value";
import { PlannedReference, PlannedUnknown } from "./known-after-apply";
import { referenceAssumptions } from "./reference-assumptions";
import { Resource } from "./resource";
import { ResourceSeeds } from "./resource-seeds";
import { IRRELEVANT_TYPES } from "./resource-types";
import type { JsonObject, StackBlock, StackDocument } from "./stack-document";
import type { StackProblems } from "./stack-problems";

/** What a stack takes from outside. */
export interface StackInputs {
  /** Values of Terraform variables by name, for all stacks. @default - the variables' own defaults */
  readonly variables?: Readonly<Record<string, unknown>>;
  /**
   * Attributes of data sources that name objects outside the loaded stacks, by address
   * (`data.azurerm_key_vault_secret.root_ca`). @default - what can be known from the arguments
   */
  readonly dataSources?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /**
   * Values of Key Vault secrets in vaults that the stacks do not create, by URL without version
   * (`https://<vault>.vault.azure.net/secrets/<name>`). @default - none
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * Whether API Management services that the stacks publish on, and that none of them has, are assumed: doubles of the
   * platform, made of what the stacks tell. `Simulation.model.assumptions` says what was assumed. @default false
   */
  readonly assumeGateways?: boolean;
  /**
   * Resource types, or ARM types of `azapi_resource`, that no request of a gateway reaches: they are left out where
   * the simulator knows nothing of them. @default - none
   */
  readonly ignoredTypes?: readonly string[];
  /**
   * Tokens of connections of the credential manager, by `<provider>/<authorization>`, for `get-authorization-context`.
   * @default - none
   */
  readonly authorizations?: Readonly<
    Record<string, { readonly accessToken: string; readonly claims?: Readonly<Record<string, string>> }>
  >;
  /** Tenant of providers that name none. @default - a fixed id */
  readonly tenantId?: string;
  /** Subscription of providers that name none. @default - a fixed id */
  readonly subscriptionId?: string;
}

/** The resources of one or more stacks, whose references lead from one to the other. */
export class StackSet {
  public readonly resources: readonly Resource[];
  /** Certificates that vault certificates hold; filled before attributes that need them are read. */
  public readonly certificates = new Map<Resource, KeyVaultCertificateContent>();
  private readonly managed: readonly Resource[];
  private readonly scopes: readonly StackScope[];
  private readonly scopeByResource = new Map<Resource, StackScope>();
  private readonly seeds = new ResourceSeeds();

  public constructor(
    documents: readonly StackDocument[],
    private readonly inputs: StackInputs,
    private readonly problems: StackProblems,
  ) {
    const several = documents.length > 1;
    this.scopes = distinctlyNamed(documents).map((document) => new StackScope(document, inputs));
    this.resources = this.scopes.flatMap((scope, index) =>
      scope.document.blocks
        .filter((block) => block.type !== "terraform_remote_state")
        .map((block) => this.resource(scope, block, { several, ownName: documents[index]?.name ?? "" })),
    );
    this.managed = this.resources.filter((resource) => resource.mode === "managed");
    for (const scope of this.scopes) {
      scope.link((name, config) => this.producer(scope, name, config));
    }
  }

  /** Every tenant that a provider of the stacks works in. */
  public get tenantIds(): readonly string[] {
    return [...new Set(this.scopes.flatMap((scope) => scope.tenantIds()))];
  }

  /** What has been taken for what so far, in words. */
  public get assumptions(): readonly string[] {
    return this.scopes.flatMap((scope) => [
      ...(scope.document.assumptions ?? []),
      ...referenceAssumptions([...scope.assumedReferences]),
    ]);
  }

  /** Managed resources of a type. */
  public ofType(type: string): readonly Resource[] {
    return this.managed.filter((resource) => resource.type === type);
  }

  /** Resources and data sources of a type. */
  public ofTypeOrData(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** Tenant in which a resource's provider works. */
  public tenantIdOf(resource: Resource): string {
    return this.context(this.scopeOf(resource), resource).tenantId;
  }

  private resource(
    scope: StackScope,
    block: StackBlock,
    { several, ownName }: { readonly several: boolean; readonly ownName: string },
  ): Resource {
    const local =
      scope.document.isRecorded === true
        ? block.id
        : `${block.mode === "data" ? "data." : ""}${block.type}.${block.id}`;
    const address = several ? `${scope.document.name}/${local}` : local;
    for (const argument of ["count", "for_each"].filter((name) => name in block.config)) {
      this.problems.add(address, `'${argument}' is not supported; write one resource for each object`);
    }
    const resource: Resource = new Resource({
      block,
      stack: scope.document.name,
      seed: this.seeds.seedOf(scope.document, ownName, block),
      address,
      isRecorded: scope.document.isRecorded,
      evaluate: (json) => scope.evaluate(json),
      compute: (self, name) => this.compute(scope, self, name, local),
    });
    scope.add(resource);
    this.scopeByResource.set(resource, scope);
    return resource;
  }

  private compute(scope: StackScope, resource: Resource, name: string, local: string): HclValue | undefined {
    const context = this.context(scope, resource);
    if (resource.mode === "managed") {
      return computedAttribute(resource, name, context);
    }
    const given = this.inputs.dataSources?.[resource.address] ?? this.inputs.dataSources?.[local];
    // What Terraform has read already needs nobody to give it.
    const recorded = scope.document.isRecorded === true ? (resource.recorded as HclObject) : undefined;
    return dataSourceAttribute(resource, name, {
      ...context,
      given: (given as HclObject | undefined) ?? recorded,
      managed: this.managed,
      secrets: this.inputs.secrets ?? {},
    });
  }

  private context(scope: StackScope, resource: Resource): ComputationContext {
    const provider = scope.providerOf(resource);
    return {
      subscriptionId: provider.subscriptionId,
      tenantId: provider.tenantId,
      certificate: (vaultCertificate) => this.certificates.get(vaultCertificate),
    };
  }

  private scopeOf(resource: Resource): StackScope {
    const scope = this.scopeByResource.get(resource);
    if (scope === undefined) {
      throw new Error(`${resource.address} is of other stacks`);
    }
    return scope;
  }

  /** The stack whose state a `terraform_remote_state` reads: the one with the same backend settings. */
  private producer(consumer: StackScope, name: string, config: JsonObject): StackScope {
    const settings = (config["config"] ?? {}) as JsonObject;
    const matches = this.scopes.filter(
      ({ document: { backend } }) =>
        backend?.type === config["backend"] &&
        Object.keys(settings).length > 0 &&
        Object.entries(settings).every(
          ([key, value]) => JSON.stringify(backend?.config[key]) === JSON.stringify(value),
        ),
    );
    const [only] = matches;
    if (only === undefined || matches.length > 1) {
      const wanted = settingsText(config["backend"], settings);
      throw new HclEvaluationError(
        `data.terraform_remote_state.${name} of stack '${consumer.document.name}' reads the state at ${wanted}: ` +
          (only === undefined
            ? `no loaded stack keeps its state there; ${this.statePlaces(consumer)}. Load the stack that does, or give both the same settings`
            : "several loaded stacks keep theirs there; give each its own backend key"),
      );
    }
    return only;
  }

  private statePlaces(consumer: StackScope): string {
    const places = this.scopes
      .filter((scope) => scope !== consumer)
      .map(
        ({ document: { name, backend } }) =>
          `'${name}' keeps it at ${settingsText(backend?.type ?? "no backend", backend?.config ?? {})}`,
      );
    return places.length === 0 ? "no other stack is loaded" : places.join(", ");
  }
}

/** Settings of a backend, as people compare them. */
function settingsText(type: unknown, settings: JsonObject): string {
  const members = Object.entries(settings).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return [String(type), ...members].join(" ");
}

interface ProviderSettings {
  readonly tenantId: string;
  readonly subscriptionId: string;
}

/** The names of one stack. */
class StackScope {
  private readonly byAddress = new Map<string, Resource>();
  private readonly types = new Set<string>();
  private readonly resolvedLocals = new Map<string, HclValue>();
  private readonly pendingLocals = new Set<string>();
  private readonly pendingOutputs = new Set<string>();
  private readonly providers = new Map<string, ProviderSettings>();
  private findProducer: (name: string, config: JsonObject) => StackScope = () => this;

  /** Of a plan: what was read in place of values that are known after apply. */
  public readonly assumedReferences = new Set<PlannedReference>();

  public constructor(
    public readonly document: StackDocument,
    private readonly inputs: StackInputs,
  ) {}

  public add(resource: Resource): void {
    this.byAddress.set(
      this.document.isRecorded === true ? resource.id : `${resource.mode}.${resource.type}.${resource.id}`,
      resource,
    );
    this.types.add(`${resource.mode}.${resource.type}`);
  }

  public link(findProducer: (name: string, config: JsonObject) => StackScope): void {
    this.findProducer = findProducer;
  }

  public evaluate(json: unknown): HclValue {
    if (this.document.isRecorded === true) {
      return this.recorded(json);
    }
    return budgeted(() =>
      evaluateJson(json, (text) => evaluateHcl(parseTemplate(text), (name) => this.name(name))),
    );
  }

  /** A value of a plan or state. @throws HclEvaluationError if it is known after apply only */
  private recorded(json: unknown): HclValue {
    if (json instanceof PlannedReference) {
      const resource = this.byAddress.get(json.address);
      if (resource === undefined) {
        throw new HclEvaluationError(`${json.address} is not in '${this.document.name}'`);
      }
      this.assumedReferences.add(json);
      const attribute = resource.get(json.attribute);
      // Roles are assigned to whatever runs beside a gateway, too.
      return attribute === undefined && PRINCIPAL_ID.test(json.text) && IRRELEVANT_TYPES.has(resource.type)
        ? deterministicGuid(`${resource.seed}/${json.text}`)
        : plannedValue(json, attribute ?? resource.attribute(json.attribute));
    }
    if (json instanceof PlannedUnknown) {
      throw new HclEvaluationError(json.reason);
    }
    if (Array.isArray(json)) {
      return json.map((item) => this.recorded(item));
    }
    return typeof json === "object" && json !== null
      ? Object.fromEntries(Object.entries(json).map(([name, item]) => [name, this.recorded(item)]))
      : (json as HclValue);
  }

  /** @throws HclEvaluationError for an output that the stack does not have */
  public output(name: string): HclValue {
    const output = this.document.outputs.get(name);
    if (output === undefined) {
      throw new HclEvaluationError(`stack '${this.document.name}' has no output '${name}'`);
    }
    if (this.pendingOutputs.has(name)) {
      throw new HclEvaluationError(`output '${name}' of stack '${this.document.name}' refers to itself`);
    }
    this.pendingOutputs.add(name);
    try {
      return this.evaluate(output["value"]);
    } finally {
      this.pendingOutputs.delete(name);
    }
  }

  public tenantIds(): readonly string[] {
    return this.document.providers
      .filter(({ name }) => name === "azurerm" || name === "azuread")
      .map(({ name, config }) => this.settings(name, config).tenantId);
  }

  /** Settings of the provider configuration that a resource uses: its `provider`, or its type's default. */
  public providerOf(resource: Resource): ProviderSettings {
    const reference = resource.metaArgument("provider");
    const [name = "", alias] = (
      typeof reference === "string"
        ? reference.replace(/^\$\{|\}$/g, "")
        : (resource.type.split("_")[0] ?? "")
    ).split(".");
    const key = `${name}.${alias ?? ""}`;
    let settings = this.providers.get(key);
    if (settings === undefined) {
      const provider = this.document.providers.find(
        (candidate) => candidate.name === name && candidate.config["alias"] === alias,
      );
      settings = this.settings(name, provider?.config ?? {});
      this.providers.set(key, settings);
    }
    return settings;
  }

  private settings(name: string, config: JsonObject): ProviderSettings {
    const setting = (key: string): string | undefined => {
      const value = config[key];
      return value === undefined ? undefined : hclString(this.evaluate(value));
    };
    // azuread and azapi follow the azurerm provider of their stack unless they name a tenant themselves.
    const sibling = this.document.providers.find((provider) => provider.name === "azurerm");
    const inherited = name === "azurerm" ? undefined : sibling?.config["tenant_id"];
    return {
      tenantId:
        setting("tenant_id") ??
        (inherited === undefined ? undefined : hclString(this.evaluate(inherited))) ??
        this.inputs.tenantId ??
        deterministicGuid("tenant"),
      subscriptionId:
        setting("subscription_id") ?? this.inputs.subscriptionId ?? deterministicGuid("subscription"),
    };
  }

  private name(name: string): HclValue | HclNamespace {
    switch (name) {
      case "var":
        return new Names((variable) => this.variable(variable));
      case "local":
        return new Names((local) => this.local(local));
      case "data":
        return new Names((type) => this.dataType(type));
      case "terraform":
        return { workspace: "default" };
      default:
        return this.type("managed", name);
    }
  }

  private type(mode: StackBlock["mode"], type: string): HclNamespace {
    if (!this.types.has(`${mode}.${type}`)) {
      throw new HclEvaluationError(
        `stack '${this.document.name}' has no ${mode === "data" ? "data." : ""}${type}`,
      );
    }
    return new Names((id) => {
      const resource = this.byAddress.get(`${mode}.${type}.${id}`);
      if (resource === undefined) {
        throw new HclEvaluationError(
          `stack '${this.document.name}' has no ${mode === "data" ? "data." : ""}${type}.${id}`,
        );
      }
      return resource;
    });
  }

  private dataType(type: string): HclNamespace {
    if (type !== "terraform_remote_state") {
      return this.type("data", type);
    }
    return new Names((id) => {
      const block = this.document.blocks.find(
        (candidate) => candidate.mode === "data" && candidate.type === type && candidate.id === id,
      );
      if (block === undefined) {
        throw new HclEvaluationError(`stack '${this.document.name}' has no data.${type}.${id}`);
      }
      const producer = this.findProducer(id, block.config);
      const outputs = new Names((output) => producer.output(output));
      return new Names((attribute) => {
        if (attribute !== "outputs") {
          throw new HclEvaluationError(`data.${type}.${id} has no attribute '${attribute}'`);
        }
        return outputs;
      });
    });
  }

  private variable(name: string): HclValue {
    const declaration = this.document.variables.get(name);
    if (declaration === undefined) {
      throw new HclEvaluationError(`stack '${this.document.name}' declares no variable '${name}'`);
    }
    const { variables = {} } = this.inputs;
    const given = Object.hasOwn(variables, name) ? variables[name] : declaration["default"];
    if (given === undefined) {
      throw new HclEvaluationError(`variable '${name}' has no value; pass it in 'variables'`);
    }
    return given as HclValue;
  }

  private local(name: string): HclValue {
    const resolved = this.resolvedLocals.get(name);
    if (resolved !== undefined) {
      return resolved;
    }
    if (!this.document.locals.has(name) || this.pendingLocals.has(name)) {
      const problem = this.pendingLocals.has(name) ? "refers to itself" : "does not exist";
      throw new HclEvaluationError(`local.${name} of stack '${this.document.name}' ${problem}`);
    }
    this.pendingLocals.add(name);
    try {
      const value = this.evaluate(this.document.locals.get(name));
      this.resolvedLocals.set(name, value);
      return value;
    } finally {
      this.pendingLocals.delete(name);
    }
  }
}

/** Ids that Azure draws for an identity. */
const PRINCIPAL_ID = /(?:^|\.)(?:principal|object|client)_id$/;

/** @throws HclEvaluationError if the attribute has nothing at the place */
function plannedValue({ address, text, path, end, suffix }: PlannedReference, attribute: HclValue): HclValue {
  const value = path.reduce<HclValue>((current, step) => {
    if (isHclList(current)) {
      return current[Number(step)] ?? null;
    }
    // A block that stands once is an object here.
    return step === "0" ? current : isHclObject(current) ? (current[step] ?? null) : null;
  }, attribute);
  if (path.length > 0 && value === null) {
    throw new HclEvaluationError(`${address} has no value for '${text}' that the simulator knows`);
  }
  if (suffix === "" && end === undefined) {
    return value;
  }
  const [kept = ""] = hclString(value).split(end ?? "\0");
  return `${kept}${suffix}`;
}

class Names extends HclNamespace {
  public constructor(private readonly resolve: (name: string) => HclValue | HclNamespace) {
    super();
  }

  public override attribute(name: string): HclValue | HclNamespace {
    return this.resolve(name);
  }
}
