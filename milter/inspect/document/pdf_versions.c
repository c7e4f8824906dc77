/* pdf_versions.c - which version of a PDF's objects do readers take up? (ISO 32000-1 7.5.6)
 *
 * An update stands behind what it changes: an object is there twice, and a table at the end tells
 * where the one that counts is. Where the table is damaged readers look for objects themselves, and
 * take the last of each number; only, what is damaged to one is fine to another. A page that shows
 * an address in one version and none in the other then has it for some readers and not for qpdf.
 *
 * So where there are two versions of something the tables must be as they should, to the byte, from
 * the last back to the first, and lead to objects of that number. A table in a stream (7.5.8) is
 * qpdf's to read, which tells whether it had to mend something. If they are not, the file is looked
 * at as one without tables as well, once with each of the versions behind all others. */
#include "document_private.h"

#include <string.h>

#include "pdf_content.h"

/* Tables in a row; each save of a file adds one. */
#define SECTIONS 1000

/* Of an entry in a table: "0000000015 00000 n" and the end of its line. */
#define ENTRY 20

/* Roots that trailers may have, and one that is too many. */
#define ROOTS 3

/* As they are looked at, each a reading of the whole file. */
#define MOST 8

typedef struct object {
  const unsigned char *at;
  guint number, generation;
  guint nth;      /* of that number, from 0 */
  gboolean twice; /* there are others */
} Object;

struct pdf_versions {
  const unsigned char *bytes, *end;
  GArray *objects; /* Object, as they stand there */
  size_t root[ROOTS];
  unsigned roots;
  unsigned most; /* of a number */
  unsigned count;
};

typedef struct reading {
  const unsigned char *bytes, *end;
} Reading;

static gboolean
is_at(const Reading *reading, const unsigned char *p, const char *word)
{
  const size_t len = strlen(word);

  return (size_t)(reading->end - p) >= len && memcmp(p, word, len) == 0;
}

/* Digits alone, at most ten; behind them, or NULL. */
static const unsigned char *
read_number(const Reading *reading, const unsigned char *p, size_t *number)
{
  const unsigned char *from = p;

  for (*number = 0; p < reading->end && g_ascii_isdigit(*p) && p - from < 10; p++)
    *number = *number * 10 + (size_t)(*p - '0');
  return p > from && (p >= reading->end || pdf_ends_name(*p)) ? p : NULL;
}

/* One end of a line; NULL where there is none. */
static const unsigned char *
skip_line_end(const Reading *reading, const unsigned char *p)
{
  if (p && is_at(reading, p, "\r\n"))
    return p + 2;
  return p && p < reading->end && (*p == '\n' || *p == '\r') ? p + 1 : NULL;
}

/* --- objects --- */

/* The number in front, blanks between; where it begins, or NULL. */
static const unsigned char *
number_before(const unsigned char *bytes, const unsigned char *p, guint *number)
{
  const unsigned char *from;
  guint factor = 1;

  while (p > bytes && pdf_is_space(p[-1]))
    p--;
  from = p;
  for (*number = 0; p > bytes && g_ascii_isdigit(p[-1]) && from - p < 9; p--) {
    *number += (guint)(p[-1] - '0') * factor;
    factor *= 10;
  }
  return p < from ? p : NULL;
}

/* The object that "obj" begins. FALSE for another word. */
static gboolean
read_beginning(const unsigned char *bytes, const unsigned char *obj, Object *object)
{
  const unsigned char *p = number_before(bytes, obj, &object->generation);

  p = p && p > bytes && pdf_is_space(p[-1]) ? number_before(bytes, p, &object->number) : NULL;
  object->at = p;
  object->nth = 0;
  object->twice = FALSE;
  return p != NULL;
}

static void
find_objects(PdfVersions *versions)
{
  const unsigned char *bytes = versions->bytes;
  Object object;

  for (const unsigned char *p = bytes; (p = memchr(p, 'j', (size_t)(versions->end - p))) != NULL;
       p++)
    if (p - bytes >= 2 && p[-1] == 'b' && p[-2] == 'o' && read_beginning(bytes, p - 2, &object))
      g_array_append_val(versions->objects, object);
}

