/* What bytes say by themselves (content.h), without a library: types, compound files, active
 * content, zip directories, streams, AppleDouble. The first byte picks the type that active_traits
 * is told and the name in a package.
 *   seeds: any small documents behind a byte; tests/fuzz/run makes them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "finding.h"
#include "opened.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const types[] = {"",           "application/pdf", "text/rtf",
                                    "text/html",  "text/xml",        "application/x-mimearchive",
                                    "text/plain", "image/svg+xml",   "application/x-office-xml"};

static const char *const names[] = {"",
                                    "word/document.xml",
                                    "word/_rels/settings.xml.rels",
                                    "xl/externalLinks/externalLink1.bin",
                                    "xl/sheet1.xml",
                                    "content.xml"};

/* Two names that only differ in what surrounds the bytes get the same answer. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GPtrArray) files = NULL;
  g_autofree char *inside = NULL;
  const unsigned char *bytes = data + 1;
  const char *type;
  gboolean whole;

  if (size < 1)
    return 0;
  size--;
  type = signature_type(bytes, size);
  signature_is_text(bytes, size);
  active_traits(types[*data % G_N_ELEMENTS(types)], names[*data / 16 % G_N_ELEMENTS(names)], bytes,
                size);
  table_asks_program(bytes, size);
  active_macro_runs_itself(bytes, size);
  sealed_type(bytes, size);
  sealed_traits(bytes, size);
  zip_is_plain(bytes, size);
  if (compound_is(bytes, size) != (strcmp(compound_type(bytes, size), "") != 0) &&
      compound_is(bytes, size))
    abort();
  stream_is_whole(type ? type : "", bytes, size, size);
  inside = stream_name(type ? type : "", bytes, size);
  files = opened_read("application/applefile", bytes, size, &whole);
  for (guint i = 0; i < files->len; i++) {
    const Opened *file = g_ptr_array_index(files, i);

    if (!file->content || g_bytes_get_size(file->content) > size)
      abort();
  }
  return 0;
}
