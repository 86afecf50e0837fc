// Draws the API from /openapi.json: every operation with its parameters, an example, and a form that sends it.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
let api;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function resolve(thing) {
  if (!thing || !thing.$ref) return thing;
  return thing.$ref.slice(2).split("/").reduce((at, step) => at[step], api);
}

function describeType(schema) {
  const known = resolve(schema) || {};
  if (known.enum) return known.enum.join(" | ");
  const kind = Array.isArray(known.type) ? known.type.join(" or ") : known.type || "value";
  return known.format ? `${kind} (${known.format})` : kind;
}

function parameterRow(parameter, inputs) {
  const input = element("input", { ariaLabel: parameter.name });
  if (parameter.in === "path") input.value = parameter.example ?? "";
  else if (parameter.example !== undefined) input.placeholder = String(parameter.example);
  inputs.push([parameter, input]);
  return element("tr", {},
    element("td", {}, element("code", { textContent: parameter.name }),
      element("div", { className: "muted", textContent: `${parameter.in}, ${describeType(parameter.schema)}` })),
    element("td", {}, input),
    element("td", { textContent: parameter.description || "" }));
}

function parameterTable(parameters, inputs) {
  return element("table", {}, element("tbody", {}, ...parameters.map((one) => parameterRow(one, inputs))));
}

function parameterSections(operation, inputs) {
  const parameters = (operation.parameters || []).map(resolve);
  const plain = parameters.filter((one) => !one.name.includes("["));
  const operators = parameters.filter((one) => one.name.includes("["));
  const sections = [];
  if (plain.length) sections.push(element("h4", { textContent: "Parameters" }), parameterTable(plain, inputs));
  if (operators.length) {
    sections.push(element("details", {},
      element("summary", { textContent: `${operators.length} more filters, with operators` }),
      parameterTable(operators, inputs)));
  }
  return sections;
}

function answers(operation) {
  return Object.entries(operation.responses).map(([status, given]) => {
    const answer = resolve(given);
    const examples = Object.entries(answer.content || {})
      .filter(([, media]) => media.example !== undefined)
      .map(([kind, media]) => element("div", {}, element("div", { className: "muted", textContent: kind }),
        element("pre", { textContent: shown(media.example) })));
    return element("details", {},
      element("summary", {}, element("strong", { textContent: status }), ` ${answer.description}`), ...examples);
  });
}

function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function bodyEditor(operation) {
  const [kind, media] = Object.entries(operation.requestBody?.content || {})[0] || [];
  if (!kind) return null;
  if (kind === "application/json") {
    const text = element("textarea", { value: shown(media.example), ariaLabel: "Body" });
    return { kind, view: text, read: () => text.value };
  }
  return multipartEditor(kind, media);
}

function multipartEditor(kind, media) {
  const inputs = Object.entries(resolve(media.schema).properties || {}).map(([name, schema]) => {
    const isFile = schema.contentMediaType !== undefined;
    const example = media.example?.[name];
    return [name, element("input", { type: isFile ? "file" : "text", value: isFile ? "" : example ?? "", ariaLabel: name })];
  });
  const rows = inputs.map(([name, input]) =>
    element("tr", {}, element("td", {}, element("code", { textContent: name })), element("td", {}, input)));
  const read = () => {
    const form = new FormData();
    for (const [name, input] of inputs) {
      const value = input.type === "file" ? input.files[0] : input.value;
      if (value) form.append(name, value);
    }
    return form;
  };
  return { kind, view: element("table", {}, element("tbody", {}, ...rows)), read };
}

function address(path, inputs) {
  const query = new URLSearchParams();
  let filled = path;
  for (const [parameter, input] of inputs) {
    if (parameter.in === "path") filled = filled.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (parameter.in === "query" && input.value !== "") query.append(parameter.name, input.value);
  }
  return query.size ? `${filled}?${query}` : filled;
}

function headersOf(inputs, body) {
  const headers = {};
  for (const [parameter, input] of inputs) {
    if (parameter.in === "header" && input.value !== "") headers[parameter.name] = input.value;
  }
  const token = document.getElementById("token").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  // A form sets its own type, with the boundary in it.
  if (body && body.kind === "application/json") headers["Content-Type"] = body.kind;
  return headers;
}

const SHOWN_MAX = 20000;

async function send(method, path, inputs, body, output) {
  output.textContent = "…";
  const target = address(path, inputs);
  const stop = new AbortController();
  const answer = await fetch(target, {
    method: method.toUpperCase(), headers: headersOf(inputs, body), body: body?.read(), signal: stop.signal,
  });
  const head = `${method.toUpperCase()} ${target}\n${answer.status}\n`
    + [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  let text = "";
  const decoder = new TextDecoder();
  const reader = answer.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    // An endless or a very long answer is shown up to here.
    if (text.length > SHOWN_MAX) { stop.abort(); text = `${text.slice(0, SHOWN_MAX)}\n…`; break; }
    output.textContent = `${head}\n\n${text}`;
  }
  output.textContent = `${head}\n\n${pretty(text)}`;
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function operationView(path, method, operation) {
  const inputs = [];
  const body = bodyEditor(operation);
  const output = element("pre", { hidden: true, ariaLive: "polite" });
  const button = element("button", { textContent: "Send" });
  button.addEventListener("click", () => {
    output.hidden = false;
    send(method, path, inputs, body, output).catch((error) => { output.textContent = String(error); });
  });
  return element("details", { className: "operation", id: operation.operationId },
    element("summary", {},
      element("span", { className: `method ${method}`, textContent: method.toUpperCase() }), " ",
      element("code", { textContent: path }), ` ${operation.summary}`),
    element("p", { textContent: operation.description }),
    element("p", { className: "muted", textContent: `Asks for the permission ${operation["x-permission"]}` }),
    ...parameterSections(operation, inputs),
    body && element("h4", { textContent: `Body (${body.kind})` }), body && body.view,
    button, output,
    element("h4", { textContent: "Answers" }), ...answers(operation));
}

function operationsOf(tag) {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]?.tags.includes(tag)).map((method) => [path, method, item[method]]));
}

function link(operation) {
  const made = element("a", { href: `#${operation.operationId}`, textContent: operation.operationId });
  made.addEventListener("click", () => { document.getElementById(operation.operationId).open = true; });
  return made;
}

function filterBy(words) {
  for (const view of document.querySelectorAll("details.operation")) {
    view.hidden = !view.textContent.toLowerCase().includes(words.toLowerCase());
  }
}

async function draw() {
  api = await (await fetch("/openapi.json")).json();
  document.getElementById("about").textContent = `${api.info.summary} Version ${api.info.version}.`;
  const contents = document.getElementById("contents");
  const main = document.getElementById("operations");
  for (const { name } of api.tags) {
    const operations = operationsOf(name);
    contents.append(element("h2", { textContent: name }), ...operations.map(([, , operation]) => link(operation)));
    main.append(element("h2", { textContent: name }),
      ...operations.map(([path, method, operation]) => operationView(path, method, operation)));
  }
  document.getElementById("find").addEventListener("input", (event) => filterBy(event.target.value));
  if (location.hash) document.getElementById(location.hash.slice(1))?.setAttribute("open", "");
}

draw().catch((error) => { document.getElementById("about").textContent = `The document could not be drawn: ${error}`; });
