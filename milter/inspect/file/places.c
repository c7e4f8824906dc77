/* places.c - signatures that ask what a file is in.
 *
 * A logical signature is a line "name;attributes;expression;part;part…". Of its attributes two are
 * about the place: "Container:CL_TYPE_ZIP" and "Intermediates:CL_TYPE_ZIP>CL_TYPE_PDF". Conditions
 * under which a program of bytecode runs are written alike. "HandlerType" makes of a match another
 * look instead of a find, so that goes, too.
 *
 * Signatures come in files of text, and in ClamAV's own archives of these: a header of 512 bytes,
 * then a tar, which is packed by gzip or not. What libclamav would read in another way than this
 * file does is refused: then any file's place may be asked for. */
#include "places.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "bounds.h"

#define DATABASE        "ClamAV-VDB:"
#define DATABASE_HEADER 512
#define TAR_BLOCK       512
#define TAR_NAME        100
#define TAR_SIZE        124
#define TAR_SIZE_DIGITS 12

#define CHUNK KIB(64)

typedef struct lines {
  GString *line; /* as far as it has come */
  GString *text; /* of those that ask; not owned */
  gboolean whole;
} Lines;

/* A tar that comes in pieces. */
typedef struct tar {
  char header[TAR_BLOCK];
  size_t filled; /* bytes of the header */
  guint64 left;  /* of the member's content */
  guint64 padding;
  gboolean wanted; /* the member has lines that may ask */
} Tar;

typedef struct source {
  FILE *file;
  gboolean packed, tar;
  GConverter *gunzip;
  gboolean unpacked; /* to its end */
  Tar member;
  Lines lines;
} Source;

/* --- lines --- */

static gboolean
asks(const char *attributes)
{
  return strstr(attributes, "Container:") || strstr(attributes, "Intermediates:");
}

static void
line_end(Lines *lines)
{
  g_auto(GStrv) fields = g_strsplit(lines->line->str, ";", 3);
  g_auto(GStrv) attributes = NULL;
  const char *between = "";

  if (strlen(lines->line->str) != lines->line->len)
    lines->whole = FALSE;
  if (lines->line->str[0] != '#' && g_strv_length(fields) == 3 && asks(fields[1])) {
    attributes = g_strsplit(fields[1], ",", -1);
    g_string_append_printf(lines->text, "%s;", fields[0]);
    for (char **attribute = attributes; *attribute; attribute++)
      if (!asks(*attribute) && !g_str_has_prefix(*attribute, "HandlerType:")) {
        g_string_append_printf(lines->text, "%s%s", between, *attribute);
        between = ",";
      }
    g_string_append_printf(lines->text, ";%s\n", g_strchomp(fields[2]));
  }
  g_string_set_size(lines->line, 0);
}

static void
lines_take(Lines *lines, const char *bytes, size_t len)
{
  while (len > 0) {
    const char *end = memchr(bytes, '\n', len);
    size_t n = end ? (size_t)(end - bytes) : len;

    if (lines->line->len + n > LIMIT_SIGNATURE_LINE)
      lines->whole = FALSE;
    else
      g_string_append_len(lines->line, bytes, (gssize)n);
    if (end)
      line_end(lines);
    n += end != NULL;
    bytes += n;
    len -= n;
  }
}

/* --- files --- */

static gboolean
has_lines(const char *name)
{
  return g_str_has_suffix(name, ".ldb") || g_str_has_suffix(name, ".ldu") ||
         g_str_has_suffix(name, ".cbc");
}

static gboolean
is_database(const char *name)
{
  return g_str_has_suffix(name, ".cvd") || g_str_has_suffix(name, ".cld") ||
         g_str_has_suffix(name, ".cud");
}

