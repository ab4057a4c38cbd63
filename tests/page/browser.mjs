// Looks at the status page as a person does. Usage: browser.mjs BASE; DCRSYNC_PAGE_TOOLS names the folder with
// node_modules, DCRSYNC_PAGE_SCREENSHOTS one for pictures. Wishes go to standard output, a line each, and are
// answered on standard input; the last line is what was found, as JSON.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const base = process.argv[2];
const tools = createRequire(`${process.env.DCRSYNC_PAGE_TOOLS}/`);
const { chromium } = tools("playwright-core");
const axe = tools.resolve("axe-core/axe.min.js");
const pictures = process.env.DCRSYNC_PAGE_SCREENSHOTS;

const found = { checks: 0, failures: [], errors: [], elsewhere: [], violations: [] };
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const wish = async (text) => {
  console.log(text);
  return (await answers.next()).value;
};
const check = (what, is) => {
  found.checks += 1;
  if (!is) found.failures.push(what);
};

// In a container there is no user namespace for Chromium's own sandbox.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});

const open = async (options) => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) found.errors.push(message.text());
  });
  page.on("pageerror", (error) => found.errors.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== base) found.elsewhere.push(request.url());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) found.errors.push(`${response.status()} ${response.url()}`);
  });
  return page;
};

// The page's policy lets no foreign script in, so axe is evaluated by the debugger, not by a tag.
const { readFileSync } = await import("node:fs");
const axeSource = readFileSync(axe, "utf8");
const accessible = async (page, name) => {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  check(`axe looked at ${name}`, result.passes.length > 10);
  for (const violation of result.violations) {
    const nodes = violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160));
    found.violations.push(`${name}: ${violation.id}: ${violation.help}: ${nodes.join(" | ")}`);
  }
};
const picture = async (page, name, options = {}) => {
  if (pictures) await page.screenshot({ path: `${pictures}/page-${name}.png`, ...options });
};
const live = (page) => page.waitForFunction(() => document.getElementById("line").dataset.alive === "yes");

