import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { originOf, repositoryAddress, webAddress, withWebLinks } from "../../scripts/repository-address";

describe("the address of the repository", () => {
  const noRepository = mkdtempSync(join(tmpdir(), "no-repository-"));

  it("is what GitHub's workflow says", () => {
    const environment = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "contoso/gateway" };
    expect(repositoryAddress(environment, noRepository)).toBe("https://github.com/contoso/gateway");
  });

  it("is not known where neither a workflow nor a remote says it", () => {
    expect(repositoryAddress({}, noRepository)).toBeUndefined();
  });

  it.each([
    ["https://github.com/contoso/gateway.git", "https://github.com/contoso/gateway"],
    ["https://github.com/contoso/gateway", "https://github.com/contoso/gateway"],
    ["https://user:secret@github.com/contoso/gateway.git", "https://github.com/contoso/gateway"],
    ["git@github.com:contoso/gateway.git", "https://github.com/contoso/gateway"],
    ["ssh://git@ssh.dev.contoso.com:22/ai/gateway.git", "https://ssh.dev.contoso.com/ai/gateway"],
  ])("is that of a remote without its secrets: %s", (remote, address) => {
    expect(webAddress(remote)).toBe(address);
  });

  it.each(["/srv/git/gateway.git", "../gateway", "file:///srv/git/gateway.git", "C:\\git\\gateway"])(
    "is not that of a folder: %s",
    (remote) => {
      expect(webAddress(remote)).toBeUndefined();
    },
  );
});

describe("manifests", () => {
  it("name the repository, its page and where bugs go", () => {
    expect(originOf("https://github.com/contoso/gateway")).toEqual({
      repository: { type: "git", url: "git+https://github.com/contoso/gateway.git" },
      homepage: "https://github.com/contoso/gateway#readme",
      bugs: { url: "https://github.com/contoso/gateway/issues" },
    });
  });

  it("without an address are private, which npm refuses to publish", () => {
    expect(originOf(undefined)).toEqual({ private: true });
  });
});

describe("links of what is packed", () => {
  const address = "https://github.com/contoso/gateway";

  it.each([
    ["[a](docs/access.md)", "", "[a](https://github.com/contoso/gateway/blob/HEAD/docs/access.md)"],
    ["[a](docs/plans.md#x)", "", "[a](https://github.com/contoso/gateway/blob/HEAD/docs/plans.md#x)"],
    ["[a](../../docs/a.md)", "packages/one", "[a](https://github.com/contoso/gateway/blob/HEAD/docs/a.md)"],
    ["[a](CHANGELOG.md)", "", "[a](CHANGELOG.md)"],
    ["[a](example/cdk.tf.json)", "packages/one", "[a](example/cdk.tf.json)"],
    ["[a](https://example.com/a)", "", "[a](https://example.com/a)"],
    ["[a](#below)", "", "[a](#below)"],
  ])("%s in '%s' is %s", (text, folder, expected) => {
    expect(withWebLinks(text, folder, address)).toBe(expected);
    expect(withWebLinks(text, folder, undefined)).toBe(text);
  });
});
