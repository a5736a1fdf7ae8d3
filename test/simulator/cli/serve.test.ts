import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { StartReport } from "../../../simulator/cli/start-report";
import { startText } from "../../../simulator/cli/start-text";
import { referenceEnvironmentsFolder } from "../../support/environments";
import { apiStack } from "../support/api-stack";
import { policyXml } from "../support/gateway-models";
import { smallGateway } from "../support/small-gateway";
import { versionedStack, VERSIONING_SCHEMES } from "../support/versioned-stack";
import { writeStack } from "../terraform/stack-fixture";
import { callsIn, statusOfCurl } from "./printed-calls";
import { ServedSimulator } from "./served-simulator";

describe("the simulator's files for callers", () => {
  it("lie where they are told to, and not beside a plan that may be in a folder of others", async () => {
    const stack = writeStack("small", smallGateway());
    const files = join(mkdtempSync(join(tmpdir(), "files-")), "made");
    const before = readdirSync(stack);
    const simulator = new ServedSimulator(
      ["--stack", stack, "--port", "0", "--json", "--files", files],
      dirname(stack),
    );
    const { caFile } = JSON.parse((await simulator.prints(1))[0] ?? "") as StartReport;
    const beside = readdirSync(stack);
    await simulator.end();
    expect(dirname(dirname(resolve(caFile)))).toBe(files);
    expect(beside).toEqual(before);
  });
});

describe("the simulator's command, for an API of a version", () => {
  it.each(VERSIONING_SCHEMES)(
    "says where it is, and prints curl lines that behave as printed: %s",
    async (scheme) => {
      const stack = versionedStack(scheme);
      const simulator = new ServedSimulator(["--stack", stack, "--port", "0", "--json"], dirname(stack));
      const report = JSON.parse((await simulator.prints(1))[0] ?? "") as StartReport;
      const calls = callsIn(report);
      const statuses = await Promise.all(calls.map(({ command }) => statusOfCurl(command)));
      await simulator.end();
      expect(report.apis).toMatchObject([{ path: scheme === "Segment" ? "/api/v1" : "/api", unknown: [] }]);
      expect(statuses).toEqual([200, 401, 401]);
      expect(calls.map(({ status }) => status)).toEqual(statuses);
    },
  );
});

it("prints no value of a header that opens the deployed gateway, too", async () => {
  const stack = apiStack({
    apiPolicy: policyXml({
      inbound:
        `<check-header name="X-Azure-FDID" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="false"><value>door-1</value></check-header>` +
        `<return-response><set-status code="200" /></return-response>`,
    }),
  });
  const simulator = new ServedSimulator(["--stack", stack, "--port", "0", "--json"], dirname(stack));
  const [printed = ""] = await simulator.prints(1);
  const calls = callsIn(JSON.parse(printed) as StartReport);
  const statuses = await Promise.all(calls.map(({ command }) => statusOfCurl(command)));
  await simulator.end();
  expect(statuses).toEqual([200, 403, 403]);
  expect(printed).not.toContain("door-1");
});

test("a team's stack runs without the service that it publishes on", async () => {
  const service = { api_management_name: "apim-platform", resource_group_name: "rg-platform" };
  const api = {
    ...service,
    name: "team",
    revision: "1",
    display_name: "team",
    path: "team",
    protocols: ["https"],
  };
  const operation = { ...service, api_name: "team", operation_id: "get", display_name: "get", method: "GET" };
  const stack = writeStack("team", {
    resource: {
      azurerm_api_management_api: { api: { ...api, service_url: "https://team.example" } },
      azurerm_api_management_api_operation: { get: { ...operation, url_template: "/" } },
    },
  });
  const simulator = new ServedSimulator(
    ["--stack", stack, "--port", "0", "--json", "--assume-gateway"],
    dirname(stack),
  );
  const { assumptions } = JSON.parse((await simulator.prints(1))[0] ?? "") as StartReport;
  expect(await simulator.end()).toBe(0);
  expect(assumptions).toContainEqual(expect.stringContaining("apim-platform"));
});

describe.each(["dev", "prod"])("the simulator's command on stack %s", (stack) => {
  let simulator: ServedSimulator;
  let report: StartReport & { readonly event: string };

  beforeAll(async () => {
    simulator = new ServedSimulator(
      ["--stack", stack, "--port", "0", "--json"],
      referenceEnvironmentsFolder(),
    );
    report = JSON.parse((await simulator.prints(1))[0] ?? "") as typeof report;
  });

  it("reports what it started as one JSON object", () => {
    expect(report).toMatchObject({ event: "started", stacks: [stack] });
  });

  it("finds a way in to every API, and no authenticator without one", () => {
    expect(report.apis.map(({ ways, unknown }) => [ways.length > 0, unknown])).toEqual(
      report.apis.map(() => [true, []]),
    );
  });

  it("prints curl lines that behave as printed", async () => {
    const calls = callsIn(report);
    const statuses = await Promise.all(calls.map(({ command }) => statusOfCurl(command)));
    expect(statuses).toEqual(calls.map(({ status }) => status));
  });

  it("has lines that get in and lines that do not", () => {
    const statuses = new Set(callsIn(report).map(({ status }) => Math.floor(status / 100)));
    expect(statuses).toEqual(new Set([2, 4]));
  });

  it("reports each request as one JSON object", async () => {
    const before = (await simulator.prints(1)).length;
    await statusOfCurl(callsIn(report)[0]?.command ?? "");
    const line = (await simulator.prints(before + 1))[before] ?? "";
    expect(JSON.parse(line)).toMatchObject({
      event: "request",
      status: 200,
      caller: { client: callsIn(report)[0]?.client },
    });
  });

  it("fits into 100 columns, commands aside", () => {
    const text = startText(report, { names: [stack], others: ["other"] });
    // How long the path of a folder is, is not the simulator's to say.
    const prose = text
      .replaceAll(dirname(report.caFile), "")
      .split("\n")
      .filter((line) => !/^(curl|export| {2}-| {2}'https)/.test(line));
    expect(prose.filter((line) => line.length > 100)).toEqual([]);
  });

  it("exports what a program in any folder needs, and leaves its own ports out of the proxy", () => {
    const exported = startText(report, { names: [stack], others: [] }).match(/^export .*$/gm);
    expect(exported).toEqual([
      `export HTTPS_PROXY=${report.proxy} NO_PROXY=localhost,127.0.0.1`,
      `export NODE_EXTRA_CA_CERTS=${resolve(report.caFile)}`,
    ]);
  });

  it("says that it is for development and tests", () => {
    expect(startText(report, { names: [stack], others: [] })).toMatch(/^.*for development and tests only/);
  });

  // Once more is once: a test alone leaves nothing running.
  afterAll(() => simulator.end());

  it("ends with 0 when it is told to, and takes its files away", async () => {
    expect(await simulator.end()).toBe(0);
    expect(existsSync(report.caFile)).toBe(false);
  });
});
