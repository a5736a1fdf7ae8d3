import type { HouseCheck } from "./house-check";

/** GA and preview versions of the inference API that Microsoft has published since 2024. */
const PUBLISHED = new Set([
  "2024-02-01",
  "2024-06-01",
  "2024-10-21",
  "2024-02-15-preview",
  "2024-03-01-preview",
  "2024-04-01-preview",
  "2024-05-01-preview",
  "2024-07-01-preview",
  "2024-08-01-preview",
  "2024-09-01-preview",
  "2024-10-01-preview",
  "2024-12-01-preview",
  "2025-01-01-preview",
  "2025-02-01-preview",
  "2025-03-01-preview",
  "2025-04-01-preview",
]);

export const apiVersions: HouseCheck = {
  id: "H-44",
  title: "APIs take versions that Azure serves, the newest one among them",
  check: (stack) =>
    stack.policies
      .filter(({ scope }) => scope === "api")
      .flatMap(({ address, xml }) => {
        const versions = [...xml.matchAll(/(?:"|&quot;)(\d{4}-\d{2}-\d{2}(?:-preview)?)(?:"|&quot;)/g)].map(
          ([, version = ""]) => version,
        );
        const unknown = versions.filter((version) => !PUBLISHED.has(version));
        return [
          ...unknown.map((version) => `${address}: ${version} is not served`),
          ...(versions.includes("2025-04-01-preview") ? [] : [`${address}: 2025-04-01-preview is refused`]),
        ];
      }),
};
