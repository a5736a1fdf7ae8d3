import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { CredentialFiles } from "../../../simulator/cli/credential-files";

let parent: string;
let files: CredentialFiles;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "credentials-"));
  files = new CredentialFiles(join(parent, "folder"));
});

afterEach(() => rmSync(parent, { recursive: true }));

describe("CredentialFiles", () => {
  it("writes files and a folder that only their owner opens", () => {
    const path = files.write("ca.pem", "content");
    expect(readFileSync(path, "utf8")).toBe("content");
    expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it.each(["../token", "../../folder/token", "/etc/token", "a/../../token", "..", "a\0b", "-\nx"])(
    "keeps what a stack names %j in its folder",
    (name) => {
      expect(basename(dirname(files.write(`${name}-1-token.txt`, "content")))).toBe("folder");
      expect(readdirSync(parent)).toEqual(["folder"]);
    },
  );

  it("makes the folders that it is in", () => {
    const inner = new CredentialFiles(join(parent, "a", "b", "c"));
    expect(statSync(dirname(inner.write("ca.pem", "content"))).mode & 0o777).toBe(0o700);
  });

  // Linux's /proc has no new folders, and says that they do not exist.
  (process.platform === "linux" ? it : it.skip)("fails where a file system knows no new folders", () => {
    expect(() => new CredentialFiles("/proc/nowhere/simulator-1")).toThrow(/ENOENT/);
  });

  it("never writes one file over another", () => {
    const paths = ["a/b", "a-b", "A-b"].map((name) => files.write(name, name));
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(["a/b", "a-b", "A-b"]);
  });

  it("leaves nothing behind", () => {
    const path = files.write("ca.pem", "content");
    files.remove();
    expect(existsSync(path)).toBe(false);
  });
});
