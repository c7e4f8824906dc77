/* Containers that we open ourselves, but for winmail.dat (fuzz_tnef.c), and what their kind has of
 * small readers: CMS, AppleDouble, yEnc, Outlook's messages and their Rich Text, OneNote, records
 * of workbooks. The first byte picks one.
 *
 * Must hold: what comes out was in it, or was compressed in it; there are no more files than are
 * read; the same bytes give the same twice.
 *   seeds: any small documents behind a byte; tests/fuzz/run makes them. */
#include <stdint.h>
#include <string.h>

#include "biff.h"
#include "bounds.h"
#include "check.h"
#include "cms.h"
#include "lzfu.h"
#include "opened.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const types[] = {
    "application/cms",        "application/applefile",      "application/x-yenc",
    "application/x-uuencode", "application/vnd.ms-outlook", "application/onenote"};

/* What a reference of Rich Text, two bytes and an eighth, and one of zlib stand for. */
#define GROWTH_LZFU 8
#define GROWTH_ZLIB 1040

static void
open_it(const char *type, const unsigned char *bytes, size_t len)
{
  gboolean whole, again;
  g_autoptr(GPtrArray) files = opened_read(type, bytes, len, &whole);
  g_autoptr(GPtrArray) twice = opened_read(type, bytes, len, &again);
  guint64 all = 0;

  check(files->len <= LIMIT_UNPACK_FILES, "too many files");
  check(files->len == twice->len && whole == again, "not the same twice");
  for (guint i = 0; i < files->len; i++) {
    const Opened *file = g_ptr_array_index(files, i), *other = g_ptr_array_index(twice, i);

    check(file->name != NULL && strcmp(file->name, other->name) == 0, "another name");
    check(!file->content == !other->content, "another content");
    all += file->content ? g_bytes_get_size(file->content) : 0;
  }
  check(all <= (guint64)len * GROWTH_ZLIB + 64, "more than was in it");
}

static void
read_cms(const unsigned char *bytes, size_t len)
{
  CmsKind kind = cms_kind(bytes, len);
  g_autoptr(GBytes) content = cms_content(bytes, len);

  check(!content || kind == CMS_OPAQUE || kind == CMS_COMPRESSED, "content of nothing");
  check(!content || kind != CMS_OPAQUE || g_bytes_get_size(content) <= len, "more octets");
}

static void
read_rich_text(const unsigned char *bytes, size_t len)
{
  gboolean whole = TRUE;
  g_autoptr(GBytes) text = lzfu_open(bytes, len, LIMIT_TEXT, &whole);

  check(!text || g_bytes_get_size(text) <= len * GROWTH_LZFU, "more text");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const guint kinds = G_N_ELEMENTS(types);

  if (size == 0)
    return 0;
  switch (*data % (kinds + 3)) {
  case G_N_ELEMENTS(types):
    read_cms(data + 1, size - 1);
    break;
  case G_N_ELEMENTS(types) + 1:
    read_rich_text(data + 1, size - 1);
    break;
  case G_N_ELEMENTS(types) + 2:
    biff_traits(data + 1, size - 1);
    break;
  default:
    open_it(types[*data % (kinds + 3)], data + 1, size - 1);
    break;
  }
  return 0;
}
