import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";

/** Files that curl and SDKs read: the simulation's CA, tokens, client certificates. Gone when it stops. */
export class CredentialFiles {
  /** @param folder is emptied */
  public constructor(private readonly folder: string) {
    this.remove();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }

  /** Writes a file that only its owner reads. @returns its path, as short as it can be given from here */
  public write(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    const fromHere = relative(process.cwd(), path);
    return fromHere.startsWith("..") || isAbsolute(fromHere) ? path : fromHere;
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
