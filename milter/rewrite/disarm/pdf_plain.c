/* pdf_plain.c - is a PDF written so that its bytes show all there is in it? (document.h)
 *
 * A name in a PDF is a slash and its letters, wherever it stands: who looks at all bytes of a file
 * for a name finds it, however broken the file is and whichever of its parts a reader takes up. But
 * objects may also stand in a stream (ISO 32000-1 7.5.7), packed by any filters. So those streams
 * must be known, and unpacked, for the bytes to show all.
 *
 * Readers forgive much, each in its own way: what one takes for the end of a dictionary another
 * skips, and then takes the filter of one stream for that of the next. So this forgives nothing.
 * The file is read from its first byte to its last as a row of objects, each well formed to its
 * end, with nothing between them but tables, trailers and comments; and "obj", which every reader
 * wants where an object begins, stands nowhere else, not in a string, a comment or a stream. Then
 * wherever a reader begins, it reads an object that was read here, and as it was read here. A
 * stream with the key "First" may hold objects: it must be packed by zlib alone and be well formed
 * to its end, too. MuPDF does without that key, but not without "N", which colour profiles have as
 * well; these do not begin with a number. All else is not plain, and nothing is said of it.
 *
 * PDFium counts two bytes above ASCII as blanks (pdf_may_end_name), others as parts of a name, and
 * names in UTF-8 or GBK have them. A name that they end for it is not plain.
 */
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "document.h"
#include "pdf_content.h"
#include "pdf_filter.h"

#define DEEPEST 32

/* Digits of the numbers of objects, and of lengths. */
#define DIGITS 9

/* Bytes that a stream is judged by that may begin with numbers. */
#define HEAD 64

typedef struct text {
  const unsigned char *at;
  size_t len;
} Text;

/* What matters of the outermost dictionary of an object. */
typedef struct about {
  Text key;         /* whose value comes */
  gboolean odd;     /* keys that are escaped or come twice, comments */
  gboolean first;   /* First: there may be objects in its stream */
  gboolean many;    /* N: how many */
  gboolean counted; /* which is a number: */
  size_t count;
  gboolean picture;  /* Subtype is Image, or may be: escaped, a string, or an object elsewhere */
  gboolean filter;   /* Filter */
  gboolean packed;   /* which is FlateDecode and nothing else */
  gboolean packings; /* parameters of filters, other names of these keys, or a file in its place */
  gboolean length;   /* Length */
  gboolean measured; /* which is a number: */
  size_t size;
  size_t elsewhere; /* or the object that is one; 0 */
} About;

/* An object, where it is a number of digits alone with that. */
typedef struct object {
  size_t number;
  gboolean measured;
  size_t size;
} Object;

/* A stream whose length another object tells: what it may be, if that is not to lie. */
typedef struct told {
  size_t number, least, most;
  gboolean met;
} Told;

typedef struct reading {
  const unsigned char *p, *end;
  About about;
  GArray *objects; /* Object */
  GArray *packed;  /* the same of those in streams, which are no lengths */
  GArray *told;    /* Told */
  PdfPlain *plain;
} Reading;

typedef enum place { OUTSIDE, IN_ARRAY, AT_KEY, AT_VALUE } Place;

/* --- tokens --- */

static void
skip_blanks(Reading *reading)
{
  while (reading->p < reading->end && pdf_is_space(*reading->p))
    reading->p++;
}

static void
skip_comments(Reading *reading)
{
  skip_blanks(reading);
  if (reading->p < reading->end && *reading->p == '%') {
    reading->about.odd = TRUE;
    reading->p = pdf_skip_space(reading->p, reading->end);
  }
}

static gboolean
is_at(const Reading *reading, const char *word)
{
  const size_t len = strlen(word);

  return (size_t)(reading->end - reading->p) >= len && memcmp(reading->p, word, len) == 0;
}

/* Nothing may stick to its end. */
static gboolean
take_word(Reading *reading, const char *word)
{
  const unsigned char *after = reading->p + strlen(word);

  if (!is_at(reading, word) || (after < reading->end && !pdf_ends_name(*after)))
    return FALSE;
  reading->p = after;
  return TRUE;
}

