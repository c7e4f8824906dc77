/* font_program.c - the encoding that is built into a font: of Type 1 a piece of PostScript in front
 * of what is encrypted (Adobe Type 1 Font Format 2.3), of the Compact Font Format tables of numbers
 * (Adobe Technical Note 5176), where the name of a glyph is one of 391 that all fonts share or
 * stands in the font. TrueType needs none of it: viewers take its codes for characters. */
#include "font_program.h"

#include <stdlib.h>
#include <string.h>

#include "octets.h"

#define CODES     256
#define NAME_MOST 64

typedef struct program {
  const unsigned char *bytes;
  size_t len;
  void (*found)(void *data, unsigned code, const char *name);
  void *data;
} Program;

/* --- Type 1 --- */

/* "dup 65 /A put", up to the "def" that ends them. */
static void
read_type1(const Program *program)
{
  static const char begin[] = "/Encoding", dup[] = "dup ";
  const unsigned char *p = memmem(program->bytes, program->len, begin, sizeof begin - 1);
  const unsigned char *end = program->bytes + program->len;
  const unsigned char *stop = p ? memmem(p, (size_t)(end - p), "currentfile", 11) : NULL;

  end = stop ? stop : end;
  for (unsigned i = 0; p && i < 2 * CODES; i++) {
    char line[16 + NAME_MOST], *name;

    p = memmem(p, (size_t)(end - p), dup, sizeof dup - 1);
    if (!p)
      return;
    p += sizeof dup - 1;
    memcpy(line, p, MIN(sizeof line - 1, (size_t)(end - p)));
    line[MIN(sizeof line - 1, (size_t)(end - p))] = '\0';
    name = strchr(line, '/');
    if (g_ascii_isdigit(line[0]) && name && strspn(line, "0123456789#") <= (size_t)(name - line)) {
      const char *digits = strchr(line, '#');
      const gboolean based = digits && digits < name;
      const unsigned long code = strtoul(based ? digits + 1 : line, NULL,
                                         based ? (int)CLAMP(strtoul(line, NULL, 10), 2, 36) : 10);

      name[1 + strcspn(name + 1, " \t\r\n/[]{}()<>%")] = '\0';
      if (code < CODES)
        program->found(program->data, (unsigned)code, name + 1);
    }
  }
}

/* --- CFF --- */

/* A list of pieces of data. */
typedef struct index {
  unsigned count, size; /* of an offset */
  size_t offsets, data; /* where they begin; data counts from one before */
  size_t end;
} Index;

static guint32
number_at(const Program *program, size_t at, unsigned size)
{
  guint32 number = 0;

  for (unsigned i = 0; i < size; i++)
    number = number << 8 | (at + i < program->len ? program->bytes[at + i] : 0);
  return number;
}

static gboolean
read_index(const Program *program, size_t at, Index *index)
{
  *index = (Index){.count = number_at(program, at, 2), .end = at + 2};
  if (at + 2 > program->len)
    return FALSE;
  if (index->count == 0)
    return TRUE;
  index->size = number_at(program, at + 2, 1);
  index->offsets = at + 3;
  index->data = index->offsets + (size_t)(index->count + 1) * index->size - 1;
  if (index->size < 1 || index->size > 4 || index->data >= program->len)
    return FALSE;
  index->end = index->data +
               number_at(program, index->offsets + (size_t)index->count * index->size, index->size);
  return index->end <= program->len;
}

/* FALSE if it is none of them, or damaged. */
static gboolean
index_item(const Program *program, const Index *index, unsigned i, size_t *at, size_t *len)
{
  size_t from, to;

  if (i >= index->count)
    return FALSE;
  from = number_at(program, index->offsets + (size_t)i * index->size, index->size);
  to = number_at(program, index->offsets + (size_t)(i + 1) * index->size, index->size);
  *at = index->data + from;
  *len = to - from;
  return from >= 1 && to >= from && index->data + to <= program->len;
}

typedef struct top {
  size_t charset, encoding, glyphs;
} Top;

/* Operands stand in front of their operator (4). */
static void
read_top(const Program *program, size_t at, size_t len, Top *top)
{
  const size_t end = at + len;
  guint32 operand = 0;

  while (at < end) {
    const unsigned b = program->bytes[at++];

    if (b == 30) { /* a real number: nibbles, of which 15 is the last */
      while (at < end && (program->bytes[at] & 15) != 15 && program->bytes[at] >> 4 != 15)
        at++;
      at++;
    } else if (b == 28 || b == 29) {
      operand = number_at(program, at, b == 28 ? 2 : 4);
      at += b == 28 ? 2 : 4;
    } else if (b >= 32 && b <= 246) {
      operand = b - 139;
    } else if (b >= 247 && b <= 250) {
      operand = (b - 247) * 256 + number_at(program, at++, 1) + 108;
    } else if (b >= 251) { /* below zero */
      at++;
      operand = 0;
    } else {
      at += b == 12; /* of two bytes */
      top->charset = b == 15 ? operand : top->charset;
      top->encoding = b == 16 ? operand : top->encoding;
      top->glyphs = b == 17 ? operand : top->glyphs;
      operand = 0;
    }
  }
}

