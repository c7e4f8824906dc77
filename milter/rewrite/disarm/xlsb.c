/* xlsb.c - the parts of a binary workbook (.xlsb) that lose its macros ([MS-XLSB]).
 *
 * A part is a row of records: a type and a length of seven bits a byte, and so many bytes (2.1.4).
 * Only the names of a workbook are written anew, and no record goes: formulas count names, and
 * sheets. What stands behind a record that cannot be read is anyone's guess, so then nothing is
 * done. */
#include "xlsb.h"

#include <string.h>

#include "error.h"
#include "octets.h"

enum {
  BRT_NAME = 39,
  BRT_BEGIN_SHEET = 129,
  BRT_END_SHEET = 130,
  BRT_BEGIN_SHEET_DATA = 145,
  BRT_END_SHEET_DATA = 146,
};

typedef struct record {
  unsigned type;
  const unsigned char *data;
  size_t len;
} Record;

/* A number of up to `most` bytes. FALSE if it is cut off or longer. */
static gboolean
read_number(const unsigned char **p, const unsigned char *end, unsigned most, unsigned *number)
{
  *number = 0;
  for (unsigned i = 0; i < most && *p < end; i++) {
    unsigned byte = *(*p)++;

    *number |= (byte & 0x7f) << (7 * i);
    if (!(byte & 0x80))
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_record(const unsigned char **p, const unsigned char *end, Record *record)
{
  unsigned len;

  if (!read_number(p, end, 2, &record->type) || !read_number(p, end, 4, &len) ||
      len > (size_t)(end - *p))
    return FALSE;
  record->data = *p;
  record->len = len;
  *p += len;
  return TRUE;
}

/* --- names (2.4.711) --- */

enum {
  NAME_HIDDEN = 1 << 0,
  NAME_RUNS = 1 << 1 | 1 << 2 | 1 << 3, /* a function or a command, of a macro sheet or of VBA */
};

#define NAME_HEAD 9 /* what it is, its key, its sheet; then come the characters, counted */
#define NAME_AUTO 21

/* Does it begin like one that runs by itself? Excel takes "Auto_Open2" for "Auto_Open". */
static gboolean
is_auto_name(const unsigned char *text, size_t units)
{
  static const char *const autos[] = {"auto_open", "auto_close", "auto_activate",
                                      "auto_deactivate"};
  char start[NAME_AUTO + 1];
  size_t n = 0;
  const char *name = start;

  for (; n < NAME_AUTO && n < units; n++)
    start[n] = text[2 * n + 1] == 0 ? g_ascii_tolower((char)text[2 * n]) : '?';
  start[n] = 0;
  if (g_str_has_prefix(name, "_xlnm."))
    name += strlen("_xlnm.");
  for (size_t i = 0; i < G_N_ELEMENTS(autos); i++)
    if (g_str_has_prefix(name, autos[i]))
      return TRUE;
  return FALSE;
}

static gboolean
name_runs(const Record *record)
{
  size_t units;

  if (record->len < NAME_HEAD + 4)
    return FALSE;
  units = le32(record->data + NAME_HEAD);
  if (units > (record->len - NAME_HEAD - 4) / 2)
    return FALSE;
  return le32(record->data) & NAME_RUNS || is_auto_name(record->data + NAME_HEAD + 4, units);
}

/* A hidden name of the same sheet that means #REF!. */
static void
append_empty_name(GByteArray *out, const Record *record, unsigned number)
{
  static const unsigned char rest[] = {2,    0,    0,    0,   0x1c, 0x17, /* PtgErr */
                                       0,    0,    0,    0,               /* nothing more of it */
                                       0xff, 0xff, 0xff, 0xff};           /* no comment */
  g_autofree char *name = g_strdup_printf("_emptied%u", number);
  guint8 count = (guint8)strlen(name);
  guint8 head[] = {
      BRT_NAME, (guint8)(NAME_HEAD + 4 + 2 * count + sizeof(rest)), NAME_HIDDEN, 0, 0, 0,
      0 /* key */};

  g_byte_array_append(out, head, sizeof(head));
  g_byte_array_append(out, record->data + 5, 4); /* its sheet */
  g_byte_array_append(out, (const guint8[]){count, 0, 0, 0}, 4);
  for (size_t i = 0; i < count; i++)
    g_byte_array_append(out, (const guint8[]){(guint8)name[i], 0}, 2);
  g_byte_array_append(out, rest, sizeof(rest));
}

GBytes *
xlsb_empty_names(GBytes *workbook, GError **error)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(workbook, &len), *end = bytes + len, *p = bytes;
  g_autoptr(GByteArray) out = g_byte_array_sized_new((guint)len);
  unsigned names = 0;

  while (p < end) {
    const unsigned char *start = p;
    Record record;

    if (!read_record(&p, end, &record)) {
      g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "a damaged workbook");
      return NULL;
    }
    names += record.type == BRT_NAME;
    if (record.type == BRT_NAME && name_runs(&record))
      append_empty_name(out, &record, names);
    else
      g_byte_array_append(out, start, (guint)(p - start));
  }
  return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* --- sheets --- */

GBytes *
xlsb_empty_sheet(void)
{
  static const guint8 sheet[] = {
      BRT_BEGIN_SHEET & 0xff,      BRT_BEGIN_SHEET >> 7,      0,
      BRT_BEGIN_SHEET_DATA & 0xff, BRT_BEGIN_SHEET_DATA >> 7, 0,
      BRT_END_SHEET_DATA & 0xff,   BRT_END_SHEET_DATA >> 7,   0,
      BRT_END_SHEET & 0xff,        BRT_END_SHEET >> 7,        0,
  };

  return g_bytes_new_static(sheet, sizeof(sheet));
}