/* A number of digits alone. */
static gboolean
take_digits(Reading *reading, size_t *count)
{
  const unsigned char *p = reading->p;

  for (*count = 0; p < reading->end && g_ascii_isdigit(*p); p++) {
    if (p - reading->p >= DIGITS)
      return FALSE;
    *count = *count * 10 + (size_t)(*p - '0');
  }
  if (p == reading->p || (p < reading->end && !pdf_ends_name(*p)))
    return FALSE;
  reading->p = p;
  return TRUE;
}

/* The same, and the blanks that must be behind it. */
static gboolean
take_count(Reading *reading, size_t *count)
{
  if (!take_digits(reading, count) || reading->p >= reading->end || !pdf_is_space(*reading->p))
    return FALSE;
  skip_blanks(reading);
  return TRUE;
}

static gboolean
skip_literal(Reading *reading)
{
  unsigned depth = 0;

  for (; reading->p < reading->end; reading->p++) {
    if (*reading->p == '\\')
      reading->p++;
    else if (*reading->p == '(')
      depth++;
    else if (*reading->p == ')' && --depth == 0)
      return ++reading->p <= reading->end;
  }
  return FALSE;
}

static gboolean
skip_hex(Reading *reading)
{
  for (reading->p++; reading->p < reading->end && *reading->p != '>'; reading->p++)
    if (!g_ascii_isxdigit(*reading->p) && !pdf_is_space(*reading->p))
      return FALSE;
  return reading->p++ < reading->end;
}

static gboolean
is_name(Text text, const char *name)
{
  return text.len == strlen(name) && memcmp(text.at, name, text.len) == 0;
}

/* Where the value of the outermost dictionary's key is a number of digits, or a reference to one.
 */
static void
see_number(About *about, gboolean reference, size_t number)
{
  if (is_name(about->key, "Length") && reference) {
    about->elsewhere = number;
  } else if (is_name(about->key, "Length")) {
    about->measured = TRUE;
    about->size = number;
  } else if (is_name(about->key, "N") && !reference) {
    about->counted = TRUE;
    about->count = number;
  }
}

/* A number, or a reference. */
static gboolean
take_number(Reading *reading, gboolean outermost)
{
  const unsigned char *from = reading->p;
  size_t count, generation;
  gboolean whole, reference;
  Reading ahead;

  while (reading->p < reading->end && !pdf_ends_name(*reading->p)) {
    if (!g_ascii_isdigit(*reading->p) && *reading->p != '.' &&
        !(reading->p == from && (*from == '-' || *from == '+')))
      return FALSE;
    reading->p++;
  }
  ahead = (Reading){.p = from, .end = reading->end};
  whole = take_digits(&ahead, &count);
  skip_blanks(&ahead);
  reference = whole && take_count(&ahead, &generation) && take_word(&ahead, "R");
  if (reference)
    reading->p = ahead.p;
  if (outermost && whole)
    see_number(&reading->about, reference, count);
  return TRUE;
}

static Text
take_name(Reading *reading)
{
  Text name = {++reading->p, 0};

  while (reading->p < reading->end && !pdf_ends_name(*reading->p))
    reading->p++;
  name.len = (size_t)(reading->p - name.at);
  return name;
}

/* Does every reader take all of it for the name? What is behind an end in it is read as a value if
 * it is a key, and else is left out: then it matters only what name is left. */
static gboolean
is_whole(Text name, gboolean key)
{
  for (size_t i = 0; key && i < name.len; i++)
    if (pdf_may_end_name(name.at[i]))
      return FALSE;
  return !pdf_name_may_end(name.at, name.len);
}

/* --- what is told of a stream --- */

static void
set_once(About *about, gboolean *what)
{
  about->odd |= *what;
  *what = TRUE;
}

/* FlateDecode, or a row of that alone. */
static gboolean
is_zlib(Reading ahead)
{
  gboolean row;

  skip_blanks(&ahead);
  row = is_at(&ahead, "[");
  ahead.p += row;
  skip_blanks(&ahead);
  if (!take_word(&ahead, "/FlateDecode"))
    return FALSE;
  skip_blanks(&ahead);
  return !row || is_at(&ahead, "]");
}