try {
  // all documents
  const page = await open({ viewport: { width: 1280, height: 1000 }, colorScheme: "light" });
  await page.goto(`${base}/`);
  await live(page);
  check("the home page says that all is well", (await page.textContent("h1")) === "All is well");
  check("each document is there", (await page.locator(".documents > li").count()) === 3);
  await accessible(page, "home");

  // one document, and a change that comes by itself
  await page.click(".documents a[href='/documents/shop']");
  await page.waitForURL(`${base}/documents/shop`);
  await live(page);
  check("its health is there", (await page.textContent(".lead .health")).includes("in sync"));
  check("nothing differs", (await page.textContent("#differences")).includes("None is known"));
  check("the link to refresh is not needed", !(await page.isVisible("#refresh")));
  await page.click("#objects-summary");
  await page.evaluate(() => {
    window.kept = true;
    document.getElementById("objects-summary").focus();
    scrollTo(0, 300);
  });
  const place = await page.evaluate(() => scrollY);
  await wish("drift");
  await page.waitForSelector("#differences-table");
  check("the new difference is shown", (await page.textContent("#differences-table")).includes("changed by hand"));
  check("who did it is shown", (await page.textContent("#differences-table")).includes("Ada Example"));
  check("the page was not loaded again", await page.evaluate(() => window.kept === true));
  check("the fold stays open", await page.evaluate(() => document.getElementById("objects-all").open));
  check("the focus stays", await page.evaluate(() => document.activeElement.id === "objects-summary"));
  check("the place stays", Math.abs((await page.evaluate(() => scrollY)) - place) <= 1);
  check("the change is read out", (await page.textContent("#said")).includes("shop: drifted, 2 differences"));
  check("the title tells it", (await page.title()).startsWith("shop: drifted"));
  await page.evaluate(() => {
    document.getElementById("objects-all").open = false;
    document.activeElement.blur();
    scrollTo(0, 0);
  });
  await accessible(page, "document, light");
  await picture(page, "light", { fullPage: true });
  await page.emulateMedia({ colorScheme: "dark" });
  check("it is dark where one wants it dark", await page.evaluate(() => {
    const [red] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
    return red < 60;
  }));
  await accessible(page, "document, dark");
  await picture(page, "dark", { fullPage: true });
  await page.emulateMedia({ colorScheme: "light" });

  // the keyboard alone
  await page.goto(`${base}/documents/shop`);
  await live(page);
  await page.keyboard.press("Tab");
  check("the first stop leads to the content", await page.evaluate(() => document.activeElement.matches(".skip")));
  check("that stop can be seen", await page.evaluate(() => document.activeElement.getBoundingClientRect().left >= 0));
  const reached = new Set();
  const unseen = [];
  for (let stops = 0; stops < 200; stops += 1) {
    const stop = await page.evaluate(() => {
      const it = document.activeElement;
      if (it === document.body) return null;
      const style = getComputedStyle(it);
      it.dataset.reached = "yes";
      return { name: it.id || it.outerHTML.slice(0, 80), seen: style.outlineStyle !== "none" && style.outlineWidth !== "0px" };
    });
    if (!stop) break;
    if (!stop.seen) unseen.push(stop.name);
    reached.add(stop.name);
    await page.keyboard.press("Tab");
  }
  check(`each stop shows that it has the focus: ${unseen}`, unseen.length === 0);
  const missed = await page.evaluate(() => [...document.querySelectorAll("a[href], button:not([disabled]), summary, [tabindex='0']")]
    .filter((it) => it.checkVisibility() && !it.dataset.reached)
    .map((it) => it.id || it.outerHTML.slice(0, 80)));
  check(`the keyboard reaches everything: ${missed}`, missed.length === 0 && reached.size > 10);
  await page.goto(`${base}/documents/shop`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  check("the skip link skips", await page.evaluate(() => document.activeElement.id === "check"));

  // the button, by the keyboard
  await live(page);
  await page.evaluate(() => (window.kept = true));
  await page.keyboard.press("Enter");
  check("the button asks for this document", (await wish("asked")) === "shop");
  await page.getByText("looked because somebody asked").first().waitFor();
  check("the button did not load the page again", await page.evaluate(() => window.kept === true));
  check("the focus is still at the button", await page.evaluate(() => document.activeElement.id === "check"));

  // a refusal is seen, not only heard
  const before = found.errors.length;
  await page.evaluate(() => (document.querySelector("input[name=token]").value = "00"));
  await page.click("#check");
  await page.getByText("It was refused: the form is from another time").waitFor();
  check("a refusal is seen", (await page.locator("#said").boundingBox()).width > 100);

  // the daemon goes and comes back with news
  await wish("stop");
  await page.getByText("not connected").waitFor();
  check("the old page stays readable", (await page.textContent("#history")).includes("looked because somebody asked"));
  await wish("start");
  await live(page);
  await page.waitForSelector("#differences-table");
  check("the news of the new daemon is shown", (await page.textContent("#differences-table")).includes("changed by hand"));
  check("it is still the same page", await page.evaluate(() => window.kept === true));
  // the browser itself tells of the refusal and of each try to connect
  const expected = /403|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/;
  found.errors = found.errors.filter((text, number) => number < before || !expected.test(text));

  // a crowd of objects
  await wish("crowd");
  await page.getByText("200 scopes").waitFor();
  await accessible(page, "crowd");
  await wish("drift");

  // a phone
  for (const colorScheme of ["light", "dark"]) {
    const phone = await open({ viewport: { width: 360, height: 780 }, colorScheme, isMobile: true, deviceScaleFactor: 2 });
    for (const path of ["/", "/documents/shop"]) {
      await phone.goto(base + path);
      await live(phone);
      check(`${path} fits a phone`, await phone.evaluate(() => document.documentElement.scrollWidth <= 360));
      await accessible(phone, `${path} on a phone, ${colorScheme}`);
    }
    if (colorScheme === "light") await picture(phone, "phone", { clip: { x: 0, y: 0, width: 360, height: 1500 }, fullPage: true });
  }

  // no script
  const plain = await open({ javaScriptEnabled: false });
  await plain.goto(`${base}/documents/shop`);
  check("it is all there without a script", (await plain.textContent("#differences-table")).includes("changed by hand"));
  check("there is a link to refresh", await plain.isVisible("#refresh"));
  check("it does not claim to be live", !(await plain.isVisible("#line")));
  await plain.click("#check");
  await plain.waitForURL(`${base}/documents/shop?asked`);
  check("the button works without a script", (await wish("asked")) === "shop");
  check("it says so", await plain.isVisible("#asked"));
  await plain.click("#refresh");
  check("the link shows the news", (await plain.textContent("#history")).includes("looked because somebody asked"));
} catch (error) {
  found.failures.push(String(error));
}
await browser.close();
console.log(JSON.stringify(found));
process.exit(0);
