import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(__dirname, "../..");
const MODULES = join(ROOT, "node_modules");
const run = promisify(execFile);

/** What a manifest has that an installation needs. */
interface Manifest {
  readonly name: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** An empty project in which packages are installed. */
export class Consumer {
  public readonly folder = mkdtempSync(join(tmpdir(), "consumer-"));
  private readonly modules = join(this.folder, "node_modules");

  /**
   * Unpacks tarballs where npm would put them and takes all that they declare from this clone's node_modules: peers and
   * dependencies are then the versions of the lockfile, and the test needs no registry. What they do not declare is not
   * there.
   *
   * @param ofTheProject packages that the project has for itself
   */
  public constructor(tarballs: readonly string[], ofTheProject: readonly string[]) {
    mkdirSync(this.modules);
    writeFileSync(
      join(this.folder, "package.json"),
      JSON.stringify({ name: "consumer", private: true, type: "commonjs" }),
    );
    const declared = tarballs.flatMap((tarball) => this.unpack(tarball));
    for (const name of new Set([...declared, ...ofTheProject])) {
      const link = join(this.modules, name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(MODULES, name), link);
    }
  }

  /** @returns the names of the packages that it declares, but for peers that are optional */
  private unpack(tarball: string): readonly string[] {
    const unpacked = join(this.folder, "unpacked");
    mkdirSync(unpacked);
    execFileSync("tar", ["-xzf", tarball, "-C", unpacked]);
    const manifest = JSON.parse(readFileSync(join(unpacked, "package/package.json"), "utf8")) as Manifest;
    const { name, bin = {}, dependencies, peerDependencies, peerDependenciesMeta } = manifest;
    const target = join(this.modules, name);
    renameSync(join(unpacked, "package"), target);
    rmSync(unpacked, { recursive: true });
    for (const [command, file] of Object.entries(bin)) {
      mkdirSync(join(this.modules, ".bin"), { recursive: true });
      chmodSync(join(target, file), 0o755);
      symlinkSync(join(target, file), join(this.modules, ".bin", command));
    }
    return Object.keys({ ...dependencies, ...peerDependencies }).filter(
      (other) => peerDependenciesMeta?.[other]?.optional !== true,
    );
  }

  public write(file: string, content: string): void {
    writeFileSync(join(this.folder, file), content);
  }

  /**
   * Runs a program in the project.
   *
   * @param folder of a project below it, which finds its packages @default - the project's own
   * @throws Error with what it wrote when it fails
   */
  public async run(program: string, args: readonly string[], folder = this.folder): Promise<string> {
    // A Jest inside a Jest takes settings from its parent's environment.
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"] };
    const { stdout } = await run(program, args, { cwd: folder, env, encoding: "utf8" });
    return stdout;
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
