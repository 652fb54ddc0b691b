// What a page of somebody else's can try at the doors of a simulator whose console the browser is logged in at.
// Answers with whatever it could read.
async ({console_, portal, smtp, realm, mail}) => {
  const heard = [], tries = [];
  const api = `${console_}/api/realms/${realm}`;
  const within = (promise) => Promise.race([promise, new Promise((done) => setTimeout(() => done("no end"), 30000))]);
  const attempt = async (name, does) => {
    try { const got = await within(does()); if (got) heard.push(`${name}: ${String(got).slice(0, 80)}`); } catch {}
  };
  const attack = (name, does) => tries.push(attempt(name, does));

  // fetch: whatever it can say, with the cookie and without
  const levers = [
    ["POST", `${console_}/api/realms`, {name: "intrus"}],
    ["POST", `${api}/reset`, {}],
    ["POST", `${api}/clock/advance`, {by: "PT48H"}],
    ["PUT", `${api}/clock`, {mode: "frozen", now: "2011-06-09T09:00:00+02:00"}],
    ["PATCH", `${api}/policy`, {"popup.mode": "click"}],
    ["PUT", `${api}/delivery`, {rules: [{lose: true}]}],
    ["POST", `${api}/snapshots`, {}],
    ["POST", `${api}/fork`, {count: 2}],
    ["POST", `${api}/personas`, {count: 1, seed: 1}],
    ["DELETE", `${api}/mail`, null],
    ["DELETE", `${console_}/api/v1/messages`, null],
    ["DELETE", api, null],
  ];
  for (const [method, url, body] of levers)
    for (const [mode, kind] of [["cors", "application/json"], ["no-cors", "text/plain"], ["cors", undefined]])
      attack(`fetch ${mode} ${method} ${url}`, async () => (await fetch(url, {
        method, mode, credentials: "include", body: body && JSON.stringify(body), headers: kind && {"Content-Type": kind},
      })).text());
  const reads = ["", "/mail", `/mail/${mail}`, `/mail/${mail}/raw`, "/mail/next?timeout=0", "/mail/stream", "/journal",
    "/journal/stream", "/personas/lila/key.pem"].map((path) => api + path).concat(
    ["/api/realms", `/api/v1/message/${mail}`, `/realms/${realm}/mail/${mail}`].map((path) => console_ + path));
  for (const url of reads) {
    for (const mode of ["cors", "no-cors"])
      attack(`fetch ${mode} ${url}`, async () => (await fetch(url, {mode, credentials: "include"})).text());
    attack(`img ${url}`, () => new Promise((done) => {
      const image = new Image(); image.onload = () => done("loaded"); image.onerror = () => done(); image.src = url;
    }));
    attack(`script ${url}`, () => new Promise((done) => {
      const script = document.createElement("script");
      script.onload = script.onerror = () => done(); script.src = url; document.head.append(script);
    }));
    attack(`style ${url}`, () => new Promise((done) => {
      const link = document.createElement("link"); link.rel = "stylesheet"; link.href = url;
      link.onload = () => done([...document.styleSheets].at(-1)?.cssRules.length); link.onerror = () => done();
      document.head.append(link);
    }));
    attack(`frame ${url}`, () => new Promise((done) => {
      const frame = document.createElement("iframe");
      frame.onload = () => { try { done(frame.contentDocument.body.innerHTML); } catch { done(); } };
      frame.src = url; document.body.append(frame);
    }));
    attack(`xhr ${url}`, () => new Promise((done) => {
      const xhr = new XMLHttpRequest(); xhr.withCredentials = true; xhr.open("GET", url);
      xhr.onloadend = () => done(xhr.responseText); xhr.send();
    }));
  }

  // streams
  for (const path of ["/mail/stream", "/journal/stream", "/mail/next?timeout=0"])
    for (const withCredentials of [true, false])
      attack(`events ${path}`, () => new Promise((done) => {
        const events = new EventSource(api + path, {withCredentials});
        events.onopen = () => done("open"); events.onmessage = (event) => done(event.data);
        events.onerror = () => { events.close(); done(); };
      }));
  for (const path of ["/", `/api/realms/${realm}/journal/stream`, `/api/realms/${realm}/mail/stream`])
    attack(`websocket ${path}`, () => new Promise((done) => {
      const socket = new WebSocket(console_.replace("http", "ws") + path);
      socket.onopen = () => done("open"); socket.onerror = () => done();
    }));

  // forms and beacons, to the API and to the console's own pages
  const post = (url, enctype, fields) => new Promise((done) => {
    const frame = document.createElement("iframe"), form = document.createElement("form");
    frame.name = form.target = `frame${document.forms.length}`;
    form.method = "post"; form.action = url; form.enctype = enctype;
    for (const [name, value] of Object.entries(fields)) {
      const field = document.createElement("input"); field.name = name; field.value = value; form.append(field);
    }
    document.body.append(form, frame);
    frame.onload = () => { try { done(frame.contentDocument.body.innerHTML); } catch { done(); } };
    form.submit();
  });
  for (const [method, url, body] of levers)
    if (method === "POST")
      attack(`form ${url}`, () => post(url, "text/plain", {[JSON.stringify({...body, x: ""}).slice(0, -2)]: '"}'}));
  for (const enctype of ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]) {
    for (const [path, fields] of [
      ["/realms", {nom: "intrus"}],
      [`/realms/${realm}/horloge`, {geste: "plus-1-h"}],
      [`/realms/${realm}/reinitialiser`, {geste: "confirmer"}],
      [`/realms/${realm}/supprimer`, {geste: "confirmer"}],
    ])
      attack(`form ${path}`, () => post(console_ + path, enctype, fields));
    attack("form at the portal", () => post(`${portal}/r/${realm}/assistance`, enctype,
      {name: "Intrus", email: "intrus@attacker.test", message: "Bonjour"}));
  }
  navigator.sendBeacon(`${api}/reset`, "{}");
  navigator.sendBeacon(`${api}/clock/advance`, new Blob(['{"by": "PT48H"}'], {type: "text/plain"}));

  // a mail by HTTP
  const letter = ["", "EHLO x", `MAIL FROM:<ne.pas.repondre+${realm}@dgfip.finances.example>`,
    "RCPT TO:<lila@courriel.example>", "DATA", "Subject: intrus", "", "intrus", ".", "QUIT", ""].join("\r\n");
  attack("smtp fetch", async () => (await fetch(`http://${smtp}/`, {method: "POST", mode: "no-cors", body: letter})).text());
  attack("smtp form", () => post(`http://${smtp}/`, "text/plain", {a: letter}));

  await Promise.all(tries);

  // windows: they may open, and are closed books
  for (const url of [`${console_}/realms/${realm}`, `${api}/mail/${mail}`, `${console_}/realms/${realm}/mail`]) {
    const opened = window.open(url);
    await attempt(`window ${url}`, () => new Promise((done) => {
      const look = setInterval(() => {
        try {
          if (opened.location.href !== "about:blank") { clearInterval(look); done(opened.document.body.innerHTML); }
        } catch { clearInterval(look); done(); }
      }, 20);
    }));
    opened?.close();
  }
  return heard;
}
