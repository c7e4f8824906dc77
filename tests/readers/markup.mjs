// What acts by itself in delivered HTML, judged by parse5, in both readings of noscript.
//   markup.mjs active < lines    tells it, for each part of the readers' lines
//   markup.mjs tree < lines      {name, before, after}: taking what acts out of the tree of `before`
//                                must give the tree of `after`; the rest of it is as it was
//   markup.mjs stable < lines    {name, after}: every reading of it is the same
import readline from 'node:readline';
import * as parse5 from 'parse5';

const WHOLE = new Set(['script', 'iframe', 'object', 'applet', 'embed', 'frame', 'frameset', 'portal', 'fencedframe', 'layer', 'ilayer', 'isindex']);
const ANIMATIONS = new Set(['animate', 'set', 'animatemotion', 'animatetransform', 'animatecolor']);
const CONTROLS = new Set(['input', 'button', 'select', 'textarea', 'keygen']);
const FONTS = /^(https?:)?\/\/(fonts\.googleapis\.(com|cn)|use\.typekit\.net|fast\.fonts\.net)\//;
const FETCHING = ['import', 'prefetch', 'preload', 'prerender', 'preconnect', 'subresource', 'modulepreload', 'dns-prefetch', 'manifest', 'expect', 'pingback'];
const SMART_TAG = /^\s*clsid:38481807-CA0E-42D2-BF39-B33AF135CC4D\s*$/i;

const value = (node, name) => node.attrs?.find((a) => a.name === name)?.value;
const words = (node, name) => (value(node, name) ?? '').toLowerCase().split(/[\t\n\f\r ]+/);

function elementActs(node) {
  const name = node.tagName?.toLowerCase();
  if (name === undefined) return null;
  if (name === 'object' && SMART_TAG.test(value(node, 'classid') ?? '')) return null;
  if (WHOLE.has(name)) return name;
  const rel = words(node, 'rel');
  if (name === 'link' && rel.includes('stylesheet') && !FONTS.test(value(node, 'href') ?? '')) return 'link stylesheet';
  if (name === 'link' && FETCHING.some((r) => rel.includes(r))) return 'link ' + rel.join(' ');
  if (name === 'meta' && ['refresh', 'set-cookie', 'link', 'window-target'].includes(words(node, 'http-equiv')[0])) return 'meta ' + value(node, 'http-equiv');
  if (ANIMATIONS.has(name) && /^\s*((xlink:)?href|src|action|on\w+)\s*$/i.test(value(node, 'attributeName') ?? value(node, 'attributename') ?? '')) return name;
  return null;
}

