// Reads the readers' lines and tells every live link to a disabled service and every file that the
// rules remove. Usage: judge.mjs RULES < lines. HTML by parse5, hosts by the browser's URL class,
// addresses in text by linkify-it with fuzzy links on: none of it is Cordon's.
import readline from 'node:readline';
import LinkifyIt from 'linkify-it';
import * as parse5 from 'parse5';
import { dangerous, readRules, serviceOf, services } from './services.mjs';

const FOLLOWED = new Set(['href', 'xlink:href', 'src', 'action', 'formaction', 'background', 'poster', 'data', 'srcset']);

readRules(process.argv[2]);

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