static void
see_key(Reading *reading, Text key)
{
  static const char *const packings[] = {"DecodeParms", "DP", "F", "FFilter", "FDecodeParms"};
  About *about = &reading->about;

  about->key = key;
  about->odd |= memchr(key.at, '#', key.len) != NULL;
  if (is_name(key, "First"))
    set_once(about, &about->first);
  if (is_name(key, "N"))
    set_once(about, &about->many);
  if (is_name(key, "Length"))
    set_once(about, &about->length);
  if (is_name(key, "Filter")) {
    set_once(about, &about->filter);
    about->packed = is_zlib(*reading);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(packings); i++)
    about->packings |= is_name(key, packings[i]);
}

static void
see_name(About *about, Text name)
{
  if (!is_name(about->key, "Subtype"))
    return;
  about->picture |= is_name(name, "Image") || memchr(name.at, '#', name.len) != NULL;
}

/* --- objects --- */

/* Anything but an array or dictionary. outermost: it is the value of a key there. */
static gboolean
take_simple(Reading *reading, gboolean outermost)
{
  if (*reading->p == '/') {
    const Text name = take_name(reading);

    if (outermost)
      see_name(&reading->about, name);
    return is_whole(name, FALSE);
  }
  reading->about.picture |= outermost && is_name(reading->about.key, "Subtype");
  if (*reading->p == '(')
    return skip_literal(reading);
  if (*reading->p == '<')
    return skip_hex(reading);
  if (take_word(reading, "true") || take_word(reading, "false") || take_word(reading, "null"))
    return TRUE;
  return *reading->p && strchr("0123456789+-.", *reading->p) && take_number(reading, outermost);
}

/* An object, to its end. */
static gboolean
take_object(Reading *reading)
{
  guint8 places[DEEPEST + 1] = {OUTSIDE}; /* Place */
  unsigned depth = 0;

  reading->about = (About){.key = {(const unsigned char *)"", 0}};
  do {
    skip_comments(reading);
    if (reading->p >= reading->end)
      return FALSE;
    if (places[depth] == AT_KEY && *reading->p == '/') {
      const Text key = take_name(reading);

      if (!is_whole(key, TRUE))
        return FALSE;
      if (depth == 1)
        see_key(reading, key);
      places[depth] = AT_VALUE;
      continue;
    }
    if (*reading->p == '[' || is_at(reading, "<<")) {
      const gboolean array = *reading->p == '[';

      if (places[depth] == AT_KEY || depth == DEEPEST)
        return FALSE;
      places[++depth] = array ? IN_ARRAY : AT_KEY;
      reading->p += array ? 1 : 2;
      continue;
    }
    if (places[depth] == IN_ARRAY && *reading->p == ']') {
      reading->p++;
      depth--;
    } else if (places[depth] == AT_KEY) {
      if (!is_at(reading, ">>"))
        return FALSE;
      reading->p += 2;
      depth--;
    } else if (!take_simple(reading, depth == 1)) {
      return FALSE;
    }
    if (places[depth] == AT_VALUE)
      places[depth] = AT_KEY;
  } while (depth > 0);
  return TRUE;
}

/* So many pairs of numbers, of an object and its place, and the objects. */
static gboolean
are_objects(const GByteArray *bytes, size_t count, GArray *objects, const PdfPlain *plain)
{
  Reading reading = {.p = bytes->data, .end = bytes->data + bytes->len};
  Object object = {0};
  size_t place;

  skip_blanks(&reading);
  for (; count > 0; count--) {
    if (objects->len > LIMIT_PDF_ENTRIES || !take_count(&reading, &object.number) ||
        !take_count(&reading, &place))
      return FALSE;
    g_array_append_val(objects, object);
    g_hash_table_add(plain->texts, GSIZE_TO_POINTER(object.number));
  }
  for (skip_blanks(&reading); reading.p < reading.end; skip_blanks(&reading))
    if (!take_object(&reading))
      return FALSE;
  return objects->len <= LIMIT_PDF_ENTRIES;
}

/* --- streams --- */

/* Behind "stream" and the end of its line. */
static gboolean
begin_stream(Reading *reading)
{
  if (!is_at(reading, "stream"))
    return FALSE;
  reading->p += strlen("stream");
  if (reading->p < reading->end && *reading->p == '\r')
    reading->p++;
  return reading->p < reading->end && *reading->p++ == '\n';
}

