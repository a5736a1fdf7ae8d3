import { Construct, type IConstruct } from "constructs";
import type { ICertificateAuthority } from "../auth";
import { HOST_NAME, NAME_RULES } from "../private";
import { Problems, type SecurityControl, type SecurityOptOut, SecurityOptOuts } from "../validation";
import type { EndpointCredential } from "./endpoint-credential";

/** Operations that OpenAI-compatible servers have in common, in groups as APIs publish them. */
export type ModelEndpointOperation = "chat" | "completions" | "embeddings";

/** Every {@link ModelEndpointOperation}. */
export const MODEL_ENDPOINT_OPERATIONS: readonly ModelEndpointOperation[] = [
  "chat",
  "completions",
  "embeddings",
];

/** A service that speaks OpenAI's API and is not an Azure OpenAI account. */
export interface IModelEndpoint extends IConstruct {
  /** URL below which `/v1` lies, without a slash at its end; a literal. */
  readonly url: string;
  /** How the gateway proves itself. */
  readonly credential: EndpointCredential;
  /** Authorities that the service's certificate is checked against, beside the public ones. */
  readonly certificateAuthorities: readonly ICertificateAuthority[];
  /** What it speaks. */
  readonly operations: readonly ModelEndpointOperation[];
  /** Whether the gateway reaches it through its own network only. */
  readonly isPrivate: boolean;
  /** Models that it serves, in the order in which they were added. */
  readonly deployments: readonly EndpointDeployment[];
}

/** A service with models that is not an Azure OpenAI account. */
export interface ModelEndpointProps {
  /**
   * `https://<host>`, with port and path where it has them: requests go to `<url>/v1/chat/completions` and its like. A
   * literal, with a name and not an address, since the service's certificate is checked against it.
   */
  readonly url: string;
  /** How the gateway proves itself: a key or certificate of Key Vault by name, or a token of its identity. */
  readonly credential: EndpointCredential;
  /**
   * Authorities of your own that issued the service's certificate: `store.addCertificateAuthority(…)`. They go to the
   * gateway's store, which classic tiers have.
   *
   * @default - none: a public authority issued it
   */
  readonly certificateAuthorities?: readonly ICertificateAuthority[];
  /**
   * Groups of operations that it speaks. An API that publishes another group that runs models cannot have it as a
   * backend.
   *
   * @default ["chat", "completions", "embeddings"]
   */
  readonly operations?: readonly ModelEndpointOperation[];
  /** `model-endpoint-internet`: the service is reached over the internet. @default - through the gateway's network */
  readonly securityOptOuts?: readonly SecurityOptOut[];
}

/** A model that an endpoint serves under a public name. */
export interface EndpointDeployment extends EndpointDeploymentOptions {
  /** Public name, as clients ask for it. */
  readonly name: string;
}

/**
 * A model of an endpoint, under the name that callers use.
 *
 * Source: https://learn.microsoft.com/azure/api-management/openai-compatible-llm-api
 */
export interface EndpointDeploymentOptions {
  /** Model by the name that the service knows, such as `meta-llama/Llama-3.1-8B-Instruct` or `llama3.1:8b`. */
  readonly model: string;
  /** Tokens of prompt and answer together that the service takes (`--max-model-len` and its like), from 1. */
  readonly contextTokens: number;
  /** Tokens of an answer at most: a request for more is refused at the gateway. @default - `contextTokens` */
  readonly maxOutputTokens?: number;
}

