import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { programArguments, simulatingProgram } from "../support/program";
import { referenceStacksFolder } from "../support/reference-stacks";

const ROOT = resolve(__dirname, "../..");
const SERVED = join(ROOT, "cdktf.out/clients");

interface ProgramRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  /** Lines of its standard error, but npm's own. */
  readonly messages: readonly string[];
}

function readmeOf(client: string): string {
  return readFileSync(join(ROOT, "examples/clients", client, "README.md"), "utf8");
}

/** The line of a README that starts its client, as it stands there. */
function lineOf(client: string): string {
  const [, line = ""] = /^```console\n(\(set -a.*)$/m.exec(readmeOf(client)) ?? [];
  return line;
}

/** The same line without npx and tsx, which cost each client a second more: one is enough to see them. */
function quickLineOf(client: string): string {
  const args = programArguments(`examples/clients/${client}/main.ts`);
  return lineOf(client).replace("npx tsx main.ts", ["node", ...args].join(" "));
}

/** Lines for curl below a heading of docs/clients.md, with those before the first heading, as they stand there. */
function curlLinesOf(heading: string): string {
  const page = readFileSync(join(ROOT, "docs/clients.md"), "utf8");
  const [, block = ""] = /^## curl$[^]*?^```console\n([^]*?)^```$/m.exec(page) ?? [];
  const [first = "", ...sections] = block.split("\n\n");
  const section = sections.find((lines) => new RegExp(`^# ${heading}\\b`).test(lines));
  return section === undefined ? "" : `${first}\n${section}`;
}

/** What the page takes as given: its variables and files, `az` as signed in, and `jq`, for texts, where it is not installed. */
function givenFor(client: string): string {
  return `set -a; . '${join(SERVED, `${client}.env`)}'; CURL_CA_BUNDLE=$NODE_EXTRA_CA_CERTS; set +a
ENDPOINT=$AZURE_OPENAI_ENDPOINT DEPLOYMENT=$AZURE_OPENAI_DEPLOYMENT SCOPE=$GATEWAY_SCOPE KEY=$AZURE_OPENAI_API_KEY
TENANT_ID=$AZURE_TENANT_ID PUBLIC_CLIENT_ID=$AZURE_CLIENT_ID
[ -z "$CLIENT_KEY" ] || cp "$CLIENT_CERTIFICATE" client-with-intermediates.pem
[ -z "$CLIENT_KEY" ] || cp "$CLIENT_KEY" client.key
jq() { sed -n "s/.*\\"\${2#.}\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }
az() {
  [ "$*" = "account get-access-token --scope $SCOPE --query accessToken --output tsv" ] &&
    curl -s -H "X-IDENTITY-HEADER: $IDENTITY_HEADER" \
      "$IDENTITY_ENDPOINT?api-version=2019-08-01&resource=\${SCOPE%/.default}&client_id=$MANAGED_IDENTITY_CLIENT_ID" |
    jq -r .access_token
}
`;
}

describe("with npm run demo -- --serve in another process", () => {
  let server: ChildProcess;
  let said: Interface;

  beforeAll(async () => {
    const stacks = ["--stacks", referenceStacksFolder()];
    server = spawn(
      process.execPath,
      simulatingProgram("test/demo/programs/demo.ts", ["--serve", ...stacks]),
      {
        cwd: ROOT,
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    await new Promise<void>((ready, failed) => {
      server.once("exit", (code) => failed(new Error(`--serve ended with ${code}`)));
      said = createInterface({ input: server.stdout as NodeJS.ReadableStream }).on("line", (line) => {
        if (line.includes("Ctrl-C ends")) {
          ready();
        }
      });
    });
  });

  afterAll(async () => {
    if (server.exitCode !== null) {
      return;
    }
    const ended = new Promise((done) => server.once("exit", done));
    server.kill("SIGINT");
    await ended;
  });

  /** Runs a line from the client's own folder; codes that it shows are typed into the server. */
  function run(client: string, line: string): Promise<ProgramRun> {
    const child = spawn("sh", ["-c", line], {
      cwd: join(ROOT, "examples/clients", client),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    const messages: string[] = [];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    createInterface(child.stderr).on("line", (message) => {
      if (!message.startsWith("npm ")) {
        messages.push(message);
      }
      const code = /enter the code (\w+)/.exec(message)?.[1];
      if (code !== undefined) {
        server.stdin?.write(`${code}\n`);
      }
    });
    return new Promise((done) => child.once("close", (exitCode) => done({ exitCode, stdout, messages })));
  }

  test.each(["keyless", "device-code", "certificate", "key", "direct"])(
    "the line of %s prints the answer that its README shows",
    async (client) => {
      const line = client === "key" ? lineOf(client) : quickLineOf(client);
      expect(await run(client, line)).toMatchObject({
        exitCode: 0,
        stdout: /^Simulated answer .*\n/m.exec(readmeOf(client))?.[0],
      });
    },
  );

  test("a refusal is one line with what the gateway's operators need, and exit code 1", async () => {
    const line = quickLineOf("key").replace("node ", "AZURE_OPENAI_DEPLOYMENT=nobodys node ");
    expect(await run("key", line)).toEqual({
      exitCode: 1,
      stdout: "",
      messages: [expect.stringMatching(/^403 forbidden: [^(]+\(request [\w-]{36}\)$/)],
    });
  });

  test.each([
    ["Keyless", "keyless"],
    ["Device code", "device-code"],
    ["Key", "key"],
    ["Certificate", "certificate"],
  ])("the lines for curl, %s, get an answer", async (heading, client) => {
    const cwd = mkdtempSync(join(tmpdir(), "curl-lines-"));
    const child = spawn("bash", ["-c", `${givenFor(client)}\n${curlLinesOf(heading)}`], {
      cwd,
      env: { PATH: process.env.PATH },
      stdio: ["pipe", "pipe", "ignore"],
    });
    const lines: string[] = [];
    createInterface(child.stdout).on("line", (line) => {
      lines.push(line);
      const code = /enter the code (\w+)/.exec(line)?.[1];
      if (code === undefined) {
        return;
      }
      said.once("line", () => child.stdin.write("\n"));
      server.stdin?.write(`${code}\n`);
    });
    await new Promise((done) => child.once("close", done));
    rmSync(cwd, { recursive: true });
    expect(lines.at(-1)).toMatch(/"content":"Simulated answer/);
  });

  test("what clients need is readable by its owner only", () => {
    expect(statSync(join(SERVED, "key.env")).mode & 0o077).toBe(0);
  });

  test("Ctrl-C ends it, and nothing secret stays behind", async () => {
    const ended = new Promise((done) => server.once("exit", done));
    server.kill("SIGINT");
    expect([await ended, existsSync(SERVED)]).toEqual([0, false]);
  });
});