/* FALSE if the generations of a number differ, which some readers heed. */
static gboolean
count_objects(PdfVersions *versions)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL); /* number ─▶ the last one, from 1 */
  gboolean same = TRUE;

  for (guint i = 0; i < versions->objects->len; i++) {
    Object *object = &g_array_index(versions->objects, Object, i), *before;
    const guint last =
        GPOINTER_TO_UINT(g_hash_table_lookup(seen, GUINT_TO_POINTER(object->number)));

    g_hash_table_insert(seen, GUINT_TO_POINTER(object->number), GUINT_TO_POINTER(i + 1));
    if (last > 0) {
      before = &g_array_index(versions->objects, Object, last - 1);
      before->twice = object->twice = TRUE;
      object->nth = before->nth + 1;
      same = same && before->generation == object->generation;
    }
    versions->most = MAX(versions->most, object->nth + 1);
  }
  return same;
}

/* The objects that trailers begin the document with. */
static void
find_roots(PdfVersions *versions)
{
  const Reading reading = {versions->bytes, versions->end};

  for (const unsigned char *p = versions->bytes;
       (p = memchr(p, '/', (size_t)(versions->end - p))) != NULL;) {
    const unsigned char *after = pdf_skip_name(++p, versions->end, "Root");
    size_t root;
    gboolean known = FALSE;

    if (!after || !read_number(&reading, pdf_skip_space(after, versions->end), &root))
      continue;
    for (unsigned i = 0; i < versions->roots; i++)
      known |= versions->root[i] == root;
    if (!known && versions->roots < ROOTS)
      versions->root[versions->roots++] = root;
  }
}

/* --- tables --- */

/* Does an object begin there, in the usual way? */
static gboolean
is_object(const Reading *reading, size_t place, size_t *number, size_t *generation)
{
  const unsigned char *p;

  if (place >= (size_t)(reading->end - reading->bytes))
    return FALSE;
  p = read_number(reading, reading->bytes + place, number);
  p = p && p < reading->end && *p == ' ' ? read_number(reading, p + 1, generation) : NULL;
  return p && is_at(reading, p, " obj");
}

/* Does the entry say where an object begins, and does it? */
static gboolean
is_entry(const Reading *reading, const unsigned char *p, size_t number)
{
  size_t place, generation, there, its;

  if (reading->end - p < ENTRY || p[10] != ' ' || p[16] != ' ' || (p[17] != 'n' && p[17] != 'f') ||
      !pdf_is_space(p[18]) || (p[19] != '\n' && p[19] != '\r') ||
      read_number(reading, p, &place) != p + 10 ||
      read_number(reading, p + 11, &generation) != p + 16)
    return FALSE;
  return p[17] == 'f' ||
         (is_object(reading, place, &there, &its) && there == number && its == generation);
}

/* Behind a string or comment, from its first byte; p where none begins, and NULL if readers may end
 * it in different places. */
static const unsigned char *
skip_text(const Reading *reading, const unsigned char *p)
{
  g_autoptr(GString) text = g_string_new(NULL);

  if (*p == '(')
    return pdf_read_literal(p + 1, reading->end, G_MAXSIZE / 2, text);
  if (*p == '%') {
    while (p < reading->end && *p != '\n' && *p != '\r')
      p++;
    return p;
  }
  if (*p != '<' || is_at(reading, p, "<<"))
    return p;
  for (p++; p < reading->end && (g_ascii_isxdigit(*p) || pdf_is_space(*p)); p++)
    ;
  return p < reading->end && *p == '>' ? p + 1 : NULL;
}

/* What stands in a dictionary itself: of strings, arrays and dictionaries within only how they
 * begin, of comments nothing. NULL if it does not end before the reading does, or if a name has an
 * escape. */
