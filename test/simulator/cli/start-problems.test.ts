import { PolicyDocumentError, StackLoadError } from "../../../simulator";
import { startProblems } from "../../../simulator/cli/start-problems";

describe("startProblems", () => {
  it("groups what is wrong with stacks by resource", () => {
    const error = new StackLoadError([
      { address: "a.one", message: "first" },
      { address: "b.two", message: "other" },
      { address: "a.one", message: "second" },
    ]);
    expect(startProblems(error)).toBe(
      "The simulator cannot run these stacks as they are written: 3 problems.\n" +
        "\na.one\n  - first\n  - second\n\nb.two\n  - other",
    );
  });

  it("says how types that the simulator does not know are left out, all of them", () => {
    const unsupported = (type: string): string => `${type} is not supported by the simulator`;
    const error = new StackLoadError([
      { address: "a_b.one", message: unsupported("resource type 'a_b'") },
      { address: "a_b.two", message: unsupported("resource type 'a_b'") },
      { address: "azapi_resource.c", message: unsupported("azapi type 'Microsoft.C/d'") },
      { address: "a_b.three", message: "argument 'x' is not supported: for a reason" },
    ]);
    expect(startProblems(error)?.split("\n").at(-1)).toBe(
      "Types that no request of the gateway reaches can be left out: --ignore a_b --ignore Microsoft.C/d",
    );
  });

  it("does not offer to leave out a part of a gateway, which may guard it", () => {
    const unsupported = (type: string): string => `${type} is not supported by the simulator`;
    const error = new StackLoadError([
      { address: "a_b.one", message: unsupported("resource type 'a_b'") },
      { address: "c.d", message: unsupported("resource type 'azurerm_api_management_workspace_policy'") },
      { address: "azapi_resource.c", message: unsupported("azapi type 'Microsoft.ApiManagement/service/x'") },
    ]);
    expect(startProblems(error)?.split("\n\n").slice(-2)).toEqual([
      "Types that no request of the gateway reaches can be left out: --ignore a_b",
      "Types of API Management may guard or answer: without azurerm_api_management_workspace_policy, " +
        "Microsoft.ApiManagement/service/x it would be another gateway than the deployed one.",
    ]);
  });

  it.each([
    ["EACCES", "this user may not write there"],
    ["EROFS", "the file system is read-only"],
    ["ENOSPC", "the disk is full"],
  ])("tells a folder that cannot be written from a port: %s", (code, cause) => {
    const error = Object.assign(new Error(code), { code, syscall: "mkdir", path: "stack/simulator-1" });
    expect(startProblems(error)).toMatch(`stack/simulator-1 cannot be written: ${cause}.`);
  });

  it("tells a cause that resources share once, with the resources below it", () => {
    const error = new StackLoadError([
      { address: "a.one", message: "shared" },
      { address: "b.two", message: "other" },
      { address: "b.two", message: "shared" },
    ]);
    expect(startProblems(error)).toBe(
      "The simulator cannot run these stacks as they are written: 3 problems.\n" +
        "\nshared\n  - a.one\n  - b.two\n\nb.two\n  - other",
    );
  });

  it("tells the place of a policy's problem once", () => {
    const problem = {
      address: "api.policy",
      section: "inbound" as const,
      line: 2,
      column: 3,
      element: "jsonp",
    };
    const error = new PolicyDocumentError([
      { ...problem, problem: "is not a policy that the simulator runs" },
    ]);
    expect(startProblems(error)).toBe(
      "The simulator cannot run these stacks as they are written: 1 problem.\n" +
        "\napi.policy\n  - inbound, line 2, column 3: <jsonp> is not a policy that the simulator runs",
    );
  });

  it.each([
    ["EADDRINUSE", "Port 8443 of 127.0.0.1 is taken."],
    ["EACCES", "Port 8443 is not allowed to this user."],
    ["EADDRNOTAVAIL", "This machine has no address '127.0.0.1' to listen on."],
  ])("says %s in one line, with a way out", (code, beginning) => {
    const text = startProblems(
      Object.assign(new Error("listen"), { code, port: 8443, address: "127.0.0.1" }),
    );
    expect(text).toMatch(new RegExp(`^${beginning.replaceAll(".", "\\.")} Choose .*\\.$`));
  });

  it("names an address that does not resolve", () => {
    const error = Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND", hostname: "999.1.1.1" });
    expect(startProblems(error)).toContain("This machine has no address '999.1.1.1' to listen on.");
  });

  it("says that a port leaves no room for those after it", () => {
    const error = Object.assign(new RangeError("options.port"), { code: "ERR_SOCKET_BAD_PORT" });
    expect(startProblems(error)).toContain("end at 65535. Choose a lower one");
  });

  it("leaves defects of the simulator alone", () => {
    expect(startProblems(new TypeError("x is undefined"))).toBeUndefined();
  });
});
