// Tokens are kept for this tab alone, since the way to the identity provider leads off this page and back.
const get = (id) => document.getElementById(id);
const kept = { read: () => JSON.parse(sessionStorage.getItem("daybook") || "null") };
kept.write = (pair) => sessionStorage.setItem("daybook", JSON.stringify(pair));

async function ask(path, body, method = "POST") {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const pair = kept.read();
  if (pair) headers.Authorization = `Bearer ${pair.access_token}`;
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const told = answer.status === 204 ? null : await answer.json();
  if (told?.code === "token_expired") {
    kept.write(null);
    kept.write(await ask("/auth/refresh", { refresh_token: pair.refresh_token }));
    return ask(path, body, method);
  }
  if (!answer.ok) throw Object.assign(new Error(told.detail), { code: told.code });
  return told;
}

// What a button or a form does; errors are told, and whoever is signed in no more is shown the way in.
async function attempt(act, done = "") {
  get("said").textContent = "";
  try {
    await act();
    await show();
    get("said").textContent = done;
  } catch (error) {
    if (["session_ended", "token_invalid", "refresh_token_invalid"].includes(error.code)) {
      sessionStorage.removeItem("daybook");
      await show();
    }
    get("said").textContent = error.message || "Daybook does not answer now; try again.";
  }
}
const on = (id, event, act, done) =>
  get(id).addEventListener(event, (happened) => {
    happened.preventDefault();
    attempt(act, done);
  });

async function usePasskey() {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await ask("/auth/passkeys/ask"));
  return (await navigator.credentials.get({ publicKey })).toJSON();
}
async function goToProvider() {
  location.assign((await ask("/auth/oidc/begin")).address);
}

async function show() {
  const { provider } = await ask("/auth/ways", null, "GET");
  for (const [id, text] of [["provider", "Sign in with"], ["confirm-provider", "Confirm by"]]) {
    get(id).hidden = !provider;
    get(id).textContent = `${text} ${provider}`;
  }
  const pair = kept.read();
  get("in").hidden = !pair;
  get("out").hidden = Boolean(pair);
  if (!pair) return;
  get("token").value = pair.access_token;
  get("who").textContent = (await ask("/auth/me", null, "GET")).name;
  const { data } = await ask("/auth/passkeys", null, "GET");
  get("passkeys").replaceChildren(...data.map(listed));
}

function listed({ uid, name }) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  item.textContent = `${name} `;
  button.textContent = `Remove ${name}`;
  button.addEventListener("click", () =>
    attempt(() => ask(`/auth/passkeys/${uid}/remove`), `${name} is good no more.`));
  item.append(button);
  return item;
}

on("password", "submit", async () =>
  kept.write(await ask("/auth/token", { email: get("email").value, password: get("secret").value })));
on("passkey", "click", async () =>
  kept.write(await ask("/auth/passkeys/sign-in", { passkey: await usePasskey() })));
on("provider", "click", goToProvider);
on("confirm", "submit", () => ask("/auth/confirm", { password: get("again").value }), "Confirmed.");
on("confirm-passkey", "click", async () =>
  ask("/auth/confirm", { passkey: await usePasskey() }), "Confirmed.");
on("confirm-provider", "click", goToProvider);
on("add", "submit", async () => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await ask("/auth/passkeys/new"));
  const passkey = (await navigator.credentials.create({ publicKey })).toJSON();
  await ask("/auth/passkeys", { name: get("name").value, passkey });
}, "You can sign in with it.");
on("leave", "click", async () => {
  const { refresh_token } = kept.read();
  await ask("/auth/sign-out", { refresh_token });
  sessionStorage.removeItem("daybook");
});

// Back from the provider: what it sent along is used once, and stays out of the history.
const back = new URLSearchParams(location.search);
history.replaceState(null, "", location.pathname);
attempt(async () => {
  if (back.has("error")) throw new Error(`The identity provider let you not in: ${back.get("error")}.`);
  if (!back.has("code")) return;
  const { code, state, iss } = Object.fromEntries(back);
  const pair = await ask("/auth/oidc/finish", iss ? { code, state, iss } : { code, state });
  if (pair) kept.write(pair);
});
