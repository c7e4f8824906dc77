/* Office documents and OpenDocument: links found, then through the disarmer. The input is a list of
 * members, each a length of one byte and a name, a length of two bytes (the low one first) and a
 * content; they are put into a zip. What is disarmed must have nothing left to take out. seeds:
 * documents in that form; tests/fuzz/run makes them. */
#include <stdint.h>
#include <stdlib.h>

#include "../inspect/zipfile.h"
#include "dead.h"

#define MEMBERS 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next piece behind a length of so many bytes. */
static const char *
take(const uint8_t **at, const uint8_t *end, unsigned bytes, size_t *len)
{
  const uint8_t *start;

  if ((size_t)(end - *at) < bytes)
    return NULL;
  *len = bytes == 1 ? (*at)[0] : (*at)[0] | (size_t)(*at)[1] << 8;
  start = *at + bytes;
  *len = MIN(*len, (size_t)(end - start));
  *at = start + *len;
  return (const char *)start;
}

static GBytes *
build(const uint8_t *data, size_t size, GPtrArray *names, DocumentLinks *links)
{
  const uint8_t *at = data, *end = data + size;
  g_autoptr(Finding) document = NULL;
  ZipEntry entries[MEMBERS];
  unsigned count = 0;
  size_t name, len;
  const char *start, *content;

  while (count < MEMBERS && (start = take(&at, end, 1, &name)) != NULL &&
         (content = take(&at, end, 2, &len)) != NULL) {
    g_ptr_array_add(names, g_strndup(start, name));
    entries[count] = (ZipEntry){g_ptr_array_index(names, count), content, len, 0};
    if (!document)
      document = document_finding(strcmp(entries[0].name, "mimetype") == 0
                                      ? "application/vnd.oasis.opendocument.text"
                                      : "application/vnd.openxmlformats-officedocument");
    document_links_part(links, document, entries[count].name, (const unsigned char *)content, len);
    count++;
  }
  return count ? g_byte_array_free_to_bytes(zip_make(entries, count)) : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_auto(QrSearch) search = {0};
  g_autoptr(DocumentLinks) links = document_links_new(&search);
  g_autoptr(GBytes) zip = NULL;
  g_autoptr(GHashTable) dead = NULL;

  disarm_start();
  zip = build(data, size, names, links);
  dead = dead_addresses(links);
  if (!zip)
    return 0;
  disarm_twice(zip, &(Orders){.active = TRUE}, FALSE);
  disarm_twice(zip, &(Orders){.dead = dead}, FALSE);
  disarm_twice(zip, &(Orders){.active = TRUE, .dead = dead}, FALSE);
  return 0;
}