static GString *
read_dictionary(const Reading *reading, const unsigned char *p)
{
  g_autoptr(GString) out = g_string_new(NULL);
  unsigned depth = 1, arrays = 0;

  p = pdf_skip_space(p, reading->end);
  if (!is_at(reading, p, "<<"))
    return NULL;
  for (p += 2; p < reading->end;) {
    const gboolean own = depth == 1 && arrays == 0;
    const unsigned char *after = skip_text(reading, p);
    const gboolean bracket = is_at(reading, p, "<<") || is_at(reading, p, ">>");

    if (!after || *p == '#' || (arrays > 0 && bracket) || (*p == ']' && arrays == 0))
      return NULL;
    if (own)
      g_string_append_c(out, *p == '%' ? ' ' : (char)*p);
    arrays += *p == '[';
    arrays -= *p == ']';
    depth += bracket && *p == '<';
    depth -= bracket && *p == '>';
    if (depth == 0)
      return g_steal_pointer(&out);
    p = after > p ? after : p + (bracket ? 2 : 1);
  }
  return NULL;
}

/* The value of a key of a trailer, a number; 0 where it has none. FALSE if it may be another to
 * some readers. */
static gboolean
read_key(const Reading *reading, const char *key, size_t *value)
{
  const size_t len = (size_t)(reading->end - reading->bytes);
  const unsigned char *p = memmem(reading->bytes, len, key, strlen(key));

  *value = 0;
  if (!p)
    return TRUE;
  p += strlen(key);
  if (memmem(p, (size_t)(reading->end - p), key, strlen(key)) || p >= reading->end ||
      !pdf_is_space(*p))
    return FALSE;
  p = read_number(reading, pdf_skip_space(p, reading->end), value);
  p = p ? pdf_skip_space(p, reading->end) : NULL;
  return p && p < reading->end && (*p == '/' || *p == '>');
}

/* From behind "trailer" to "startxref". */
static gboolean
read_trailer(const Reading *reading, const unsigned char *p, size_t *size, size_t *before)
{
  const unsigned char *end = memmem(p, (size_t)(reading->end - p), "startxref", 9);
  const Reading range = {p, end};
  g_autoptr(GString) dictionary = end ? read_dictionary(&range, p) : NULL;
  Reading trailer;

  if (!dictionary)
    return FALSE;
  trailer.bytes = (const unsigned char *)dictionary->str;
  trailer.end = trailer.bytes + dictionary->len;
  return read_key(&trailer, "/Size", size) && read_key(&trailer, "/Prev", before);
}

/* Blanks that end lines: MuPDF writes an empty line before "trailer", and to all readers it is
 * none. Before a subsection it is the table's end to MuPDF. */
static const unsigned char *
skip_to_trailer(const Reading *reading, const unsigned char *p)
{
  const unsigned char *trailer = p;

  while (trailer < reading->end && (*trailer == ' ' || *trailer == '\r' || *trailer == '\n'))
    trailer++;
  return is_at(reading, trailer, "trailer") ? trailer : p;
}

/* Entries of one subsection. Behind them, or NULL; *most: the numbers end there. */
static const unsigned char *
read_subsection(const Reading *reading, const unsigned char *p, size_t *most)
{
  size_t first, count;

  p = read_number(reading, p, &first);
  p = p && p < reading->end && *p == ' ' ? read_number(reading, p + 1, &count) : NULL;
  if (p && p < reading->end && *p == ' ') /* as many write it */
    p++;
  p = skip_line_end(reading, p);
  if (!p || count > (size_t)(reading->end - p) / ENTRY)
    return NULL;
  *most = MAX(*most, first + count);
  for (size_t i = 0; i < count; i++, p += ENTRY)
    if (!is_entry(reading, p, first + i))
      return NULL;
  return p;
}

/* A table and its trailer. *before: where the one before it is, or 0. */
static gboolean
read_table(const Reading *reading, const unsigned char *p, size_t *before)
{
  size_t size, most = 0;

  p = skip_line_end(reading, p + strlen("xref"));
  while (p && !is_at(reading, p, "trailer")) {
    p = read_subsection(reading, p, &most);
    p = p ? skip_to_trailer(reading, p) : NULL;
  }
  return p && read_trailer(reading, p + strlen("trailer"), &size, before) && most <= size;
}