/* Names of the first glyphs; beyond are those that no code has. */
typedef struct charset {
  const Program *program;
  const Index *strings;
  unsigned count;
  guint16 names[CODES * 2];
} Charset;

static void
add_names(Charset *charset, unsigned first, unsigned count)
{
  for (unsigned i = 0; i <= count && charset->count < G_N_ELEMENTS(charset->names); i++)
    charset->names[charset->count++] = (guint16)(first + i);
}

/* Formats 0, 1 and 2 (13). */
static void
read_charset(Charset *charset, size_t at, unsigned glyphs)
{
  const Program *program = charset->program;
  const unsigned format = number_at(program, at, 1);

  charset->count = 0;
  add_names(charset, 0, 0); /* .notdef */
  if (at <= 2) {            /* one that all fonts share; it begins in the order of the first */
    add_names(charset, 1, CODES);
    return;
  }
  at++;
  while (charset->count < MIN(glyphs, G_N_ELEMENTS(charset->names)) && at < program->len) {
    add_names(charset, number_at(program, at, 2), format ? number_at(program, at + 2, format) : 0);
    at += 2 + (format == 2 ? 2 : format ? 1 : 0);
    if (format > 2)
      return;
  }
}

#define SHARED 391

/* 1 to 95 are the printable characters of ASCII, in their order, but for two quotation marks. Of
 * the others that all fonts share a few matter. */
static void
tell_name(const Charset *charset, unsigned code, unsigned name)
{
  static const struct {
    unsigned name;
    const char *text;
  } shared[] = {{99, "fraction"}, {104, "quotesingle"}, {109, "fi"}, {110, "fl"}, {124, "grave"}};
  const Program *program = charset->program;
  char text[NAME_MOST] = "";
  size_t at, len;

  for (size_t i = 0; i < G_N_ELEMENTS(shared); i++)
    if (shared[i].name == name)
      g_strlcpy(text, shared[i].text, sizeof text);
  if (name >= 1 && name <= 95) {
    g_snprintf(text, sizeof text, "uni%04X", name + 31);
  } else if (name >= SHARED && index_item(program, charset->strings, name - SHARED, &at, &len)) {
    memcpy(text, program->bytes + at, MIN(len, sizeof text - 1));
    text[MIN(len, sizeof text - 1)] = '\0';
  }
  if (*text)
    program->found(program->data, code, text);
}

static void
tell_glyph(const Charset *charset, unsigned code, unsigned glyph)
{
  if (glyph < charset->count)
    tell_name(charset, code, charset->names[glyph]);
}

/* Formats 0 and 1, and what may come behind (12). */
static void
read_encoding(const Charset *charset, size_t at)
{
  const Program *program = charset->program;
  const unsigned format = number_at(program, at, 1), count = number_at(program, at + 1, 1);
  unsigned glyph = 1;

  at += 2;
  for (unsigned i = 0; i < count; i++) {
    const unsigned code = number_at(program, at, 1);
    const unsigned more = format & 0x7f ? number_at(program, at + 1, 1) : 0;

    for (unsigned k = 0; k <= more && code + k < CODES; k++)
      tell_glyph(charset, code + k, glyph + k);
    glyph += more + 1;
    at += format & 0x7f ? 2 : 1;
  }
  if (!(format & 0x80))
    return;
  for (unsigned i = number_at(program, at++, 1); i > 0; i--, at += 3)
    tell_name(charset, number_at(program, at, 1), number_at(program, at + 1, 2));
}

static void
read_cff(const Program *program)
{
  Index names, tops, strings, glyphs;
  Charset charset = {.program = program, .strings = &strings};
  Top top = {0};
  size_t at, len;

  if (!read_index(program, number_at(program, 2, 1), &names) ||
      !read_index(program, names.end, &tops) || !read_index(program, tops.end, &strings) ||
      !index_item(program, &tops, 0, &at, &len))
    return;
  read_top(program, at, len, &top);
  if (top.encoding <= 1 || !read_index(program, top.glyphs, &glyphs))
    return; /* the standard one, or that of experts */
  read_charset(&charset, top.charset, glyphs.count);
  read_encoding(&charset, top.encoding);
}

/* --- all --- */

/* OpenType: a table of tables. */
static gboolean
find_table(Program *program, const char *name)
{
  const unsigned count = number_at(program, 4, 2);

  for (unsigned i = 0; i < count && 28 + 16 * (size_t)i <= program->len; i++) {
    const unsigned char *entry = program->bytes + 12 + 16 * (size_t)i;
    const guint32 at = be32(entry + 8), len = be32(entry + 12);

    if (memcmp(entry, name, 4) == 0 && at <= program->len && len <= program->len - at) {
      program->bytes += at;
      program->len = len;
      return TRUE;
    }
  }
  return FALSE;
}

void
font_program_codes(const unsigned char *bytes, size_t len,
                   void (*found)(void *data, unsigned code, const char *name), void *data)
{
  Program program = {bytes, len, found, data};

  if (len < 4)
    return;
  if (memcmp(bytes, "OTTO", 4) == 0) {
    if (find_table(&program, "CFF "))
      read_cff(&program);
  } else if (bytes[0] == 1 && bytes[1] == 0) {
    read_cff(&program);
  } else {
    read_type1(&program);
  }
}
