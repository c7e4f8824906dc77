/* Any bytes as a PDF, or as RTF where they begin so: links found, then through the disarmer. What
 * is disarmed must have nothing left to take out; the result of an object in RTF may hold another
 * one. Where the bytes of a PDF tell all, its objects have nothing more. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../tools/pdf_ways.h"
#include "dead.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_autoptr(GBytes) file = NULL;
  gboolean rtf = size >= 4 && memcmp(data, "{\\rt", 4) == 0;
  const char *type = rtf ? "text/rtf" : "application/pdf";
  g_autoptr(Finding) document = document_finding(type);
  g_auto(QrSearch) search = {0};
  g_autoptr(DocumentLinks) links = document_links_new(&search);
  g_autoptr(GHashTable) dead = NULL;

  disarm_start();
  if (!rtf && !memmem(data, MIN(size, 1024), "%PDF-", 5))
    g_byte_array_append(bytes, (const guint8 *)"%PDF-1.7\n", 9);
  g_byte_array_append(bytes, data, (guint)size);
  file = g_bytes_new(bytes->data, bytes->len);
  document_links_file(links, document, type, bytes->data, bytes->len);
  if (!rtf && pdf_way_is_quick(bytes->data, bytes->len) &&
      pdf_ways_differ(bytes->data, bytes->len, "input") > 0)
    abort();
  dead = dead_addresses(links);
  disarm_twice(file, &(Orders){.active = TRUE}, rtf);
  disarm_twice(file, &(Orders){.dead = dead}, rtf);
  disarm_twice(file, &(Orders){.active = TRUE, .dead = dead}, rtf);
  return 0;
}
