import { readCommandLine, UsageError } from "../../../simulator/cli/command-line";

describe("readCommandLine", () => {
  it("has a default for everything", () => {
    expect(readCommandLine([])).toEqual({
      stacks: [],
      shown: [],
      ignoredTypes: [],
      assumeGateways: false,
      strict: false,
      port: 8443,
      host: "127.0.0.1",
      allClients: false,
      trace: false,
      json: false,
      help: false,
      version: false,
    });
  });

  it("reads every option", () => {
    const shown = [
      "--plan",
      "p.json",
      "--state",
      "s.json",
      "--ignore",
      "aws_vpc",
      "--assume-gateway",
      "--strict",
      "--region",
      "westeurope",
    ];
    const args = [
      "--stack",
      "a",
      "--stack",
      "b",
      ...shown,
      "--port",
      "0",
      "--host",
      "::1",
      "--all-clients",
      "--coverage",
      __filename,
      "--program",
      "node worker.js",
      "--files",
      "build",
      "--trace",
      "--json",
      "-h",
      "--version",
    ];
    expect(readCommandLine(args)).toEqual({
      stacks: ["a", "b"],
      shown: ["p.json", "s.json"],
      ignoredTypes: ["aws_vpc"],
      assumeGateways: true,
      strict: true,
      region: "westeurope",
      port: 0,
      host: "::1",
      coverage: __filename,
      program: "node worker.js",
      files: "build",
      allClients: true,
      trace: true,
      json: true,
      help: true,
      version: true,
    });
  });

  it.each([
    [["--port", "x"], "--port is 'x'; it must be a number from 0 to 65535."],
    [["--port", "65536"], "--port is '65536'; it must be a number from 0 to 65535."],
    [["--port", ""], "--port is ''; it must be a number from 0 to 65535."],
    [["--host", ""], "--host is empty; name an address, such as 127.0.0.1."],
    [["--program", ""], "--program is empty; name a command, such as 'node worker.js'."],
    [
      ["--coverage", "none.info"],
      "--coverage: there is no file none.info; 'npm run coverage:policies' writes one.",
    ],
    [["--files", ""], "--files is empty; name a directory."],
    [["--prot", "1"], "Unknown option '--prot'."],
    [
      ["dev"],
      "Unexpected argument 'dev'; name a plan with --plan, a state with --state, a stack with --stack.",
    ],
  ])("refuses %j", (args, message) => {
    expect(() => readCommandLine(args)).toThrow(new UsageError(message));
  });
});
