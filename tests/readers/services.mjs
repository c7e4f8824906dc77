// The shipped services and dangerous endings, read from the rules folder without Cordon's parser.
import fs from 'node:fs';
import path from 'node:path';

const DISABLED = new Set(['cloud-storage', 'webmail', 'messaging']);
const REMOVED = ['executable', 'script', 'shortcut', 'disk-image'];

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

export const services = [];
export const dangerous = new Set();

export function readRules(rules) {
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

  for (const [group, body] of blocks(fs.readFileSync(path.join(rules, 'types.conf'), 'utf8'), 'group'))
    if (REMOVED.includes(group)) for (const e of option(body, 'extensions')) dangerous.add(e.toLowerCase());
}

// null, or the service that the address leads to
export function serviceOf(address) {
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
