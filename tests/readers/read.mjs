// npm's mailparser and postal-mime: the same lines as read.py. Usage: read.mjs mailparser|postal-mime
import fs from 'node:fs';
import readline from 'node:readline';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';

const head = (bytes) => Buffer.from(bytes ?? []).subarray(0, 64).toString('base64');

function attachments(list) {
  return (list ?? []).map((a) => {
    const content = Buffer.from(a.content ?? []);
    const type = (a.contentType ?? a.mimeType ?? 'application/octet-stream').toLowerCase();
    const entry = { type, names: a.filename ? [String(a.filename)] : [] };
    if (type.startsWith('text/')) entry.text = content.toString('utf8');
    else entry.head = head(content);
    return entry;
  });
}

function bodies(mail) {
  const parts = [];
  if (mail.text) parts.push({ type: 'text/plain', names: [], text: mail.text });
  if (mail.html) parts.push({ type: 'text/html', names: [], text: mail.html });
  return parts;
}

const readers = {
  // mailparser makes text of HTML and the reverse, with links of its own: only what came counts
  async mailparser(data) {
    const mail = await simpleParser(data, {
      skipTextToHtml: true, skipHtmlToText: true, skipImageLinks: true, skipTextLinks: true,
    });
    return [...bodies(mail), ...attachments(mail.attachments)];
  },
  async 'postal-mime'(data) {
    const mail = await PostalMime.parse(data, { rfc822Attachments: false });
    return [...bodies(mail), ...attachments(mail.attachments)];
  },
};

const read = readers[process.argv[2]];
for await (const path of readline.createInterface({ input: process.stdin })) {
  const line = { file: path, parts: [] };
  try {
    line.parts = await read(fs.readFileSync(path));
  } catch (error) {
    line.error = String(error);
  }
  process.stdout.write(JSON.stringify(line) + '\n');
}
