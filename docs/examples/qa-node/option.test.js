// A team's tests in Node: a realm of its own for each, the option in a real Chromium with a client certificate, the
// code from the mail, and both sides of the 48 hours. Nothing sleeps. They need a simulator that MAQUETTE_CONSOLE and
// MAQUETTE_TOKEN point to, and a Chromium (CHROMIUM says where, if not /usr/bin/chromium): `npm ci && npm test`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { MailpitClient } from "mailpit-api";
import { chromium } from "playwright-core";

const console_ = process.env.MAQUETTE_CONSOLE ?? "http://localhost:8025";
const email = "lila.rosemonde@courriel.example";
const password = "Colibri2011";
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
});
after(() => browser?.close());

async function api(method, path, body) {
  const answer = await fetch(`${console_}/api/${path}`, {
    method,
    headers: { Authorization: `Bearer ${process.env.MAQUETTE_TOKEN}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${text}`);
  return answer.headers.get("Content-Type").startsWith("application/json") ? JSON.parse(text) : text;
}

// A realm of the test's own, on the fiche's day, with its clock standing still.
async function newRealm(t) {
  const { name } = await api("POST", "realms", { clock: "2011-06-09T09:00:00+02:00" });
  t.after(() => api("DELETE", `realms/${name}`));
  await api("PUT", `realms/${name}/clock`, { mode: "frozen" });
  const { portal, gate } = await api("GET", "version");
  const call = (method, path, body) => api(method, `realms/${name}/${path}`, body);
  return { name, call, home: `${portal}/r/${name}/`, gate: new URL(gate).origin };
}

// A browser that holds the persona's certificate, with a page on the home page.
async function openAs(t, realm, persona) {
  const [cert, key] = await Promise.all(
    ["certificate.pem", "key.pem"].map((file) => realm.call("GET", `personas/${persona}/${file}`)),
  );
  const context = await browser.newContext({
    clientCertificates: [{ origin: realm.gate, cert: Buffer.from(cert), key: Buffer.from(key) }],
    ignoreHTTPSErrors: true,
    locale: "fr-FR",
  });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(realm.home);
  return page;
}

const screen = (page) => page.locator("body").getAttribute("data-screen");

// From the home page to the waiting for the code; the code, as soon as its mail is there.
async function opt(page, realm) {
  await page.getByRole("link", { name: "Professionnel", exact: true }).click();
  await page.getByRole("link", { name: "Accéder avec mon certificat" }).click();
  await page.getByRole("link", { name: "Opter pour l'accès sans certificat" }).click();
  await page.getByRole("button", { name: "Opter pour l'accès sans certificat" }).click();
  await page.getByLabel("Votre adresse électronique").fill(email);
  await page.getByLabel("Confirmez votre nouvelle adresse électronique").fill(email);
  await page.getByLabel("Votre mot de passe").fill(password);
  await page.getByLabel("Confirmez votre nouveau mot de passe").fill(password);
  await page.getByRole("button", { name: "Valider" }).click();
  await page.getByLabel("Sélectionnez une question de confiance").selectOption("Quel est votre surnom ?");
  await page.getByLabel("Saisissez la réponse à la question de confiance").fill("Lilou");
  await page.getByRole("button", { name: "Valider" }).click();
  await page.locator("body[data-screen=pending]").waitFor();
  const { code } = await realm.call("GET", `mail/next?to=${encodeURIComponent(email)}`);
  assert.match(code, /^[A-Za-z0-9]{8,}$/);
  return code;
}

async function typeCode(page, code) {
  await page.getByRole("link", { name: "Activez votre espace abonné" }).click();
  await page.getByLabel("Saisissez votre adresse électronique").fill(email);
  await page.getByLabel("Entrez le code d'activation").fill(code);
  await page.getByRole("button", { name: "Valider" }).click();
}

test("the code works at its last second, and the new window has the recap", async (t) => {
  const realm = await newRealm(t);
  const page = await openAs(t, realm, "lila");
  const code = await opt(page, realm);
  await realm.call("POST", "clock/advance", { to: "just-before:code-expiry", persona: "lila" });
  const opened = page.context().waitForEvent("page");
  await typeCode(page, code);
  const result = await opened;
  await result.locator("#numero-abonne").waitFor();
  assert.equal(await screen(result), "registration");
  assert.equal(await result.locator("#date-inscription").innerText(), "11 juin 2011");
  const saving = result.waitForEvent("download");
  await result.locator("#recapitulatif").click({ modifiers: ["Alt"] });
  const recap = await saving;
  assert.equal(recap.suggestedFilename(), "recapitulatif-20111710000303.pdf");
  assert.equal(readFileSync(await recap.path()).subarray(0, 5).toString(), "%PDF-");
  assert.equal((await realm.call("GET", "spaces/20111710000303")).state, "password");
});

test("the code is refused one second later", async (t) => {
  const realm = await newRealm(t);
  const page = await openAs(t, realm, "lila");
  const code = await opt(page, realm);
  const { happened } = await realm.call("POST", "clock/advance", { to: "code-expiry", persona: "lila" });
  assert.ok(happened.some(({ kind }) => kind === "option-lapsed"));
  await typeCode(page, code);
  await page.locator("[data-refusal=activation-refused]").first().waitFor();
  assert.equal((await realm.call("GET", "spaces/20111710000303")).state, "certificate");
});

// A team that reads its mail with a Mailpit client goes on with it: the realm is the user, the token the password.
test("a Mailpit client reads the same code", async (t) => {
  const realm = await newRealm(t);
  const page = await openAs(t, realm, "lila");
  const code = await opt(page, realm);
  const auth = { username: realm.name, password: process.env.MAQUETTE_TOKEN };
  const mailpit = new MailpitClient(console_, { auth });
  const mail = await mailpit.waitForMessage({ query: `to:${email} is:unread` });
  assert.equal(mail.Text.match(/^[A-Za-z2-9]{8,}$/m)?.[0], code);
});