function attributeActs(node, a) {
  if (/^on[a-z]{2,}$/i.test(a.name) && a.value !== '') return `handler ${a.name}`;
  if (a.name === 'srcdoc') return 'srcdoc';
  if (a.name === 'formaction' || (a.name === 'action' && node.tagName === 'form')) return a.value === '' ? null : a.name;
  if (a.name === 'style' && /expression\s*\(|-moz-binding\s*:|behavior\s*:\s*url\(\s*['"]?[^#'"\s]/i.test(a.value.replace(/\/\*.*?\*\//gs, ''))) return 'style ' + a.value.slice(0, 60);
  return null;
}

// not in what is spliced: a link rule's
function addressActs(a) {
  const text = a.value.replace(/[\t\n\r]/g, '').replace(/^[\x00-\x20]+/, '');
  return ['href', 'src', 'action', 'formaction', 'data', 'background', 'poster'].includes(a.name) && /^(javascript|vbscript|livescript|mocha):/i.test(text) ? `${a.name}=${text.slice(0, 40)}` : null;
}

function* walk(root) {
  const left = [root];
  for (let node; (node = left.pop()); ) {
    yield node;
    for (let i = (node.childNodes ?? []).length - 1; i >= 0; i--) left.push(node.childNodes[i]);
    if (node.content) left.push(node.content);
  }
}

function* acts(html) {
  for (const scriptingEnabled of [false, true]) {
    const nodes = [...walk(parse5.parse(html, { scriptingEnabled }))];
    const form = nodes.some((n) => n.tagName === 'form');
    for (const node of nodes) {
      const what = elementActs(node);
      if (what) yield what;
      for (const a of node.attrs ?? []) {
        const how = attributeActs(node, a) ?? addressActs(a);
        if (how) yield `${node.tagName}: ${how}`;
      }
      if (form && CONTROLS.has(node.tagName) && value(node, 'disabled') === undefined && value(node, 'type')?.trim().toLowerCase() !== 'hidden') yield `live ${node.tagName}`;
    }
  }
}

// --- the tree of what was spliced ---

function prune(root) {
  const nodes = [...walk(root)];
  const form = nodes.some((n) => n.tagName === 'form');
  for (const node of nodes) {
    const holder = node.content ?? node;
    // of an object that nothing ends the tag alone is cut: what is in it is shown
    if (holder.childNodes) holder.childNodes = holder.childNodes.flatMap((child) => (!elementActs(child) ? [child] : ['object', 'applet'].includes(child.tagName) && !child.sourceCodeLocation?.endTag ? child.childNodes : []));
    if (!node.attrs) continue;
    node.attrs = node.attrs.filter((a) => !attributeActs(node, a));
    if (form && CONTROLS.has(node.tagName) && value(node, 'disabled') === undefined && value(node, 'type')?.trim().toLowerCase() !== 'hidden') node.attrs.push({ name: 'disabled', value: '' });
  }
}

// What Cordon reads once more as markup or as a style sheet is cut within, and compared as far as it holds neither.
const RAW = new Set(['style', 'title', 'textarea', 'xmp', 'noembed', 'noframes', 'plaintext']);
const comparable = (a) => /^[a-z0-9:_-]+$/i.test(a.name) && !a.value.includes('<');

function lines(node, depth = 0, out = []) {
  let text = '';
  if (RAW.has(node.tagName) && /[<@(]/.test(node.childNodes.map((c) => c.value ?? '').join(''))) return out;
  const flush = () => { if (text.trim()) out.push(' '.repeat(depth) + JSON.stringify(text.replace(/\s+/g, ' ').trim())); text = ''; };
  for (const child of node.content?.childNodes ?? node.childNodes ?? []) {
    if (child.nodeName === '#text') { text += child.value; continue; }
    flush();
    const attrs = (child.attrs ?? []).filter(comparable).map((a) => `${a.name}=${a.value}`).sort().join(' ');
    if (child.nodeName === '#comment') continue;
    out.push(' '.repeat(depth) + `<${child.nodeName} ${attrs}>`);
    lines(child, depth + 1, out);
  }
  flush();
  return out;
}

function treeDiffers(before, after) {
  const tree = parse5.parse(before, { scriptingEnabled: false, sourceCodeLocationInfo: true });
  const odd = before.includes('<![CDATA[') || [...walk(tree)].some((n) => n.tagName === 'frameset' || (n.tagName && !/^[a-z0-9-]+$/i.test(n.tagName) && !/^[ovwxm]:[a-z]+$/.test(n.tagName)));
  if (odd) return undefined; // no body left, or sections and names that readers read differently
  prune(tree);
  const want = lines(tree), got = lines(parse5.parse(after, { scriptingEnabled: false }));
  for (let i = 0; i < Math.max(want.length, got.length); i++)
    if (want[i] !== got[i]) return `line ${i}: want ${want[i]?.trim().slice(0, 120)}, got ${got[i]?.trim().slice(0, 120)}`;
  return null;
}

// Parsed, serialised and parsed again it must be the same, with and without scripts.
function unstable(html) {
  const trees = [];
  for (const scriptingEnabled of [false, true]) {
    const tree = parse5.parse(html, { scriptingEnabled });
    trees.push(lines(tree), lines(parse5.parse(parse5.serialize(tree, { scriptingEnabled }), { scriptingEnabled })));
  }
  for (const tree of trees.slice(1))
    for (let i = 0; i < Math.max(tree.length, trees[0].length); i++)
      if (tree[i] !== trees[0][i]) return `line ${i}: ${trees[0][i]?.trim().slice(0, 100)} or ${tree[i]?.trim().slice(0, 100)}`;
  return null;
}

const mode = process.argv[2];
// parse5 gives up at a numeric reference beyond the last character
const attempt = (work, otherwise) => { try { return work(); } catch (error) { if (!(error instanceof RangeError)) throw error; errors++; return otherwise; } };
let seen = 0, found = 0, errors = 0;
for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const given = JSON.parse(line);
  if (mode === 'tree' || mode === 'stable') {
    const differs = attempt(() => (mode === 'tree' ? treeDiffers(given.before, given.after) : unstable(given.after)));
    if (differs !== undefined) seen++;
    if (differs) { found++; console.log(`${given.name}: ${differs}`); }
    continue;
  }
  for (const part of given.parts) {
    if (part.type !== 'text/html' || part.attachment || part.text === undefined) continue;
    seen++;
    for (const what of attempt(() => new Set(acts(part.text)), [])) { found++; console.log(`${given.file}: ${what}`); }
  }
}
console.error(JSON.stringify({ pages: seen, findings: found, reader_errors: errors }));
process.exit(found > 0 ? 1 : 0);
