import { type ExpressionCoverage, isExpression } from "../../../expressions";
import type { GatewayModel, PolicyDocumentModel } from "../../model";
import type { ElementShape, GatewayKind, PolicyCompiler, PolicyElementNode } from "../policy-compiler";
import type { CompiledPolicy, PolicyPosition, PolicyRun, ScopeName, SectionName } from "../policy-execution";
import { ElementCompilation, type ElementPlacement, type EnclosingDocument } from "./element-compilation";
import { checkShape } from "./element-shape";
import { NamedValues } from "./named-values";
import type { DocumentCoverage, PolicyCoverage } from "./policy-coverage";
import type { PolicyProblem } from "./policy-problem";
import { parsePolicyXml, PolicyXmlError } from "./policy-xml";
import { withoutSecrets } from "./secret-quotations";

/** The sections, in the order of a document. */
export const SECTION_NAMES = [
  "inbound",
  "backend",
  "outbound",
  "on-error",
] as const satisfies readonly SectionName[];

/** What stands in a section: policies, and where the broader scope's section goes. */
export type SectionItem = CompiledPolicy | "base";

/** One scope's policies, compiled. A section that the document leaves out holds `<base/>` alone. */
export interface PolicyDocument {
  readonly scope: ScopeName;
  readonly sections: Readonly<Record<SectionName, readonly SectionItem[]>>;
}

/** A section as it runs: each `<base/>` replaced by the same section of the next broader scope. */
export function effectiveSection(
  section: SectionName,
  /** Narrow to broad. */
  documents: readonly PolicyDocument[],
): readonly CompiledPolicy[] {
  const [document, ...broader] = documents;
  if (document === undefined) {
    return [];
  }
  return document.sections[section].flatMap((item) =>
    item === "base" ? effectiveSection(section, broader) : [item],
  );
}

/** What runs at the global scope of a gateway without a document of its own: APIM forwards. */
export const DEFAULT_GLOBAL_POLICY = `<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>`;

/** A scope without a document. */
export function inheritingDocument(scope: ScopeName): PolicyDocument {
  return {
    scope,
    sections: { inbound: ["base"], backend: ["base"], outbound: ["base"], "on-error": ["base"] },
  };
}

const KILOBYTE = 1024;
const FRAGMENT_LIMIT = 32 * KILOBYTE;
/** Characters of one attribute or text: what is longer holds one value hundreds of times. */
const SUBSTITUTED_LIMIT = 1024 * KILOBYTE;

/**
 * Compiles the policy documents and fragments of one gateway. Problems are collected in `problems`; a document
 * with problems must not run.
 *
 * Sources: https://learn.microsoft.com/azure/api-management/api-management-howto-policies,
 * https://learn.microsoft.com/azure/api-management/policy-fragments
 */
export class PolicyDocumentCompiler implements EnclosingDocument {
  public readonly problems: PolicyProblem[] = [];
  private readonly fragments = new Map<string, Fragment>();
  /** Kinds of places for which a fragment has been compiled without a problem. */
  private readonly soundPlaces = new Set<string>();
  private readonly namedValues: NamedValues;
  private readonly kind: GatewayKind;
  private readonly seen = new Set<string>();
  private readonly covered = new Map<string, DocumentCoverage>();
  /** By document, the named values that stand in it. */
  private readonly named = new Map<string, Set<string>>();

  public constructor(
    public readonly model: GatewayModel,
    private readonly compilers: ReadonlyMap<string, PolicyCompiler>,
    private readonly coverage?: PolicyCoverage,
    /** Whether Microsoft's pages hold where deployed policies contradict them. */
    public readonly isStrict = false,
  ) {
    this.namedValues = new NamedValues(model);
    this.kind = gatewayKind(model);
    for (const { address, name, xml, format } of model.fragments) {
      const root = this.read(address, xml, { rootName: "fragment", limit: FRAGMENT_LIMIT, format });
      if (root !== undefined) {
        this.fragments.set(name, { address, root, hasCounted: this.hasCounted(root) });
      }
    }
  }

