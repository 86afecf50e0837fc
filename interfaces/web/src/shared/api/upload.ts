/** Files on their way to the API, told of as they go: `fetch` does not say how much of a body has been sent. */

import { bearing } from "daybook-client";
import { notice, type Problem } from "./client";
import { forget, token } from "./session";

type Answer<T> = { data?: T; error?: Problem; response: Response };

/** Sends a form; `onSent` is told which part of its bytes have left, from 0 to 1. */
export async function upload<T>(
  path: string,
  form: FormData,
  headers: Record<string, string>,
  onSent: (part: number) => void,
): Promise<Answer<T>> {
  const access = await token();
  const response = await new Promise<Response>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    const all = { ...headers, ...bearing(access) };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onSent(total ? loaded / total : 0);
    request.onerror = () => reject(new TypeError("Nobody answered."));
    request.onload = () =>
      resolve(new Response(request.responseText, { status: request.status, headers: said(request) }));
    request.send(form);
  });
  if (response.status === 401) forget(access);
  const position = Number(response.headers.get("Daybook-Position"));
  if (position) notice(position);
  const body = (await response.json()) as T | Problem;
  return response.ok ? { data: body as T, response } : { error: body as Problem, response };
}

function said(request: XMLHttpRequest): Headers {
  const lines = request.getAllResponseHeaders().trim().split(/\r?\n/);
  return new Headers(lines.map((line): [string, string] => [before(line), line.slice(before(line).length + 1).trim()]));
}

const before = (line: string): string => line.slice(0, line.indexOf(":"));
