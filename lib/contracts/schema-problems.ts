import Ajv2019, { type ErrorObject, type ValidateFunction } from "ajv/dist/2019";
import type { ContractProblem } from "./contract-error";
import { CONTRACT_SCHEMA } from "./contract-schema";
import { jsonPointer } from "./json-pointer";

type Finding = Omit<ContractProblem, "file">;

let compiled: ValidateFunction | undefined;

/** What the schema refuses of a contract, each with the member and a remedy. */
export function schemaProblems(contract: unknown): readonly Finding[] {
  compiled ??= new Ajv2019({
    allErrors: true,
    verbose: true,
    discriminator: true,
    strictTypes: false,
    strictRequired: false,
    // A test does, so that not every synthesis has to: it takes as long as the rest.
    meta: false,
    validateSchema: false,
    formats: { date: isDay },
  }).compile(CONTRACT_SCHEMA);
  if (compiled(contract)) {
    return [];
  }
  const errors = (compiled.errors ?? []).filter(({ keyword }) => !SUMMARIES.includes(keyword));
  return errors.map(findingOf);
}

/** Errors that only say that another one was found. */
const SUMMARIES = ["oneOf", "propertyNames"];

/** Whether there is such a day: the parser of dates takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

function findingOf(error: ErrorObject): Finding {
  const { instancePath: pointer, data, propertyName } = error;
  if (propertyName !== undefined) {
    return {
      pointer: `${pointer}${jsonPointer([propertyName])}`,
      rule: `must be the ${description(error)}`,
      value: propertyName,
      remedy: "rename it",
    };
  }
  return { pointer, ...worded(error, data) };
}

/** In the order in which a reader needs it: what must hold, what is there, what to do. */
function worded(error: ErrorObject, data: unknown): Omit<Finding, "pointer"> {
  const params = error.params as Readonly<Record<string, unknown>>;
  const about = description(error);
  switch (error.keyword) {
    case "required": {
      const member = String(params.missingProperty);
      return { rule: `needs member '${member}'`, remedy: `add it: ${describe(member, error.parentSchema)}` };
    }
    case "dependentRequired":
      return {
        rule: `member '${String(params.property)}' goes with '${String(params.missingProperty)}'`,
        remedy: "give both or neither",
      };
    case "additionalProperties": {
      const known = Object.keys((error.parentSchema?.properties ?? {}) as object);
      return {
        rule: `has no member '${String(params.additionalProperty)}'`,
        remedy: `remove it, or write one of ${known.filter((name) => name !== "$schema").join(", ")}`,
      };
    }
    case "discriminator":
      return {
        rule: "kind must be subscriptionKey, application or certificate",
        value: params.tagValue,
        remedy: "name the credential",
      };
    case "type":
      return { rule: `must be ${typeWords(params.type)}`, value: data, remedy: `write ${about}` };
    case "enum":
      return {
        rule: `must be one of ${(params.allowedValues as readonly string[]).join(", ")}`,
        value: data,
        remedy: `choose ${about}`,
      };
    case "pattern":
    case "format":
      return { rule: `must be ${about}`, value: data, remedy: "correct it" };
    case "maxLength":
      return {
        rule: `must be at most ${String(params.limit)} characters long`,
        value: data,
        remedy: "shorten it",
      };
    case "minLength":
      return { rule: "must not be empty", value: data, remedy: `write ${about}` };
    case "minimum":
      return { rule: `must be at least ${String(params.limit)}`, value: data, remedy: `write ${about}` };
    case "exclusiveMinimum":
      return { rule: `must be above ${String(params.limit)}`, value: data, remedy: `write ${about}` };
    case "minItems":
    case "minProperties":
      return { rule: "must not be empty", remedy: `write ${about}, or leave it out where that is allowed` };
    case "uniqueItems":
      return { rule: "must have each item once", value: data, remedy: "remove the second one" };
    default:
      return { rule: error.message ?? error.keyword, value: data, remedy: "see the schema" };
  }
}

function description({ parentSchema, schema }: ErrorObject): string {
  const own = (parentSchema as { readonly description?: string } | undefined)?.description;
  return (
    own ?? (schema as { readonly description?: string } | undefined)?.description ?? "what the schema says"
  );
}

function describe(member: string, parent: ErrorObject["parentSchema"]): string {
  const properties = (parent?.properties ?? {}) as Readonly<
    Record<string, { readonly description?: string }>
  >;
  return properties[member]?.description ?? "see the schema";
}

function typeWords(type: unknown): string {
  return type === "integer"
    ? "a whole number"
    : type === "array" || type === "object"
      ? `an ${type}`
      : `a ${String(type)}`;
}