/* The last "startxref", with nothing behind it but the end. */
static gboolean
read_start(const Reading *reading, size_t *start)
{
  const unsigned char *p = reading->end;

  while (p > reading->bytes && pdf_is_space(p[-1]))
    p--;
  if (p - reading->bytes < 5 || memcmp(p - 5, "%%EOF", 5) != 0)
    return FALSE;
  for (p -= 5; p > reading->bytes && (pdf_is_space(p[-1]) || g_ascii_isdigit(p[-1])); p--)
    ;
  if (p - reading->bytes < 9 || memcmp(p - 9, "startxref", 9) != 0)
    return FALSE;
  return read_number(reading, pdf_skip_space(p, reading->end), start) != NULL;
}

/* From the last one back; only in a linearized file the first one of all stands behind the one that
 * leads to it. No byte is read more than twice, then. */
static gboolean
are_tables_sound(const Reading *reading, gboolean mended)
{
  size_t at, before, number, generation;
  gboolean forward = FALSE;

  if (!is_at(reading, reading->bytes, "%PDF-") || !read_start(reading, &at))
    return FALSE;
  for (unsigned i = 0; i < SECTIONS; i++) {
    if (is_object(reading, at, &number, &generation)) /* a stream */
      return !mended;
    if (at >= (size_t)(reading->end - reading->bytes) ||
        !is_at(reading, reading->bytes + at, "xref") ||
        !read_table(reading, reading->bytes + at, &before))
      return FALSE;
    if (before == 0)
      return TRUE;
    if (before >= at && forward)
      return FALSE;
    forward = forward || before >= at;
    at = before;
  }
  return FALSE;
}

/* --- versions --- */

PdfVersions *
pdf_versions_new(const unsigned char *bytes, size_t len, gboolean mended)
{
  g_autoptr(PdfVersions) versions = NULL;
  const Reading reading = {bytes, bytes + len};
  gboolean same;

  if (len == 0)
    return NULL;
  versions = g_new0(PdfVersions, 1);
  versions->bytes = bytes;
  versions->end = bytes + len;
  versions->objects = g_array_new(FALSE, FALSE, sizeof(Object));
  find_objects(versions);
  find_roots(versions);
  same = count_objects(versions);
  if ((versions->most <= 1 && versions->roots <= 1) || are_tables_sound(&reading, mended))
    return NULL;
  if (same && versions->roots < ROOTS && versions->most <= MOST / MAX(versions->roots, 1))
    versions->count = versions->most * versions->roots;
  return g_steal_pointer(&versions);
}

void
pdf_versions_free(PdfVersions *versions)
{
  if (!versions)
    return;
  g_array_unref(versions->objects);
  g_free(versions);
}

unsigned
pdf_versions_count(const PdfVersions *versions)
{
  return versions->count;
}

static void
add_object(GByteArray *out, const PdfVersions *versions, guint i)
{
  const Object *object = &g_array_index(versions->objects, Object, i);
  const unsigned char *to = i + 1 < versions->objects->len ? object[1].at : versions->end;

  g_byte_array_append(out, object->at, (guint)(to - object->at));
  g_byte_array_append(out, (const guint8 *)"\n", 1);
}

/* The last one of a number counts. */
GByteArray *
pdf_versions_write(const PdfVersions *versions, unsigned i)
{
  static const char end[] = "startxref\n0\n%%EOF\n";
  const size_t root = versions->root[i / versions->most];
  g_autofree char *head = g_strdup_printf("%%PDF-1.7\ntrailer\n<</Root %zu 0 R>>\n", root);
  GByteArray *out = g_byte_array_new();

  g_byte_array_append(out, (const guint8 *)head, (guint)strlen(head));
  for (guint k = 0; k < versions->objects->len; k++)
    add_object(out, versions, k);
  for (guint k = 0; k < versions->objects->len; k++) {
    const Object *object = &g_array_index(versions->objects, Object, k);

    if (object->twice && object->nth == i % versions->most)
      add_object(out, versions, k);
  }
  return g_byte_array_append(out, (const guint8 *)end, (guint)strlen(end));
}