  /** Compiles the document of a scope; what cannot run is left out and reported. */
  public compile({ address, xml }: PolicyDocumentModel, scope: ScopeName): PolicyDocument {
    const limit = (this.kind === "consumption" ? 16 : 512) * KILOBYTE;
    const root = this.read(address, xml, { rootName: "policies", limit, format: "rawxml" });
    const sections: Record<SectionName, readonly SectionItem[]> = { ...inheritingDocument(scope).sections };
    const found = new Set<string>();
    const counts = new Map<string, number>();
    for (const node of root?.children ?? []) {
      const section = SECTION_NAMES.find((name) => name === node.name);
      if (section === undefined || found.has(node.name)) {
        const problem = section === undefined ? "is not a section of a policy document" : "appears twice";
        this.report({ address, line: node.line, column: node.column, element: node.name, problem });
        continue;
      }
      found.add(node.name);
      sections[section] = this.section(address, scope, section, node, counts);
    }
    return { scope, sections };
  }

  /** Compiles one policy element; none when it is refused. */
  public element(
    node: PolicyElementNode,
    position: PolicyPosition,
    placement: ElementPlacement,
  ): CompiledPolicy | undefined {
    const compiler = this.compilers.get(node.name);
    const refuse = (problem: string, at: PolicyElementNode = node): void =>
      this.report({ ...placeIn(position, at), problem });
    if (compiler === undefined) {
      refuse("is not a policy that the simulator runs");
      return undefined;
    }
    this.checkPlacement(compiler, position, placement, refuse);
    const id = node.attributes.get("id");
    if (id !== undefined && isExpression(id)) {
      refuse("attribute 'id' takes no policy expression");
    }
    const element = withoutId(node);
    if (!checkShape(element, compiler.shape, refuse, this.isStrict)) {
      this.nestedOnly(element, compiler.shape, position, placement);
      return undefined;
    }
    const compilation = new ElementCompilation(this, position, placement, compiler.shape);
    const run = compiler.compile(element, compilation);
    const count = this.covered.get(position.address)?.policy(node.line, node.column, node.name);
    return {
      name: node.name,
      id,
      position,
      execute: count === undefined ? run : counting(count, run),
      readsRequestBody: compilation.readsRequestBody,
      readsResponseBody: compilation.readsResponseBody,
    };
  }

  /** Policies that stand side by side; same-named ones are numbered from 1 in their paths. */
  public elements(
    nodes: readonly PolicyElementNode[],
    within: PolicyPosition,
    parentPath: string,
    placement: ElementPlacement,
  ): readonly CompiledPolicy[] {
    const numbers = new Map<string, number>();
    return nodes.flatMap((node) => {
      const number = (numbers.get(node.name) ?? 0) + 1;
      numbers.set(node.name, number);
      const path = `${parentPath === "" ? "" : `${parentPath}\\`}${node.name}[${number}]`;
      const position = { ...within, line: node.line, column: node.column, path };
      if (node.name === "base") {
        this.report({ ...placeIn(position, node), problem: "is allowed only directly in a section" });
        return [];
      }
      return this.element(node, position, placement) ?? [];
    });
  }

  /**
   * The policies of a fragment, compiled for the place of its inclusion. Documents include the same one dozens of times:
   * where it can have no problem that it has not had before, it is compiled when it first runs.
   */
  public fragment(
    fragmentId: string,
    position: PolicyPosition,
    placement: ElementPlacement,
  ): () => readonly CompiledPolicy[] {
    const fragment = this.fragments.get(fragmentId);
    if (fragment === undefined) {
      if (!this.model.fragments.some(({ name }) => name === fragmentId)) {
        this.report({
          ...placeIn(position, { name: "include-fragment", line: position.line, column: position.column }),
          problem: `names fragment '${fragmentId}', which does not exist`,
        });
      }
      return () => [];
    }
    // Fragments cannot nest, which has been reported: what each included twice would double from one to the next.
    if (placement.inFragment) {
      return () => [];
    }
    const within = { ...position, address: fragment.address };
    const compile = (): readonly CompiledPolicy[] =>
      this.elements(fragment.root.children, within, position.path, { ...placement, inFragment: true });
    const place = `${fragmentId} ${position.scope} ${position.section} ${placement.building}`;
    let policies: readonly CompiledPolicy[] | undefined;
    if (!this.soundPlaces.has(place)) {
      const known = this.problems.length;
      policies = compile();
      if (this.problems.length === known && !fragment.hasCounted) {
        this.soundPlaces.add(place);
      }
    }
    return () => (policies ??= compile());
  }