/* A block of zero bytes is the end, and after it nothing has a name. */
static gboolean
tar_begin(Tar *tar)
{
  g_autofree char *name = g_strndup(tar->header, TAR_NAME);
  g_autofree char *digits = g_strndup(tar->header + TAR_SIZE, TAR_SIZE_DIGITS);
  char *end;

  tar->filled = 0;
  tar->left = g_ascii_strtoull(digits, &end, 8);
  tar->padding = -tar->left % TAR_BLOCK;
  tar->wanted = has_lines(name);
  return *name == '\0' || (end != digits && tar->left < G_MAXINT64);
}

static gboolean
tar_take(Tar *tar, Lines *lines, const char *bytes, size_t len)
{
  size_t n;

  for (; len > 0; bytes += n, len -= n) {
    if (tar->left > 0) {
      n = MIN(len, tar->left);
      tar->left -= n;
      if (tar->wanted)
        lines_take(lines, bytes, n);
      if (tar->wanted && tar->left == 0)
        line_end(lines);
    } else if (tar->padding > 0) {
      n = MIN(len, tar->padding);
      tar->padding -= n;
    } else {
      n = MIN(len, TAR_BLOCK - tar->filled);
      memcpy(tar->header + tar->filled, bytes, n);
      tar->filled += n;
      if (tar->filled == TAR_BLOCK && !tar_begin(tar))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
source_take(Source *source, const char *bytes, size_t len)
{
  if (source->tar)
    return tar_take(&source->member, &source->lines, bytes, len);
  lines_take(&source->lines, bytes, len);
  return TRUE;
}

/* FALSE where what is packed is damaged, or followed by something else. */
static gboolean
gunzip_take(Source *source, const char *bytes, size_t len, gboolean last)
{
  char out[CHUNK];

  while (!source->unpacked && (len > 0 || last)) {
    gsize taken = 0, made = 0;
    GConverterResult result = g_converter_convert(
        source->gunzip, bytes, len, out, sizeof out,
        last ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &taken, &made, NULL);

    if (result == G_CONVERTER_ERROR || !source_take(source, out, made))
      return FALSE;
    source->unpacked = result == G_CONVERTER_FINISHED;
    bytes += taken;
    len -= taken;
  }
  return len == 0;
}

/* What kind of payload follows; the file stands at its beginning afterwards. */
static gboolean
database_begin(Source *source)
{
  char header[DATABASE_HEADER];
  unsigned char magic[2];

  if (fread(header, 1, sizeof header, source->file) != sizeof header ||
      memcmp(header, DATABASE, strlen(DATABASE)) != 0 ||
      fread(magic, 1, sizeof magic, source->file) != sizeof magic ||
      fseek(source->file, DATABASE_HEADER, SEEK_SET) != 0)
    return FALSE;
  source->packed = magic[0] == 0x1f && magic[1] == 0x8b;
  source->tar = TRUE;
  return TRUE;
}

static gboolean
source_read(Source *source)
{
  char bytes[CHUNK];
  gboolean good = TRUE, last = FALSE;

  while (good && !last) {
    size_t len = fread(bytes, 1, sizeof bytes, source->file);

    if (ferror(source->file))
      return FALSE;
    last = len < sizeof bytes;
    good = source->packed ? gunzip_take(source, bytes, len, last) : source_take(source, bytes, len);
  }
  line_end(&source->lines);
  return good && source->member.left == 0 && source->lines.whole;
}

static gboolean
file_read(const char *path, GString *text)
{
  Source source = {.file = fopen(path, "rbe"), .lines = {g_string_new(NULL), text, TRUE}};
  gboolean whole;

  source.gunzip = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  whole = source.file && (!is_database(path) || database_begin(&source)) && source_read(&source);
  if (source.file)
    fclose(source.file);
  g_object_unref(source.gunzip);
  g_string_free(source.lines.line, TRUE);
  return whole;
}

gboolean
places_read(const char *folder, GString *text)
{
  GDir *dir = g_dir_open(folder, 0, NULL);
  gboolean whole = dir != NULL;
  const char *name;

  while (dir && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    if (has_lines(name) || is_database(name))
      whole &= file_read(path, text);
  }
  if (dir)
    g_dir_close(dir);
  return whole;
}
