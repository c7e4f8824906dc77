// Reads the readers' lines and tells every live link to a disabled service and every file that the
// rules remove. Usage: judge.mjs RULES < lines. HTML by parse5, hosts by the browser's URL class,
// addresses in text by linkify-it with fuzzy links on: none of it is Cordon's.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import LinkifyIt from 'linkify-it';
import * as parse5 from 'parse5';

const DISABLED = new Set(['cloud-storage', 'webmail', 'messaging']);
const FOLLOWED = new Set(['href', 'xlink:href', 'src', 'action', 'formaction', 'background', 'poster', 'data', 'srcset']);
const REMOVED = ['executable', 'script', 'shortcut', 'disk-image'];
const rules = process.argv[2];

// comments go; a '#' inside quotes is no comment
const plain = (text) => text.replace(/("[^"\n]*"|'[^'\n]*')|#[^\n]*/g, (all, quoted) => quoted ?? '');
const unquote = (s) => s.trim().replace(/^["']|["']$/g, '');
const list = (text) => text.match(/"[^"]*"|'[^']*'|[^\s,{}]+/g)?.map(unquote) ?? [];

function* blocks(text, kind) {
  const start = new RegExp(`^\\s*${kind}\\s+"?([A-Za-z0-9_-]+)"?\\s*\\{`, 'gm');
  for (let m; (m = start.exec(text)); ) {
    let depth = 1, at = start.lastIndex, quote = null, comment = false;
    for (; depth > 0 && at < text.length; at++) {
      const c = text[at];
      if (comment) comment = c !== '\n';
      else if (quote) { if (c === quote) quote = null; }
      else if (c === '"' || c === "'") quote = c;
      else if (c === '#') comment = true;
      else if (c === '{') depth++;
      else if (c === '}') depth--;
    }
    yield [m[1], text.slice(start.lastIndex, at - 1)];
  }
}

function option(body, name) {
  const m = new RegExp(`(?:^|[\\s;{])${name}\\s*\\+?=\\s*(\\{[^}]*\\}|"[^"]*"|[^\\s{}]+)`).exec(plain(body));
  return m ? list(m[1]) : [];
}

const glob = (text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^.]*');
// a host, or host/path, with what makes it more or less specific: host labels, then length of the path
function place(text) {
  const slash = text.indexOf('/');
  const [host, where] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash)];
  return {
    host: new RegExp(`(^|\\.)${glob(host.toLowerCase())}$`),
    path: new RegExp('^' + where.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')),
    rank: host.split('.').length * 10000 + where.length,
  };
}

const services = [];
for (const file of fs.readdirSync(path.join(rules, 'services'))) {
  const text = fs.readFileSync(path.join(rules, 'services', file), 'utf8');
  for (const [id, body] of blocks(text, 'service')) {
    const [cls] = option(body, 'class');
    services.push({
      id, cls,
      places: [...option(body, 'hosts'), ...option(body, 'paths')].map(place),
      schemes: new Set(option(body, 'schemes').map((s) => s.toLowerCase())),
    });
  }
}

const dangerous = new Set();
for (const [group, body] of blocks(fs.readFileSync(path.join(rules, 'types.conf'), 'utf8'), 'group'))
  if (REMOVED.includes(group)) for (const e of option(body, 'extensions')) dangerous.add(e.toLowerCase());

// null, or the service that the address leads to
function serviceOf(address) {
  let url;
  const trimmed = address.trim();
  try { url = new URL(trimmed.startsWith('//') ? 'https:' + trimmed : trimmed); } catch { return null; }
  const scheme = url.protocol.slice(0, -1);
  if (scheme === 'mailto') return null;
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const where = url.pathname + url.search + url.hash;
  let best = null, rank = -1;
  for (const s of services) {
    if (s.schemes.has(scheme)) return DISABLED.has(s.cls) ? s.id : null;
    if (!['http', 'https', 'ftp'].includes(scheme)) continue;
    for (const p of s.places)
      if (p.rank > rank && p.host.test(host) && p.path.test(where)) [best, rank] = [s, p.rank];
  }
  return best && DISABLED.has(best.cls) ? best.id : null;
}

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: false, fuzzyIP: true });
for (const s of services) for (const scheme of s.schemes)
  if (/^[a-z][a-z0-9-]*$/.test(scheme)) linkify.add(scheme + ':', { validate: (text, pos) => /^(?:\/\/\S+)?/.exec(text.slice(pos, pos + 2048))[0].length });

function* textLinks(text) {
  for (const m of linkify.match(text) ?? []) yield m.url;
}

function* htmlLinks(html) {
  const walk = [parse5.parse(html, { scriptingEnabled: false })];
  for (let node; (node = walk.pop()); ) {
    for (const a of node.attrs ?? []) {
      const name = a.prefix ? `${a.prefix}:${a.name}` : a.name;
      if (!FOLLOWED.has(name)) continue;
      if (name === 'srcset') for (const c of a.value.split(',')) yield c.trim().split(/\s+/)[0];
      else yield a.value;
    }
    if (node.nodeName === '#text' && !['style', 'script', 'title'].includes(node.parentNode?.nodeName)) yield* textLinks(node.value);
    walk.push(...(node.childNodes ?? []));
    if (node.content) walk.push(node.content);
  }
}

function judgePart(part) {
  const found = [];
  for (const name of part.names ?? []) {
    const extension = name.trim().toLowerCase().replace(/[.\s"']+$/, '').split('.').pop();
    if (name.includes('.') && dangerous.has(extension)) found.push(`file ${JSON.stringify(name)}`);
  }
  if (part.head && Buffer.from(part.head, 'base64').subarray(0, 2).toString('latin1') === 'MZ') found.push('file with an MZ header');
  if (part.text === undefined) return found;
  const links = part.type === 'text/html' ? htmlLinks(part.text) : textLinks(part.text);
  for (const link of links) {
    const service = serviceOf(link);
    if (service) found.push(`link to ${service} in ${part.type}: ${JSON.stringify(link.slice(0, 200))}`);
  }
  return found;
}

let messages = 0, parts = 0, findings = 0, errors = 0;
for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const mail = JSON.parse(line);
  messages++;
  errors += mail.error ? 1 : 0;
  for (const part of mail.parts) {
    parts++;
    for (const what of judgePart(part)) {
      findings++;
      console.log(`${mail.file}: ${what}`);
    }
  }
}
console.error(JSON.stringify({ messages, parts, findings, reader_errors: errors, services: services.length, extensions: dangerous.size }));
process.exit(findings > 0 ? 1 : 0);