  /** Counts an arm of an element; none if nobody counts. */
  public arm(address: string, { line, column }: PolicyElementNode, what: string): (() => void) | undefined {
    return this.covered.get(address)?.arm(line, column, what);
  }

  /** Counts branches of an expression; none if nobody counts. */
  public branches(
    address: string,
    { line, column }: PolicyElementNode,
    source: string,
  ): ExpressionCoverage | undefined {
    return this.covered
      .get(address)
      ?.expression(line, column, source, (name) => this.namedValues.valueOf(name));
  }

  /** Collects a problem, without the secrets that it quotes; the same one of a fragment included twice counts once. */
  public report(found: PolicyProblem): void {
    const secrets = this.namedValues.secretsAmong(this.named.get(found.address) ?? new Set());
    const problem =
      secrets.length === 0 ? found : { ...found, problem: withoutSecrets(found.problem, secrets) };
    const key = JSON.stringify([
      problem.address,
      problem.line,
      problem.column,
      problem.element,
      problem.problem,
    ]);
    if (!this.seen.has(key)) {
      this.seen.add(key);
      this.problems.push(problem);
    }
  }

  /** Whether a policy in it is allowed only once in a document or section: then it counts where else it is included. */
  private hasCounted({ name, children }: PolicyElementNode): boolean {
    return this.compilers.get(name)?.once !== undefined || children.some((child) => this.hasCounted(child));
  }

  /** The policies inside an element that is refused itself: their problems are reported along with its own. */
  private nestedOnly(
    node: PolicyElementNode,
    shape: ElementShape,
    position: PolicyPosition,
    placement: ElementPlacement,
  ): void {
    if (shape.policies === true) {
      this.elements(node.children, position, position.path, placement);
    }
    for (const child of node.children) {
      const childShape = shape.children?.find(({ name }) => name === child.name)?.shape;
      if (childShape !== undefined) {
        this.nestedOnly(child, childShape, position, placement);
      }
    }
  }

  private section(
    address: string,
    scope: ScopeName,
    section: SectionName,
    node: PolicyElementNode,
    counts: Map<string, number>,
  ): readonly SectionItem[] {
    const at = { address, section, line: node.line, column: node.column, element: node.name };
    if (node.attributes.size > 0 || node.text.trim() !== "") {
      this.report({ ...at, problem: "holds policies only, neither attributes nor text" });
    }
    if (section === "backend" && node.children.length > 1) {
      this.report({ ...at, problem: `holds at most one element; has ${node.children.length}` });
    }
    const placement: ElementPlacement = {
      document: counts,
      section: new Map(),
      inFragment: false,
      building: false,
    };
    const numbers = new Map<string, number>();
    return node.children.flatMap((child): readonly SectionItem[] => {
      const number = (numbers.get(child.name) ?? 0) + 1;
      numbers.set(child.name, number);
      const position: PolicyPosition = {
        address,
        scope,
        section,
        line: child.line,
        column: child.column,
        path: `${child.name}[${number}]`,
      };
      if (child.name === "base") {
        if (!checkShape(child, {}, (problem) => this.report({ ...placeIn(position, child), problem }))) {
          return [];
        }
        return ["base"];
      }
      const policy = this.element(child, position, placement);
      return policy === undefined ? [] : [policy];
    });
  }

