// Opens HTML in headless Chromium, scripts on and without a network, and tells what it asks for and what
// could be clicked. Usage: browser.mjs RULES CHROMIUM < lines {name, html}; speaks DevTools over a pipe.
//   no request of any kind but for pictures, fonts and films, or for style sheets of web fonts
//   no request to a host of a disabled class
//   nothing that leads to one (a, area, form, formaction, SVG's a), read from the DOM
//   no script has run: each page is opened with a trap for alert() and the like
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { readRules, serviceOf } from './services.mjs';

const PAGE = 'http://page.test/';
const HARMLESS = new Set(['Image', 'Media', 'Font']);
const FONTS = /^https?:\/\/(fonts\.googleapis\.(com|cn)|use\.typekit\.net|fast\.fonts\.net)\//;
const TRAP = "window.__ran = []; for (const name of ['alert', 'prompt', 'confirm', 'open', 'print']) window[name] = () => { window.__ran.push(name); };";
const LINKS = `(() => {
  const all = (root) => [...root.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : []), ...(e instanceof HTMLTemplateElement ? all(e.content) : [])]);
  const found = [];
  for (const e of all(document)) {
    const name = e.localName;
    for (const a of ['href', 'xlink:href', 'action', 'formaction']) {
      const text = e.getAttribute(a);
      if (text === null || (name === 'link' || name === 'base')) continue;
      let url = text;
      try { url = new URL(text.trim(), document.baseURI).href; } catch { }
      found.push([name, url]);
    }
  }
  return { links: found, ran: window.__ran, scripts: document.scripts.length, frames: window.length };
})()`;

const [rules, chromium] = process.argv.slice(2);
readRules(rules);
const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'cordon-browser.'));
const browser = spawn(chromium, [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${profile}`,
  '--no-first-run', '--disable-extensions', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND', '--proxy-server=127.0.0.1:9', 'about:blank',
], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true });
for (const pipe of [browser.stdio[3], browser.stdio[4]]) pipe.on('error', () => {}); // told by its end

let last = 0, buffer = '';
const waiting = new Map(), listeners = new Set();
browser.stdio[4].setEncoding('utf8');
browser.stdio[4].on('data', (chunk) => {
  buffer += chunk;
  for (let end; (end = buffer.indexOf('\0')) >= 0; buffer = buffer.slice(end + 1)) {
    const message = JSON.parse(buffer.slice(0, end));
    if (message.id) { waiting.get(message.id)?.(message); waiting.delete(message.id); } else for (const listen of listeners) listen(message);
  }
});
function call(method, params = {}, sessionId = undefined) {
  const id = ++last;
  browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
  return new Promise((resolve, reject) => waiting.set(id, (m) => (m.error ? reject(new Error(`${method}: ${m.error.message}`)) : resolve(m.result))));
}
const dead = new Promise((_, reject) => browser.on('exit', (code) => reject(new Error(`chromium ended: ${code}`))));
dead.catch(() => {});

const findings = (name, requests, state) => {
  const found = [];
  for (const { kind, url } of requests) {
    const service = serviceOf(url);
    if (service) found.push(`asks ${service} for ${kind} ${url.slice(0, 120)}`);
    else if (!HARMLESS.has(kind) && !(kind === 'Stylesheet' && FONTS.test(url))) found.push(`asks for ${kind} ${url.slice(0, 120)}`);
  }
  for (const [element, url] of state.links) {
    const service = serviceOf(url);
    if (service) found.push(`${element} leads to ${service}: ${url.slice(0, 120)}`);
    if (/^(javascript|vbscript):/i.test(url)) found.push(`${element} runs ${url.slice(0, 80)}`);
  }
  if (state.ran.length) found.push(`ran ${state.ran}`);
  if (state.scripts) found.push(`${state.scripts} scripts`);
  if (state.frames) found.push(`${state.frames} frames`);
  return found.map((f) => `${name}: ${f}`);
};

async function main() {
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  let html = '', requests = [], loaded = () => {};
  listeners.add((m) => {
    if (m.method === 'Fetch.requestPaused') {
      const { requestId, request, resourceType } = m.params;
      if (request.url === PAGE && resourceType === 'Document' && html !== null) {
        const body = Buffer.from(html, 'utf8').toString('base64');
        html = null;
        call('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders: [{ name: 'Content-Type', value: 'text/html; charset=utf-8' }], body }, sessionId).catch(() => {});
        return;
      }
      if (request.url !== PAGE + 'favicon.ico') requests.push({ kind: resourceType, url: request.url });
      call('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' }, sessionId).catch(() => {});
    }
    if (m.method === 'Page.loadEventFired') loaded();
    if (m.method === 'Page.javascriptDialogOpening') call('Page.handleJavaScriptDialog', { accept: false }, sessionId).catch(() => {});
  });
  await call('Page.enable', {}, sessionId);
  await call('Fetch.enable', { patterns: [{ urlPattern: '*' }] }, sessionId);
  await call('Page.addScriptToEvaluateOnNewDocument', { source: TRAP }, sessionId);
  let pages = 0, found = 0, asked = 0, slow = 0;
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const given = JSON.parse(line);
    html = given.html;
    requests = [];
    const load = new Promise((resolve) => { loaded = () => resolve(true); });
    const late = new Promise((resolve) => { setTimeout(() => resolve(false), 4000).unref(); });
    await call('Page.navigate', { url: PAGE }, sessionId);
    slow += (await Promise.race([load, late, dead])) ? 0 : 1;
    const { result } = await call('Runtime.evaluate', { expression: LINKS, returnByValue: true }, sessionId);
    pages++;
    asked += requests.length;
    for (const what of findings(given.name, requests, result.value ?? { links: [], ran: ['nothing: the page is gone'] })) { found++; console.log(what); }
  }
  console.error(JSON.stringify({ pages, requests: asked, findings: found, slow }));
  return found > 0 ? 1 : 0;
}

let status = 70;
try { status = await Promise.race([main(), dead]); } catch (error) { console.error(String(error)); }
browser.removeAllListeners('exit');
browser.on('exit', () => setTimeout(() => {
  try { fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 }); } catch { /* a helper of it still writes */ }
  process.exit(status);
}, 200));
call('Browser.close').catch(() => {});
setTimeout(() => { try { process.kill(-browser.pid, 'SIGKILL'); } catch { /* it has ended */ } }, 3000).unref();
