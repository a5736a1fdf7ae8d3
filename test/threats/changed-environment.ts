import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AnnotationMetadataEntryType, App } from "cdktf";
import type { ApiSettings, EnvironmentSettings } from "../../stacks/environment-settings";
import { addEnvironmentStacks } from "../../stacks/environment-stacks";
import { AS_OF } from "../support/environments";
import * as environments from "../support/reference-environments";
import { type EnvironmentName, SimulatedEnvironment } from "../support/simulation";
import { synthesize, type SynthesizedStack } from "../support/synthesized-stack";

/** An environment of this repository, as somebody might edit its file. */
export class ChangedEnvironment {
  private constructor(private readonly settings: EnvironmentSettings) {}

  /** @param change settings that take the place of those in the file */
  public static of(name: EnvironmentName, change: Partial<EnvironmentSettings> = {}): ChangedEnvironment {
    const { budgets, ...settings } = { ...environments[name], ...change };
    return new ChangedEnvironment({ ...settings, budgets: budgets && ofClients(budgets, settings.clients) });
  }

  /**
   * @param apiName API of the environment
   * @param change options of it that take the place of those in the file; its clients are left out, since what
   * identifies them may be gone
   */
  public static ofApi(
    name: EnvironmentName,
    apiName: string,
    change: Partial<ApiSettings>,
    clients: EnvironmentSettings["clients"] = [],
  ): ChangedEnvironment {
    const { apis } = environments[name];
    if (!apis.some((api) => api.name === apiName)) {
      throw new Error(`no API '${apiName}' in ${name}`);
    }
    return ChangedEnvironment.of(name, {
      apis: apis.map((api) => (api.name === apiName ? { ...api, ...change } : api)),
      clients: [...(environments[name].clients ?? []).filter(({ api }) => api !== apiName), ...clients],
    });
  }

  /**
   * One API of an environment with its first account and nothing else that can be done without, for tests that need no
   * more: it takes a third of the time.
   *
   * @param change options of the API that take the place of those in the file
   * @param twin name and path of a second API that is the same otherwise @default - none
   */
  public static ofApiAlone(
    name: EnvironmentName,
    apiName: string,
    change: Partial<ApiSettings>,
    twin?: string,
  ): ChangedEnvironment {
    const { gateway, accounts } = environments[name];
    const { apis, ...settings } = ChangedEnvironment.ofApi(name, apiName, {
      modelEndpoints: undefined,
      queued: undefined,
      cache: undefined,
      ...change,
    }).settings;
    const alone = apis.filter((api) => api.name === apiName);
    const twins = twin === undefined ? [] : alone.map((api) => ({ ...api, name: twin, path: twin }));
    return ChangedEnvironment.of(name, {
      ...settings,
      apis: [...alone, ...twins],
      clients: [],
      accounts: accounts.slice(0, 1),
      gateway: { ...gateway, hostName: undefined, hostNameCertificateIssuer: undefined },
      alerts: undefined,
      certificateAuthorities: undefined,
      modelEndpoints: undefined,
      requestQueue: undefined,
    });
  }

  /** @throws Error with everything that is wrong with the settings */
  public synthesize(): SynthesizedStack {
    return this.inApp((app) => {
      const stack = synthesize(app).get(this.settings.name);
      if (stack === undefined) {
        throw new Error(`no stack '${this.settings.name}'`);
      }
      return stack;
    });
  }

  /** What synthesis would warn of. */
  public warnings(): readonly string[] {
    return this.inApp(({ node }) =>
      node
        .findAll()
        .flatMap((construct) => construct.node.metadata)
        .filter(({ type }) => type === String(AnnotationMetadataEntryType.WARN))
        .map(({ data }) => String(data)),
    );
  }

  private inApp<T>(use: (app: App) => T): T {
    const app = new App({ outdir: outputFolder() });
    addEnvironmentStacks(app, this.settings, AS_OF);
    return use(app);
  }

  public simulate(): Promise<SimulatedEnvironment> {
    const { json } = this.synthesize();
    return SimulatedEnvironment.start(this.settings.name as EnvironmentName, (original) => {
      Object.assign(original, structuredClone(json));
    });
  }
}

let output: string | undefined;

/** One for all, since each is read before the next is written: to make and to remove many takes longer. */
function outputFolder(): string {
  return (output ??= mkdtempSync(join(tmpdir(), "changed-environment-")));
}

/** Budgets of those owners who still have a client: whoever takes the last one away takes the budget away, too. */
function ofClients(
  { owners = {}, ...budgets }: NonNullable<EnvironmentSettings["budgets"]>,
  clients: EnvironmentSettings["clients"] = [],
): EnvironmentSettings["budgets"] {
  const teams = new Set(clients.map(({ contract }) => contract?.owner.team));
  return {
    ...budgets,
    owners: Object.fromEntries(Object.entries(owners).filter(([team]) => teams.has(team))),
  };
}
