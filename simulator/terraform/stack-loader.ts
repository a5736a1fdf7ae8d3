import type { StackModel } from "../model";
import { convertAccounts } from "./account-conversion";
import { refuseMalformedArguments } from "./argument-formats";
import { assumedGateways } from "./assumed-gateway";
import { refuseLostUpdates } from "./azapi-updates";
import { convertContainerApps } from "./container-app-conversion";
import { Conversion } from "./conversion";
import { convertApplications, convertIdentities, convertRoleAssignments } from "./entra-conversion";
import { CHILD_TYPES, convertGateways } from "./gateway-conversion";
import { refuseUnknownArguments } from "./known-arguments";
import { refuseMissingTargets } from "./missing-targets";
import { overlappingOperations } from "./overlapping-operations";
import { refuseLargePolicies } from "./policy-size";
import type { Resource } from "./resource";
import { IRRELEVANT_ARM_TYPES, IRRELEVANT_TYPES, MODELLED_ARM_TYPES, MODELLED_TYPES } from "./resource-types";
import { convertServiceBusNamespaces } from "./service-bus-conversion";
import { StackLoadError, type StackProblem, StackProblems } from "./stack-problems";
import { readStackDocuments } from "./stack-reader";
import { type StackInputs, StackSet } from "./stack-set";
import { convertStorageAccounts } from "./storage-conversion";
import { refuseDuplicates, refuseTakenIds } from "./uniqueness";
import { convertVaults, readVaultCertificates, VaultSecrets } from "./vault-conversion";
import { convertLogWorkspaces } from "./workspace-conversion";

/** What policies refer to by name, or read: its problems would be theirs, too. */
const NAMED_BY_POLICIES =
  /^(?:azapi_\w+|azurerm_api_management(?:_(?:backend|certificate|logger|named_value|policy_fragment))?)$/;

/** What stacks describe, as far as it can be read. */
export interface ReadStacks {
  readonly model: StackModel;
  /** With any, the model is not to be run. */
  readonly problems: readonly StackProblem[];
  /** Addresses with problems that policies may be wrong because of. */
  readonly unsettled: readonly string[];
}

/**
 * Reads synthesized stacks, and plans and states of others, and gives what they describe.
 * @param directories each one with a `cdk.tf.json`, or a `cdktf.out` with several, or a file that
 * `terraform show -json` wrote; references between stacks (`terraform_remote_state`) lead to the stacks loaded
 * together
 * @throws StackLoadError with every problem of all stacks: resources the simulator does not know, references
 * without a target, values it cannot compute, configuration that Azure would refuse
 */
export async function loadStacks(
  directories: string | readonly string[],
  inputs: StackInputs = {},
): Promise<StackModel> {
  const { model, problems } = await readStacks(directories, inputs);
  if (problems.length > 0) {
    throw new StackLoadError(problems);
  }
  return model;
}

/** The same, with the problems beside what could be read. */
export async function readStacks(
  directories: string | readonly string[],
  given: StackInputs = {},
): Promise<ReadStacks> {
  const problems = new StackProblems();
  const { documents: read, keys } = readStackDocuments([directories].flat(), problems);
  const inputs = keys.replacedIn(given);
  const assumed = inputs.assumeGateways === true ? assumedGateways(read) : [];
  const documents = [...read, ...assumed];
  const stacks = new StackSet(documents, inputs, problems);
  const conversion = new Conversion(stacks, problems);
  await readVaultCertificates(conversion);
  const { unknown, irrelevant, ignored } = classify(conversion, new Set(inputs.ignoredTypes));
  refuseMalformedArguments(conversion);
  refuseTakenIds(conversion);
  refuseLostUpdates(conversion);
  const roleAssignments = convertRoleAssignments(conversion);
  const vaults = convertVaults(conversion);
  const identities = convertIdentities(conversion);
  const secrets = new VaultSecrets(vaults, roleAssignments, inputs.secrets ?? {});
  const gateways = convertGateways(conversion, identities, secrets);
  for (const gateway of gateways) {
    refuseDuplicates(gateway, problems);
    refuseLargePolicies(gateway, problems);
  }
  const taken = refuseMissingTargets(conversion, gateways, {
    isKnown: (resource) => !unknown.has(resource),
    childTypes: CHILD_TYPES,
    assumedStacks: new Set(assumed.map(({ name }) => name)),
  });
  const model: StackModel = {
    gateways,
    accounts: convertAccounts(conversion),
    identities,
    vaults,
    serviceBusNamespaces: convertServiceBusNamespaces(conversion),
    storageAccounts: convertStorageAccounts(conversion),
    containerApps: convertContainerApps(conversion),
    logWorkspaces: convertLogWorkspaces(conversion),
    roleAssignments,
    applications: convertApplications(conversion),
    tenantIds: stacks.tenantIds,
    irrelevant,
    unusedIgnoredTypes: (inputs.ignoredTypes ?? []).filter((type) => !ignored.has(type)),
    assumptions: [...stacks.assumptions, ...taken, ...overlappingOperations(gateways)],
  };
  const types = new Map(stacks.resources.map(({ address, type }) => [address, type]));
  const unsettled = new Set(
    problems.all
      .map(({ address }) => address)
      // What is not a resource is a file, of which anything may be missing.
      .filter((address) => NAMED_BY_POLICIES.test(types.get(address) ?? "azapi_resource")),
  );
  // Without a gateway there are no policies.
  return { model, problems: problems.all, unsettled: gateways.length === 0 ? [] : [...unsettled] };
}

/** Resources without a part in the model. */
interface Unmodelled {
  /** Nothing is known of them: they are reported, or left out because the inputs say so. */
  readonly unknown: ReadonlySet<Resource>;
  /** Addresses of those that no request notices, or that are left out. */
  readonly irrelevant: readonly string[];
  /** Types that are left out because the inputs say so. */
  readonly ignored: ReadonlySet<string>;
}

/**
 * Every managed resource is modelled, with every argument that it has, or irrelevant for a stated reason, or
 * refused.
 */
function classify(conversion: Conversion, ignoredTypes: ReadonlySet<string>): Unmodelled {
  const irrelevant: string[] = [];
  const unknown = new Set<Resource>();
  const ignored = new Set<string>();
  for (const resource of conversion.stacks.resources.filter(({ mode }) => mode === "managed")) {
    const { address, type } = resource;
    const reader = conversion.read(resource);
    const isAzapi = type === "azapi_resource" || type === "azapi_update_resource";
    const armType = isAzapi ? (reader.string("type").split("@")[0] ?? "") : undefined;
    const known =
      armType === undefined ? MODELLED_TYPES.get(type) : MODELLED_ARM_TYPES.get(armType.toLowerCase());
    const isIrrelevant =
      armType === undefined ? IRRELEVANT_TYPES.has(type) : IRRELEVANT_ARM_TYPES.has(armType.toLowerCase());
    if (known !== undefined) {
      refuseUnknownArguments(reader, known);
    } else if (isIrrelevant || ignoredTypes.has(armType ?? type)) {
      if (ignoredTypes.has(armType ?? type)) {
        unknown.add(resource);
        ignored.add(armType ?? type);
      }
      irrelevant.push(address);
    } else {
      unknown.add(resource);
      conversion.problems.add(
        address,
        `${armType === undefined ? `resource type '${type}'` : `azapi type '${armType}'`} is not supported by the simulator`,
      );
    }
  }
  return { unknown, irrelevant, ignored };
}