const CONTROLS: readonly SecurityControl[] = ["model-endpoint-internet"];
const ENDPOINT_URL = /^https:\/\/([^/:@?#\s]+)(:\d{1,5})?((?:\/[A-Za-z0-9._~-]+)*)$/;
/** Goes into JSON and into a policy as it is. */
const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$/;
const AZURE_OPENAI_HOST = /\.(?:openai\.azure\.com|cognitiveservices\.azure\.com|services\.ai\.azure\.com)$/i;
const MAX_TOKENS = 999_999_999;

/**
 * A model service that is not an Azure OpenAI account but speaks OpenAI's API: vLLM, Ollama, TGI, llama.cpp, NIM, or
 * another vendor's. A backend of an API like an account, first choice, overflow or the only host of a model. Creates
 * nothing by itself: the network that leads there is the platform's.
 *
 * ```ts
 * const onPremises = new ModelEndpoint(this, "on-premises", {
 *   url: "https://models.corp.contoso.com",
 *   credential: EndpointCredential.key({ store, secretName: "on-premises-models" }),
 *   certificateAuthorities: store.addCertificateAuthority("corp", { pem: corpCaPem }),
 * });
 * onPremises.addDeployment("chat-small", { model: "llama3.1:8b", contextTokens: 32_768 });
 * gateway.addOpenAiApi("claims", { …, backends: [openAi, onPremises] });
 * ```
 *
 * Source: https://learn.microsoft.com/azure/api-management/openai-compatible-llm-api
 */
export class ModelEndpoint extends Construct implements IModelEndpoint {
  public readonly url: string;
  public readonly credential: EndpointCredential;
  public readonly certificateAuthorities: readonly ICertificateAuthority[];
  public readonly operations: readonly ModelEndpointOperation[];
  public readonly isPrivate: boolean;
  private readonly models: EndpointDeployment[] = [];

  /**
   * @param id also its name in names of API Management: 1 to 80 letters, digits or '-'
   * @throws ValidationError with everything that is wrong with `props`
   */
  public constructor(scope: Construct, id: string, props: ModelEndpointProps) {
    super(scope, id);
    const { operations = MODEL_ENDPOINT_OPERATIONS } = props;
    const problems = new Problems(this);
    const optOuts = new SecurityOptOuts(this, CONTROLS, props.securityOptOuts, problems);
    problems.checkLiteral(id, NAME_RULES.apiManagementChild.pattern, {
      rule: `id must be ${NAME_RULES.apiManagementChild.words}`,
      remedy: "shorten or change it: it is part of names in API Management",
    });
    checkUrl(props.url, problems);
    props.credential.check(problems);
    checkOperations(operations, problems);
    problems.throwIfAny();
    this.url = props.url;
    this.credential = props.credential;
    this.certificateAuthorities = [...(props.certificateAuthorities ?? [])];
    this.operations = [...operations];
    this.isPrivate = !optOuts.has("model-endpoint-internet");
  }

  public get deployments(): readonly EndpointDeployment[] {
    return [...this.models];
  }

  /**
   * Serves a model under a public name. A name that accounts of the same API have as well is one model for clients: the
   * request goes to whichever is preferred and well.
   *
   * @param name 2 to 64 letters, digits, '-', '_' or '.'
   * @throws ValidationError if the name is taken, or with everything that is wrong with the options
   */
  public addDeployment(name: string, options: EndpointDeploymentOptions): EndpointDeployment {
    const problems = new Problems(this, `deployment-${name}`);
    const { model, contextTokens, maxOutputTokens = contextTokens } = options;
    problems.checkLiteral(name, NAME_RULES.modelDeployment.pattern, {
      rule: `name must be ${NAME_RULES.modelDeployment.words}`,
      remedy: "shorten or change it",
    });
    problems.check(!this.models.some((known) => known.name.toLowerCase() === name.toLowerCase()), {
      rule: "names of deployments must be unique on an endpoint, without regard to case",
      value: name,
      remedy: "give each deployment its own name",
    });
    problems.checkLiteral(model, MODEL_NAME, {
      rule: "model must be a literal of 1 to 128 letters, digits and . _ : / @ + -",
      remedy: "give the service's model a name like that, as with --served-model-name",
    });
    problems.checkRange(contextTokens, 1, MAX_TOKENS, {
      rule: `contextTokens must be a whole number from 1 to ${MAX_TOKENS}`,
      remedy: "use what the service was started with",
    });
    problems.checkRange(maxOutputTokens, 1, contextTokens, {
      rule: "maxOutputTokens must be a whole number from 1 to contextTokens",
      remedy: "leave it out, or lower it",
    });
    problems.throwIfAny();
    const deployment = { name, model, contextTokens, maxOutputTokens };
    this.models.push(deployment);
    return deployment;
  }
}

function checkUrl(url: string, problems: Problems): void {
  problems.checkLiteral(url, ENDPOINT_URL, {
    rule: "url must be a literal https URL without a slash at its end, query or credentials",
    remedy: "write it as in 'https://models.corp.contoso.com'",
  });
  const [, host = "", , path = ""] = ENDPOINT_URL.exec(url) ?? [];
  problems.check(host === "" || HOST_NAME.pattern.test(host), {
    rule: `url must name a host: ${HOST_NAME.words}`,
    value: host,
    remedy: "use the name in the service's certificate: an address cannot be validated",
  });
  problems.check(!/\/v1$/i.test(path), {
    rule: "url must end before '/v1', which is added",
    value: url,
    remedy: "leave '/v1' out",
  });
  problems.check(!AZURE_OPENAI_HOST.test(host), {
    rule: "an Azure OpenAI account is not a model endpoint",
    value: host,
    remedy: "use OpenAiAccount, or OpenAiAccount.fromOpenAiAccountAttributes()",
  });
}

function checkOperations(operations: readonly ModelEndpointOperation[], problems: Problems): void {
  problems.check(operations.length > 0, {
    rule: "operations must not be empty",
    remedy: `leave it out, or choose from ${MODEL_ENDPOINT_OPERATIONS.join(", ")}`,
  });
  for (const operation of operations.filter((each) => !MODEL_ENDPOINT_OPERATIONS.includes(each))) {
    problems.add({
      rule: `operations of a model endpoint must be of ${MODEL_ENDPOINT_OPERATIONS.join(", ")}`,
      value: operation,
      remedy: "leave it out: what is kept or drawn elsewhere is for Azure OpenAI accounts",
    });
  }
}