static gboolean
take_end(Reading *reading)
{
  if (reading->p < reading->end && *reading->p == '\r')
    reading->p++;
  if (reading->p < reading->end && *reading->p == '\n')
    reading->p++;
  return take_word(reading, "endstream");
}

/* Its bytes; behind it. Where the length is told elsewhere, or not true, the first end counts: what
 * readers go beyond that for is read here as objects. */
static gboolean
take_stream(Reading *reading, Text *content)
{
  const unsigned char *end = reading->end, *found;

  *content = (Text){reading->p, reading->about.size};
  if (reading->about.measured && content->len <= (size_t)(end - reading->p)) {
    reading->p += content->len;
    if (take_end(reading))
      return TRUE;
    if (reading->about.first)
      return FALSE;
    reading->p = content->at;
  }
  found = memmem(reading->p, (size_t)(end - reading->p), "endstream", strlen("endstream"));
  if (!found)
    return FALSE;
  content->len = (size_t)(found - content->at);
  reading->p = found;
  return take_word(reading, "endstream");
}

/* The objects in a stream. */
static gboolean
unpack(Reading *reading, const About *about, Text content)
{
  PdfPlain *plain = reading->plain;
  gboolean sound;
  size_t used;
  GByteArray *bytes;

  if (about->packings || !about->packed || !about->counted ||
      (!about->measured && about->elsewhere == 0))
    return FALSE;
  bytes = pdf_inflate(content.at, content.len, LIMIT_PDF_STREAM - plain->unpacked, &used, &sound);
  plain->unpacked += bytes->len;
  g_ptr_array_add(plain->packed, bytes);
  if (!about->measured) {
    const Told told = {about->elsewhere, used, content.len, FALSE};

    g_array_append_val(reading->told, told);
  }
  return sound && are_objects(bytes, about->count, reading->packed, plain);
}

/* Could the bytes be objects without First? MuPDF leaves out what is no token, up to a number. */
static gboolean
may_be_objects(const About *about, Text content)
{
  const Text head = {content.at, MIN(content.len, HEAD)};
  gboolean sound = TRUE;
  size_t used, at = 0;
  g_autoptr(GByteArray) bytes = NULL;

  if (about->packings || (about->filter && !about->packed))
    return TRUE;
  if (about->filter)
    bytes = pdf_inflate(content.at, content.len, HEAD, &used, &sound);
  else
    bytes = g_byte_array_append(g_byte_array_new(), head.at, (guint)head.len);
  while (at < bytes->len && pdf_is_space(bytes->data[at]))
    at++;
  if (at == bytes->len)
    return !sound || at == HEAD;
  return g_ascii_isdigit(bytes->data[at]) || strchr("+-.%)>", bytes->data[at]) != NULL;
}

static gboolean
judge_stream(Reading *reading, PdfId id)
{
  const About about = reading->about;
  Text content;

  if (about.odd || !begin_stream(reading) || !take_stream(reading, &content))
    return FALSE;
  if (about.picture)
    g_array_append_val(reading->plain->pictures, id);
  if (about.first)
    return unpack(reading, &about, content);
  return !about.many || !may_be_objects(&about, content);
}

/* --- the file --- */

static gboolean
take_indirect(Reading *reading)
{
  Object object = {0};
  size_t generation;
  gboolean dictionary;
  Reading ahead;

  if (!take_count(reading, &object.number) || !take_count(reading, &generation) ||
      !take_word(reading, "obj"))
    return FALSE;
  skip_blanks(reading);
  dictionary = is_at(reading, "<<");
  if (!dictionary && !is_at(reading, "[") && !is_at(reading, "/"))
    g_hash_table_add(reading->plain->texts, GSIZE_TO_POINTER(object.number));
  ahead = *reading;
  if (reading->objects->len > LIMIT_PDF_ENTRIES || !take_object(reading))
    return FALSE;
  object.measured = take_digits(&ahead, &object.size) && ahead.p == reading->p;
  g_array_append_val(reading->objects, object);
  skip_comments(reading);
  if (dictionary && is_at(reading, "stream") &&
      !judge_stream(reading, (PdfId){(int)object.number, (int)generation}))
    return FALSE;
  skip_comments(reading);
  return take_word(reading, "endobj");
}

