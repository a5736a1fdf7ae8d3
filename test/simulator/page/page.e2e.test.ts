import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { RunningPage } from "./running-page";

const EXECUTABLE_PATH = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

// CI installs the browser, so there a missing one is a failure and no reason to skip.
const withBrowser = existsSync(EXECUTABLE_PATH) || process.env["CI"] !== undefined ? describe : describe.skip;

withBrowser("the page in Chromium (Debian: apt-get install chromium; elsewhere: CHROMIUM_PATH)", () => {
  let running: RunningPage;
  let browser: Browser;
  let page: Page;
  let problems: string[] = [];

  beforeAll(async () => {
    [running, browser] = await Promise.all([
      RunningPage.start(),
      chromium.launch({
        executablePath: EXECUTABLE_PATH,
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
        ],
      }),
    ]);
    page = await browser.newPage();
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", ({ message }) => problems.push(message));
  });

  afterAll(async () => {
    await browser?.close();
    await running?.simulation.close();
  });

  beforeEach(async () => {
    problems = [];
    running.simulation.clearRecords();
    await open(running.url);
  });

  // A violated content security policy and a failed script both end up here.
  afterEach(() => expect(problems).toEqual([]));

  async function open(url: string): Promise<void> {
    await page.goto(url);
    await page.getByText("live", { exact: true }).waitFor();
  }

  /** Calls a function of `page-probe.js` in the page. */
  function probe<T>(call: string): Promise<T> {
    return page.evaluate<T>(`${readFileSync(join(__dirname, "page-probe.js"), "utf8")}; ${call}`);
  }

  const rows = (): Locator => page.locator("#requests tr:visible");

  it("shows a request from elsewhere as soon as it ends, with its caller", async () => {
    await running.call("/api/ping", "search");
    await rows().waitFor();
    expect(await rows().innerText()).toMatch(/200[\s\S]*GET \/api\/ping[\s\S]*search/);
  });

  it("shows the steps of the request that is chosen", async () => {
    await running.call("/api/ping");
    await rows().getByRole("button").click();
    const steps = page.locator("#detail .steps tbody tr");
    await steps.first().waitFor();
    expect(await steps.allInnerTexts()).toEqual([
      expect.stringMatching(/return-response[\s\S]*ended the pipeline/),
    ]);
    await page.getByRole("button", { name: "show all 5 steps" }).click();
    await steps.first().waitFor();
    expect(
      (await steps.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").replace(/ [\d.]+$/, "")),
    ).toEqual([
      "global set-variable variable: callerMethod completed",
      "api set-variable variable: callerClientId completed",
      expect.stringMatching(/^api return-response .*ended the pipeline$/),
      expect.stringMatching(/set-status/),
      expect.stringMatching(/set-body/),
    ]);
  });

  it("sends a call as a caller of the stack and shows the answer and its steps", async () => {
    await page.getByLabel("Caller").selectOption({ label: "search: key of subscription search" });
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.locator("#answer pre").waitFor();
    expect(await page.locator("#answer").innerText()).toMatch(/200 was the answer:\s+pong/);
    await page.locator("#detail .steps").waitFor();
    expect(await page.locator("#detail dl").first().innerText()).toContain("search, by key");
  });

  it("shows that a spoiled credential stays out", async () => {
    await page.getByLabel("Caller").selectOption({ label: "a key that the gateway never gave out" });
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.locator("#detail dl").first().waitFor();
    expect(await page.locator("#detail h2").innerText()).toMatch(/^401/);
    expect(await page.locator("#detail dl").first().innerText()).toContain("nobody was established");
    const refusal = await page.locator("#detail .refusal").innerText();
    expect(refusal).toMatch(/Access denied due to [\s\S]*What to do: Send a credential that the API takes/);
    expect(await page.locator("#detail").innerText()).toContain("WWW-Authenticate");
    await page.getByRole("button", { name: "Copy as curl" }).waitFor();
  });

  it("has an address for each request, and opens at it", async () => {
    await running.call("/api/ping");
    await rows().getByRole("button").click();
    const address = page.url();
    expect(address).toMatch(/#request=[\w-]+$/);
    await page.goto("about:blank");
    await open(address);
    await page.locator("#detail .steps").waitFor();
  });

  it("shows who may call what, and from a cell the request that showed it", async () => {
    await page.getByRole("tab", { name: "Access" }).click();
    await page
      .getByRole("button", { name: /^claims, .*: allowed/ })
      .first()
      .click();
    await page.locator("#access-detail h2").first().waitFor();
    expect(await page.locator("#access-detail").innerText()).toMatch(/allowed[\s\S]*200 GET \/api\/ping/);
    await page.getByRole("button", { name: "claims", exact: true }).click();
    await page.getByRole("button", { name: "key that nobody has: 401" }).click();
    await page.locator("#access-detail .refusal").waitFor();
    await page.getByLabel("Operation", { exact: true }).last().selectOption({ index: 1 });
    expect(await page.locator("#access thead th").count()).toBe(2);
  });

  it.each([1280, 390])("shows what clients have spent, at %d pixels", async (width) => {
    await page.setViewportSize({ width, height: 844 });
    await running.call("/api/ping", "search");
    await running.call("/api/ping", "claims");
    await page.getByRole("tab", { name: "Clients" }).click();
    const cells = page.locator("#clients tbody tr");
    await cells.nth(1).waitFor();
    const texts = (await cells.allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
    expect(texts).toEqual([
      expect.stringMatching(/^claims .*1,234\.5679 of 4,000 EUR 123,456 prompt \+ 7,890 completion tokens$/),
      expect.stringMatching(/^search .*less than 0\.0001 EUR 8 prompt \+ 0 completion tokens$/),
    ]);
    // No name is broken in the middle, and no column is too narrow for its money.
    const heights = await probe<number[]>(
      'heightsOf("#clients tbody td:first-child, #clients tbody td:last-child")',
    );
    expect(Math.max(...heights)).toBeLessThan(120);
  });

  it("suspends a subscription", async () => {
    await page.getByRole("tab", { name: "Clients" }).click();
    await page.getByRole("button", { name: "suspend search" }).click();
    await page.getByText("search: suspended").waitFor();
    expect(await running.call("/api/ping", "search")).toBe(401);
    await page.getByRole("button", { name: "activate search" }).click();
    await page.getByText("search: active").waitFor();
  });

  it("filters requests by all words", async () => {
    await running.call("/api/ping", "claims");
    await running.call("/api/ping", "search");
    await running.call("/api/nowhere", "search");
    await rows().nth(2).waitFor();
    await page.getByLabel("Filter").fill("200 SEARCH");
    await rows().nth(1).waitFor({ state: "detached" });
    expect(await rows().allInnerTexts()).toEqual([expect.stringContaining("search")]);
    expect(await page.locator("#shown").innerText()).toBe("1 of 3");
  });

  it("shows what a caller sends as text, never as markup", async () => {
    const path = "/api/<img/src=x/onerror=document.title='broken'>";
    await running.call(path);
    await rows().getByRole("button").click();
    expect(await page.locator("#detail h2").innerText()).toContain(path);
    expect(await page.locator("main img").count()).toBe(0);
  });

  it("shows the effective policy of an operation, marked with scopes", async () => {
    await page.getByRole("tab", { name: "APIs and policies" }).click();
    await page.getByRole("button", { name: "POST /echo" }).click();
    await page.getByRole("heading", { name: "api: POST /echo" }).waitFor();
    const elements = await page.locator("#policy .elements").first().locator(":scope > *").allInnerTexts();
    expect(elements.map((text) => text.replace(/\s+/g, " "))).toEqual([
      expect.stringMatching(/^global set-variable name="callerMethod"/),
      expect.stringMatching(/^api set-variable name="callerClientId"/),
      expect.stringMatching(/^api return-response/),
    ]);
  });

  it("works by keyboard: arrow keys change the view", async () => {
    await page.getByRole("tab", { name: "Requests" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const accounts = page.getByRole("tabpanel", { name: "Accounts" });
    await accounts.getByText(/./).waitFor();
    expect(await accounts.innerText()).toBe("The stack has no account.");
  });

  it("says so when the simulator is gone", async () => {
    const other = await RunningPage.start();
    await open(other.url);
    await other.simulation.close();
    await page.getByText("not connected: has the simulator stopped?").waitFor();
    // The browser reports the lost connection, as it should.
    problems = [];
  });

  it("has a name for every control", async () => {
    expect(await probe("unnamedControls()")).toEqual([]);
  });

  describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
    beforeEach(() => page.emulateMedia({ colorScheme }));

    it.each([1280, 390])("fits into %d pixels", async (width) => {
      await page.setViewportSize({ width, height: 800 });
      await running.call("/api/ping");
      await rows().getByRole("button").click();
      for (const tab of ["Requests", "APIs and policies", "Accounts", "Clients", "Access"]) {
        await page.getByRole("tab", { name: tab }).click();
        expect(await probe("pageWidth()")).toBeLessThanOrEqual(width);
      }
    });

    it("has a contrast of at least 4.5 to 1 (WCAG 2.2, criterion 1.4.3)", async () => {
      await running.call("/api/ping");
      await running.call("/api/nowhere");
      await rows().nth(1).getByRole("button").click();
      expect(await probe("lowContrasts()")).toEqual([]);
    });
  });
});
