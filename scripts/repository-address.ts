import { spawnSync } from "node:child_process";
import { posix, sep } from "node:path";

/** Fields of a manifest that say where its package comes from. */
export interface Origin {
  readonly repository: { readonly type: "git"; readonly url: string };
  readonly homepage: string;
  readonly bugs: { readonly url: string };
}

/** Without an address npm must not publish: provenance names the repository, and links of the README lead there. */
export interface Unpublished {
  readonly private: true;
}

/**
 * The address of this repository on the web. GitHub's workflows say it; elsewhere the remote `origin` of the clone does.
 *
 * @returns `https://…`, or nothing where neither names one
 */
export function repositoryAddress(environment: NodeJS.ProcessEnv, folder: string): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = environment;
  if (server !== undefined && name !== undefined) {
    return `${server}/${name}`;
  }
  const { status, stdout } = spawnSync("git", ["remote", "get-url", "origin"], {
    cwd: folder,
    encoding: "utf8",
  });
  return status === 0 ? webAddress(stdout.trim()) : undefined;
}

/** @param remote as Git has it: `https://host/path.git`, `git@host:path.git`, `ssh://git@host/path.git` */
export function webAddress(remote: string): string | undefined {
  const { host, path } =
    /^(?:https:\/\/(?:[^@/]+@)?|ssh:\/\/(?:[^@/]+@)?|[\w.-]+@)(?<host>[\w.-]+)(?::\d+)?[/:](?<path>[\w./-]+?)(?:\.git)?\/?$/.exec(
      remote,
    )?.groups ?? {};
  return host === undefined || path === undefined ? undefined : `https://${host}/${path}`;
}

/** What the manifests of the packages say about where they come from. */
export function originOf(address: string | undefined): Origin | Unpublished {
  return address === undefined
    ? { private: true }
    : {
        repository: { type: "git", url: `git+${address}.git` },
        homepage: `${address}#readme`,
        bugs: { url: `${address}/issues` },
      };
}

/** Relative links of Markdown, with what stands behind a `#`. */
const LINK = /\]\((?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?\)/g;
/** What a package holds beside its code. */
const PACKED = /^(?:README\.md|CHANGELOG\.md|LICENSE|example\/.*)$/;

/**
 * Lets links of a text that is packed lead to the web, where they lead to what is not.
 *
 * @param folder of the text, from the root of the repository
 * @param address of the repository; without one links stay as they are
 */
export function withWebLinks(text: string, folder: string, address: string | undefined): string {
  const web = (path: string): string =>
    `${address}/blob/HEAD/${posix.join(folder.split(sep).join("/"), path)}`;
  return address === undefined
    ? text
    : text.replaceAll(LINK, (link, path: string, anchor = "") =>
        PACKED.test(path) ? link : `](${web(path)}${anchor})`,
      );
}