/* "xref" and its lines: numbers, n and f. */
static gboolean
skip_table(Reading *reading)
{
  const unsigned char *p = reading->p + strlen("xref");

  while (p < reading->end && (g_ascii_isdigit(*p) || pdf_is_space(*p) || *p == 'n' || *p == 'f'))
    p++;
  reading->p = p;
  return is_at(reading, "trailer");
}

static gboolean
take_part(Reading *reading)
{
  size_t count;

  if (is_at(reading, "xref"))
    return skip_table(reading);
  if (take_word(reading, "trailer"))
    return take_object(reading);
  if (!take_word(reading, "startxref"))
    return take_indirect(reading);
  skip_blanks(reading);
  return take_digits(reading, &count);
}

/* "obj" behind what some reader takes for a number, or leaves out behind one; or where a line
 * begins and the number may stand on another. */
static gboolean
is_beginning(const unsigned char *bytes, const unsigned char *obj)
{
  const unsigned char *p = obj;

  while (p > bytes && (pdf_is_space(p[-1]) || pdf_may_end_name(p[-1])))
    if (*--p == '\r' || *p == '\n')
      return TRUE;
  return p == bytes || g_ascii_isdigit(p[-1]) || strchr("+-.)>", p[-1]) != NULL;
}

static guint
count_beginnings(const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len;
  guint count = 0;

  for (const unsigned char *p = bytes; len && (p = memchr(p, 'j', (size_t)(end - p))); p++)
    count += p - bytes >= 2 && p[-1] == 'b' && p[-2] == 'o' && is_beginning(bytes, p - 2);
  return count;
}

/* Are lengths that are objects of their own as they should be, in every place that tells them? */
static gboolean
are_told(const Reading *reading)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < reading->told->len; i++) {
    Told *told = &g_array_index(reading->told, Told, i);

    if (!g_hash_table_insert(seen, GSIZE_TO_POINTER(told->number), told))
      return FALSE;
  }
  g_array_append_vals(reading->packed, reading->objects->data, reading->objects->len);
  for (guint i = 0; i < reading->packed->len && reading->told->len > 0; i++) {
    const Object *object = &g_array_index(reading->packed, Object, i);
    Told *told = g_hash_table_lookup(seen, GSIZE_TO_POINTER(object->number));

    if (!told)
      continue;
    if (!object->measured || object->size < told->least || object->size > told->most)
      return FALSE;
    told->met = TRUE;
  }
  for (guint i = 0; i < reading->told->len; i++)
    if (!g_array_index(reading->told, Told, i).met)
      return FALSE;
  return TRUE;
}

static gboolean
read_parts(Reading *reading)
{
  for (skip_comments(reading); reading->p < reading->end; skip_comments(reading))
    if (!take_part(reading))
      return FALSE;
  return are_told(reading);
}

gboolean
pdf_plain_read(const unsigned char *bytes, size_t len, PdfPlain *plain)
{
  Reading reading = {.p = bytes, .end = bytes + len, .plain = plain};
  gboolean good;

  plain->packed = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
  plain->pictures = g_array_new(FALSE, FALSE, sizeof(PdfId));
  plain->texts = g_hash_table_new(NULL, NULL);
  plain->unpacked = 0;
  reading.objects = g_array_new(FALSE, FALSE, sizeof(Object));
  reading.packed = g_array_new(FALSE, FALSE, sizeof(Object));
  reading.told = g_array_new(FALSE, FALSE, sizeof(Told));
  good = read_parts(&reading) && reading.objects->len == count_beginnings(bytes, len);
  g_array_unref(reading.objects);
  g_array_unref(reading.packed);
  g_array_unref(reading.told);
  return good;
}

void
pdf_plain_clear(PdfPlain *plain)
{
  g_clear_pointer(&plain->packed, g_ptr_array_unref);
  g_clear_pointer(&plain->pictures, g_array_unref);
  g_clear_pointer(&plain->texts, g_hash_table_unref);
}
