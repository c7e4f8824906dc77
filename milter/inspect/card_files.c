/* card_files.c - files inside a calendar or a contact: ATTACH and PHOTO in base64. They are files
 * inside the part, so what is done to one is done to the part. */
#include "fields.h"

#include <string.h>

#include "bounds.h"
#include "card.h"
#include "file/opened.h"
#include "inspect.h"

/* The base64 of a property, or of a data: address in it; percent escapes are not undone: what holds
 * some is no base64 and ends up a file of rubbish, which is looked at like any other. */
static GBytes *
line_content(const CardLine *line)
{
  const char *value = line->raw->str + line->value;
  const char *comma = g_ascii_strncasecmp(value, "data:", 5) == 0 ? strchr(value, ',') : NULL;
  size_t skip = comma != NULL ? (size_t)(comma + 1 - value) : 0;
  g_autoptr(GBytes) encoded = g_bytes_new_static(value + skip, line->raw->len - line->value - skip);
  return content_decode(encoded, ENCODING_BASE64, NULL, NULL);
}

static GPtrArray *
line_names(const CardLine *line)
{
  static const char *const params[] = {"FILENAME", "X-FILENAME", "X-APPLE-FILENAME", "X-LABEL"};
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < G_N_ELEMENTS(params); i++) {
    g_autoptr(GPtrArray) some = card_line_params(line, params[i]);
    g_ptr_array_extend_and_steal(names, g_steal_pointer(&some));
  }
  return names;
}

/* The part's own file, under which the others lie. */
static const Finding *
outer_file(Tree *tree, Part *part, FileScanner *scanner, GPtrArray *findings, guint first)
{
  for (guint i = first; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);
    if (finding->kind == FINDING_FILE && finding->part == part->index)
      return finding;
  }
  first = findings->len;
  file_inspect(scanner, part_content(tree, part), part->names, part->type, part->index, findings);
  return g_ptr_array_index(findings, first);
}

static void
inspect_line(const CardLine *line, const Part *part, const Finding *outer, FileScanner *scanner,
             GPtrArray *findings)
{
  g_autoptr(GBytes) content = line_content(line);
  g_autoptr(GPtrArray) names = line_names(line);
  g_autoptr(GPtrArray) types = card_line_params(line, "FMTTYPE");
  g_autofree char *declared =
      g_ascii_strdown(types->len > 0 ? g_ptr_array_index(types, 0) : "", -1);
  const char *above = *outer->path != '\0' ? outer->path : part->type;
  guint first = findings->len;
  file_inspect(scanner, content, names, declared, part->index, findings);
  for (guint i = first; i < findings->len; i++) {
    Finding *finding = g_ptr_array_index(findings, i);
    char *path = g_strdup_printf("%s \xe2\x80\xba %s", above,
                                 *finding->path != '\0' ? finding->path
                                 : line->name != NULL   ? line->name
                                                        : "?");
    g_free(finding->path);
    finding->path = path;
    finding->inner = TRUE;
  }
}

/* Names of one file, each of which is one to be judged. */
#define NAMES 16

/* Under each of its names. FALSE if there are more files or names than are read. */
static gboolean
add_file(const CardLine *line, GPtrArray *files)
{
  g_autoptr(GBytes) content = line_content(line);
  g_autoptr(GPtrArray) names = line_names(line);
  gboolean whole = TRUE;
  if (names->len == 0)
    return opened_add(files, "", g_steal_pointer(&content));
  for (guint i = 0; i < MIN(names->len, NAMES) && whole; i++)
    whole = opened_add(files, g_ptr_array_index(names, i), g_bytes_ref(content));
  return whole && names->len <= NAMES;
}

gboolean
card_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  g_autoptr(GBytes) source = g_bytes_new(bytes, len);
  g_autoptr(Text) text = text_decode(source, NULL);
  gsize size;
  const unsigned char *utf8 = g_bytes_get_data(text->utf8, &size);

  for (size_t at = 0; at < size && size <= LIMIT_TEXT;) {
    g_autoptr(CardLine) line = card_line_read(utf8, size, at);
    at = line->next;
    if (line->kind != CARD_DATA || line->raw->len == line->value)
      continue;
    if (!add_file(line, files))
      return FALSE;
  }
  return size <= LIMIT_TEXT;
}

void
inspect_card_files(Tree *tree, Part *part, FileScanner *scanner, GPtrArray *findings, guint first)
{
  size_t len;
  const unsigned char *utf8;
  const Finding *outer = NULL;
  unsigned files = 0;
  if (!card_may_be(part))
    return;
  g_autoptr(Text) text = inspect_text(tree, part);
  utf8 = g_bytes_get_data(text->utf8, &len);
  if (!card_is(part, utf8, len))
    return;
  for (size_t at = 0; at < len && len <= LIMIT_TEXT;) {
    g_autoptr(CardLine) line = card_line_read(utf8, len, at);
    at = line->next;
    if (line->kind != CARD_DATA || line->raw->len == line->value)
      continue;
    if (files++ == LIMIT_CARD_FILES) {
      add_anomaly(findings, part, ANOMALY_LIMIT, "more files than LIMIT_CARD_FILES");
      return;
    }
    if (outer == NULL)
      outer = outer_file(tree, part, scanner, findings, first);
    inspect_line(line, part, outer, scanner, findings);
  }
}
