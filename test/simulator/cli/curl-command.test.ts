import { spawnSync } from "node:child_process";
import { type CurlCall, curlCommand, curlForLocation } from "../../../simulator/cli/curl-command";

const CALL: CurlCall = {
  url: "https://localhost:8443/a?b=c&d",
  method: "GET",
  caFile: "ca.pem",
  headers: [],
};

/** The arguments as a shell understands them. */
function argumentsOf(command: string): readonly string[] {
  const { stdout } = spawnSync("sh", ["-c", `curl() { printf '%s\\0' "$@"; }; ${command}`], {
    encoding: "utf8",
  });
  return stdout.split("\0").slice(0, -1);
}

describe("curlCommand", () => {
  it("names the CA and the URL", () => {
    expect(argumentsOf(curlCommand(CALL))).toEqual(["-i", "--cacert", "ca.pem", CALL.url]);
  });

  it("passes on what a shell would read differently", () => {
    const command = curlCommand({ ...CALL, headers: ["X: it's $HOME `id` \\"], caFile: "a b/ca.pem" });
    expect(argumentsOf(command)).toEqual(expect.arrayContaining(["a b/ca.pem", "X: it's $HOME `id` \\"]));
  });

  it("sends a body as JSON", () => {
    const command = curlCommand({ ...CALL, method: "POST", body: { a: "it's" } });
    expect(argumentsOf(command)).toEqual(
      expect.arrayContaining(["Content-Type: application/json", "-d", `{"a":"it's"}`]),
    );
  });

  it.each([
    ["a method that curl does not choose itself", { method: "DELETE" }, ["-X", "DELETE"]],
    ["an address of its own", { address: "192.0.2.1" }, ["--connect-to", ":8443:192.0.2.1:8443"]],
    [
      "a certificate",
      { certificate: { chainFile: "c.pem", keyFile: "k.pem" } },
      ["--cert", "c.pem", "--key", "k.pem"],
    ],
  ])("gives %s", (_, change, expected) => {
    expect(argumentsOf(curlCommand({ ...CALL, ...change }))).toEqual(expect.arrayContaining(expected));
  });

  it("ends the URL with what a variable holds", () => {
    const command = `place='/queued/a b'; ${curlCommand({ ...CALL, url: "https://localhost:8443", variable: "place" })}`;
    expect(argumentsOf(command).at(-1)).toBe("https://localhost:8443/queued/a b");
  });
});

describe("curlForLocation", () => {
  it.each(["location", "Location"])(
    "keeps the place that the answer names as %s, and prints the answer",
    (name) => {
      const answer = `HTTP/1.1 202 Accepted\r\n${name}: /queued/1\r\nX-Location: /other\r\n\r\n{"id":"1"}`;
      const { stdout } = spawnSync(
        "sh",
        [
          "-c",
          `curl() { printf '%s' "$ANSWER"; }; ${curlForLocation(CALL, "place")}; printf '%s' "<$place>"`,
        ],
        { encoding: "utf8", env: { PATH: process.env.PATH, ANSWER: answer } },
      );
      expect(stdout).toBe(`${answer}\n</queued/1>`);
    },
  );
});
