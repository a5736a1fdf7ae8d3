import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";

/** Files that curl and SDKs read: the simulation's CA, tokens, client certificates. Gone when it stops. */
export class CredentialFiles {
  private readonly written = new Set<string>();

  /** @param folder is emptied */
  public constructor(private readonly folder: string) {
    this.remove();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
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
