import cdktf from "cdktf/package.json";
import constructs from "../../package.json";
import simulator from "../../packages/azure-apim-simulator/package.json";
import worker from "../../worker/package.json";

const INSTALLED: Readonly<Record<string, string>> = {
  ...constructs.devDependencies,
  ...constructs.dependencies,
  // The compiler that builds; the one of that name is a library for ESLint and TypeDoc.
  typescript: constructs.devDependencies["@typescript/native"].replace("npm:typescript@", ""),
};

describe("the manifest of the simulator", () => {
  it("has the versions that are tested here", () => {
    const { dependencies } = simulator;
    expect(dependencies).toEqual(
      Object.fromEntries(Object.keys(dependencies).map((name) => [name, INSTALLED[name]])),
    );
  });

  it.each(["version", "license", "type", "engines"] as const)(
    "has the same %s as that of the constructs",
    (field) => {
      expect(simulator[field]).toEqual(constructs[field]);
    },
  );
});

describe("the manifest of the constructs", () => {
  it("accepts every version of constructs that cdktf accepts", () => {
    expect(constructs.peerDependencies.constructs).toBe(cdktf.peerDependencies.constructs);
  });

  it("names the simulator as an optional peer, from the version that it is tested with", () => {
    expect(constructs.peerDependencies[simulator.name as "azure-apim-simulator"]).toBe(
      `^${simulator.version}`,
    );
    expect(constructs.peerDependenciesMeta).toEqual({ [simulator.name]: { optional: true } });
  });

  it("names the types of its entries for compilers that do not read exports", () => {
    const { ".": main, "./package.json": itself, ...others } = constructs.exports;
    expect([main.types, itself]).toEqual([constructs.types, "./package.json"]);
    expect(constructs.typesVersions).toEqual({
      "*": Object.fromEntries(Object.entries(others).map(([entry, { types }]) => [entry.slice(2), [types]])),
    });
  });

  it("has exact versions of what is not a peer", () => {
    const versions = [...Object.values(constructs.dependencies), ...Object.values(simulator.dependencies)];
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("is not published from the root, where nothing is compiled", () => {
    expect(constructs.private).toBe(true);
  });
});

describe("the manifest of the queue's worker", () => {
  it("has the versions that are tested here", () => {
    const all: Readonly<Record<string, string>> = { ...worker.dependencies, ...worker.devDependencies };
    expect(all).toEqual(Object.fromEntries(Object.keys(all).map((name) => [name, INSTALLED[name]])));
  });

  it("runs on what the others run on, and is not published", () => {
    expect([worker.engines, worker.private]).toEqual([constructs.engines, true]);
  });
});
