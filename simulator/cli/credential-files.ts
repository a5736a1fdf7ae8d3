import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

/** Files that curl and SDKs read: the simulation's CA, tokens, client certificates. Gone when it stops. */
export class CredentialFiles {
  private readonly written = new Set<string>();

  /** @param folder is emptied */
  public constructor(private readonly folder: string) {
    this.remove();
    makeFolder(folder);
    chmodSync(folder, 0o700);
  }

  /**
   * Writes a file that only its owner reads.
   * @param name may hold what a stack says; the file's own name is made from it
   * @returns its path, as short as it can be given from here
   */
  public write(name: string, content: string): string {
    const path = join(this.folder, this.fileName(name));
    writeFileSync(path, content, { mode: 0o600, flag: "wx" });
    const fromHere = relative(process.cwd(), path);
    return fromHere.startsWith("..") || isAbsolute(fromHere) ? path : fromHere;
  }

  /** One of letters, digits, dots and dashes, that no other file of the folder has. */
  private fileName(name: string): string {
    const plain = name
      .replace(/[^A-Za-z0-9.-]+/g, "-")
      .replace(/^\.+/, "")
      .slice(-100);
    let free = plain;
    for (let number = 2; this.written.has(free.toLowerCase()); number += 1) {
      free = `${number}-${plain}`;
    }
    this.written.add(free.toLowerCase());
    return free;
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Makes a folder and those that it is in. Node.js does so itself, without an end where a file system knows no new folders. */
function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let each = resolve(folder); !existsSync(each); each = dirname(each)) {
    missing.unshift(each);
  }
  missing.forEach((each) => mkdirSync(each, { mode: 0o700 }));
}