  private checkPlacement(
    compiler: PolicyCompiler,
    position: PolicyPosition,
    placement: ElementPlacement,
    refuse: (problem: string) => void,
  ): void {
    if (compiler.gateways !== undefined && !compiler.gateways.includes(this.kind)) {
      refuse(`is not available on tier ${this.model.tier}`);
    }
    if (placement.building) {
      return;
    }
    const { section, scope } = position;
    const allowed = (this.isStrict ? compiler.pageSections : undefined) ?? compiler.sections;
    if (!allowed.includes(section)) {
      refuse(`is not allowed in section ${section}; allowed: ${allowed.join(", ")}`);
    }
    if (compiler.scopes !== undefined && !compiler.scopes.includes(scope)) {
      refuse(`is not allowed at scope ${scope}; allowed: ${compiler.scopes.join(", ")}`);
    }
    if (placement.inFragment && compiler.allowedInFragment === false) {
      refuse("is not allowed in a policy fragment");
    }
    if (compiler.once !== undefined) {
      const counts = placement[compiler.once];
      const count = (counts.get(compiler.name) ?? 0) + 1;
      counts.set(compiler.name, count);
      if (count === 2) {
        refuse(`is allowed once in a ${compiler.once}`);
      }
    }
  }

  /** Parses a document and puts in the named values. */
  private read(
    address: string,
    xml: string,
    {
      rootName,
      limit,
      format,
    }: { readonly rootName: string; readonly limit: number; readonly format: "xml" | "rawxml" },
  ): PolicyElementNode | undefined {
    const size = Buffer.byteLength(xml);
    if (size > limit) {
      this.report({ address, line: 1, column: 1, problem: `is ${size} bytes long; the limit is ${limit}` });
      return undefined;
    }
    let root: PolicyElementNode;
    try {
      const covered = this.coverage?.document(address, xml);
      if (covered !== undefined) {
        this.covered.set(address, covered);
      }
      root = parsePolicyXml(xml, format, covered?.places);
    } catch (error) {
      if (error instanceof PolicyXmlError) {
        this.report({ address, line: error.line, column: error.column, problem: error.message });
        return undefined;
      }
      throw error;
    }
    if (root.name !== rootName || root.attributes.size > 0 || root.text.trim() !== "") {
      const problem = `the root must be <${rootName}> without attributes and text`;
      this.report({ address, line: root.line, column: root.column, element: root.name, problem });
      return undefined;
    }
    return this.substituted(address, root);
  }

  private substituted(address: string, node: PolicyElementNode): PolicyElementNode {
    const { name: element, line, column } = node;
    const report = (problem: string): void => this.report({ address, line, column, element, problem });
    const substitute = (text: string): string => {
      if (!text.includes("{{")) {
        return text;
      }
      if (this.namedValues.maxLength(text) > SUBSTITUTED_LIMIT) {
        report(`is longer than ${SUBSTITUTED_LIMIT} characters with its named values`);
        return "";
      }
      const named = this.named.get(address) ?? new Set();
      this.named.set(address, named);
      this.namedValues.namesIn(text).forEach((name) => named.add(name));
      return this.namedValues.substitute(text, (name) =>
        report(`refers to named value '${name}', which does not exist`),
      );
    };
    const attributes = [...node.attributes.values()].some((value) => value.includes("{{"))
      ? new Map([...node.attributes].map(([name, value]) => [name, substitute(value)]))
      : node.attributes;
    const text = substitute(node.text);
    const children = node.children.map((child) => this.substituted(address, child));
    return { ...node, attributes, text, children };
  }
}

interface Fragment {
  readonly address: string;
  readonly root: PolicyElementNode;
  /** Whether it holds policies whose number is limited. */
  readonly hasCounted: boolean;
}

/** Where an element stands, for a report. */
function placeIn(
  { address, section }: PolicyPosition,
  { name, line, column }: Pick<PolicyElementNode, "name" | "line" | "column">,
): Omit<PolicyProblem, "problem"> {
  return { address, section, line, column, element: name };
}

function counting(count: () => void, run: PolicyRun): PolicyRun {
  return (execution) => {
    count();
    return run(execution);
  };
}

function withoutId(node: PolicyElementNode): PolicyElementNode {
  if (!node.attributes.has("id")) {
    return node;
  }
  return { ...node, attributes: new Map([...node.attributes].filter(([name]) => name !== "id")) };
}

function gatewayKind({ tier }: GatewayModel): GatewayKind {
  if (tier === "Consumption") {
    return "consumption";
  }
  return tier.endsWith("V2") ? "v2" : "classic";
}
