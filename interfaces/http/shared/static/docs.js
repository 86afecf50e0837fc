// Draws the page of the API with Swagger UI from /openapi.json, whatever the address of the page says.

const said = document.getElementById("said");
const step = (name) => name.replaceAll("~1", "/").replaceAll("~0", "~");
const at = (api, path) => path.reduce((found, name) => found?.[name], api);

// Swagger UI's own resolver reads the whole document anew for each operation, which takes it half a minute for one of
// 3 MB, and would fetch what a reference to elsewhere names. All of ours lead to a place within the document.
function inlined(api, value, inside = []) {
  if (Array.isArray(value)) return value.map((one) => inlined(api, one, inside));
  if (value === null || typeof value !== "object") return value;
  const { $ref, ...others } = value;
  const own = Object.entries(typeof $ref === "string" ? others : value);
  const whole = Object.fromEntries(own.map(([name, one]) => [name, inlined(api, one, inside)]));
  if (typeof $ref !== "string" || !$ref.startsWith("#/") || inside.includes($ref)) return whole;
  return { ...inlined(api, at(api, $ref.slice(2).split("/").map(step)), [...inside, $ref]), ...whole };
}

// What may be left out is not filled in: a list asked for with an example in each of its filters would be empty.
function leftOpen(parameter) {
  if (parameter.required) return parameter;
  const { example, schema: { example: inSchema, ...schema } = {}, description = "", ...others } = parameter;
  const shown = example ?? inSchema;
  const told = [description];
  if (schema.properties) told.push(`As JSON, with any of \`${Object.keys(schema.properties).join("`, `")}\`.`);
  if (shown !== undefined) told.push(`For example \`${typeof shown === "string" ? shown : JSON.stringify(shown)}\`.`);
  // Without any example, Swagger UI would make objects up.
  return { ...others, schema, description: told.join(" "), example: "" };
}

function resolved(api, path) {
  const found = inlined(api, at(api, path));
  if (Array.isArray(found?.parameters)) found.parameters = found.parameters.map(leftOpen);
  return found;
}

// What is searched for stands in the path, the name or the summary of an operation, not only in its tag.
function found(tags, phrase) {
  const wanted = phrase.toLowerCase();
  const has = (one) =>
    [one.get("path"), one.getIn(["operation", "operationId"]), one.getIn(["operation", "summary"])]
      .join("\n").toLowerCase().includes(wanted);
  const within = (tag, name) =>
    name.toLowerCase().includes(wanted) ? tag : tag.update("operations", (all) => all.filter(has));
  return tags.map(within).filter((tag) => tag.get("operations").size > 0);
}

// What is found is shown: the tags that hold it are opened, which is no reason for another address.
function opened(update, { layoutActions, specSelectors }) {
  return (phrase) => {
    if (typeof phrase === "string") {
      const address = location.href;
      specSelectors.taggedOperations().keySeq().forEach((tag) => {
        layoutActions.show(["operations-tag", tag], phrase.length > 2);
      });
      history.replaceState(null, "", address);
    }
    return update(phrase);
  };
}

const hash = () => decodeURIComponent(location.hash);

// To the operation of an address such as #/Expenses/listExpenses, and after it until it is open and stands still: what is
// drawn last may be too near to the end of the page to be scrolled to the top before it has its size.
function leadTo(address, frames = 1800, still = 0) {
  if (!address.startsWith("#/") || address !== hash()) return;
  const drawn = document.getElementById(`operations-${address.slice(2).replaceAll("/", "-").replaceAll(" ", "_")}`);
  const before = scrollY;
  drawn?.scrollIntoView();
  const stands = drawn?.querySelector(".parameters") && scrollY === before ? still + 1 : 0;
  if (frames && stands < 30) requestAnimationFrame(() => leadTo(address, frames - 1, stands));
}

function draw(api) {
  const ours = () => ({
    fn: { resolveSubtree: async (_, path) => ({ errors: [], spec: resolved(api, path) }), opsFilter: found },
    statePlugins: { layout: { wrapActions: { updateFilter: opened } } },
  });
  const ui = SwaggerUIBundle({
    spec: api,
    dom_id: "#operations",
    plugins: [ours],
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    filter: true,
    queryConfigEnabled: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    onComplete: () => leadTo(hash()),
  });
  addEventListener("hashchange", () => {
    ui.layoutActions.parseDeepLinkHash(hash());
    leadTo(hash());
  });
  document.getElementById("demo")?.addEventListener("submit", (event) => {
    event.preventDefault();
    signIn(ui, event.currentTarget.dataset.password);
  });
}

async function sent(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}

let next; // what takes the next token, before the one that is held expires

async function signIn(ui, password) {
  const email = document.getElementById("person").value;
  said.textContent = "";
  try {
    hold(ui, await sent("/auth/token", { email, password }));
    said.textContent = `Requests are sent as ${email}.`;
  } catch (error) {
    said.textContent = `${email} was not signed in: ${error.message}`;
  }
}

function hold(ui, tokens) {
  ui.preauthorizeApiKey("bearer", tokens.access_token);
  clearTimeout(next);
  next = setTimeout(async () => {
    try {
      hold(ui, await sent("/auth/refresh", { refresh_token: tokens.refresh_token }));
    } catch (error) {
      said.textContent = `Please sign in again: ${error.message}`;
    }
  }, (tokens.expires_in - 60) * 1000);
}

function follow(theme) {
  document.documentElement.classList.toggle("dark-mode", theme.matches);
}

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", follow);
follow(dark);
fetch("/openapi.json")
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`status ${answer.status}`))))
  .then(draw)
  .catch((error) => { said.textContent = `openapi.json was not read: ${error.message}`; });
